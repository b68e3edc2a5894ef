"""What a body says of its work before it is asked: fee, time, languages and whom to ask."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from certcentre.accounts.models import Organisation, Role, User
from certcentre.lifecycle import NotReady
from certcentre.log.models import record
from standards.attestation import independence, steps

MOST = 100_000_000  # of a fee, whatever the currency
LONGEST = 730  # days that an examination may be said to take


class BodyTerms(models.Model):
    """The fee band, lead time, languages and contact of an auditing body, as it says itself."""

    body = models.OneToOneField(Organisation, on_delete=models.PROTECT, related_name="terms")
    fee_from = models.PositiveIntegerField()
    fee_to = models.PositiveIntegerField()
    currency = models.CharField(max_length=3)
    lead_days = models.PositiveSmallIntegerField()  # from acceptance to the report
    languages = models.JSONField(default=list)  # in which it examines
    contact = models.CharField(max_length=254)  # an address that the public reads
    stated_at = models.DateTimeField()
    stated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("terms of a body")
        constraints = [
            models.CheckConstraint(
                condition=Q(fee_to__gte=F("fee_from")), name="bodyterms_fee_runs_up"
            )
        ]

    def __str__(self) -> str:
        return str(self.body)

    def get_absolute_url(self) -> str:
        return self.body.get_absolute_url()

    @property
    def is_link(self) -> bool:
        """Whether the contact is a page; else it is an address of mail."""
        return "@" not in self.contact

    @classmethod
    def state(cls, body: Organisation, *, by: User, at: datetime, **words: Any) -> "BodyTerms":
        """Publish them as the body has them now. No decision is needed."""
        independence.require_role(by, body, Role.MANAGER)
        if body.kind != Organisation.Kind.AUDITOR:
            raise NotReady(gettext("%(body)s is not an auditing body.") % {"body": body})
        problems = []
        if words["fee_to"] < words["fee_from"]:
            problems.append(gettext("The upper end of the fee is below the lower one."))
        if not words["languages"]:
            problems.append(gettext("Name at least one language in which you examine."))
        if problems:
            raise NotReady(*problems)
        with transaction.atomic():
            Organisation.objects.select_for_update().get(pk=body.pk)
            stamps = {"stated_at": at, "stated_by": by}
            terms, _new = cls.objects.update_or_create(body=body, defaults=words | stamps)
            step = steps.BODY_TERMS_STATED
            record(terms, step, by=by, at=at, organisation=body, detail=words)
        return terms
