"""Claims, and the one door through which they change."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection, models, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.transaction import TransactionManagementError
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from certcentre.numbers import CASE
from certcentre.steps import Words
from standards.assessment import standings
from standards.assessment.solutions import Release
from standards.assessment.standing_bytes import Spoken, at_slot, proven, row
from standards.assessment.standings import Clock, Levels, Standing
from standards.catalogue.editions import Criterion


class Outcome(models.TextChoices):
    """What is said of one criterion: the one list of answers, and all that depends on which."""

    MET = "met", _("Met")
    PARTLY_MET = "partly_met", _("Partly met")
    NOT_MET = "not_met", _("Not met")
    NOT_APPLICABLE = "not_applicable", _("Not applicable")

    @property
    def asks(self) -> Words:
        """What is asked beside it."""
        return _ASKS.get(self, ANY_WORDS)

    @property
    def without_reason(self) -> Words:
        """What is said where it was given without the reason that it needs; empty: it needs none.

        `%(ref)s` stands for the criterion.
        """
        return _WITHOUT_REASON.get(self, "")

    @property
    def short(self) -> Words:
        """As a line of a long sheet says it."""
        return _SHORT.get(self, self.label)

    @property
    def glyph(self) -> str:
        return _LOOKS[self][0]

    @property
    def tone(self) -> str:
        """good, warn, bad, or nothing."""
        return _LOOKS[self][1]


ANY_WORDS = _("What would you like buyers to know?")
_ASKS: dict[Outcome, Words] = {
    Outcome.MET: _("How do you meet it?"),
    Outcome.PARTLY_MET: _("What is missing, and by when?"),
    Outcome.NOT_APPLICABLE: _("Why does it not apply?"),
}
_WITHOUT_REASON: dict[Outcome, Words] = {
    Outcome.PARTLY_MET: _("Say what %(ref)s still lacks, and by when."),
    Outcome.NOT_APPLICABLE: _("Say why %(ref)s does not apply."),
}
_SHORT: dict[Outcome, Words] = {
    Outcome.PARTLY_MET: _("Partly"),
    Outcome.NOT_APPLICABLE: pgettext_lazy("not applicable, in a narrow column", "N/A"),
}
_LOOKS = {
    Outcome.MET: ("a-met", "good"),
    Outcome.PARTLY_MET: ("a-partly", "warn"),
    Outcome.NOT_MET: ("a-not", "bad"),
    Outcome.NOT_APPLICABLE: ("a-na", ""),
}
NEEDS_REASON = tuple(value for value in Outcome if value.without_reason)
LESS = tuple(value for value in Outcome if value.tone in ("warn", "bad"))  # not, or not wholly, met


def had_declared(declared: str, outcome: str | None) -> str:
    """Where this outcome is not what the provider had declared: a sentence that says so, which
    stands in public instead of the provider's words (rule R51). Else empty."""
    if not declared or not outcome or declared == outcome:
        return ""
    return gettext("The provider had declared “%(answer)s”.") % {"answer": Outcome(declared).label}


def standing(*, at: datetime | OuterRef) -> Q:
    """What a claim in force at the moment `at` is: begun, not run out and not ended."""
    runs = Q(valid_until=None) | Q(valid_until__gt=at)
    return runs & (Q(ended_at=None) | Q(ended_at__gt=at)) & Q(valid_from__lte=at)


class ClaimQuerySet(models.QuerySet["Claim"]):
    def in_force(self, *, at: datetime | OuterRef) -> "ClaimQuerySet":
        """Begun, not run out and not ended at the moment `at`."""
        return self.filter(standing(at=at))

    def alone(self, *, at: datetime | OuterRef) -> "ClaimQuerySet":
        """Beside which no other as high stands at `at`: without them the criterion falls then."""
        others = Claim.objects.in_force(at=at).filter(
            release=OuterRef("release"),
            criterion=OuterRef("criterion"),
            assurance__gte=OuterRef("assurance"),
            ended_at=None,
        )
        return self.exclude(Exists(others.exclude(pk=OuterRef("pk"))))

    def alone_at_their_end(self) -> "ClaimQuerySet":
        """After whose own end no other as high stands."""
        return self.alone(at=OuterRef("valid_until"))

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

    @property
    def found_by_centre(self) -> bool:
        """Whether it is what a case that was upheld says, and no auditor."""
        return self.basis == self.Basis.FINDING and self.source.startswith(CASE)


