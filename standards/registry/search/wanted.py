"""Narrowing the register by what is claimed, needed and said, as sets.

Page, API and sitemap ask alike. A list narrowed by sets is still a queryset of solutions, and one
in tiers is read as one.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, overload

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BinaryField, BooleanField, Expression, F, Func, QuerySet, Value
from django.db.models.sql.compiler import SQLCompiler

from standards.assessment.solutions import Solution
from standards.assessment.standing_bytes import at_slot
from standards.registry.matching.narrowing import (
    claiming,
    connected,
    in_countries,
    in_languages,
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


@dataclass(frozen=True)
class Wanted:
    """What a visitor narrows the register by, apart from words."""

    edition: str = ""
    least: int = 0
    needs: Sequence[Mapping[str, Any]] = field(default_factory=list)  # their evidence
    country: str = ""
    language: str = ""
    connection: str = ""

    @property
    def asked(self) -> bool:
        """Whether a need or a standard is named, which an assurance then belongs to."""
        return bool(self.edition or self.needs)

    def members(self, market: Market) -> int:
        """The places of the listed releases that are all of this."""
        members = market.listed & self.proven(market, least=self.least or 1)
        for question in (
            *in_countries([self.country] if self.country else []),
            *in_languages([self.language] if self.language else []),
            *connected(self.connection),
        ):
            members &= market.grid.bits(question)
        return members

    def proven(self, market: Market, *, least: int) -> int:
        """Those that have what is asked for at the least assurance, or above.

        It belongs to each thing asked: to every check of a need, and to a criterion of the
        standard; to any criterion where neither is named.
        """
        members = ~0
        if self.edition or (self.least and not self.needs):
            slots = process.slots_of_edition(self.edition) if self.edition else None
            members = claiming(market, slots, least=least)
        slots_of = process.slots_of(key for evidence in self.needs for key in required(evidence))
        for evidence in self.needs:
            members &= supporting(market, evidence, slots_of, least=least)
        return members

    def assurances(self, market: Market, places: Iterable[int]) -> dict[int, Assured]:
        """How well all that is asked for is proven, of each of these places."""
        sets = [(level, self.proven(market, least=level)) for level in (4, 3, 2, 1)]
        slots = process.slots_of_edition(self.edition) if self.edition else ()
        assured = {}
        for place in places:
            level = next((level for level, bits in sets if bits >> place & 1), 0)
            row = market.grid.row(place).levels
            met = sum(1 for slot in slots if level <= at_slot(row, slot) <= 4) if level else 0
            assured[place] = Assured(level, met, len(slots))
        return assured


def among(solutions: Solutions, members: int) -> Solutions:
    """Those whose current release is in the set."""
    if members.bit_count() <= FEW:
        return solutions.filter(current_release__standing__in=places_of(members))
    return solutions.filter(Among("current_release__standing", members))


def places_of(members: int) -> list[int]:
    """The places of a set, the lowest first."""
    digits = f"{members:b}"[::-1]
    return [match.start() for match in ONES.finditer(digits)]


ONES = re.compile("1")


class Tiers(Sequence[Solution]):
    """Solutions of some sets, one set after the other, each in its own order."""

    ordered = True

    def __init__(self, solutions: Solutions, tiers: Sequence[int]) -> None:
        self.solutions, self.tiers = solutions, tiers

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
        """A statement for each tier that the slice reaches into."""
        if isinstance(wanted, int):
            return self[wanted : wanted + 1][0]
        first, after, _ = wanted.indices(len(self))
        rows: list[Solution] = []
        for tier in self.tiers:
            size = tier.bit_count()
            if tier and first < size and after > 0:
                rows += among(self.solutions, tier)[max(first, 0) : min(after, size)]
            first, after = first - size, after - size
        return rows


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
