"""Which solutions qualify for a list of requirements (design.md section 3, *Qualifies*).

Pure, and twice: `qualify()` follows the words of the rule, one release after the other;
`tally()` counts whole sets at once. The tests hold the second to the first.
"""

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from standards.assessment.standing_bytes import EXCUSED

FEW = 3  # fewer solutions than this leave too little competition, and the buyer is warned
FULL_WEIGHT = 100  # what the weights of the *should* requirements of a lot add up to

Key = TypeVar("Key", bound=Hashable)

Standing = Mapping[str, int]  # criterion key → byte; a key left out is 0


@dataclass(frozen=True)
class Requirement:
    """One criterion a buyer asks for: how binding, and how well proven at the least."""

    criterion: str
    obligation: str = "must"
    least: int = 1
    weight: int | None = None
    must_be_present: bool = False
    alternatives: tuple[str, ...] = ()

    @property
    def criteria(self) -> tuple[str, ...]:
        return (self.criterion, *self.alternatives)

    @property
    def binding(self) -> bool:
        return self.obligation == "must"

    def met_by(self, standing: Standing) -> bool:
        return any(self.enough(standing.get(key, 0)) for key in self.criteria)

    def enough(self, value: int) -> bool:
        """Whether the byte is met, or accepted as not applicable, at the least or above."""
        excused, level = divmod(value, EXCUSED)
        if excused > 1 or (excused and self.must_be_present):
            return False
        return level >= max(self.least, 1)


@dataclass(frozen=True)
class Matched(Generic[Key]):
    """What `qualify()` found, in the order the standings were given."""

    count: int
    of: int
    qualifying: tuple[Key, ...]
    after: tuple[int, ...]  # the funnel: how many are left after each requirement, in order
    without: dict[str, int]  # how many would qualify if nothing were asked on that criterion
    missing: dict[Key, tuple[str, ...]]  # what the others lack, nearest first
    scores: dict[Key, int]  # of the qualifying: weights of the *should* requirements they meet


def qualify(requirements: Sequence[Requirement], standings: Mapping[Key, Standing]) -> Matched[Key]:
    """Who meets every *must*; *should* is scored without partial credit, *may* informs."""
    musts = [asked for asked in requirements if asked.binding]
    lacks = {
        key: dict.fromkeys(asked.criterion for asked in musts if not asked.met_by(standing))
        for key, standing in standings.items()
    }
    qualifying = tuple(key for key, lacking in lacks.items() if not lacking)
    without = dict.fromkeys((asked.criterion for asked in requirements), len(qualifying))
    for lacking in lacks.values():
        if len(lacking) == 1:
            without[next(iter(lacking))] += 1
    return Matched(
        count=len(qualifying),
        of=len(standings),
        qualifying=qualifying,
        after=_after(requirements, standings),
        without=without,
        missing={
            key: tuple(lacking)
            for key, lacking in sorted(lacks.items(), key=lambda item: len(item[1]))
            if lacking
        },
        scores={key: score(requirements, standings[key]) for key in qualifying},
    )


def _after(
    requirements: Sequence[Requirement], standings: Mapping[Key, Standing]
) -> tuple[int, ...]:
    left = list(standings.values())
    counts = []
    for asked in requirements:
        if asked.binding:
            left = [standing for standing in left if asked.met_by(standing)]
        counts.append(len(left))
    return tuple(counts)


def score(requirements: Sequence[Requirement], standing: Standing) -> int:
    """The weights of the *should* requirements that the standing meets."""
    return sum(
        asked.weight or 0
        for asked in requirements
        if asked.obligation == "should" and asked.met_by(standing)
    )


@dataclass(frozen=True)
class Tally:
    """What `tally()` counted. Sets hold one bit for each release, at its place."""

    inside: int
    qualifying: int
    after: tuple[int, ...]  # the sets that are left after each requirement
    without: dict[str, int]
    lacking: dict[str, int]  # criterion → those inside that lack it

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
            lacking[asked.criterion] = lacking.get(asked.criterion, 0) | lacks
        after.append(left)
    count = left.bit_count()
    without = dict.fromkeys((asked.criterion for asked in requirements), count)
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
    found: list[int] = []
    for group in groups:
        while group and len(found) < most:
            lowest = group & -group
            found.append(lowest.bit_length() - 1)
            group ^= lowest
        if len(found) >= most:
            break
    return found
