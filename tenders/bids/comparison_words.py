"""What whoever reads an order of bids, or awards a lot, should know of it, in words (rule R73)."""

from collections.abc import Iterator

from django.utils.translation import gettext, ngettext

from tenders.bids.bid import Bid
from tenders.bids.comparison import Comparison


def unordered(comparison: Comparison) -> str:
    """Why bids have no order; empty where they have one, or nothing is scored."""
    if comparison.several_currencies:
        return gettext(
            "Prices are in several currencies. They are not compared, and no points are worked out."
        )
    cells = [cell for column in comparison.considered for cell in column.cells if cell.open]
    if not comparison.scored or not cells:
        return ""
    people = sum(cell.question for cell in cells)
    alone = len(cells) - people
    parts = [gettext("There is no order.")]
    if people:
        words = ngettext(
            "%(n)d score of evaluators is still to come.",
            "%(n)d scores of evaluators are still to come.",
            people,
        )
        parts.append(words % {"n": people})
    if alone:
        words = ngettext(
            "%(n)d answer stands on words alone: evaluators say on the page of scores whether they "
            "accept it.",
            "%(n)d answers stand on words alone: evaluators say on the page of scores whether they "
            "accept them.",
            alone,
        )
        parts.append(words % {"n": alone})
    return " ".join(parts)


def without_order(comparison: Comparison, *, unseen: bool, over: bool) -> str:
    """The same as far as it may be said. `unseen`: scores were given that the reader may not see
    yet (rule R74), so that nothing is said of those to come; `over`: none can come any more."""
    words = unordered(comparison)
    if not words or comparison.several_currencies:
        return words
    if unseen:
        return ""
    if over:
        return gettext("There is no order: not every answer was given its points here.")
    return words


def cautions(comparison: Comparison) -> Iterator[str]:
    """What an award should not be given without knowing."""
    if words := unordered(comparison):
        yield words
    if alone := without_points(comparison):
        words = ngettext(
            "%(n)d answer that earns no points here rests on the bidder’s words alone. Read it "
            "before you award.",
            "%(n)d answers that earn no points here rest on the bidders’ words alone. Read them "
            "before you award.",
            alone,
        )
        yield words % {"n": alone}


def behind(comparison: Comparison, bid: Bid) -> str:
    """That a bid is not first by what was published, in words; empty where it is, or where there
    is no order."""
    if not comparison.complete:
        return ""
    placed = {column.bid.pk: column for column in comparison.columns if column.placed}
    own = placed.get(bid.pk)
    first = next((each for each in placed.values() if each.placed and each.placed.place == 1), None)
    if not (own and own.placed and own.placed.place and first and first.placed):
        return ""
    if own.placed.place == 1:
        return ""
    words = gettext(
        "%(number)s is not first: it has place %(place)d with %(total)s points, %(first)s has "
        "place 1 with %(best)s. Your reason has to say why it is chosen all the same."
    )
    if comparison.price_alone:
        words = gettext(
            "%(number)s is not first: it has place %(place)d, %(first)s has place 1. Your reason "
            "has to say why it is chosen all the same."
        )
    about = {"number": bid.number, "place": own.placed.place, "total": own.placed.total}
    return words % {**about, "first": first.bid.number, "best": first.placed.total}


def without_points(comparison: Comparison) -> int:
    """How many answers of bids that are considered rest on words alone, beside those that
    somebody still gives points."""
    return sum(
        cell.to_read and not (comparison.scored and cell.open)
        for column in comparison.considered
        for cell in column.cells
    )
