"""The versions of a tender: beginning the next, and what each says of its neighbours."""

import json
from dataclasses import dataclass
from functools import partial

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from certcentre.accounts.forms import PublicReasonForm
from certcentre.accounts.models import Role
from certcentre.accounts.views import person, sent
from certcentre.asking import Question, ask
from tenders.amending import Body, amend, changes, require_amendable
from tenders.authors import admit
from tenders.tender import Tender
from tenders.views.seated import Seat, readable, trail

MOST = 50  # requirements named of each kind of change
AMEND = Question(
    _("Amend this tender"),
    _(
        "You begin its next version from its words. What is published stays in force until a "
        "signatory publishes the new version; then everybody reads your reason and what changed."
    ),
    _("Begin the next version"),
    _("Begun. Nobody outside your organisation sees it yet."),
)
ABOUT = {
    "title": _("Title"),
    "summary": _("What you want to buy"),
    "language": _("Language of the annex"),
    "countries": _("Countries of use"),
    "languages": _("Languages of use"),
    "deadline": _("Bids close"),
    "wording": _("Law that governs the purchase"),
}


def tender_amend(request: HttpRequest, reference: str) -> HttpResponse:
    found = readable(request, reference)
    admit(person(request), found.buyer_id, Role.EDITOR, at=timezone.now())
    if request.method != "POST":
        require_amendable(found, at=timezone.now())
    return ask(
        request,
        AMEND,
        PublicReasonForm(sent(request)),
        partial(amend, found),
        back=found.get_absolute_url(),
        trail=trail(found),
        onward=True,
        kicker=found.title,
    )


@dataclass(frozen=True)
class Versions:
    """The version before and after, as far as the reader may see them, and what changed."""

    earlier: Tender | None
    newer: Tender | None
    about: str
    parts: list[tuple[str, list[Body], int]]  # kind of change, requirements, how many more


def versions(found: Tender, body: Body | None, seat: Seat) -> Versions:
    """At most two statements, and none that grows with the tender; `body` None: no comparison."""
    visible = Tender.objects.all() if seat.member else Tender.objects.published()
    newer = visible.filter(amends=found).defer("body").first() if found.published_at else None
    earlier = found.amends
    if not earlier or not earlier.body or body is None:
        return Versions(earlier, newer, "", [])
    made = changes(json.loads(bytes(earlier.body)), body)
    parts = [
        (gettext("New"), made.new),
        (gettext("Changed"), made.changed),
        (gettext("Taken out, with the refs of the version before"), made.gone),
    ]
    return Versions(
        earlier,
        newer,
        ", ".join(str(ABOUT[name]) for name in made.about),
        [(words, rows[:MOST], max(0, len(rows) - MOST)) for words, rows in parts if rows],
    )
