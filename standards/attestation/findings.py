"""Findings, criterion by criterion, and corrective actions."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from standards.attestation.engagement import Engagement
from standards.catalogue.editions import Criterion


class Finding(models.Model):
    """What the auditor found on one criterion in scope, and by which methods."""

    class Result(models.TextChoices):
        NOT_EXAMINED = "not_examined", _("Not examined")
        CONFORMING = "conforming", _("Conforming")
        NOT_APPLICABLE = "not_applicable", _("Not applicable, confirmed")
        OBSERVATION = "observation", _("Observation")
        MINOR = "minor", _("Minor nonconformity")
        MAJOR = "major", _("Major nonconformity")

    class Method(models.TextChoices):
        DOCUMENT = "document", _("Document")
        INTERVIEW = "interview", _("Interview")
        TEST = "test", _("Test")
        OBSERVATION = "observation", _("Observation")

    engagement = models.ForeignKey(Engagement, on_delete=models.PROTECT, related_name="findings")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="+")
    result = models.CharField(max_length=14, choices=Result.choices, default=Result.NOT_EXAMINED)
    methods = models.JSONField(default=list)
    note = models.TextField(blank=True)
    revision = models.PositiveIntegerField(default=0)
    recorded_at = models.DateTimeField(null=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("finding")
        constraints = [
            models.UniqueConstraint(
                fields=["engagement", "criterion"], name="finding_once_per_criterion"
            )
        ]

    def __str__(self) -> str:
        return f"{self.criterion_id}: {self.result}"


class CorrectiveAction(models.Model):
    """What the provider does about a nonconformity, with a date."""

    class Status(models.TextChoices):
        OPEN = "open", _("Open")
        ANSWERED = "answered", _("Answered")
        ACCEPTED = "accepted", _("Plan accepted")
        RETURNED = "returned", _("Returned")
        CLOSED = "closed", _("Closed")

    LIFECYCLE = {
        Status.OPEN: {Status.ANSWERED},
        Status.ANSWERED: {Status.ACCEPTED, Status.RETURNED},
        Status.RETURNED: {Status.ANSWERED},
        Status.ACCEPTED: {Status.CLOSED},
        Status.CLOSED: set(),
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    finding = models.OneToOneField(
        Finding, on_delete=models.PROTECT, related_name="corrective_action"
    )
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.OPEN)
    plan = models.TextField(_("what you do about it"), blank=True)
    due_on = models.DateField(_("done by"), null=True)
    opened_at = models.DateTimeField()
    reply = models.TextField(blank=True)  # of the auditor, when returned or closed

    class Meta:
        verbose_name = _("corrective action")

    def __str__(self) -> str:
        return f"{self.finding_id}: {self.status}"
