"""Asking for grounds: what an editor picks for a draft, or takes over with a copy."""

from collections.abc import Mapping
from datetime import datetime

from certcentre.accounts.models import User
from certcentre.lifecycle import Conflict
from tenders import grounds
from tenders.tender import Tender


def ask(
    tender: Tender, asked: Mapping[str, str], *, by: User, at: datetime, seen: str = ""
) -> None:
    """Pick what bidders declare: the buyer's words by code.

    `seen` is the draft's `grounds_print` when the change was begun; Conflict, with what is stored,
    when somebody changed them since.
    """
    picked = grounds.picked(asked)
    with tender.edited(by=by, at=at):
        stored = Tender.objects.get(pk=tender.pk)
        if seen and seen != stored.grounds_print and stored.grounds != picked:
            raise Conflict(stored)
        Tender.objects.filter(pk=tender.pk).update(grounds=picked)
    tender.refresh_from_db()


def copy(earlier: Tender, into: Tender) -> None:
    """Take over what another tender asks for; the draft is held."""
    into.grounds = earlier.grounds
    Tender.objects.filter(pk=into.pk).update(grounds=into.grounds)
