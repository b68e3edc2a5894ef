"""Certificates and verifications, and their surveillance."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from certcentre.accounts.models import Organisation
from standards.assessment.solutions import Release
from standards.attestation.accreditation import Accreditation
from standards.attestation.engagement import Engagement
from standards.catalogue.editions import Edition, Level


class Certificate(models.Model):
    """What a granted engagement yields for one edition: complete, or a verification of a part."""

    class Status(models.TextChoices):
        VALID = "valid", _("Valid")
        SUSPENDED = "suspended", _("Suspended")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        SUPERSEDED = "superseded", _("Superseded")

    LIFECYCLE = {
        Status.VALID: {Status.SUSPENDED, Status.WITHDRAWN, Status.SUPERSEDED},
        Status.SUSPENDED: {Status.VALID, Status.WITHDRAWN, Status.SUPERSEDED},
        Status.WITHDRAWN: set(),
        Status.SUPERSEDED: set(),
    }

    number = models.CharField(max_length=16, unique=True)
    engagement = models.ForeignKey(
        Engagement, on_delete=models.PROTECT, related_name="certificates"
    )
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="certificates")
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="+")
    level = models.ForeignKey(Level, null=True, on_delete=models.PROTECT, related_name="+")
    body = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="certificates")
    complete = models.BooleanField()
    named_count = models.PositiveIntegerField()  # criteria that the request names
    covered_count = models.PositiveIntegerField()  # of these, examined and conforming, or n/a
    # as decided, never changed: names, accreditation, criteria with results, exclusions
    facts = models.JSONField()
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.VALID)
    issued_at = models.DateTimeField()
    valid_until = models.DateTimeField()
    surveillance_due = models.DateField(null=True)
    suspended_with = models.ForeignKey(
        Accreditation, null=True, on_delete=models.PROTECT, related_name="+"
    )
    superseded_by = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="supersedes"
    )

    class Meta:
        verbose_name = _("certificate")
        ordering = ["-issued_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["engagement", "edition"],
                condition=Q(status__in=["valid", "suspended"]),
                name="certificate_one_in_force_per_edition",
            ),
            models.CheckConstraint(
                condition=Q(valid_until__gt=F("issued_at")), name="certificate_runs_forward"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("certificate", args=[self.number])


class Surveillance(models.Model):
    """One planned check while a certificate is in force, and what it found."""

    certificate = models.ForeignKey(
        Certificate, on_delete=models.PROTECT, related_name="surveillances"
    )
    note = models.TextField()
    done_at = models.DateTimeField()
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    next_due = models.DateField(null=True)

    class Meta:
        verbose_name = _("surveillance")
        ordering = ["done_at"]

    def __str__(self) -> str:
        return f"{self.certificate_id}: {self.done_at:%Y-%m-%d}"
