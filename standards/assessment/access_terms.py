"""The terms on which a provider opens its evidence to buyers, where it has any."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models, transaction

from certcentre.accounts.models import Organisation, User
from certcentre.log.models import digest, record
from standards.assessment import steps
from standards.assessment.provider_roles import must_sign_for


class AccessTerms(models.Model):
    """What a buyer accepts before it opens a provider's evidence; a request keeps its own copy."""

    LONGEST = 10_000

    organisation = models.OneToOneField(Organisation, on_delete=models.PROTECT, related_name="+")
    words = models.TextField(max_length=LONGEST, blank=True)
    stated_at = models.DateTimeField()
    stated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = "terms of access"

    def __str__(self) -> str:
        return str(self.organisation)

    @classmethod
    def of(cls, organisation: Organisation) -> "AccessTerms":
        """Those of a provider; without words where it has none."""
        stated = cls.objects.filter(organisation=organisation).first()
        return stated or cls(organisation=organisation)

    @property
    def digest(self) -> str:
        """By which an acceptance names them; empty where there are none."""
        return digest(self.words) if self.words else ""

    def may_state(self, *, by: User, at: datetime) -> None:
        must_sign_for(self.organisation, by)

    def state(self, *, by: User, at: datetime, words: str) -> None:
        """Say them anew, for whatever is granted from now on; no words are no terms."""
        self.may_state(by=by, at=at)
        stated: Any = {"words": words.strip(), "stated_at": at, "stated_by": by}
        with transaction.atomic():
            made, _new = AccessTerms.objects.update_or_create(
                organisation=self.organisation, defaults=stated
            )
            own: Any = {"organisation": self.organisation, "detail": {"terms": made.digest}}
            record(made, steps.ACCESS_TERMS_STATED, by=by, at=at, **own)
        self.pk, self.words = made.pk, made.words
