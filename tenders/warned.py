"""Something that the author of a draft should think about before publishing."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext

from standards.catalogue.editions import Criterion
from tenders.lot import Lot
from tenders.requirements import Requirement

NARROWING = {
    "brand",
    "closed_format",
    "issuer",
    "name_only",
    "title",
    "elsewhere",
    "same_deadline",
    "hurried",
    "few_invited",
    "too_soon",
}


@dataclass(frozen=True)
class Warned:
    """Something to think about before publishing; `confirmed`: only once one says it is meant."""

    kind: str
    ref: str
    words: str
    confirmed: bool = False

    @property
    def narrows(self) -> bool:
        """Whether it may keep a bidder away; the rest is good to know."""
        return self.kind in NARROWING


def refs(requirements: Iterable[Requirement]) -> str:
    """All their references for a sentence; those that follow each other as first and last."""
    runs: list[list[Requirement]] = []
    for requirement in sorted(
        requirements, key=lambda requirement: (requirement.lot.number, requirement.number_in_lot)
    ):
        last = runs[-1][-1] if runs else None
        if last and (last.lot_id, last.number_in_lot + 1) == (
            requirement.lot_id,
            requirement.number_in_lot,
        ):
            runs[-1].append(requirement)
        else:
            runs.append([requirement])
    between = gettext("%(first)s to %(last)s")
    return ", ".join(
        between % {"first": run[0], "last": run[-1]} if len(run) > 2 else ", ".join(map(str, run))
        for run in runs
    )


def catalogued(lots: list[Lot]) -> list[tuple[Requirement, Criterion]]:
    """What the lots ask from the catalogue."""
    return [(r, r.criterion) for lot in lots for r in lot.requirements.all() if r.criterion]
