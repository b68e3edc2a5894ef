"""What the page of a release shows: how its claims are proven, what holds it, what happened.

And what its solution would lose and gain if it became the current one.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils.module_loading import import_string
from django.utils.timezone import localdate

from certcentre.log.models import LogEntry, detail_of
from certcentre.steps import Step, Words, every_step
from standards.assessment.claims import Claim, Outcome, effective
from standards.assessment.holds import Hold
from standards.assessment.solutions import Release
from standards.catalogue.applicability import BLOCK, EXPECTED, LAW, OPTIONAL, Applied
from standards.catalogue.editions import Criterion, Domain, Edition
from standards.catalogue.rules import Rule


@dataclass(frozen=True, order=True)
class Side:
    """How a release stands on one criterion: as the public page says it."""

    level: int = 0  # the assurance of its effective claim
    outcome: str = ""  # where that does not count as met

    @classmethod
    def of(cls, claim: Claim | None) -> "Side":
        if claim is None:
            return cls()
        return cls(claim.assurance, "" if counts(claim) else claim.outcome)

    @property
    def words(self) -> str:
        """What is said instead of the assurance's own word."""
        return str(Outcome(self.outcome).label) if self.outcome else ""


@dataclass(frozen=True)
class Change:
    """One criterion whose effective claim would count for more or for less."""

    criterion: Criterion
    edition: str
    before: Side
    after: Side
    gained: bool


@dataclass(frozen=True)
class Exchange:
    """Lost or lowered, and gained or raised."""

    lost: list[Change]
    gained: list[Change]
    same: int

    @property
    def lost_at_a_glance(self) -> list[tuple[str, Side, Side, int]]:
        return at_a_glance(self.lost)

    @property
    def gained_at_a_glance(self) -> list[tuple[str, Side, Side, int]]:
        return at_a_glance(self.gained)


def at_a_glance(changes: list[Change]) -> list[tuple[str, Side, Side, int]]:
    """How many criteria of which edition go from which standing to which."""
    counter = Counter((change.edition, change.before, change.after) for change in changes)
    return [(*kind, number) for kind, number in sorted(counter.items())]


def counts(claim: Claim | None) -> int:
    """The assurance at which a claim counts as met, or as accepted not to apply; else 0."""
    if claim is None:
        return 0
    excused = claim.outcome == Outcome.NOT_APPLICABLE and claim.accepted_by
    return claim.assurance if claim.outcome == Outcome.MET or excused else 0


def exchange(current: Release | None, other: Release, *, at: datetime) -> Exchange:
    """Compare what both releases may rely on today. Two statements."""
    lines = effective([each.pk for each in (current, other) if each], at=at)
    before = lines[current.pk] if current else {}
    after = lines[other.pk]
    names = {edition.key: edition for edition in Edition.objects.published()}
    changes, same = [], 0
    for key in sorted(before.keys() | after.keys()):
        old, new = before.get(key), after.get(key)
        claim = old or new
        if claim is None or counts(old) == counts(new):
            same += bool(counts(old))
            continue
        edition = names[key.partition(":")[0]].text("name")
        gained = counts(new) > counts(old)
        changes.append(Change(claim.criterion, edition, Side.of(old), Side.of(new), gained))
    changes.sort(key=lambda each: (each.edition, each.criterion.position))
    return Exchange(
        lost=[change for change in changes if not change.gained],
        gained=[change for change in changes if change.gained],
        same=same,
    )


Counts = tuple[int, int, int, int, int]  # AL4 to AL1, and what is open


@dataclass(frozen=True)
class Short:
    """What applies, in four numbers; `open` facts would decide more."""

    held: int
    laws: int
    expected: int
    optional: int
    open: int

    @classmethod
    def of(cls, applied: Applied) -> "Short":
        counter = Counter(applied.standards.values())
        return cls(
            counter[BLOCK], counter[LAW], counter[EXPECTED], counter[OPTIONAL], len(applied.open)
        )

    @property
    def standards(self) -> int:
        return self.held + self.laws + self.expected + self.optional


@dataclass(frozen=True)
class Proven:
    """Effective claims by domain and assurance; excused ones do not apply and were accepted."""

    domains: list[tuple[str, Counts]]
    total: Counts
    excused: int

    @property
    def of(self) -> int:
        return sum(self.total)


def proven(release: Release, *, at: datetime) -> Proven:
    """How well each claim of the release is proven today. One statement."""
    by_domain: dict[str, list[int]] = {}
    excused = 0
    for claim in effective([release.pk], at=at)[release.pk].values():
        if claim.outcome == "not_applicable" and counts(claim):
            excused += 1
            continue
        row = by_domain.setdefault(claim.criterion.domain, [0, 0, 0, 0, 0])
        row[4 - counts(claim)] += 1
    domains = [
        (str(label), tuple_of(by_domain[key])) for key, label in Domain.choices if key in by_domain
    ]
    total = tuple_of([sum(row[place] for _, row in domains) for place in range(5)])
    return Proven(domains, total, excused)


def tuple_of(row: list[int]) -> Counts:
    return (row[0], row[1], row[2], row[3], row[4])


def holding(release: Release) -> list[tuple[Hold, Any]]:
    """Each hold, newest first, with its rule (None where the catalogue has it no more)."""
    holds = list(release.holds.select_related("proposed_by").order_by("-held_at", "-pk"))
    keys = [hold.rule_key for hold in holds]
    rules = {rule.key: rule for rule in Rule.objects.filter(key__in=keys).select_related("edition")}
    return [(hold, rules.get(hold.rule_key)) for hold in holds]


MOST = 30  # the newest entries


def history_lines(release: Release) -> list[tuple[LogEntry, Words, int]]:
    """The newest steps of the release, its solution, its assessments and whatever examines it,
    newest first; without what another side keeps to itself.

    The same step again on one day by one person for one reason is one line with its count.
    """
    steps = {name: step for name, step in every_step().items() if not step.internal}
    drafts = [str(pk) for pk in release.assessments.values_list("pk", flat=True)]
    subjects = (
        Q(subject_type="standards.release", subject_id=str(release.pk))
        | Q(subject_type="standards.solution", subject_id=str(release.solution_id))
        | Q(subject_type="standards.assessment", subject_id__in=drafts)
    )
    numbers: dict[tuple[str, str], str] = {}
    for kind, key, number in import_string(settings.RELEASE_HISTORY)(release):
        about = {"subject_type": f"standards.{kind}", "subject_id": key}
        subjects |= Q(step__startswith=f"{kind}.", **about)
        numbers[about["subject_type"], key] = number
    rows = LogEntry.objects.filter(subjects, step__in=steps)
    entries = rows.select_related("actor", "organisation")
    lines = [list(same) for _key, same in groupby(entries.order_by("-pk")[:MOST], key=_alike)]
    return [(same[0], in_words(same[0], steps, numbers), len(same)) for same in lines]


def in_words(
    entry: LogEntry, steps: Mapping[str, Step], numbers: Mapping[tuple[str, str], str]
) -> Words:
    """What was done, and on which examination or certificate."""
    words = steps[entry.step].said(detail_of(entry.body))
    number = numbers.get((entry.subject_type, entry.subject_id))
    return f"{number}: {words}" if number else words


def _alike(entry: LogEntry) -> tuple[object, ...]:
    return entry.step, entry.subject_id, entry.actor_id, entry.reason, localdate(entry.at)
