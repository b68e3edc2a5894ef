"""Fetching a tender for somebody who may read or write it."""

import uuid
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from certcentre.abilities import require_able
from certcentre.accounts.people import User, signed_in_user
from certcentre.step_page import Question, step_page
from tenders import frozen_body
from tenders.bids.bid import Bid
from tenders.bids.opening import as_logged
from tenders.export import FORMATS, SET_OUT
from tenders.lot import Lot
from tenders.requirements import Requirement
from tenders.tender import Tender

Trail = list[tuple[str, str]]


def tender_step(
    request: HttpRequest,
    question: Question,
    form: forms.BaseForm,
    take: Callable[..., Any],
    *,
    tender: Tender,
    bid: Bid | None = None,
    **rest: Any,
) -> HttpResponse:
    """`step_page` about a tender, or a bid on it: it says so where the log holds something else of
    what it shows, as their own pages do."""

    def vouched() -> bool:
        good = frozen_body.as_logged(tender)
        return good and (bid is None or bid.is_draft or as_logged(bid))

    shown = {"tender": tender, "bid": bid, **rest}
    return step_page(request, question, form, take, vouched=vouched, **shown)


def visible(request: HttpRequest, reference: str) -> Tender:
    """The tender if the person may see it; 404 like one that does not exist."""
    rows = Tender.objects.visible_to(request.user).select_related("buyer")
    return get_object_or_404(rows, reference=reference)


def seen(request: HttpRequest, reference: str) -> Tender | None:
    """The same for addresses that are open to all; None where `unseen` is the answer."""
    rows = Tender.objects.visible_to(request.user).select_related("buyer")
    return rows.filter(reference=reference).first()


def unseen(request: HttpRequest) -> HttpResponse:
    """Of a tender that is not there for a person: 404; who is not signed in signs in first."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    raise Http404


def writable(request: HttpRequest, reference: str) -> Tender:
    """A draft for its editor: 404 unseen, 403 without the role, 409 when it is no draft."""
    tender = visible(request, reference)
    require_able(tender, "edit", signed_in_user(request), at=timezone.now())
    return tender


def reads_bids(tender: Tender, user: User, *, opened: bool = False) -> bool:
    """Whether the person compares the bids on it for its buyer: once they are read, and not on a
    version that another has replaced, for bids for that one stand beside those. `opened`: whoever
    asks knows that they were."""
    if tender.replaced_at or not user.acts_for(tender.buyer):
        return False
    return opened or tender.bids_are_read()


def papers(name: str, *args: Any) -> list[tuple[str, str]]:
    """Each format that a document is set out in, by name, and its address."""
    return [(str(FORMATS[key].title), reverse(name, args=[*args, key])) for key in SET_OUT]


def lot_in(tender: Tender, pk: int) -> Lot:
    """A lot of this tender; the tender stays the one that was fetched."""
    lot = get_object_or_404(tender.lots, pk=pk)
    lot.tender = tender
    return lot


def requirement_in(tender: Tender, pk: uuid.UUID) -> Requirement:
    rows = Requirement.objects.with_texts().filter(lot__tender=tender)
    requirement = get_object_or_404(rows, pk=pk)
    requirement.lot.tender = tender
    return requirement


def chosen_lot(tender: Tender, lots: list[Any], wanted: str | None) -> Any:
    """The lot that the address asks for, else the first."""
    lot = next((lot for lot in lots if str(lot.pk) == wanted), lots[0])
    lot.tender = tender
    return lot


def here(lot: Lot, anchor: str = "") -> str:
    """The builder at this lot."""
    return f"{lot.tender.get_absolute_url()}?lot={lot.pk}{'#' + anchor if anchor else ''}"


def trail(tender: Tender | None = None) -> Trail:
    """The way up from a page of a tender."""
    up = [(gettext("Tenders"), reverse("tenders"))]
    if tender:
        up.append((tender.reference, tender.get_absolute_url()))
    return up
