"""Cancelling a lot or a whole tender, and what then becomes of the bids (rule R77)."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext

from certcentre.accounts.models import User
from certcentre.lifecycle import move, reason_required
from tenders.award import conclude
from tenders.bids.bid import Bid
from tenders.lot import Lot
from tenders.lot_lock import held
from tenders.steps import LOT_CANCELLED
from tenders.tender import Tender


def who_is_told(tender: Tender) -> str:
    """Whom it tells that bids end, in sentences for whoever is about to cancel; whether there are
    bids that nobody opened it does not say."""
    words = []
    if tender.taken_here:
        words.append(
            gettext("Bids for it end, and bidders are told; what was never opened stays closed.")
        )
    if Bid.objects.on(tender).filter(form_digest__gt="").exists():
        words.append(
            gettext("Nobody is told by e-mail whose form you brought: tell them yourself.")
        )
    return " ".join(words)


def cancel_lot(lot: Lot, *, by: User, at: datetime, reason: str) -> None:
    """Give a lot up, with the reason that the public reads; an award of it falls."""
    lot.may_cancel(by=by, at=at)
    why = reason_required(reason, public=True)
    with held(lot) as tender:
        lot.may_cancel(by=by, at=at)
        stamps: Any = {"cancelled_at": at, "cancelled_because": why}
        logged: Any = {"organisation": tender.buyer, "reason": why}
        move(lot, "cancelled", step=LOT_CANCELLED, by=by, at=at, **logged, **stamps)
        conclude(tender, by=by, at=at)
        # last: between two public entries the log's numbers would say how many bids were sealed
        Bid.objects.filter(lot__in=lot.line_of_lots).end(by=by, at=at, reason=why)


def cancel_tender(tender: Tender, *, by: User, at: datetime, reason: str) -> None:
    """Take the call back, with the reason that the public reads."""
    tender.may_cancel(by=by, at=at)
    why = reason_required(reason, public=True)
    with transaction.atomic():
        Tender.objects.held(tender.pk)[tender.pk].may_cancel(by=by, at=at)
        tender.call_off(by=by, at=at, outcome=why)
        Bid.objects.on(tender).end(by=by, at=at, reason=why)
