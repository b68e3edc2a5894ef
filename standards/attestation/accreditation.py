"""Accreditations: which bodies may attest what, where and until when."""

import uuid
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from certcentre.accounts.models import Organisation
from standards.catalogue.editions import Edition


class AccreditationQuerySet(models.QuerySet["Accreditation"]):
    def in_force(self, *, at: datetime) -> "AccreditationQuerySet":
        day = at.date()
        return self.filter(
            status=Accreditation.Status.ACTIVE, valid_from__lte=day, valid_until__gte=day
        )


class Accreditation(models.Model):
    """The centre's recognition that a body may attest a scope: editions, countries, dates."""

    class Status(models.TextChoices):
        ACTIVE = "active", _("Active")
        SUSPENDED = "suspended", _("Suspended")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    LIFECYCLE = {
        Status.ACTIVE: {Status.SUSPENDED, Status.WITHDRAWN},
        Status.SUSPENDED: {Status.ACTIVE, Status.WITHDRAWN},
        Status.WITHDRAWN: set(),
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(max_length=16, unique=True)
    body = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="accreditations")
    editions = models.ManyToManyField(Edition, related_name="+")
    countries = models.JSONField(default=list)  # of the provider; empty: every country
    valid_from = models.DateField()
    valid_until = models.DateField()
    status = models.CharField(max_length=9, choices=Status.choices, default=Status.ACTIVE)
    granted_at = models.DateTimeField()
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    objects = AccreditationQuerySet.as_manager()

    class Meta:
        verbose_name = _("accreditation")
        ordering = ["-granted_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until__gte=F("valid_from")), name="accreditation_runs_forward"
            )
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("accreditation", args=[self.pk])
