"""How much of an edition a release has answered already through others. Pure.

What a release says in force on one criterion reaches others through published mappings. Nothing
of it counts there until somebody confirms it, and AL3 and AL4 never travel.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from standards.assessment.mapped_answers import ORDER, Kind, travels

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
        found = Counter(line.kind for line in self.lines)
        return {state: found[state] for state in STATES}

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
