"""Narrowing the register by what is claimed, needed and said, as sets.

Page, API and sitemap ask alike. A list narrowed by sets is still a queryset of solutions, and one
in tiers is read as one.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from operator import and_, or_
from typing import Any, NamedTuple, cast, overload

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BinaryField, BooleanField, Expression, F, Func, QuerySet, Value
from django.db.models.sql.compiler import SQLCompiler

from standards.assessment.solutions import Release, Solution
from standards.assessment.standing_bytes import at_slot
from standards.assessment.standings import Standing
from standards.registry.matching.bitsets import enough
from standards.registry.matching.facts import having
from standards.registry.matching.narrowing import (
    checks,
    claiming,
    connected,
    partly_supporting,
    supporting,
)
from standards.registry.matching.state import Market, process
from standards.registry.needs import required

Solutions = QuerySet[Solution]
FEW = 500  # places that are sent as a list, so that their rows are fetched one by one


class Assured(NamedTuple):
    """How well something that was asked for is proven."""

    level: int  # the highest assurance that every need and the standard stand at; 0 for none
    met: int  # criteria of the standard that are met there or above
    of: int  # criteria of the standard; 0 where none is named


class Lacking(NamedTuple):
    """A need that one product supports in part: how much of it, and what is not met."""

    need: str
    met: int
    of: int  # checks that apply
    lacks: tuple[tuple[str, ...], ...]  # the criteria of each check that is not met


def slots_of(*needs: Mapping[str, Any]) -> dict[str, int]:
    """Where the levels of what needs rest on stand, from the evidence of each."""
    return process.slots_of(key for evidence in needs for key in required(evidence))


def answered(market: Market, place: int, need: str, evidence: Mapping[str, Any]) -> Lacking:
    """How much one product meets of a need, and what it lacks of it, which may be nothing."""
    row, slots = market.grid.row(place).levels, slots_of(evidence)
    levels = {
        check: {at_slot(row, slots[key]) for key in check if key in slots}
        for check in checks(evidence)
    }
    met = sum(not MET.isdisjoint(each) for each in levels.values())
    lacks = tuple(check for check, each in levels.items() if SATISFIED.isdisjoint(each))
    return Lacking(need, met, met + len(lacks), lacks)


@dataclass(frozen=True)
class Wanted:
    """What a visitor narrows the register by, apart from words."""

    editions: tuple[str, ...] = ()
    together: bool = False  # criteria of each of them, not of any
    least: int = 0
    needs: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)  # their evidence, by key
    partly: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)  # some of it is enough
    connection: str = ""
    facts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # any of these values

    @property
    def asked(self) -> bool:
        """Whether a need or a standard is named, which an assurance then belongs to."""
        return bool(self.editions or self.needs or self.partly)

    def without(self, name: str, value: str = "") -> "Wanted":
        """The same, with one thing less: a need, a standard, a value of a fact, or a whole part."""
        if name == "needs":
            return replace(self, needs=less(self.needs, value))
        if name == "partly":
            return replace(self, partly=less(self.partly, value))
        if name == "editions":
            editions = tuple(key for key in self.editions if value and key != value)
            return replace(self, editions=editions)
        if name in self.facts:
            values = tuple(each for each in self.facts[name] if value and each != value)
            facts = {**self.facts, name: values}
            return replace(self, facts={key: each for key, each in facts.items() if each})
        return replace(self, **{name: type(getattr(self, name))()})

    def members(self, market: Market) -> int:
        """The places of the listed releases that are all of this."""
        members = market.listed & self.proven(market, least=self.least or 1)
        for question in (
            *connected(self.connection),
            *(having(key, values) for key, values in self.facts.items()),
        ):
            members &= market.grid.bits(question)
        return members

    def proven(self, market: Market, *, least: int) -> int:
        """Those that have what is asked for at the least assurance, or above.

        It belongs to each thing asked: to every check of a need, and to a criterion of the
        standard; to any criterion where neither is named. Of a need that is asked for whole and
        in part either is enough.
        """
        members = ~0
        if self.editions:
            each = [meeting_any_of(market, key, least=least) for key in self.editions]
            members = reduce(and_ if self.together else or_, each)
        elif self.least and not self.asked:
            members = claiming(market, None, least=least)
        slots = self._slots()
        for key, evidence in {**self.needs, **self.partly}.items():
            either = 0
            if key in self.needs:
                either |= supporting(market, evidence, slots, least=least)
            if key in self.partly:
                either |= partly_supporting(market, evidence, slots, least=least)
            members &= either
        return members

    def _slots(self) -> dict[str, int]:
        return slots_of(*self.needs.values(), *self.partly.values())

    def lacking(self, market: Market, place: int) -> list[Lacking]:
        """What this one lacks of the needs of which a part is enough, those it supports in part."""
        every = (answered(market, place, *need) for need in self.partly.items())
        return [each for each in every if each.lacks]

    def assurances(self, market: Market, places: Iterable[int]) -> dict[int, Assured]:
        """How well all that is asked for is proven, of each of these places."""
        sets = [(level, self.proven(market, least=level)) for level in (4, 3, 2, 1)]
        slots = {slot for key in self.editions for slot in process.slots_of_edition(key)}
        assured = {}
        for place in places:
            level = next((level for level, bits in sets if bits >> place & 1), 0)
            row = market.grid.row(place).levels
            met = sum(1 for slot in slots if level <= at_slot(row, slot) <= 4) if level else 0
            assured[place] = Assured(level, met, len(slots))
        return assured


def less(needs: Mapping[str, Mapping[str, Any]], key: str) -> dict[str, Mapping[str, Any]]:
    """All but one; none where none is named."""
    return {other: each for other, each in needs.items() if key and other != key}


MET, SATISFIED = (frozenset(enough(1, present=present)) for present in (True, False))


def meeting_any_of(market: Market, edition: str, *, least: int = 1) -> int:
    """Those with a criterion of the edition met at the least assurance."""
    return claiming(market, process.slots_of_edition(edition), least=least)


def among(solutions: Solutions, members: int) -> Solutions:
    """Those whose current release is in the set."""
    return within(solutions, "current_release__standing", members)


def places_of(members: int) -> list[int]:
    """The places of a set, the lowest first."""
    digits = f"{members:b}"[::-1]
    return [match.start() for match in ONES.finditer(digits)]


ONES = re.compile("1")


def best_proven(members: int) -> QuerySet[Standing, int]:
    """The places of a set, the best proven first, along an index."""
    return within(Standing.objects.order_by("-proven", "pk"), "pk", members).values_list(
        "pk", flat=True
    )


def newest(members: int) -> QuerySet[Release, int]:
    """The places of a set, what became public last first, along an index."""
    rows = Release.objects.order_by("-public_since", "pk")
    return within(rows, "standing", members).values_list("standing", flat=True)


def within(rows: QuerySet[Any], place: str, members: int) -> QuerySet[Any]:
    """Those at a place of the set. Few are named one by one; of many a row tells."""
    if members.bit_count() <= FEW:
        return rows.filter(**{f"{place}__in": places_of(members)})
    return rows.filter(Among(place, members))


class Tiers(Sequence[Solution]):
    """Solutions of some sets, one set after the other, each in the same order."""

    ordered = True

    def __init__(
        self,
        solutions: Solutions,
        tiers: Sequence[int],
        order: Callable[[int], QuerySet[Any, int]] = best_proven,
    ) -> None:
        self.solutions, self.tiers, self.order = solutions.order_by(), tiers, order

    def __len__(self) -> int:
        return sum(tier.bit_count() for tier in self.tiers)

    def count(self, value: object = None) -> int:
        """As a queryset has it."""
        return len(self)

    @overload
    def __getitem__(self, wanted: int) -> Solution: ...
    @overload
    def __getitem__(self, wanted: slice) -> list[Solution]: ...
    def __getitem__(self, wanted: int | slice) -> Solution | list[Solution]:
        """Two statements; where there are many, one for each tier that the slice reaches into."""
        if isinstance(wanted, int):
            return self[wanted : wanted + 1][0]
        first, after, _ = wanted.indices(len(self))
        places = self._places(first, after)
        rows = self.solutions.filter(current_release__standing__in=places)
        by_place = {place_of(row): row for row in rows.select_related("current_release__standing")}
        return [by_place[place] for place in places if place in by_place]

    def _places(self, first: int, after: int) -> list[int]:
        if len(self) <= FEW:
            every = list(self.order(reduce(or_, self.tiers, 0)))
            every.sort(key=lambda place: [tier >> place & 1 for tier in self.tiers].index(1))
            return every[first:after]
        places: list[int] = []
        for tier in self.tiers:
            size = tier.bit_count()
            if tier and first < size and after > 0:
                places += self.order(tier)[max(first, 0) : min(after, size)]
            first, after = first - size, after - size
        return places


def place_of(solution: Solution) -> int:
    """Where the sets hold it: the key of its current release's standing."""
    return cast(Release, solution.current_release).standing.pk


