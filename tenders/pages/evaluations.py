"""Closing the evaluation of a lot, and opening it again."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from certcentre.abilities import abilities
from certcentre.accounts.people import User, signed_in_user
from certcentre.step_page import Question, posted
from tenders.bids.comparison import compared
from tenders.bids.evaluation import Evaluation, unfinished
from tenders.bids.given import read
from tenders.forms import ReasonForm
from tenders.lot import Lot
from tenders.pages.bids import bids_trail
from tenders.pages.compare import read_lot
from tenders.pages.fetching import tender_step

CLOSE = Question(
    _("Close the evaluation"),
    _(
        "Scores, what was agreed on and who was left out stay as they are from now on; then the "
        "lot is awarded. Everybody of your organisation may read what evaluators gave."
    ),
    _("Close the evaluation"),
    _("The evaluation is closed. Award the lot next."),
    verb="close",
    weighty=True,
)
REOPEN = Question(
    _("Open the evaluation again"),
    _(
        "Everybody reads your reason. Evaluators are told: whoever scored may score anew, and what "
        "they hand in supersedes what they gave. Nothing that was said is changed or lost."
    ),
    _("Open it again"),
    _("The evaluation is open again. Evaluators are told."),
    verb="reopen",
    weighty=True,
)


def evaluation_close(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    _opening, lot = read_lot(request, reference, pk)
    user, at = signed_in_user(request), timezone.now()
    missing: dict[str, Any] = {}
    if request.method != "POST" and abilities(lot, user, at=at, of=("close",)).may["close"]:
        given = read(lot)
        missing["problems"] = list(unfinished(lot, compared(lot, given.means), given, at=at))

    def close(*, by: User, at: datetime) -> None:
        Evaluation.close(lot, by=by, at=at)

    form = forms.Form(posted(request))
    return stepped(request, CLOSE, lot, form, close, of=lot, **missing)


def evaluation_reopen(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    _opening, lot = read_lot(request, reference, pk)
    evaluation = lot.evaluation
    if evaluation is None:
        raise Http404
    evaluation.lot = lot
    form = ReasonForm(posted(request))
    return stepped(request, REOPEN, lot, form, evaluation.reopen, of=evaluation)


def stepped(
    request: HttpRequest,
    question: Question,
    lot: Lot,
    form: forms.Form,
    take: Callable[..., None],
    **about: Any,
) -> HttpResponse:
    return tender_step(
        request,
        question,
        form,
        take,
        back=reverse("lot-compare", args=[lot.tender.reference, lot.pk]),
        trail=bids_trail(lot.tender),
        tender=lot.tender,
        kicker=str(lot),
        **about,
    )
