"""What mappings offer an answer: one given elsewhere in the same assessment, or its evidence.

Only published mappings and what follows from them (rule R122) offer anything, and only what counts
as AL1 or AL2: what an auditor found of one criterion never speaks for another. Nothing counts until
somebody confirms it (rule R15).
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from standards.assessment.claims import Outcome
from standards.assessment.evidence import EvidenceUse
from standards.catalogue.mappings import Mapping as CriterionMapping
from standards.catalogue.mappings import links

Relation = CriterionMapping.Relation


class Kind(StrEnum):
    """What is offered, the most useful first."""

    SAME = "same"  # both ask the same
    ALL = "all"  # what was answered asks all of this, and more
    PART = "part"  # what was answered is a part of this
    EVIDENCE = "evidence"  # they overlap: the evidence may serve


ORDER = list(Kind)


class Given(Protocol):
    """An answer that was given, as far as an offer asks."""

    value: str
    reason: str
    answered_at: datetime | None
    on_file: list[EvidenceUse]


@dataclass(frozen=True, slots=True)
class Offer:
    """An answer given elsewhere, and what it can do here."""

    answer: Given
    kind: Kind

    @property
    def same(self) -> bool:
        return self.kind == Kind.SAME

    @property
    def value(self) -> str:
        """What it would answer here; nothing where only the evidence may serve."""
        if self.kind == Kind.EVIDENCE:
            return ""
        return Outcome.PARTLY_MET if self.kind == Kind.PART else self.answer.value

    @property
    def reason(self) -> str:
        """The words that come along; what a part lacks is for the provider to say."""
        return self.answer.reason if self.same else ""

    def nothing_new(self, attached: Iterable[Any]) -> bool:
        """Whether only evidence is offered that the answer rests on already."""
        offered = {use.evidence_id for use in self.answer.on_file}
        return self.kind == Kind.EVIDENCE and offered <= set(attached)


def travels(relation: str, forward: bool, value: str) -> Kind | None:
    """What a value given on one side does on the other. `forward`: it was given at the source.

    An equal takes any answer. One that asks more passes on only *met*; of one that asks less,
    *met* and *partly met* become a part; where they overlap only the evidence is offered.
    """
    if relation == Relation.EQUAL:
        return Kind.SAME
    done = value in (Outcome.MET, Outcome.PARTLY_MET)
    if relation == Relation.INTERSECTS:
        return Kind.EVIDENCE if done else None
    wider = Relation.SUPERSET if forward else Relation.SUBSET
    if relation == wider:
        return Kind.ALL if value == Outcome.MET else None
    return Kind.PART if done else None


def mapped_pairs(criteria: Iterable[int]) -> list[tuple[int, int, str]]:
    """What may be relied on of these criteria: source, target, relation. One statement."""
    return [(each.source.pk, each.target.pk, each.relation) for each in links(set(criteria))]


def matched(pairs: Iterable[tuple[int, int, str]], given: Mapping[int, Given]) -> dict[int, Offer]:
    """The best offer for each criterion that was not answered, in the order of the kinds."""
    offers: dict[int, Offer] = {}
    for source, target, relation in pairs:
        for forward, there, here in ((True, source, target), (False, target, source)):
            answer = given.get(there)
            kind = travels(relation, forward, answer.value) if answer else None
            if answer is None or kind is None or here in given:
                continue
            if kind == Kind.EVIDENCE and not answer.on_file:
                continue
            if here not in offers or ORDER.index(kind) < ORDER.index(offers[here].kind):
                offers[here] = Offer(answer, kind)
    return offers


OWN = "own"  # said on the criterion itself
STATES = (OWN, Kind.SAME, Kind.ALL, Kind.PART, Kind.EVIDENCE, "")


@dataclass(frozen=True)
class Reached:
    """One criterion: how it is reached, and from which other (its own key where said on it)."""

    criterion: str
    kind: str
    source: str = ""


@dataclass(frozen=True)
class Coverage:
    """One edition: its criteria by how they are reached."""

    lines: tuple[Reached, ...]

    @property
    def counts(self) -> dict[str, int]:
        counter = Counter(line.kind for line in self.lines)
        return {state: counter[state] for state in STATES}

    @property
    def total(self) -> int:
        return len(self.lines)

    @property
    def through_others(self) -> int:
        """Those that a mapping would answer, wholly or in part."""
        counts = self.counts
        return counts[Kind.SAME] + counts[Kind.ALL] + counts[Kind.PART]


def coverage(
    criteria: Iterable[str],
    said: Mapping[str, str],
    pairs: Iterable[tuple[str, str, str]],
    *,
    shown: frozenset[str] = frozenset(),
) -> Coverage:
    """`said`: value by criterion; `pairs`: (source, target, relation); `shown`: those of `said`
    with evidence in date, the only ones whose evidence is worth a look elsewhere."""
    best: dict[str, Reached] = {}
    for source, target, relation in pairs:
        for forward, there, here in ((True, source, target), (False, target, source)):
            kind = travels(relation, forward, said[there]) if there in said else None
            if kind is None or (kind == Kind.EVIDENCE and there not in shown):
                continue
            if here not in best or ORDER.index(kind) < ORDER.index(Kind(best[here].kind)):
                best[here] = Reached(here, kind, there)
    return Coverage(
        tuple(
            Reached(key, OWN, key) if key in said else best.get(key, Reached(key, ""))
            for key in criteria
        )
    )
