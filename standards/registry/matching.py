"""Which solutions qualify for a list of requirements (design.md section 3, *Qualifies*).

Pure: requirements and standings in, counts and names out. How standings are kept may change
behind `qualify()` without a change here.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)

Standing = Mapping[str, int]  # criterion key → byte; a key left out is 0
EXCUSED = 16  # added to the assurance of what is accepted as not applicable


def byte(outcome: str, assurance: int, accepted: bool) -> int:
    """The byte of one effective claim: AL 0-4 if met, 16 + AL if accepted as not applicable."""
    if outcome == "met":
        return assurance
    return EXCUSED + assurance if outcome == "not_applicable" and accepted else 0


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

    def met_by(self, standing: Standing) -> bool:
        return any(self._enough(standing.get(key, 0)) for key in self.criteria)

    def _enough(self, value: int) -> bool:
        if value >= EXCUSED:
            return not self.must_be_present and value - EXCUSED >= self.least
        return value >= max(self.least, 1)


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
    musts = [asked for asked in requirements if asked.obligation == "must"]
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
        scores={key: _score(requirements, standings[key]) for key in qualifying},
    )


def _after(
    requirements: Sequence[Requirement], standings: Mapping[Key, Standing]
) -> tuple[int, ...]:
    left = list(standings.values())
    counts = []
    for asked in requirements:
        if asked.obligation == "must":
            left = [standing for standing in left if asked.met_by(standing)]
        counts.append(len(left))
    return tuple(counts)


def _score(requirements: Sequence[Requirement], standing: Standing) -> int:
    return sum(
        asked.weight or 0
        for asked in requirements
        if asked.obligation == "should" and asked.met_by(standing)
    )
