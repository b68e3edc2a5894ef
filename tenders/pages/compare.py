"""The bids for a lot beside each other, for the buyer's people, once they are opened."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from certcentre.abilities import abilities
from certcentre.accounts.people import signed_in_user
from tenders.bids.comparison import compared
from tenders.bids.opening import Opening
from tenders.pages.bids import bids_trail
from tenders.pages.fetching import lot_in, visible


@require_safe
def lot_compare(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """What each bid says of each requirement, and the points so far; 404 before the opening."""
    tender, user = visible(request, reference), signed_in_user(request)
    if not user.acts_for(tender.buyer):
        raise Http404
    opening = get_object_or_404(Opening, tender=tender, status=Opening.Status.HELD)
    opening.tender = tender
    lot = lot_in(tender, pk)
    comparison = compared(lot)
    context = {
        "tender": tender,
        "lot": lot,
        "opening": opening,
        "compared": comparison,
        "may_award": abilities(lot, user, at=timezone.now(), of=("award",)).may["award"],
        "groups": [
            (gettext("Fails a must"), comparison.fails),
            (gettext("Differs"), comparison.differs),
        ],
        "trail": bids_trail(tender),
    }
    return render(request, "tenders/compare.html", context)
