"""What a bidder states in a draft beside its answers: the offer, and what it declares of itself."""

import uuid

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
from tenders.pages.bids import bid_in, bids_trail


def bid_offer(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Products, price and words."""
    bid, user, at = bid_in(request, pk), signed_in_user(request), timezone.now()
    require_able(bid, "fill", user, at=at)
    initial = {name: getattr(bid, name) for name in Bid.STATED}
    initial["releases"] = [release.pk for release in bid.releases.all()]
    form = OfferForm(posted(request), bid=bid, offerable=offerable(bid.party), initial=initial)
    status, other = None, None
    if request.method == "POST":
        status = UNPROCESSABLE
        if form.is_valid():
            try:
                revision = revision_sent(request.POST)
                bid.state(by=user, at=at, revision=revision, **form.cleaned_data)
            except (Conflict, NotReady) as refused:
                status = code_of(refused)
                other = refused.stored if isinstance(refused, Conflict) else None
                for problem in refused.problems:
                    form.add_error(None, problem)
            else:
                messages.success(request, gettext("Your offer is saved."))
                return redirect(bid)
    context = {
        "bid": bid,
        "tender": bid.tender,
        "form": form,
        "stored": other,
        "revision": (other or bid).revision,
        "trail": [*bids_trail(bid.tender), (str(bid), bid.get_absolute_url())],
    }
    return render(request, "tenders/bid_offer.html", context, status=status)


def bid_self_declaration(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Each ground that the buyer asks for; half of it may be saved."""
    bid, user, at = bid_in(request, pk), signed_in_user(request), timezone.now()
    require_able(bid, "fill", user, at=at)
    grounds = self_declaration.asked(bid)
    if not grounds:
        raise Http404
    form = DeclarationForm(posted(request), said=self_declaration.said(bid, grounds))
    status, other = None, None
    if request.method == "POST":
        status = UNPROCESSABLE
        if form.is_valid():
            try:
                revision = revision_sent(request.POST)
                bid.state(by=user, at=at, revision=revision, declared=form.declared)
            except (Conflict, NotReady) as refused:
                status = code_of(refused)
                other = refused.stored if isinstance(refused, Conflict) else None
                for problem in refused.problems:
                    form.add_error(None, problem)
            else:
                messages.success(request, gettext("Your self-declaration is saved."))
                return redirect(bid)
    context = {
        "bid": bid,
        "tender": bid.tender,
        "form": form,
        "vouched": as_logged(bid.tender),
        "stored": self_declaration.said(other, grounds) if other else [],
        "revision": (other or bid).revision,
        "trail": [*bids_trail(bid.tender), (str(bid), bid.get_absolute_url())],
    }
    return render(request, "tenders/bid_self_declaration.html", context, status=status)
