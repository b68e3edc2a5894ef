"""Scoring: the statement of interests, one's own scores, and what all gave."""

import uuid
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from certcentre.abilities import abilities, require_able
from certcentre.accounts.people import User, signed_in_user
from certcentre.lifecycle import Conflict, NotReady, StepRefused
from certcentre.plain_text import plain
from certcentre.saving import code_of, revision_sent
from certcentre.step_page import UNPROCESSABLE, Question, posted
from tenders.bids.answers import Cell, Column
from tenders.bids.comparison import Comparison, Row, compared
from tenders.bids.given import APART, Consensus, Given, read
from tenders.bids.scores import (
    ACCEPTED,
    NOT_ACCEPTED,
    Asked,
    Scores,
    require_beginning,
    require_scoring,
)
from tenders.forms import text
from tenders.lot import Lot
from tenders.pages.bids import bids_trail
from tenders.pages.compare import read_lot
from tenders.pages.fetching import Trail, tender_step
from tenders.requirements import LONGEST
from tenders.scoring import HIGHEST

SCORES = {str(score): score for score in range(HIGHEST + 1)}
VERDICTS = {str(score): score for score in (ACCEPTED, NOT_ACCEPTED)}
HAND_IN = Question(
    _("Hand in your scores"),
    _("They are frozen. From then on you see what others gave, and they see yours."),
    _("Hand in"),
    _("Your scores are handed in."),
    verb="hand_in",
    weighty=True,
)


BEGIN_ANEW = Question(
    _("Score anew"),
    _("Your scores stand until you hand these in; then these take their place."),
    _("State this and begin"),
    _("What you gave before stands in the form. Change what you see otherwise now, and hand in."),
    verb="begin_anew",
)


class InterestsForm(forms.Form):
    """The statement before the first score."""

    interests = text(
        _("Your interests"),
        required=True,
        rows=3,
        help_text=_("Ties to a bidder: work, family, money. If there are none, write “None”."),
    )
    agreed = forms.BooleanField(
        label=_("This is all, and I score each bid by what it says."),
    )


def scores_trail(lot: Lot) -> Trail:
    where = reverse("lot-scores", args=[lot.tender.reference, lot.pk])
    return [*bids_trail(lot.tender), (gettext("Scores"), where)]


