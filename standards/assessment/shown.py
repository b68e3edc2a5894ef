"""What the provider's page of a release shows, beside where it stands."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from standards.assessment.claims import effective
from standards.assessment.holds import Hold
from standards.assessment.losing import counts
from standards.assessment.solutions import Release
from standards.catalogue.applicability import BLOCK, EXPECTED, LAW, OPTIONAL, Applied
from standards.catalogue.editions import Domain
from standards.catalogue.facts import Rule

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
        found = Counter(applied.standards.values())
        return cls(found[BLOCK], found[LAW], found[EXPECTED], found[OPTIONAL], len(applied.open))

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
    holds = list(release.holds.order_by("-held_at", "-pk"))
    keys = [one.rule_key for one in holds]
    rules = {rule.key: rule for rule in Rule.objects.filter(key__in=keys).select_related("edition")}
    return [(one, rules.get(one.rule_key)) for one in holds]