class Among(Func):
    """Whether a standing's key is in the set. The set travels as one value, whatever its size."""

    output_field = BooleanField()
    conditional = True

    def __init__(self, place: str | Expression, members: int = 0, **more: Any) -> None:
        self.members = members
        super().__init__(F(place) if isinstance(place, str) else place, **more)

    def as_postgresql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **more: Any
    ) -> tuple[str, tuple[Any, ...]]:
        """One bit for each place, the lowest first in each byte."""
        place, params = compiler.compile(self.source_expressions[0])
        size = (self.members.bit_length() + 7) // 8
        bits = self._value(compiler, self.members.to_bytes(size, "little"))
        sql = f"(CASE WHEN {place} < %s THEN get_bit({bits[0]}, ({place})::int) = 1 ELSE false END)"
        return sql, (*params, size * 8, *bits[1], *params)

    def as_sqlite(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **more: Any
    ) -> tuple[str, tuple[Any, ...]]:
        """One byte for each place, since SQLite takes a byte of a blob at once."""
        place, params = compiler.compile(self.source_expressions[0])
        digits = self._value(compiler, f"{self.members:b}"[::-1].encode())
        return f"(substr({digits[0]}, {place} + 1, 1) = x'31')", (*digits[1], *params)

    @staticmethod
    def _value(compiler: SQLCompiler, value: bytes) -> tuple[str, Sequence[Any]]:
        return compiler.compile(Value(value, output_field=BinaryField()))
