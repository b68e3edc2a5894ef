"""A long sheet of criteria, a row each, for whoever works through hundreds of them: the answers of
a draft, the findings of an examination.

Filters, counts, groups and finds are of the same lines, so they cannot disagree.
"""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from typing import ClassVar, Generic, Protocol, TypeVar

from django.db.models import TextChoices

from certcentre.lifecycle import StepRefused
from certcentre.search.words import folded
from standards.catalogue.editions import Domain

LONGEST_FIND = 200  # characters that are looked for
ORDER = {domain: place for place, domain in enumerate(Domain.values)}


class Line(Protocol):
    """What a sheet asks of one criterion."""

    pk: int
    domain: str
    edition: str
    group: str

    @property
    def asked(self) -> bool:
        """Whether anything is to be said of it."""

    @property
    def counts(self) -> bool:
        """Whether it is said."""

    @property
    def open(self) -> bool:
        """Whether it waits for somebody."""

    def fits(self, only: str) -> bool:
        """Whether a filter keeps it."""


L = TypeVar("L", bound=Line)


@dataclass(frozen=True)
class Group(Generic[L]):
    """Criteria that stand under one heading of their standard, in one domain."""

    place: int
    domain: str
    title: str  # the standard's own heading, else its name
    edition: str
    lines: list[L]

    @property
    def label(self) -> str:
        return str(Domain(self.domain).label)

    @cached_property
    def of(self) -> int:
        return sum(line.asked for line in self.lines)

    @cached_property
    def done(self) -> int:
        return sum(line.counts for line in self.lines)


@dataclass(frozen=True)
class LongSheet(Generic[L]):
    """The lines in the order of the sheet; `found`: those that hold the words asked."""

    lines: list[L]
    found: Collection[int] | None = None
    only: str = ""
    FILTERS: ClassVar[type[TextChoices]]

    @cached_property
    def shown(self) -> list[L]:
        """Those that the filter keeps and that hold the words."""
        kept = [line for line in self.lines if line.fits(self.only)]
        return kept if self.found is None else [line for line in kept if line.pk in self.found]

    @cached_property
    def groups(self) -> list[Group[L]]:
        """Every group, whatever is shown of it: so its place is the same in each view."""
        parted = groupby(self.lines, key=lambda line: (line.domain, line.edition, line.group))
        return [
            Group(place, domain, group or edition, edition, list(lines))
            for place, ((domain, edition, group), lines) in enumerate(parted, start=1)
        ]

    @cached_property
    def tally(self) -> dict[str, int]:
        """How many each filter keeps; by "" all of them."""
        counter = Counter({"": len(self.lines)})
        for only in self.FILTERS.values:
            counter[only] = sum(line.fits(only) for line in self.lines)
        return counter

    @cached_property
    def of(self) -> int:
        return sum(line.asked for line in self.lines)

    @cached_property
    def done(self) -> int:
        return sum(line.counts for line in self.lines)

    @property
    def so_far(self) -> str:
        """How far it is, in words."""
        raise NotImplementedError


def in_groups(lines: list[L]) -> list[L]:
    """By domain, standard, and the standard's own headings, each where its first criterion is."""
    first: dict[tuple[str, str], int] = {}
    for place, line in enumerate(lines):
        first.setdefault((line.edition, line.group), place)
    return sorted(
        lines,
        key=lambda line: (ORDER[line.domain], line.edition, first[line.edition, line.group]),
    )


def words_of(text: str) -> list[str]:
    """What is looked for, word by word."""
    return folded(text[:LONGEST_FIND]).split()


def holds(texts: Iterable[str], wanted: list[str]) -> bool:
    """Whether each word asked for stands in one of the texts."""
    text = folded(" ".join(texts))
    return all(word in text for word in wanted)


@dataclass(frozen=True)
class Done:
    """What one press did: in words, to how many, and those that stay as they were: key, ref and
    why."""

    sentence: str
    number: int
    left: list[tuple[int, str, StepRefused]] = field(default_factory=list)
