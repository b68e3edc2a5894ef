"""The letters to those who bid for a lot, as documents (rule R82).

They are computed as the report is, from frozen bytes.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext, ngettext, override

from certcentre.lifecycle import disagrees
from certcentre.places import money
from certcentre.zones import day as day_in
from tenders import award_words
from tenders.bids.answers import Column
from tenders.bids.bid import Bid
from tenders.export.printed import Paper, Part, pairs
from tenders.lot import Lot
from tenders.report import Evaluated, came_out, ends_as_logged, paper, table, when

Line = tuple[str, str, str, str, str]


def letters(lot: Lot, *, at: datetime, only: Bid | None = None) -> Paper:
    """A letter to each who bid for a lot, or to one of them: what became of it, and why; none
    about a bid that the log contradicts, which the first page names."""
    tender = lot.tender
    with override(tender.language):
        (ended,) = ends_as_logged(tender, [lot])
        evaluated = Evaluated.of(ended)
        columns = [each for each in evaluated.comparison.columns if only in (None, each.bid)]
        about = gettext("Letters to those who bid, as of %(when)s") % {"when": when(tender, at)}
        if only:
            about = gettext("Letter about a bid, as of %(when)s") % {"when": when(tender, at)}
            if not all(each.vouched for each in columns):
                raise disagrees(only.number)
        known = [(gettext("Reference"), tender.reference), *came_out(evaluated)]
        known += [(each.bid.number, each.left_out) for each in columns if not each.vouched]
        good = [each for each in columns if each.vouched]
        made = tuple(part for each in good for part in letter(evaluated, each))
        first = Part(table=pairs(known))
        return replace(paper(tender, about, first, made, at=at), cover=only is None)


def letter(lot: Evaluated, column: Column) -> Iterator[Part]:
    """What became of a bid, why, and what was given to it."""
    bid = column.bid
    about = {"number": bid.number, "lot": lot.title, "bidder": bid.bidder}
    heading = gettext("%(bidder)s: your bid %(number)s") % about
    day = lot.lot.called_off_at or bid.ended_at
    dated = [when(lot.lot.tender, day)] if day else []
    tender = lot.lot.tender
    office = (tender.contact_office, tender.contact_email, tender.contact_phone)
    sender = ", ".join(filter(None, (tender.buyer.name, *office)))
    greeting = gettext("Dear Sir or Madam,")
    yield Part(heading, lead=(*dated, greeting, *said(lot, bid)), lines=(sender,), fresh=True)
    if bid.status != Bid.Status.EXCLUDED:
        yield from given_to(lot, column)
    signed = [(gettext("Place and date"), ""), (gettext("Name and signature"), "")]
    yield Part(gettext("For the buyer"), 2, table=pairs(signed))


def given_to(lot: Evaluated, column: Column) -> Iterator[Part]:
    """What a bid was given, and beside it what the one that was chosen was."""
    comparison, language = lot.comparison, lot.lot.tender.language
    pairs_given = [(gettext("Price"), column.price)]
    if column.left_out:
        pairs_given += [(gettext("Not considered"), column.left_out)]
    elif comparison.complete and column.placed:
        points = {
            gettext("Points for the price"): column.placed.price,
            gettext("Points for quality"): column.quality,
            gettext("Total"): column.placed.total,
        }
        numbers = {} if comparison.price_alone else points
        pairs_given += [(name, award_words.points(n, language)) for name, n in numbers.items()]
        pairs_given += [(gettext("Place"), str(column.placed.place))]
    yield Part(gettext("What your bid was given"), 2, table=pairs(pairs_given))
    if rows := list(by_criterion(lot, column)):
        head = [gettext("Reference"), gettext("Criterion"), gettext("At most"), gettext("Yours")]
        head += [gettext("Of the bid that was chosen")]
        yield Part(
            gettext("Points by criterion"), 2, table=table([14, 46, 12, 12, 16], rows, *head)
        )
    if lines := list(not_accepted(lot, column)):
        head = [gettext("Reference"), gettext("Asked"), gettext("Why")]
        columns = table([12, 44, 44], lines, *head)
        yield Part(gettext("Answers that were not accepted"), 2, table=columns)


def by_criterion(lot: Evaluated, column: Column) -> Iterator[Line]:
    """The points of a bid for each criterion of quality, and those of the bid that was chosen;
    none where a bid is not considered, or not all is scored."""
    comparison, language, award = lot.comparison, lot.lot.tender.language, lot.award
    if column.left_out or not comparison.complete:
        return
    chosen = [
        each
        for each in comparison.columns
        if award and each.vouched and each.bid.pk == award.bid_id
    ]
    best = next((each for each in chosen if each.placed), None)
    if column.placed is None or comparison.price_alone:
        return

    def line(ref: str, name: str, most: str, own: Decimal, other: Decimal | None) -> Line:
        beside = "" if other is None else award_words.points(other, language)
        return ref, name, most, award_words.points(own, language), beside

    first = best.placed if best else None
    price, total = first.price if first else None, first.total if first else None
    yield line("", gettext("Price"), "", column.placed.price, price)
    for place, (row, cell) in enumerate(zip(comparison.rows, column.cells, strict=True)):
        if cell.should and cell.points is not None:
            other = best.cells[place].points if best else None
            most = str(row.asked.weight or 0)
            yield line(row.asked.ref, row.named, most, cell.points, other)
    yield line("", gettext("Total"), "", column.placed.total, total)


def not_accepted(lot: Evaluated, column: Column) -> Iterator[tuple[str, str, str]]:
    """Each answer of a bid that was judged and not accepted, with the reasons that were given."""
    for row, cell in zip(lot.comparison.rows, column.cells, strict=True):
        if cell.accepted is False:
            key = (str(column.bid.pk), cell.asked_id)
            yield row.asked.ref, row.named, "\n".join(lot.given.reasons(key))


def said(lot: Evaluated, bid: Bid) -> Iterator[str]:
    """The sentences of a letter."""
    award, tender = lot.award, lot.lot.tender
    about = {"lot": lot.title, "reference": tender.reference}
    yield gettext("You bid for %(lot)s, in %(reference)s.") % about
    if lot.lot.called_off_at:
        yield gettext("The lot was cancelled: nobody gets it.")
        yield lot.lot.called_off_because
    elif bid.status == Bid.Status.EXCLUDED:
        yield gettext("Your bid was excluded.")
        yield bid.ended_because
    elif award:
        about = {"supplier": award.supplier, "value": money(award.value, award.currency)}
        if award.bid_id == bid.pk:
            yield gettext("Your bid was chosen. The lot is awarded to you.")
        elif award.value is None:
            yield gettext("Another was chosen: the lot is awarded to %(supplier)s.") % about
        else:
            words = gettext(
                "Another was chosen: the lot is awarded to %(supplier)s, for %(value)s."
            )
            yield words % about
        yield award.reason
        if award.bids:
            words = ngettext("%(n)d bid was received.", "%(n)d bids were received.", award.bids)
            yield words % {"n": award.bids}
        if award.standstill_until:
            words = gettext("No contract is signed before %(day)s.")
            yield words % {"day": day_in(award.standstill_until, tender.language)}
        if award.standstill_reason:
            yield award.standstill_reason
    if bid.status in (Bid.Status.EXCLUDED, Bid.Status.NOT_AWARDED):
        yield objecting(lot)


def objecting(lot: Evaluated) -> str:
    """Until when one may object, and where, as far as notice and award say it."""
    award, tender = lot.award, lot.lot.tender
    until = award.standstill_until if award else None
    about = {"body": tender.review_body}
    if until:
        about["day"] = day_in(until, tender.language)
    if until and tender.review_body:
        return gettext("You may object before %(day)s, at: %(body)s") % about
    if until:
        words = gettext("You may object before %(day)s. Ask the buyer how and where.")
        return words % about
    if tender.review_body:
        words = gettext("Where you may object: %(body)s. Ask the buyer until when.")
        return words % about
    return gettext("Ask the buyer how, and until when, you may object.")
