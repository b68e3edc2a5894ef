"""Shortlists: kept by the buyer, shown and handed out from their own bytes."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from certcentre.accounts.people import signed_in_user
from certcentre.limits import limited
from certcentre.log.models import vouched
from tenders.pages.fetching import lot_in, trail, visible
from tenders.shortlist import Shortlist

TYPES = {"json": "application/json", "csv": "text/csv; charset=utf-8"}


@require_POST
def shortlist_save(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Keep who could answer this lot now."""
    lot = lot_in(visible(request, reference), pk)
    made = Shortlist.keep(lot, by=signed_in_user(request), at=timezone.now())
    messages.success(request, gettext("The shortlist is kept."))
    return redirect(made)


def of_buyer(request: HttpRequest, reference: str, pk: int) -> Shortlist:
    """A shortlist for somebody who belongs to the buyer; for anybody else there is none."""
    rows = Shortlist.objects.visible_to(request.user).select_related("tender__buyer")
    return get_object_or_404(rows, tender__reference=reference, pk=pk)


@require_safe
def shortlist(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    shortlist = of_buyer(request, reference, pk)
    content = shortlist.content
    context = {
        "tender": shortlist.tender,
        "shortlist": shortlist,
        "vouched": vouched(shortlist, shortlist.body, old=True),
        "content": content,
        "qualifying": [one for one in content["solutions"] if one["qualifies"]],
        "others": [one for one in content["solutions"] if not one["qualifies"]],
        "unnamed": content["counts"]["listed"] - content["counts"]["named"],
        "trail": trail(shortlist.tender),
    }
    return render(request, "tenders/shortlist.html", context)


@limited("export")
@require_safe
def shortlist_file(request: HttpRequest, reference: str, pk: int, format: str) -> HttpResponse:
    """The kept bytes, or a table of them."""
    shortlist = of_buyer(request, reference, pk)
    if format not in TYPES:
        raise Http404
    body = bytes(shortlist.body) if format == "json" else shortlist.csv()
    answer = HttpResponse(body, content_type=TYPES[format])
    name = f"{reference}-L{shortlist.lot_number}-{shortlist.pk}.{format}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