class ClaimRow(NamedTuple):
    """A claim as it is read to find the one that stands: three are read for one that is shown."""

    id: int
    criterion_id: int
    outcome: str
    assurance: int
    basis: str
    accepted_by: str
    valid_from: datetime
    valid_until: datetime | None
    source: str
    evidence_id: UUID | None
    stands: bool
    shown_to: str  # of the evidence
    public_link: str

    def claim(self, criterion: Criterion) -> Claim:
        """The claim itself, as far as it was read."""
        claim = Claim.from_db(None, OF_CLAIM, self[: len(OF_CLAIM)])
        claim.criterion = criterion
        return claim


OF_CLAIM = ClaimRow._fields[: ClaimRow._fields.index("stands")]  # in the order of the model
EXAMINED = (Claim.Basis.FINDING, Claim.Basis.CERTIFICATE)


def history(release: Release, *, at: datetime) -> list[ClaimRow]:
    """Claims in force, strongest first, and whatever an auditor ever said. One statement."""
    rows = (
        Claim.objects.filter(release=release)
        .annotate(stands=standing(at=at))
        .filter(Q(stands=True) | Q(basis__in=EXAMINED, valid_from__lte=at))
        .strongest_first()
    )
    of_evidence = ("evidence__shown_to", "evidence__public_link")
    return [ClaimRow(*row) for row in rows.values_list(*OF_CLAIM, "stands", *of_evidence)]


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

    Their standings are locked in the order of releases before anything is read or written, so
    that of two steps on one release the later one sees what the earlier one left; then they are
    worked out anew and written under the next number of the clock.
    """
    if not connection.in_atomic_block:
        raise TransactionManagementError("claims.change() belongs inside a step's transaction.")
    keys = set(release_ids)
    if not keys:
        return
    rows = standings.lock(keys)
    for ending in end:
        living = Claim.objects.filter(ending.where, release__in=keys, ended_at=None)
        living.update(ended_at=at, ended_by=ending.by)
    added = list(add)
    if strays := {claim.release_id for claim in added} - keys:
        raise ValueError(f"Claims of releases that are not locked: {strays}")
    Claim.objects.bulk_create(added, batch_size=2000)
    counted = what_counts(keys, at=at)
    standings.write(rows, counted, version=standings.next_number())


def found_against(
    release_id: UUID, outcomes: Mapping[int, str], *, source: str, at: datetime
) -> list[Claim]:
    """What a decision, or a case that was upheld, says against criteria by their keys (rule R24).
    Whoever adds these ends every earlier claim on the same criteria."""
    return [
        Claim(
            release_id=release_id,
            criterion_id=criterion,
            outcome=outcome,
            assurance=3,
            basis=Claim.Basis.FINDING,
            valid_from=at,
            source=source,
        )
        for criterion, outcome in outcomes.items()
    ]


def what_counts(release_ids: Iterable[Any], *, at: datetime) -> dict[Any, Levels]:
    """The bytes of each release's effective claims as of `at`. One statement."""
    keys = list(release_ids)
    living = Claim.objects.filter(
        Q(valid_until=None) | Q(valid_until__gt=at),
        Q(ended_at=None) | Q(ended_at__gt=at),
        release__in=keys,
    )
    spoken: dict[Any, list[Spoken]] = {key: [] for key in keys}
    for release, slot, outcome, assurance, accepted, begins, until, ended in (
        living.strongest_first()
        .values_list(
            "release_id",
            "criterion__slot",
            "outcome",
            "assurance",
            "accepted_by",
            "valid_from",
            "valid_until",
            "ended_at",
        )
        .iterator(chunk_size=5000)
    ):
        ends = min((moment for moment in (until, ended) if moment), default=None)
        spoken[release].append(Spoken(slot, outcome, assurance, bool(accepted), begins, ends))
    return {key: row(claims, at=at) for key, claims in spoken.items()}


