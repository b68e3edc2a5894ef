"""Bringing returned forms: bids of bidders who are not here, beside the others (rule R80)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext

from certcentre.accounts.models import User
from certcentre.lifecycle import NotReady
from certcentre.log.models import next_number, record
from certcentre.plain_text import plain
from tenders.bids import body, offered
from tenders.bids.bid import Bid
from tenders.bids.offered import Line
from tenders.bids.returned_form import Bidders, Part, Returned, complete
from tenders.lot import Lot
from tenders.steps import BID_BROUGHT
from tenders.tender import Tender


def lots_of(tender: Tender) -> list[Lot]:
    """Its lots in order, each with the tender that is given."""
    lots = list(tender.lots.order_by("number"))
    for lot in lots:
        lot.tender = tender
    return lots


def asked_in(lot: Lot, *, at: datetime) -> list[Line]:
    """What a lot asks, unanswered: nothing in the portal stands for it in a bid that is brought."""
    return offered.lines(Bid(tender=lot.tender, lot=lot), {}, at=at)


def bring(tender: Tender, forms: Sequence[Returned], *, by: User, at: datetime) -> list[Bid]:
    """Take returned forms in, all or none: a bid for each lot that each of them answers.

    What is taken stands opened and frozen at once. NotReady where a form is not whole, or where
    meanwhile a bid of the same name or form stands there; IllegalMove where its lot is not open.
    """
    tender.may_bring(by=by, at=at)
    with transaction.atomic():
        tender = Tender.objects.held(tender.pk)[tender.pk]
        tender.may_bring(by=by, at=at)
        list(tender.lots.select_for_update().order_by("pk"))
        lots = [lot for lot in lots_of(tender) if any(lot.number in each.parts for each in forms)]
        lines = {lot.number: asked_in(lot, at=at) for lot in lots}
        bidders, bids = Bidders(lots), []
        for form in forms:
            for lot in lots:
                if part := form.parts.get(lot.number):
                    lot.require_open()
                    if problem := bidders.clash(lot, form):
                        raise NotReady(problem)
                    bidders.add(lot, form)
                    bids.append(make(lot, form, part, lines[lot.number], by=by, at=at))
        if not bids:
            raise NotReady(gettext("Bring at least one form."))
    return bids


def make(
    lot: Lot, form: Returned, part: Part, asked: Sequence[Line], *, by: User, at: datetime
) -> Bid:
    """One bid, as it is frozen."""
    answered = complete(part, asked)
    if answered is None or form.problems or not form.bidder:
        raise NotReady(gettext("“%(file)s” is not whole.") % {"file": form.name})
    bid = Bid(
        tender=lot.tender,
        lot=lot,
        bidder_name=form.bidder,
        form_digest=form.digest,
        number=next_number("BD", at=at),
        price=part.price,
        currency=part.currency,
        offer=form.offer,
        status=Bid.Status.OPENED,
        started_at=at,
        started_by=by,
        handed_in_at=at,
        handed_in_by=by,
    )
    brought = {"by": plain(by.name), "file": form.name}
    for name, value in body.freeze(bid, answered, brought=brought).items():
        setattr(bid, name, value)
    bid.save(force_insert=True)
    detail = {"number": bid.number, "digest": bid.digest}
    logged: Any = {"to_state": bid.status, "organisation": bid.party, "detail": detail}
    record(bid, BID_BROUGHT, by=by, at=at, **logged)
    return bid
