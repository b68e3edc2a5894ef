"""What a bidder states in a draft beside its answers: the offer, and what it declares of itself."""

import uuid
from collections.abc import Callable, Mapping

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext

from certcentre.abilities import require_able
from certcentre.accounts.people import signed_in_user
from certcentre.lifecycle import Conflict, NotReady
from certcentre.saving import code_of, revision_sent
from certcentre.step_page import UNPROCESSABLE, posted
from tenders.bids import self_declaration
from tenders.bids.bid import Bid, offerable
from tenders.bids.forms import DeclarationForm, OfferForm
from tenders.frozen_body import as_logged
from tenders.pages.bids import bid_in, bid_trail


def bid_offer(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Products, price and words."""
    bid = fillable(request, pk)
    initial = {name: getattr(bid, name) for name in Bid.STATED}
    initial["releases"] = [release.pk for release in bid.releases.all()]
    form = OfferForm(posted(request), bid=bid, offerable=offerable(bid.party), initial=initial)
    return stated(
        request,
        bid,
        form,
        lambda: form.cleaned_data,
        done=gettext("Your offer is saved."),
        template="tenders/bid_offer.html",
    )


def bid_self_declaration(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Each ground that the buyer asks for; half of it may be saved."""
    bid = fillable(request, pk)
    grounds = self_declaration.asked(bid)
    if not grounds:
        raise Http404
    form = DeclarationForm(posted(request), said=self_declaration.said(bid, grounds))
    return stated(
        request,
        bid,
        form,
        lambda: {"declared": form.declared},
        done=gettext("Your self-declaration is saved."),
        template="tenders/bid_self_declaration.html",
        shown=lambda other: self_declaration.said(other, grounds),
        vouched=as_logged(bid.tender),
    )


def fillable(request: HttpRequest, pk: uuid.UUID) -> Bid:
    """A draft that the person may write in."""
    bid = bid_in(request, pk)
    require_able(bid, "fill", signed_in_user(request), at=timezone.now())
    return bid


def stated(
    request: HttpRequest,
    bid: Bid,
    form: forms.Form,
    given: Callable[[], Mapping[str, object]],
    *,
    done: str,
    template: str,
    shown: Callable[[Bid], object] = lambda other: other,
    **context: object,
) -> HttpResponse:
    """The page of what a bid states, which saves what is sent. 409 with what stands (`shown`) where
    somebody changed it since the page was read; what is not right leaves it read as it was."""
    status, stored, revision = None, None, bid.revision
    if request.method == "POST":
        status = UNPROCESSABLE
        try:
            revision = revision_sent(request.POST)
            if form.is_valid():
                by, at = signed_in_user(request), timezone.now()
                bid.state(by=by, at=at, revision=revision, **dict(given()))  # type: ignore[arg-type]
                messages.success(request, done)
                return redirect(bid)
        except (Conflict, NotReady) as refused:
            status = code_of(refused)
            for problem in refused.problems:
                form.add_error(None, problem)
            if isinstance(refused, Conflict):
                stored, revision = shown(refused.stored), refused.stored.revision
    context |= {
        "bid": bid,
        "tender": bid.tender,
        "form": form,
        "stored": stored,
        "revision": revision,
        "trail": bid_trail(bid),
    }
    return render(request, template, context, status=status)
