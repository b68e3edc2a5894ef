"""Who qualifies, worked out as the rule is worded, one release after the other: what the counting
of sets is held to."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Generic, TypeVar

from standards.registry.matching.bitsets import NOTHING, Row
from standards.registry.matching.qualifying import Requirement, Standing, lacking, score

Key = TypeVar("Key", bound=Hashable)


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


def qualify(
    requirements: Sequence[Requirement],
    standings: Mapping[Key, Standing],
    stated: Mapping[Key, Row] = MappingProxyType({}),
) -> Matched[Key]:
    """Who meets every *must*; *should* is scored without partial credit, *may* informs."""
    rows = {key: stated.get(key, NOTHING) for key in standings}
    lacks = {key: lacking(requirements, each, rows[key]) for key, each in standings.items()}
    qualifying = tuple(key for key, lacked in lacks.items() if not lacked)
    without = dict.fromkeys((asked.key for asked in requirements), len(qualifying))
    for lacked in lacks.values():
        if len(lacked) == 1:
            without[lacked[0]] += 1
    return Matched(
        count=len(qualifying),
        of=len(standings),
        qualifying=qualifying,
        after=_after(requirements, standings, rows),
        without=without,
        missing={
            key: lacked
            for key, lacked in sorted(lacks.items(), key=lambda item: len(item[1]))
            if lacked
        },
        scores={key: score(requirements, standings[key], rows[key]) for key in qualifying},
    )


def _after(
    requirements: Sequence[Requirement],
    standings: Mapping[Key, Standing],
    stated: Mapping[Key, Row],
) -> tuple[int, ...]:
    left = list(standings)
    counts = []
    for asked in requirements:
        if asked.binding:
            left = [key for key in left if asked.met_by(standings[key], stated[key])]
        counts.append(len(left))
    return tuple(counts)
