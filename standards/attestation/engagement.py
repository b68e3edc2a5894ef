"""Engagements: one examination of one declaration by one body."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from certcentre.accounts.models import Organisation
from standards.assessment.declaration import Declaration
from standards.catalogue.editions import Edition, Level


class EngagementQuerySet(models.QuerySet["Engagement"]):
    def visible_to(self, user: Any) -> "EngagementQuerySet":
        """The two parties: members of the provider and of the body."""
        mine = Organisation.objects.acted_for_by(user)
        return self.filter(
            Q(body__in=mine) | Q(declaration__release__solution__organisation__in=mine)
        )


class Engagement(models.Model):
    """One examination of one declaration by one body, over some of its criteria."""

    class Status(models.TextChoices):
        REQUESTED = "requested", _("Requested")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Declined")
        EXAMINING = "examining", _("Being examined")
        AWAITING_CORRECTIONS = "corrections", _("Awaiting corrections")
        READY = "ready", _("Ready for decision")
        GRANTED = "granted", _("Granted")
        REFUSED = "refused", _("Refused")
        CANCELLED = "cancelled", _("Cancelled")

    LIFECYCLE = {
        Status.REQUESTED: {Status.ACCEPTED, Status.DECLINED, Status.CANCELLED},
        Status.ACCEPTED: {Status.EXAMINING, Status.CANCELLED},
        Status.EXAMINING: {Status.AWAITING_CORRECTIONS, Status.READY, Status.CANCELLED},
        Status.AWAITING_CORRECTIONS: {Status.EXAMINING, Status.CANCELLED},
        Status.READY: {Status.EXAMINING, Status.GRANTED, Status.REFUSED, Status.CANCELLED},
        Status.DECLINED: set(),
        Status.GRANTED: set(),
        Status.REFUSED: set(),
        Status.CANCELLED: set(),
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    declaration = models.ForeignKey(
        Declaration, on_delete=models.PROTECT, related_name="engagements"
    )
    body = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="engagements")
    status = models.CharField(max_length=11, choices=Status.choices, default=Status.REQUESTED)
    message = models.TextField(_("message to the auditor"), blank=True)
    requested_at = models.DateTimeField()
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    interest_statement = models.TextField(blank=True)
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    evaluator = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    summary = models.TextField(_("summary of the examination"), blank=True)
    ready_at = models.DateTimeField(null=True)

    objects = EngagementQuerySet.as_manager()

    class Meta:
        verbose_name = _("engagement")
        ordering = ["-requested_at"]

    def __str__(self) -> str:
        return f"{self.declaration_id} by {self.body_id} ({self.status})"

    def get_absolute_url(self) -> str:
        return reverse("engagement", args=[self.pk])


class EngagementEdition(models.Model):
    """An edition that an engagement examines, and the level the request names where cumulative."""

    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="editions")
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="+")
    level = models.ForeignKey(Level, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["engagement", "edition"], name="engagementedition_once")
        ]

    def __str__(self) -> str:
        return f"{self.engagement_id}: {self.edition_id}"