def let_time_pass(*, at: datetime, most: int = 500) -> int:
    """Write anew the standings that time alone has changed; how many there were.

    Counts are right without it: readers look at `next_change` themselves, row by row.
    """
    passed = Standing.objects.filter(next_change__lte=at).order_by("next_change")
    keys = list(passed.values_list("release_id", flat=True)[:most])
    with transaction.atomic():
        change(keys, at=at)
    return len(keys)


@dataclass(frozen=True)
class Difference:
    """A standing that is not what its release's claims say."""

    release: Any
    words: str


def differences(*, at: datetime, batch: int = 500) -> Iterator[Difference]:
    """Work every standing out again and give each that differs.

    A row whose time has passed is looked at as of the moment before: until then it must be right.
    """
    last = Clock.objects.filter(pk=Clock.ONLY).values_list("value", flat=True).first() or 0
    keys = list(Release.objects.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(keys), batch):
        part = keys[start : start + batch]
        rows = {row.release_id: row for row in Standing.objects.filter(release__in=part)}
        now = what_counts(part, at=at)
        for key in part:
            yield from _compared(key, rows.get(key), now[key], last, at)


def _compared(
    key: Any, held: Standing | None, now: Levels, last: int, at: datetime
) -> Iterator[Difference]:
    if held is None:
        yield Difference(key, "has no standing")
        return
    if held.next_change and held.next_change <= at:
        before = held.next_change - timedelta(microseconds=1)
        now = what_counts([key], at=before)[key]
    if held.version > last:
        yield Difference(key, f"has number {held.version}, but the clock stands at {last}")
    if held.next_change != now[1]:
        yield Difference(key, f"changes next at {held.next_change}, but claims say {now[1]}")
    was, is_now = bytes(held.levels), now[0]
    if held.proven != proven(was):
        yield Difference(key, f"ranks at {held.proven}, but its levels at {proven(was)}")
    for slot in range(max(len(was), len(is_now))):
        if at_slot(was, slot) != at_slot(is_now, slot):
            words = f"slot {slot} holds {at_slot(was, slot)}, but claims say"
            yield Difference(key, f"{words} {at_slot(is_now, slot)}")


def effective(
    release_ids: Iterable[Any],
    *,
    at: datetime,
    criteria: Iterable[Any] | None = None,
    known: Mapping[int, Criterion] | None = None,
) -> dict[Any, dict[str, Claim]]:
    """Each release's effective claims at the moment `at`, by criterion key. One statement.

    The highest in force that has not been ended, the latest of equals (rule R23).
    `release_ids` and `criteria` may be lists of keys or querysets. A listed release always has an
    entry; of a queryset only those with a claim in force have one. `known` are all criteria, for
    whoever asks of many releases: then none is read again.
    """
    if not isinstance(release_ids, QuerySet):
        release_ids = list(release_ids)
    claims = Claim.objects.in_force(at=at).filter(release__in=release_ids)
    if criteria is not None:
        claims = claims.filter(criterion__in=criteria)
    standing: dict[Any, dict[str, Claim]] = (
        {} if isinstance(release_ids, QuerySet) else {key: {} for key in release_ids}
    )
    for claim in (claims if known else claims.select_related("criterion")).strongest_first():
        if known:
            claim.criterion = known[claim.criterion_id]
        standing.setdefault(claim.release_id, {}).setdefault(claim.criterion.key, claim)
    return standing
