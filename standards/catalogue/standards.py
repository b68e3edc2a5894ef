"""Standards: the families that editions belong to."""

from datetime import datetime

from django.db import models, transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from certcentre.accounts.people import User
from certcentre.lifecycle import NotReady
from certcentre.log.models import record
from standards.catalogue import steps
from standards.catalogue.reviewing import judged_by_the_centre


class Standard(models.Model):
    """A family of documents that lay down requirements."""

    key = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=250)
    issuing_body = models.CharField(max_length=250)

    class Meta:
        verbose_name = _("standard")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def rename(
        self, *, name: str, issuing_body: str, reason: str, by: User | None, at: datetime
    ) -> None:
        """Correct what it is called; what its editions say of themselves stays as it is."""
        judged_by_the_centre(by)
        with transaction.atomic():
            stored = Standard.objects.select_for_update().get(pk=self.pk)
            now = {"name": name, "issuing_body": issuing_body}
            changed = {
                field: [getattr(stored, field), words]
                for field, words in now.items()
                if getattr(stored, field) != words
            }
            if not changed:
                raise NotReady(
                    gettext("Nothing is different. Change the name or the issuing body.")
                )
            Standard.objects.filter(pk=stored.pk).update(**now)
            record(
                stored,
                steps.STANDARD_RENAMED,
                by=by,
                at=at,
                reason=reason,
                detail=changed,
            )
