"""The bids that may be awarded, as whoever awards a lot meets them (rule R72)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from django.utils.translation import gettext, ngettext

from certcentre.accounts.models import User
from certcentre.lifecycle import NotReady
from tenders import frozen_body
from tenders.bids.answers import Column
from tenders.bids.bid import Bid
from tenders.bids.comparison import Comparison, compared
from tenders.bids.given import Given, differing, read
from tenders.bids.scores import questions
from tenders.lot import Lot


@dataclass
class Candidates:
    """The bids that are read for a lot, as whoever awards it meets them. `elsewhere`: bids go
    elsewhere, so that there may be others. `unseen`: scores were given that the reader may not
    see yet (rule R74), so what they say of bids is left out."""

    comparison: Comparison
    given: Given
    elsewhere: bool
    unseen: bool

    @classmethod
    def where_read(cls, lot: Lot, reader: User | None = None) -> "Candidates | None":
        """None where the buyer reads no bid here. By all scores, or by those that the reader may
        see."""
        if not lot.tender.bids_are_read():
            return None
        given = read(lot)
        elsewhere, hidden = not lot.tender.taken_here, given.hidden_from(reader)
        return cls(compared(lot, given.shown_to(reader)), given, elsewhere, unseen=hidden)

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
        problems = differing(self.given, questions(self.comparison))
        problems += unconfirmed(self.comparison.waiting)
        if not self.to_choose and not self.elsewhere:
            problems.append(gettext("No bid can be chosen. Cancel the lot."))
        return problems

    def chosen(self, bid: Bid | None, *, by: User | None = None) -> Bid:
        """The bid as it was opened for this lot; NotReady where it is none that may be chosen. Why
        it may not, somebody who may not know yet what evaluators gave is not told."""
        if self.given.hidden_from(by):
            self.without_scores().chosen(bid)  # what everybody reads is said
            try:
                return self.chosen(bid)
            except NotReady as refused:
                raise NotReady(kept_back()) from refused
        for each in self.to_choose:
            if bid and each.pk == bid.pk:
                return each
        for each, why in self.left_out:
            if bid and each.pk == bid.pk:
                words = gettext("%(number)s cannot be chosen: %(why)s.")
                raise NotReady(words % {"number": each.number, "why": why})
        raise NotReady(gettext("Choose one of the bids that were opened for this lot."))

    def without_scores(self) -> "Candidates":
        """As whoever sees no scores meets them."""
        return replace(self, comparison=compared(self.given.lot))


def kept_back() -> str:
    """That an award waits for something that its reader may not know yet (rule R74)."""
    return gettext(
        "By what evaluators gave, this cannot be awarded now. You read why once you have handed in "
        "your own scores."
    )


def unconfirmed(waiting: Sequence[Bid]) -> list[str]:
    """That bids were brought for the lot that nobody confirmed yet."""
    if not waiting:
        return []
    words = ngettext(
        "%(n)d bid that was brought waits for a colleague to confirm it: %(numbers)s. Have it "
        "confirmed or taken back first.",
        "%(n)d bids that were brought wait for a colleague to confirm them: %(numbers)s. Have them "
        "confirmed or taken back first.",
        len(waiting),
    )
    return [words % {"n": len(waiting), "numbers": ", ".join(bid.number for bid in waiting)}]


def contradicted() -> str:
    return gettext(
        "Our records disagree about this tender: what stands here is not what our log holds. "
        "Nothing is awarded on it. Tell the centre."
    )


def hindrances(lot: Lot, candidates: Candidates | None) -> list[str]:
    """What stands in the way of awarding a lot; without candidates where bids go elsewhere."""
    if candidates:
        return candidates.problems()
    tender = lot.tender
    return [] if frozen_body.as_logged(tender) else [contradicted()]
