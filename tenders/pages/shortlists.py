"""Shortlists: kept by the buyer, shown and handed out from their own bytes."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from certcentre.accounts.people import signed_in_user
from tenders.pages.fetching import lot_in, readable, trail
from tenders.shortlist import Shortlist
from tenders.tender import Tender

TYPES = {"json": "application/json", "csv": "text/csv; charset=utf-8"}


@require_POST
def shortlist_save(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Keep who could answer this lot now."""
    one = lot_in(readable(request, reference), pk)
    made = Shortlist.save_one(one, by=signed_in_user(request), at=timezone.now())
    messages.success(request, gettext("The shortlist is kept."))
    return redirect(made)


def of_buyer(request: HttpRequest, reference: str, pk: int) -> tuple[Tender, Shortlist]:
    """A shortlist for somebody who belongs to the buyer; for anybody else there is none."""
    found = readable(request, reference)
    if not signed_in_user(request).acts_for(found.buyer):
        raise Http404
    made = get_object_or_404(found.shortlists, pk=pk)
    made.tender = found
    return found, made


@require_safe
def shortlist(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    found, made = of_buyer(request, reference, pk)
    content = made.content
    context = {
        "tender": found,
        "shortlist": made,
        "content": content,
        "unnamed": content["counts"]["listed"] - content["counts"]["named"],
        "trail": trail(found),
    }
    return render(request, "tenders/shortlist.html", context)


@require_safe
def shortlist_file(request: HttpRequest, reference: str, pk: int, format: str) -> HttpResponse:
    """The kept bytes, or a table of them."""
    found, made = of_buyer(request, reference, pk)
    if format not in TYPES:
        raise Http404
    body = bytes(made.body) if format == "json" else made.csv()
    answer = HttpResponse(body, content_type=TYPES[format])
    name = f"{found.reference}-L{made.lot_number}-{made.pk}.{format}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
