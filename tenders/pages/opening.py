"""The opening of bids: called by one person of the buyer, held by a second, and its minutes."""

import uuid
from collections.abc import Callable
from datetime import datetime

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from certcentre import zones
from certcentre.accounts.people import User
from certcentre.log.models import vouched
from certcentre.step_page import Question, posted
from tenders import frozen_body
from tenders.bids.bid import Bid
from tenders.bids.bringing import Bringing
from tenders.bids.opening import Opening
from tenders.pages.bids import bids_trail
from tenders.pages.fetching import tender_step, visible
from tenders.tender import Tender

CALL = Question(
    _("Open the bids"),
    _(
        "Two people open them. Your colleagues are told; as soon as one of them agrees, all bids "
        "are opened at once and the minutes are written."
    ),
    _("Call the opening"),
    _("Called. A colleague opens the bids with you."),
    verb="call_opening",
    weighty=True,
)
OPEN = Question(
    _("Open the bids"),
    _("All bids that are in hand are opened at once, and the minutes are written."),
    _("Open them now"),
    _("The bids are open. The minutes are below."),
    verb="open",
    weighty=True,
)


def opening_of(request: HttpRequest, tender: Tender) -> Opening:
    """The opening of a tender for those who may read it, whichever version the address names."""
    rows = Opening.objects.visible_to(request.user)
    rows = rows.select_related("tender__buyer", "called_by", "held_by")
    return get_object_or_404(rows, tender__in=Tender.objects.of_line(tender.line))


@require_safe
def opening(request: HttpRequest, reference: str) -> HttpResponse:
    """The minutes: who opened when, and who bid for what."""
    tender = visible(request, reference)
    opening = opening_of(request, tender)
    if opening.status != Opening.Status.HELD:
        return redirect("tender-bids", reference)

    def there(moment: str) -> str:
        return zones.written(datetime.fromisoformat(moment), opening.tender.zone)

    readable = set(Bid.objects.visible_to(request.user).values_list("pk", flat=True))
    content = opening.content
    context = {
        "opening": opening,
        "tender": opening.tender,
        "content": content,
        "opened": there(content["opened"]),
        "closed": there(content["closed"]),
        "bids": [
            (
                line,
                there(line["handed_in"]),
                reverse("bid", args=[line["id"]]) if uuid.UUID(line["id"]) in readable else "",
            )
            for line in content["bids"]
        ],
        "brought": Bringing.objects.on(opening.tender).filter(status=Bringing.Status.CONFIRMED),
        "vouched": bool(vouched(opening, opening.body or b""))
        and frozen_body.as_logged(opening.tender),
        "trail": bids_trail(opening.tender),
    }
    return render(request, "tenders/opening.html", context)


def opening_call(request: HttpRequest, reference: str) -> HttpResponse:
    tender = visible(request, reference)

    def call(*, by: User, at: datetime) -> None:
        Opening.call(tender, by=by, at=at)

    return stepped(request, CALL, tender, call, tender)


def opening_open(request: HttpRequest, reference: str) -> HttpResponse:
    opening = opening_of(request, visible(request, reference))
    return stepped(request, OPEN, opening, opening.open, opening.tender)


def stepped(
    request: HttpRequest,
    question: Question,
    record: Tender | Opening,
    take: Callable[..., None],
    tender: Tender,
) -> HttpResponse:
    return tender_step(
        request,
        question,
        forms.Form(posted(request)),
        take,
        back=reverse("tender-bids", args=[tender.reference]),
        trail=bids_trail(tender),
        of=record,
        tender=tender,
        kicker=tender.title,
    )