def lot_scores(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """One's own scores of a lot and, once they are handed in, everybody's."""
    _opening, lot = read_lot(request, reference, pk)
    user, at = signed_in_user(request), timezone.now()
    own = own_of(lot, user)
    form, status = InterestsForm(posted(request)), None
    if request.method == "POST" and own is None:
        require_beginning(lot, by=user, at=at)
        if form.is_valid():
            made = Scores.begin(lot, by=user, at=at, interests=form.cleaned_data["interests"])
            return redirect("scores-fill", made.pk)
        status = UNPROCESSABLE
    return show(request, lot, own, form, status)


def own_of(lot: Lot, user: User) -> Scores | None:
    """The last that this person began."""
    return Scores.objects.filter(lot=lot, evaluator=user).order_by("pk").last()


def refused(rule: Callable[..., None], lot: Lot, user: User, *, at: datetime) -> str:
    """Why a rule of scoring refuses somebody; empty where it does not."""
    try:
        rule(lot, by=user, at=at)
    except StepRefused as refused:
        return str(refused)
    return ""


def show(
    request: HttpRequest,
    lot: Lot,
    own: Scores | None,
    form: InterestsForm,
    status: int | None = None,
    typed: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """The page of scores. `typed`: what was said of a difference and not kept, with why."""
    user, at = signed_in_user(request), timezone.now()
    able: dict[str, Any] = {}
    with user.memberships_read_once():
        if own:
            own.lot = lot
            able = abilities(own, user, at=at).context
        refusal = "" if own else refused(require_beginning, lot, user, at=at)
        comparison = user.once(("compared", lot.pk), lambda: compared(lot))
    given = read(lot)
    seen = given.seen_by(user)
    context = {
        "lot": lot,
        "tender": lot.tender,
        "own": own,
        "form": form,
        "refusal": refusal,
        "vouched": comparison.vouched,
        "given": given,
        "seen": seen,
        "lines": all_given(comparison, given, typed or {}) if seen else [],
        "apart": APART,
        "longest": LONGEST,
        "choices": range(HIGHEST + 1),
        "verdicts": verdicts(),
        "may_agree": given.has(user) and not refused(require_scoring, lot, user, at=at),
        "trail": bids_trail(lot.tender),
        **able,
    }
    return render(request, "tenders/scores.html", context, status=status)


def verdicts() -> list[tuple[int, str]]:
    """What somebody chooses between of an answer that stands on words alone."""
    return [(ACCEPTED, gettext("Accept it")), (NOT_ACCEPTED, gettext("Do not accept it"))]


def all_given(
    comparison: Comparison, given: Given, typed: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """What people score or judge of each bid, with what every evaluator gave it and why, and what
    was typed of it and not kept."""
    sheets = [(sheet.evaluator, sheet.handed_in) for sheet in given.sheets]
    pairs, lines = asked(comparison), []
    apart = set(given.apart((str(column.bid.pk), cell.asked_id) for _row, column, cell in pairs))
    for row, column, cell in pairs:
        key = (str(column.bid.pk), cell.asked_id)
        scores = [
            (person, cell.given(handed_in[key][0]), handed_in[key][1])
            for person, handed_in in sheets
            if key in handed_in
        ]
        agreed = given.agreed.get(key)
        lines.append(
            {
                "row": row,
                "column": column,
                "judged": cell.judged,
                "about": "/".join(key),
                "typed": typed if typed.get("about") == "/".join(key) else {},
                "scores": scores,
                "apart": key in apart and key not in given.settled,
                "agreed": agreed,
                "agreed_on": cell.given(agreed.score) if agreed else "",
            }
        )
    return lines


def asked(comparison: Comparison) -> list[tuple[Row, Column, Cell]]:
    """What people score or judge, each with its bid."""
    return [
        (row, cell.column, cell)
        for row in comparison.rows
        for cell in row.cells
        if cell.by_people and cell.column.scored
    ]


def own_scores(request: HttpRequest, pk: uuid.UUID) -> Scores:
    """Of the person who asks; 404 for anybody else."""
    rows = Scores.objects.select_related("lot__tender__buyer")
    return get_object_or_404(rows, pk=pk, evaluator=signed_in_user(request))


def scores_fill(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """What one gives each bid, with the reason."""
    sheet, user, at = own_scores(request, pk), signed_in_user(request), timezone.now()
    require_able(sheet, "fill", user, at=at)
    comparison = compared(sheet.lot)
    pairs = asked(comparison)
    status, problems = None, []
    if request.method == "POST":
        given = typed(request.POST, pairs)
        try:
            require_scores(request.POST, pairs)
            revision = revision_sent(request.POST)
            sheet.say(by=user, at=at, revision=revision, given=given)
        except (Conflict, NotReady) as refused:
            status, problems = code_of(refused), refused.problems
            sheet.given |= {"/".join(key): [score, why] for key, (score, why) in given.items()}
        else:
            messages.success(request, gettext("Your scores are saved."))
            return redirect(sheet)
    context = {
        "sheet": sheet,
        "vouched": comparison.vouched,
        "lot": sheet.lot,
        "tender": sheet.lot.tender,
        "lines": [
            (
                row,
                column,
                cell,
                f"{column.bid.pk}/{cell.asked_id}",
                *sheet.of((str(column.bid.pk), cell.asked_id)),
            )
            for row, column, cell in pairs
        ],
        "meanings": list(enumerate((comparison.award or {}).get("scores", ()))),
        "scored": any(cell.question for _row, _column, cell in pairs),
        "judged": any(cell.judged for _row, _column, cell in pairs),
        "verdicts": verdicts(),
        "highest": HIGHEST,
        "problems": problems,
        "longest": LONGEST,
        "trail": scores_trail(sheet.lot),
    }
    return render(request, "tenders/scores_fill.html", context, status=status)


def require_scores(data: QueryDict, pairs: list[tuple[Row, Column, Cell]]) -> None:
    """NotReady where something else than a score, or a verdict, was sent for one."""
    for _row, column, cell in pairs:
        sent = data.get(f"score/{column.bid.pk}/{cell.asked_id}", "")
        if sent and sent not in choices(cell):
            if cell.judged:
                raise NotReady(gettext("Say whether you accept the answer, or do not."))
            raise NotReady(gettext("A score is from 0 to %(n)d.") % {"n": HIGHEST})


def choices(cell: Cell) -> dict[str, int]:
    """What may be given to an answer, by what is sent."""
    return VERDICTS if cell.judged else SCORES


def typed(
    data: QueryDict, pairs: list[tuple[Row, Column, Cell]]
) -> dict[Asked, tuple[int | None, str]]:
    """What was chosen and written; no score where something else was sent."""
    given: dict[Asked, tuple[int | None, str]] = {}
    for _row, column, cell in pairs:
        key = (str(column.bid.pk), cell.asked_id)
        name = "/".join(key)
        score = choices(cell).get(data.get(f"score/{name}", ""))
        given[key] = (score, plain(data.get(f"why/{name}", ""))[:LONGEST])
    return given


def scores_begin_anew(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    sheet = own_scores(request, pk)

    def begin_anew(*, by: User, at: datetime, interests: str, agreed: bool) -> None:
        sheet.begin_anew(by=by, at=at, interests=interests)

    return tender_step(
        request,
        BEGIN_ANEW,
        InterestsForm(posted(request)),
        begin_anew,
        back=sheet.get_absolute_url(),
        trail=scores_trail(sheet.lot),
        of=sheet,
        tender=sheet.lot.tender,
        kicker=str(sheet.lot),
    )


def scores_hand_in(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    sheet = own_scores(request, pk)
    return tender_step(
        request,
        HAND_IN,
        forms.Form(posted(request)),
        sheet.hand_in,
        back=sheet.get_absolute_url(),
        trail=scores_trail(sheet.lot),
        of=sheet,
        tender=sheet.lot.tender,
        kicker=str(sheet.lot),
    )


@require_POST
def lot_consensus(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """What evaluators agreed where their scores lie far apart."""
    _opening, lot = read_lot(request, reference, pk)
    user, about = signed_in_user(request), request.POST.get("about", "")
    bid, _slash, requirement = about.partition("/")
    words = plain(request.POST.get("words", ""))[:LONGEST]
    try:
        Consensus.reach(
            lot,
            by=user,
            at=timezone.now(),
            bid=bid,
            requirement=requirement,
            score=SCORES.get(request.POST.get("score", "")),
            words=words,
        )
    except NotReady as refused:
        typed: dict[str, Any] = {"about": about, "words": words, "problems": refused.problems}
        typed |= {"score": SCORES.get(request.POST.get("score", ""))}
        own = own_of(lot, user)
        return show(request, lot, own, InterestsForm(), status=UNPROCESSABLE, typed=typed)
    messages.success(request, gettext("What you agreed is kept."))
    return redirect("lot-scores", reference, pk)
