"""Returned forms of bidders who are not here: what each says, and then all of it taken in."""

import json
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from certcentre.abilities import require_able, require_person
from certcentre.accounts.people import signed_in_user
from certcentre.lifecycle import StepRefused
from certcentre.log.models import stored
from certcentre.saving import code_of
from certcentre.step_page import UNPROCESSABLE, preview_kept, preview_taken
from tenders import annex, frozen_body
from tenders.bids.bringing import asked_in, bring, lots_of
from tenders.bids.forms import ReturnedFormsForm
from tenders.bids.returned_form import Returned, read_all
from tenders.pages.bids import bids_trail
from tenders.pages.fetching import visible
from tenders.tender import Tender

SALT = "returned-forms"
MOST_KEPT = 2_000_000  # letters of a preview that a page carries, below what a request may hold


def bids_bring(request: HttpRequest, reference: str) -> HttpResponse:
    """First what each file says, or what in it does not fit; then all of those that fit, or none.

    The preview travels signed in the page, so that nothing is stored before.
    """
    tender, user, at = visible(request, reference), signed_in_user(request), timezone.now()
    if request.method == "POST" and request.POST.get("kept"):
        require_person(tender, "bring", user, at=at)
        return take(request, tender)
    require_able(tender, "bring", user, at=at)
    if request.method != "POST":
        return show(request, tender, ReturnedFormsForm())
    form = ReturnedFormsForm(request.POST, request.FILES)
    if not form.is_valid():
        return show(request, tender, form, status=UNPROCESSABLE)
    lots = lots_of(tender)
    tree = annex.build(json.loads(stored(tender.body or b"{}")), tender.digest)
    files = [(str(each.name), each.read()) for each in form.cleaned_data["returned"]]
    lines = {lot.number: asked_in(lot, at=at) for lot in lots}
    forms = read_all(files, tender, tree, lots, lines)
    kept = signed(forms, tender)
    status = UNPROCESSABLE if any(each.problems for each in forms) else None
    return show(request, tender, ReturnedFormsForm(), forms, kept, status)


def show(
    request: HttpRequest,
    tender: Tender,
    form: ReturnedFormsForm,
    returned: list[Returned] | None = None,
    kept: str = "",
    status: int | None = None,
) -> HttpResponse:
    context: dict[str, Any] = {
        "tender": tender,
        "form": form,
        "returned": returned or [],
        "whole": sum(not each.problems for each in returned or []),
        "kept": kept,
        "vouched": frozen_body.as_logged(tender),
        "trail": bids_trail(tender),
    }
    return render(request, "tenders/bids_bring.html", context, status=status)


def signed(forms: list[Returned], tender: Tender) -> str:
    """Those that fit, for this tender; empty where none does. One for which the page has no room
    is said to be for the next go."""
    kept = ""
    whole: list[Any] = []
    for form in forms:
        if form.problems:
            continue
        more = preview_kept([str(tender.pk)], [*whole, form.written()], salt=SALT)
        if len(more) > MOST_KEPT:
            words = gettext("There is no room for it in this go; bring it next.")
            if not whole:
                words = gettext("It holds more words than can be taken. Ask the bidder for fewer.")
            form.problems.append(words)
            continue
        kept, whole = more, [*whole, form.written()]
    return kept


def take(request: HttpRequest, tender: Tender) -> HttpResponse:
    """Take in what the preview showed; all of it, or nothing where something changed since."""
    written = preview_taken(request, [str(tender.pk)], salt=SALT)
    forms = [Returned.again(each) for each in written]
    try:
        bids = bring(tender, forms, by=signed_in_user(request), at=timezone.now())
    except StepRefused as refused:
        form = ReturnedFormsForm(request.POST)
        form.errors.clear()
        for problem in [*refused.problems, gettext("Nothing is taken in.")]:
            form.add_error(None, problem)
        return show(request, tender, form, status=code_of(refused))
    words = ngettext("%(n)d bid is taken in.", "%(n)d bids are taken in.", len(bids))
    messages.success(request, words % {"n": len(bids)})
    return redirect("tender-bids", tender.reference)
