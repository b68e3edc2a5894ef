"""The report of an evaluation and the letters to bidders, as files."""

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from certcentre.accounts.people import signed_in_user
from certcentre.limits import limited
from tenders.export import FORMATS, SET_OUT
from tenders.export.printed import Paper
from tenders.letters import letters
from tenders.pages.bids import bid_in
from tenders.pages.compare import read_lot, read_tender
from tenders.report import report


@limited("export")
@require_safe
def tender_report(request: HttpRequest, reference: str, format: str) -> HttpResponse:
    """How bids were opened, compared, scored and awarded, for the buyer's people."""
    require_known(format)
    tender, _opening = read_tender(request, reference)
    made = report(tender, signed_in_user(request), at=timezone.now())
    return sent(made, format, f"{reference}-report")


@limited("export")
@require_safe
def lot_letters(request: HttpRequest, reference: str, pk: int, format: str) -> HttpResponse:
    """A letter to each who bid for a lot that is awarded or cancelled, for the buyer's people."""
    require_known(format)
    _opening, lot = read_lot(request, reference, pk)
    if not lot.is_over:
        raise Http404
    return sent(letters(lot, at=timezone.now()), format, f"{reference}-L{lot.number}-letters")


@limited("export")
@require_safe
def bid_letter(request: HttpRequest, pk: uuid.UUID, format: str) -> HttpResponse:
    """What became of a bid, for those who read it."""
    require_known(format)
    bid = bid_in(request, pk)
    lot = bid.newest_lot
    if lot is None or not bid.has_letter:
        raise Http404
    return sent(letters(lot, at=timezone.now(), only=bid), format, f"{bid.number}-letter")


def require_known(format: str) -> None:
    if format not in SET_OUT:
        raise Http404


def sent(paper: Paper, format: str, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}.{format}"'}
    content = SET_OUT[format](paper)
    return HttpResponse(content, content_type=FORMATS[format].media_type, headers=headers)
