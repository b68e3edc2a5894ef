"""Which solutions qualify for a list of requirements (rule R37).

Pure. `tally()` counts whole sets at once; the tests hold it to the words of the rule, followed for
one release after the other.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from standards.assessment.standing_bytes import EXCUSED
from standards.registry.matching.bitsets import NOTHING, Row
from standards.registry.matching.facts import ANY, asking, says

FEW = 3  # fewer solutions than this leave too little competition, and the buyer is warned
FULL_WEIGHT = 100  # what the weights of a lot add up to: that of the price, and of each *should*
TRIED = 60  # products that a bundle may start from: those that lack fewest
PARTNERS = 12  # second products tried before a third is looked for


Standing = Mapping[str, int]  # criterion key → byte; a key left out is 0


@dataclass(frozen=True)
class Requirement:
    """One criterion a buyer asks for, or one fact: how binding, and of a criterion how well proven
    at the least. What is not stated of a fact does not meet it."""

    criterion: str = ""
    obligation: str = "must"
    least: int = 1
    weight: int | None = None
    must_be_present: bool = False
    alternatives: tuple[str, ...] = ()
    fact: str = ""  # instead of a criterion
    values: tuple[str, ...] = ()
    how: str = ANY

    @property
    def key(self) -> str:
        """The criterion, or the fact with what is asked of it."""
        return self.criterion or f"{self.fact}={','.join(self.values)}" + (
            "" if self.how == ANY else f" {self.how}"
        )

    @property
    def criteria(self) -> tuple[str, ...]:
        return () if self.fact else (self.criterion, *self.alternatives)

    @property
    def binding(self) -> bool:
        return self.obligation == "must"

    def unsaid(self, stated: Row) -> bool:
        """Whether it asks for a fact that is not stated."""
        return bool(self.fact) and not says(self.fact).holds(stated)

    def met_by(self, standing: Standing, stated: Row = NOTHING) -> bool:
        if self.fact:
            return all(
                question.holds(stated) for question in asking(self.fact, self.values, self.how)
            )
        return any(self.enough(standing.get(key, 0)) for key in self.criteria)

    def enough(self, value: int) -> bool:
        """Whether the byte is met, or accepted as not applicable, at the least or above."""
        excused, level = divmod(value, EXCUSED)
        if excused > 1 or (excused and self.must_be_present):
            return False
        return level >= max(self.least, 1)


def lacking(
    requirements: Iterable[Requirement], standing: Standing, stated: Row = NOTHING
) -> tuple[str, ...]:
    """The keys of each *must* that standing and stated facts do not meet, in order, once each."""
    return tuple(
        dict.fromkeys(
            asked.key
            for asked in requirements
            if asked.binding and not asked.met_by(standing, stated)
        )
    )


def score(requirements: Sequence[Requirement], standing: Standing, stated: Row = NOTHING) -> int:
    """The weights of the *should* requirements that standing and stated facts meet."""
    return sum(
        asked.weight or 0
        for asked in requirements
        if asked.obligation == "should" and asked.met_by(standing, stated)
    )


@dataclass(frozen=True)
class Tally:
    """What `tally()` counted. Sets hold one bit for each release, at its place."""

    inside: int
    qualifying: int
    after: tuple[int, ...]  # the sets that are left after each requirement
    without: dict[str, int]
    lacking: dict[str, int]  # key of a requirement → those inside that lack it

    @property
    def count(self) -> int:
        return self.qualifying.bit_count()

    def nearest(self, most: int) -> list[int]:
        """Places of those that lack fewest criteria; of equals the oldest."""
        planes: list[int] = []
        for lacking in self.lacking.values():
            _add(planes, lacking, 0)
        missing = self.inside & ~self.qualifying
        return first(_ranked(planes, missing, largest=False), most)

    def best(
        self, requirements: Sequence[Requirement], have: Sequence[int], most: int
    ) -> list[int]:
        """Places of the qualifying, those with most points first; of equals the oldest."""
        planes: list[int] = []
        for asked, bits in zip(requirements, have, strict=True):
            if asked.obligation == "should":
                for place in range((asked.weight or 0).bit_length()):
                    if (asked.weight or 0) >> place & 1:
                        _add(planes, bits & self.qualifying, place)
        return first(_ranked(planes, self.qualifying, largest=True), most)


def tally(requirements: Sequence[Requirement], have: Sequence[int], inside: int) -> Tally:
    """Count among `inside`; `have[n]` is the set of those that meet `requirements[n]`."""
    left, after = inside, []
    lacking: dict[str, int] = {}
    for asked, bits in zip(requirements, have, strict=True):
        if asked.binding:
            left &= bits
            lacks = inside ^ (inside & bits)
            lacking[asked.key] = lacking.get(asked.key, 0) | lacks
        after.append(left)
    count = left.bit_count()
    without = dict.fromkeys((asked.key for asked in requirements), count)
    alone = _exactly_one(lacking.values())
    for criterion, lacks in lacking.items():
        without[criterion] += (alone & lacks).bit_count()
    return Tally(inside, left, tuple(after), without, lacking)


def _exactly_one(sets: Iterable[int]) -> int:
    once = more = 0
    for bits in sets:
        more |= once & bits
        once |= bits
    return once ^ more


def _add(planes: list[int], bits: int, place: int) -> None:
    """Add 2**place to the number of each member; plane n holds the n-th digit of every number."""
    while len(planes) < place:
        planes.append(0)
    while bits:
        if place == len(planes):
            planes.append(0)
        planes[place], bits = planes[place] ^ bits, planes[place] & bits
        place += 1


def _ranked(planes: Sequence[int], members: int, *, largest: bool) -> Iterator[int]:
    """The members in groups of equal numbers, in the order of these numbers."""
    if not members:
        return
    if not planes:
        yield members
        return
    *lower, top = planes
    ones = members & top
    for group in (ones, members ^ ones) if largest else (members ^ ones, ones):
        yield from _ranked(lower, group, largest=largest)


def places(bits: int, most: int) -> list[int]:
    """The lowest places of a set."""
    return first(iter([bits]), most)


def first(groups: Iterator[int], most: int) -> list[int]:
    """So many places, group after group, the lowest of each first."""
    places: list[int] = []
    for group in groups:
        while group and len(places) < most:
            lowest = group & -group
            places.append(lowest.bit_length() - 1)
            group ^= lowest
        if len(places) >= most:
            break
    return places


def bundles(
    lacking: Mapping[str, int], inside: int, start: Sequence[int], most: int
) -> list[tuple[int, ...]]:
    """Pairs that cover every criterion; triples where no pair does. Places, the nearest first.

    `lacking` is criterion → the set of those that lack it, `start` the places to begin from. A
    criterion that everybody lacks lets nothing be found.
    """
    if not lacking or any(lacks == inside for lacks in lacking.values()):
        return []
    tried = list(start)[:TRIED]
    nearest = _distinct(_pairs(lacking, inside, tried, most), most)
    return nearest or _distinct(_triples(lacking, inside, tried, most), most)


def _pairs(
    lacking: Mapping[str, int], inside: int, start: Sequence[int], most: int
) -> Iterator[tuple[int, ...]]:
    for first in start:
        partners = _covering(lacking, inside, _missing(lacking, first))
        yield from ((first, other) for other in places(partners, most))


def _triples(
    lacking: Mapping[str, int], inside: int, start: Sequence[int], most: int
) -> Iterator[tuple[int, ...]]:
    for first in start:
        missing = _missing(lacking, first)
        rarest = max(missing, key=lambda key: lacking[key].bit_count())
        for second in places(inside & ~lacking[rarest], PARTNERS):
            left = [key for key in missing if lacking[key] >> second & 1]
            partners = _covering(lacking, inside, left)
            yield from ((first, second, third) for third in places(partners, most))


def _missing(lacking: Mapping[str, int], place: int) -> list[str]:
    return [key for key, lacks in lacking.items() if lacks >> place & 1]


def _covering(lacking: Mapping[str, int], inside: int, keys: Sequence[str]) -> int:
    """Those that have every one of these."""
    for key in keys:
        inside &= ~lacking[key]
    return inside


def _distinct(found: Iterator[tuple[int, ...]], most: int) -> list[tuple[int, ...]]:
    """Each set of products once."""
    kept: dict[frozenset[int], tuple[int, ...]] = {}
    for places in found:
        kept.setdefault(frozenset(places), places)
        if len(kept) >= most:
            break
    return list(kept.values())
