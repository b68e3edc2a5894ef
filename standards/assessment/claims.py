"""Claims, and the one door through which they change."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from standards.assessment.answers import Outcome
from standards.assessment.declaration import Declaration
from standards.assessment.evidence import Evidence
from standards.assessment.solutions import Release
from standards.catalogue.editions import Criterion


class ClaimQuerySet(models.QuerySet["Claim"]):
    def in_force(self, *, at: datetime) -> "ClaimQuerySet":
        """Begun, not run out and not ended at the moment `at`."""
        return self.filter(
            Q(valid_until=None) | Q(valid_until__gt=at),
            Q(ended_at=None) | Q(ended_at__gt=at),
            valid_from__lte=at,
        )

    def strongest_first(self) -> "ClaimQuerySet":
        """So that the first row of each (release, criterion) is the effective claim."""
        return self.order_by("release_id", "criterion_id", "-assurance", "-valid_from", "-pk")


class Claim(models.Model):
    """One statement about one release and one criterion, with what it rests on and for how long.

    Written only by `claims.change()`.
    """

    class Basis(models.TextChoices):
        DECLARATION = "declaration", _("Declaration")
        EVIDENCE = "evidence", _("Evidence on file")
        CERTIFICATE = "certificate", _("Certificate")
        FINDING = "finding", _("Finding of an auditor")

    class AcceptedBy(models.TextChoices):
        NOBODY = "", _("nobody")
        RULE = "rule", _("a rule of the catalogue")
        AUDITOR = "auditor", _("an auditor")
        CENTRE = "centre", _("the centre")

    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="claims")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="claims")
    outcome = models.CharField(max_length=14, choices=Outcome.choices)
    assurance = models.PositiveSmallIntegerField()
    basis = models.CharField(max_length=11, choices=Basis.choices)
    accepted_by = models.CharField(max_length=7, choices=AcceptedBy.choices, blank=True)
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(null=True)
    source = models.CharField(max_length=20)  # number of the declaration or certificate
    declaration = models.ForeignKey(
        Declaration, null=True, on_delete=models.PROTECT, related_name="claims"
    )
    evidence = models.ForeignKey(
        Evidence, null=True, on_delete=models.PROTECT, related_name="claims"
    )
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=120, blank=True)  # the step and number that ended it

    objects = ClaimQuerySet.as_manager()

    class Meta:
        verbose_name = _("claim")
        indexes = [
            models.Index(fields=["release", "criterion"], name="claim_release_criterion"),
            models.Index(
                fields=["criterion", "outcome", "assurance"],
                condition=Q(ended_at=None),
                name="claim_criterion_standing",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(assurance__gte=1, assurance__lte=4), name="claim_assurance_one_to_four"
            )
        ]

    def __str__(self) -> str:
        return f"{self.criterion_id} {self.outcome} AL{self.assurance}"
