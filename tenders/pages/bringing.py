"""Returned forms of bidders who are not here: what each says, when and how it came, all of it taken
in by one person of the buyer, and confirmed by a second."""

import json
import uuid
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import ExitStack
from datetime import datetime
from functools import cache
from itertools import chain
from typing import Any, NamedTuple

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from certcentre import stored_files
from certcentre.abilities import abilities, require_able, require_person
from certcentre.accounts.people import signed_in_user
from certcentre.lifecycle import StepRefused
from certcentre.log.models import stored, vouched
from certcentre.saving import code_of
from certcentre.step_page import UNPROCESSABLE, Question, posted, preview_kept, preview_taken
from tenders import annex, frozen_body
from tenders.bids.bid import Bid
from tenders.bids.bringing import Bringing, asked_in, bring, lots_of
from tenders.bids.dossier import BidFile
from tenders.bids.forms import ReceivedForm, ReturnedFormsForm, too_large_a_go
from tenders.bids.opening import vouched_for
from tenders.bids.response import Response
from tenders.bids.returned_form import Returned, read_all
from tenders.forms import ReasonForm
from tenders.independence import has_second
from tenders.pages.bids import bids_trail
from tenders.pages.fetching import Trail, tender_step, visible
from tenders.tender import Tender

SALT = "returned-forms"
MOST_KEPT = 2_000_000  # letters of a preview that a page carries, below what a request may hold


def bids_bring(request: HttpRequest, reference: str) -> HttpResponse:
    """First what each file says, or what in it does not fit; then, with when and how each came and
    what came with it, all of those that fit, or none.

    The preview travels signed in the page; the files lie aside meanwhile, for a day.
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
    returned = read_all(files, tender, tree, lots, lines)
    kept = signed(returned, tender, at=at)
    status = UNPROCESSABLE if any(each.problems for each in returned) else None
    whole = iter(came(tender, sum(not each.problems for each in returned), at=at))
    pairs = [(each, None if each.problems else next(whole)) for each in returned]
    return show(request, tender, ReturnedFormsForm(), pairs, kept, status)


def came(
    tender: Tender, number: int, *, at: datetime, request: HttpRequest | None = None
) -> list[ReceivedForm]:
    """The questions when and how each of so many forms came, with what was posted of them."""
    given = (request.POST, request.FILES) if request else ()
    names = [f"form{each}" for each in range(1, number + 1)]
    return [ReceivedForm(*given, prefix=name, tender=tender, at=at) for name in names]


def show(
    request: HttpRequest,
    tender: Tender,
    form: ReturnedFormsForm,
    returned: Sequence[tuple[Returned, ReceivedForm | None]] = (),
    kept: str = "",
    status: int | None = None,
) -> HttpResponse:
    user, at = signed_in_user(request), timezone.now()
    context: dict[str, Any] = {
        "tender": tender,
        "form": form,
        "returned": returned,
        "asked": [form, *(asked for _form, asked in returned if asked and asked.is_bound)],
        "whole": sum(not each.problems for each, _asked in returned),
        "kept": kept,
        "vouched": frozen_body.as_logged(tender),
        "alone": not has_second(user, tender.buyer, at=at),
        "trail": bids_trail(tender),
    }
    return render(request, "tenders/bids_bring.html", context, status=status)


def signed(forms: list[Returned], tender: Tender, *, at: datetime) -> str:
    """Those that fit, for this tender, their files put aside; empty where none does. One for which
    the page has no room is said to be for the next go."""
    kept = ""
    whole: list[Any] = []
    for form in forms:
        if form.problems or form.file is None:
            continue
        form.aside = stored_files.put_aside(BidFile.file, at, form.file)
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
    """Take in what the preview showed, with what came with it; all of it, or nothing where
    something changed since, or where it is not said of each when and how it came."""
    at, kept = timezone.now(), request.POST["kept"]
    returned = [
        Returned.again(each) for each in preview_taken(request, [str(tender.pk)], salt=SALT)
    ]
    asked = came(tender, len(returned), at=at, request=request)
    pairs = list(zip(returned, asked, strict=True))
    form = ReturnedFormsForm(request.POST)
    form.errors.clear()
    if too_much := too_large_a_go(chain(*(files for _name, files in request.FILES.lists()))):
        form.add_error(None, too_much)
    if form.errors or any(each.errors for each in asked):
        return show(request, tender, form, pairs, kept, UNPROCESSABLE)
    for each, answer in pairs:
        each.received, each.annexes = (answer.cleaned_data[name] for name in ("stated", "annexes"))
    try:
        with ExitStack() as files:
            for each in returned:
                if file := stored_files.aside(each.aside, each.name):
                    each.file = files.enter_context(file)
            bids = bring(tender, returned, by=signed_in_user(request), at=at)
    except StepRefused as refused:
        for problem in [*refused.problems, gettext("Nothing is taken in.")]:
            form.add_error(None, problem)
        return show(request, tender, form, pairs, kept, code_of(refused))
    for each in returned:
        stored_files.drop_aside(each.aside)
    words = ngettext(
        "%(n)d bid is taken in, and waits for a colleague to confirm it.",
        "%(n)d bids are taken in, and wait for a colleague to confirm them.",
        len(bids),
    )
    messages.success(request, words % {"n": len(bids)})
    return redirect("tender-bids", tender.reference)


CONFIRM = Question(
    _("Confirm what was brought"),
    _(
        "Hold the paper or the mail of each bid beside this page. With your step you say that you "
        "saw them, and that they came when and as it is said here. They then stand beside the "
        "other bids."
    ),
    _("I saw them: confirm"),
    _("Confirmed. These bids now stand beside the others."),
    verb="confirm",
    weighty=True,
)
REFUSE = Question(
    _("Take the forms back"),
    _(
        "None of these bids is considered. The same forms may be brought again, such as with "
        "another time. Whoever brought them reads the reason."
    ),
    _("Take them back"),
    _("Taken back. Nothing of them is considered."),
    verb="refuse",
    destructive=True,
    weighty=True,
)


def bringing_in(request: HttpRequest, reference: str, pk: int) -> Bringing:
    """What was brought in one go, for the buyer's people; 404 for others."""
    tender = visible(request, reference)
    rows = Bringing.objects.visible_to(request.user).on(tender)
    return get_object_or_404(rows.select_related("tender__buyer", "brought_by", "closed_by"), pk=pk)


