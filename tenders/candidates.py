"""The bids that may be awarded, as whoever awards a lot meets them (rule R72)."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext

from certcentre.lifecycle import NotReady
from tenders import frozen_body
from tenders.bids.answers import Column
from tenders.bids.bid import Bid
from tenders.bids.comparison import Comparison, compared
from tenders.bids.evaluation import contradicted, in_the_way
from tenders.bids.given import Given, read
from tenders.lot import Lot


@dataclass
class Candidates:
    """The bids that are read for a lot, as whoever awards it meets them. `elsewhere`: bids go
    elsewhere, so that there may be others."""

    comparison: Comparison
    given: Given
    elsewhere: bool

    @classmethod
    def where_read(cls, lot: Lot) -> "Candidates | None":
        """None where the buyer reads no bid here. By all scores: the evaluation is closed."""
        if not lot.tender.bids_are_read():
            return None
        given = read(lot)
        return cls(compared(lot, given.means), given, elsewhere=not lot.tender.taken_here)

    @property
    def to_choose(self) -> list[Bid]:
        """Those that may be awarded, by place where it is known, then by price where all prices
        are of one currency, then by number."""
        columns = [
            column
            for column in self.comparison.columns
            if not column.left_out and column.bid.status == Bid.Status.OPENED
        ]
        return [column.bid for column in sorted(columns, key=self._rank)]

    def _rank(self, column: Column) -> tuple[int, Decimal, str]:
        place = column.placed.place if column.placed and self.comparison.complete else None
        price = 0 if self.comparison.several_currencies else column.content["price"]
        return place or 0, Decimal(price or 0), column.bid.number

    @property
    def left_out(self) -> list[tuple[Bid, str]]:
        """Those that may not, each with the reason."""
        return [(each.bid, each.left_out) for each in self.comparison.columns if each.left_out]

    def problems(self) -> list[str]:
        """What stands in the way of any award."""
        if not self.comparison.vouched:
            return [contradicted()]
        problems = in_the_way(self.comparison, self.given)
        if not self.to_choose and not self.elsewhere:
            problems.append(gettext("No bid can be chosen. Cancel the lot."))
        return problems

    def chosen(self, bid: Bid | None) -> Bid:
        """The bid as it was opened for this lot; NotReady where it is none that may be chosen."""
        for each in self.to_choose:
            if bid and each.pk == bid.pk:
                return each
        for each, why in self.left_out:
            if bid and each.pk == bid.pk:
                words = gettext("%(number)s cannot be chosen: %(why)s.")
                raise NotReady(words % {"number": each.number, "why": why})
        raise NotReady(gettext("Choose one of the bids that were opened for this lot."))


def hindrances(lot: Lot, candidates: Candidates | None) -> list[str]:
    """What stands in the way of awarding a lot; without candidates where bids go elsewhere."""
    if candidates:
        return candidates.problems()
    tender = lot.tender
    return [] if frozen_body.as_logged(tender) else [contradicted()]
