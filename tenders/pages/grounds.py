"""The grounds for exclusion and selection that a draft asks bidders to declare."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext

from certcentre.accounts.people import signed_in_user
from certcentre.lifecycle import Conflict
from certcentre.step_page import UNPROCESSABLE, posted
from tenders import grounds, paper_languages
from tenders.asking_grounds import ask
from tenders.forms import GroundsForm
from tenders.pages.fetching import trail, writable
from tenders.voice import Voice


def tender_grounds(request: HttpRequest, reference: str) -> HttpResponse:
    """Ticked by group; 409 with what stands where somebody changed them meanwhile."""
    tender = writable(request, reference)
    form, seen = GroundsForm(posted(request), picks=tender.grounds), tender.grounds_print
    status, stored = UNPROCESSABLE if form.is_bound else 200, []
    if form.is_bound and form.is_valid():
        by, since = signed_in_user(request), request.POST.get("seen", "")
        try:
            ask(tender, form.asked, by=by, at=timezone.now(), seen=since)
        except Conflict as conflict:
            status = 409
            stored = grounds.written(conflict.stored.grounds, Voice(paper_languages.spoken()))
            form.add_error(None, conflict.problems)
        else:
            messages.success(request, gettext("The grounds are saved."))
            return redirect(request.path)
    context = {
        "tender": tender,
        "form": form,
        "groups": [
            (group.name[spoken], group.basis[spoken], group.kind, fields)
            for spoken in [paper_languages.spoken()]
            for group, fields in form.groups
        ],
        "stored": [grounds.called(each) for each in stored],
        "conflict": status == 409,
        "seen": request.POST.get("seen", seen) if status == UNPROCESSABLE else seen,
        "trail": trail(tender),
    }
    return render(request, "tenders/grounds.html", context, status=status)
