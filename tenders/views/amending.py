"""Beginning the next version of a published tender."""

from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from certcentre.accounts.forms import PublicReasonForm
from certcentre.accounts.models import Role
from certcentre.accounts.views import person, sent
from certcentre.asking import Question, ask
from tenders.amending import amend, require_amendable
from tenders.authors import admit
from tenders.tender import Tender
from tenders.views.seated import readable, trail

AMEND = Question(
    _("Amend this tender"),
    _(
        "You begin its next version from its words. What is published stays in force until a "
        "signatory publishes the new version; then everybody reads your reason and what changed."
    ),
    _("Begin the next version"),
    _("Begun. Nobody outside your organisation sees it yet."),
)


def tender_amend(request: HttpRequest, reference: str) -> HttpResponse:
    found = readable(request, reference)
    admit(person(request), found.buyer_id, Role.EDITOR, at=timezone.now())
    if request.method != "POST":
        if begun := Tender.objects.filter(amends=found, published_at=None).first():
            messages.info(request, gettext("The next version is being written already."))
            return redirect(begun)
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
