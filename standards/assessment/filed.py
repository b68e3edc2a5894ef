"""Evidence as a declaration names it: what everybody may read of it, and never the file."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from standards.assessment.declaration_body import period_of
from standards.assessment.evidence import Evidence
from standards.assessment.periods import Phase, phase


@dataclass(frozen=True)
class Filed:
    """One piece, in the words that were signed."""

    id: str
    title: str
    kind: str
    start: date
    end: date | None
    digest: str
    phase: Phase
    removed: bool = False
    url: str = ""  # for whoever may open it
    label: str = ""  # what lines that rest on it call it

    @property
    def kind_words(self) -> str:
        return str(Evidence.Kind(self.kind).label)

    @classmethod
    def of(cls, piece: dict[str, Any], at: datetime, **more: Any) -> "Filed":
        start, end = period_of(piece)
        return cls(
            id=piece["id"],
            title=piece["title"],
            kind=piece["kind"],
            start=start,
            end=end,
            digest=piece["digest"],
            phase=phase(at, start, end),
            **more,
        )


@dataclass(frozen=True)
class Cited:
    """The pieces of a declaration that are on file, each once, and those of each criterion."""

    pieces: tuple[Filed, ...] = ()
    by_criterion: Mapping[str, tuple[Filed, ...]] = field(default_factory=dict)

    def on(self, criterion: str) -> tuple[Filed, ...]:
        """What an answer of this criterion rests on."""
        return self.by_criterion.get(criterion, ())


def cited(
    content: dict[str, Any], criteria: Iterable[str], on_file: Iterable[str], *, at: datetime
) -> Cited:
    """The evidence of a declaration, called E1, E2 … in the order in which these criteria name
    it; then what others name."""
    known, kept = {piece["id"]: piece for piece in content["evidence"]}, set(on_file)
    named = {answer["criterion"]: answer["evidence"] for answer in content["answers"]}
    order = [key for criterion in criteria for key in named.get(criterion, ())]
    keys = [key for key in dict.fromkeys([*order, *known]) if key in known and key in kept]
    pieces = {
        key: replace(Filed.of(known[key], at), label=f"E{number}")
        for number, key in enumerate(keys, 1)
    }
    place = {key: number for number, key in enumerate(keys)}
    of_each = {
        criterion: tuple(pieces[key] for key in sorted(place.keys() & own, key=place.__getitem__))
        for criterion, own in named.items()
    }
    return Cited(tuple(pieces.values()), of_each)
