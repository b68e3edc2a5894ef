"""Claims, and the one door through which they change."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, models
from django.db.models import Q, QuerySet
from django.db.transaction import TransactionManagementError
from django.utils.translation import gettext_lazy as _

from standards.assessment.solutions import Release
from standards.catalogue.editions import Criterion


class Outcome(models.TextChoices):
    """What is said of one criterion."""

    MET = "met", _("Met")
    PARTLY_MET = "partly_met", _("Partly met")
    NOT_MET = "not_met", _("Not met")
    NOT_APPLICABLE = "not_applicable", _("Not applicable")


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
        "standards.Declaration", null=True, on_delete=models.PROTECT, related_name="claims"
    )
    evidence = models.ForeignKey(
        "standards.Evidence", null=True, on_delete=models.PROTECT, related_name="claims"
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


@dataclass(frozen=True)
class Ending:
    """Which claims a step ends, and its name and number, as `declared DC-2026-000012`."""

    where: Q
    by: str


def change(
    release_ids: Iterable[Any],
    *,
    end: Iterable[Ending] = (),
    add: Iterable[Claim] = (),
    at: datetime,
) -> None:
    """End and add claims of these releases: the one door, called last in the caller's transaction.

    The releases' rows are locked in the order of their keys before anything is read or written,
    so that of two steps on one release the later one sees what the earlier one left.
    """
    if not connection.in_atomic_block:
        raise TransactionManagementError("claims.change() belongs inside a step's transaction.")
    keys = set(release_ids)
    list(Release.objects.filter(pk__in=keys).order_by("pk").select_for_update().values_list("pk"))
    for ending in end:
        standing = Claim.objects.filter(ending.where, release__in=keys, ended_at=None)
        standing.update(ended_at=at, ended_by=ending.by)
    added = list(add)
    if strays := {claim.release_id for claim in added} - keys:
        raise ValueError(f"Claims of releases that are not locked: {strays}")
    Claim.objects.bulk_create(added, batch_size=2000)


def effective(
    release_ids: Iterable[Any], *, at: datetime, criteria: Iterable[Any] | None = None
) -> dict[Any, dict[str, Claim]]:
    """Each release's effective claims at the moment `at`, by criterion key. One statement.

    The highest in force that has not been ended, the latest of equals (design.md section 2).
    `release_ids` and `criteria` may be lists of keys or querysets. A listed release always has an
    entry; of a queryset only those with a claim in force have one.
    """
    if not isinstance(release_ids, QuerySet):
        release_ids = list(release_ids)
    found = Claim.objects.in_force(at=at).filter(release__in=release_ids)
    if criteria is not None:
        found = found.filter(criterion__in=criteria)
    standing: dict[Any, dict[str, Claim]] = (
        {} if isinstance(release_ids, QuerySet) else {key: {} for key in release_ids}
    )
    for claim in found.select_related("criterion").strongest_first():
        standing.setdefault(claim.release_id, {}).setdefault(claim.criterion.key, claim)
    return standing
