"""Evidence as a declaration names it: what everybody may read of it, and never the file."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from standards.assessment.declaration_body import period_of
from standards.assessment.evidence import CLOSED, Evidence, Sharing
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
    sharing: Sharing = CLOSED
    label: str = ""  # what lines that rest on it call it

    @property
    def kind_words(self) -> str:
        return str(Evidence.Kind(self.kind).label)

    @property
    def public_link(self) -> str:
        """Where everybody may read it; empty where its provider has not made it public."""
        public = self.sharing.shown_to == Evidence.ShownTo.PUBLIC
        return self.sharing.public_link if public and not self.removed else ""

    @property
    def to_ask_for(self) -> bool:
        """Whether buyers are let in one by one."""
        return not self.removed and self.sharing.shown_to not in Evidence.TO_BUYERS

    @property
    def for_buyers(self) -> str:
        """Where buyers in force open it; empty where they are let in one by one."""
        open_ = self.sharing.shown_to in Evidence.TO_BUYERS and not self.removed
        return Evidence(pk=self.id).get_absolute_url() if open_ else ""

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
    content: dict[str, Any],
    criteria: Iterable[str],
    on_file: Mapping[str, Sharing],
    *,
    at: datetime,
) -> Cited:
    """The evidence of a declaration, called E1, E2 … in the order in which these criteria name
    it; then what others name."""
    known = {piece["id"]: piece for piece in content["evidence"] if piece["id"] in on_file}
    named = {answer["criterion"]: answer["evidence"] for answer in content["answers"]}
    order = [key for criterion in criteria for key in named.get(criterion, ())]
    keys = [key for key in dict.fromkeys([*order, *known]) if key in known]
    pieces = {
        key: Filed.of(known[key], at, sharing=on_file[key], label=f"E{number}")
        for number, key in enumerate(keys, 1)
    }
    place = {key: number for number, key in enumerate(keys)}
    of_each = {
        criterion: tuple(pieces[key] for key in sorted(place.keys() & own, key=place.__getitem__))
        for criterion, own in named.items()
    }
    return Cited(tuple(pieces.values()), of_each)


def on_file(signed: dict[str, Any], claims: Iterable[Any]) -> dict[str, Sharing]:
    """The evidence of a declaration that was not removed. What a claim in force rests on was not,
    so one statement is for the rest; Django asks none for an empty set."""
    carrying = {
        str(row.evidence_id): Sharing(row.shown_to, row.public_link)
        for row in claims
        if row.stands and row.evidence_id
    }
    rest = {piece["id"] for piece in signed["evidence"]} - carrying.keys()
    return carrying | Evidence.objects.on_file().filter(pk__in=rest).sharing()
