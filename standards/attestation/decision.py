"""The decision: granted or refused, once, by a second person of the body."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from standards.attestation.engagement import Engagement


class Decision(models.Model):
    """The body's word on an engagement, once, by a person who did not examine."""

    class Outcome(models.TextChoices):
        GRANTED = "granted", _("Granted")
        REFUSED = "refused", _("Refused")

    engagement = models.OneToOneField(Engagement, on_delete=models.PROTECT)
    outcome = models.CharField(max_length=7, choices=Outcome.choices)
    reason = models.TextField()
    decided_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    evaluator = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("decision")
        constraints = [
            models.CheckConstraint(
                condition=~Q(decided_by=F("evaluator")), name="decision_by_a_second_person"
            )
        ]

    def __str__(self) -> str:
        return f"{self.engagement_id}: {self.outcome}"