def bringing_trail(bringing: Bringing) -> Trail:
    words = gettext("Forms that were brought")
    return [*bids_trail(bringing.tender), (words, bringing.get_absolute_url())]


@require_safe
def bringing(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """What waits for a second person; once confirmed, the minutes of it."""
    shown = bringing_in(request, reference, pk)
    user, at, body = signed_in_user(request), timezone.now(), shown.body
    bids = list(shown.own_bids)
    context = {
        "bringing": shown,
        "tender": shown.tender,
        "bids": bids,
        "good": vouched_for(bids),
        "vouched": frozen_body.as_logged(shown.tender)
        and (body is None or bool(vouched(shown, body))),
        "content": shown.content,
        "alone": not has_second(shown.brought_by, shown.tender.buyer, at=at),
        "trail": bids_trail(shown.tender),
        **abilities(shown, user, at=at).context,
    }
    return render(request, "tenders/bringing.html", context)


def bringing_confirm(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    shown = bringing_in(request, reference, pk)
    form = forms.Form(posted(request))
    page = {
        "template": "tenders/bringing_confirm.html",
        "brought": cache(lambda: Brought.of(shown)),
    }
    return stepped(request, CONFIRM, shown, form, shown.confirm, **page)


def bringing_refuse(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    shown = bringing_in(request, reference, pk)
    return stepped(request, REFUSE, shown, ReasonForm(posted(request)), shown.refuse)


def stepped(
    request: HttpRequest,
    question: Question,
    shown: Bringing,
    form: forms.Form,
    take: Callable[..., None],
    **page: Any,
) -> HttpResponse:
    """Asked of all bids of one go."""
    return tender_step(
        request,
        question,
        form,
        take,
        back=shown.get_absolute_url(),
        trail=bringing_trail(shown),
        of=shown,
        kicker=shown.tender.title,
        tender=shown.tender,
        **page,
    )


Answered = tuple[str, str, str, str]  # reference, what is asked, answer, words


class Brought(NamedTuple):
    """What is held against the paper: the bids, which of them are what the log holds (`good`), and
    what was taken in of these."""

    bids: list[Bid]
    good: set[uuid.UUID]
    papers: list[tuple[Bid, list[Answered]]]

    @classmethod
    def of(cls, bringing: Bringing) -> "Brought":
        """Two statements."""
        bids = list(bringing.own_bids)
        good = vouched_for(bids)
        return cls(bids, good, list(papers_of(bringing.tender, bids, good)))


def papers_of(
    tender: Tender, bids: Sequence[Bid], good: Collection[uuid.UUID]
) -> Iterator[tuple[Bid, list[Answered]]]:
    """What was taken in of each bid that is `good`: reference, what is asked, the answer and the
    words."""
    tree = annex.build(json.loads(stored(tender.body or b"{}")), tender.digest)
    for bid in bids:
        if bid.pk in good:
            groups = tree.lots[bid.lot.number - 1].groups
            rows = {row.ref: annex.named(row) for group in groups for row in group.rows}
            yield (
                bid,
                [
                    (
                        each["ref"],
                        rows[each["ref"]],
                        str(Response(each["response"]).label),
                        each["words"],
                    )
                    for each in bid.content["requirements"]
                ],
            )
