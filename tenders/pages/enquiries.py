"""Questions on a tender: read by everybody, asked by providers, answered by the buyer."""

import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from certcentre.abilities import abilities, require_able, require_person
from certcentre.accounts.forms import ReasonForm
from certcentre.accounts.people import Reader, User, signed_in_user
from certcentre.lifecycle import Conflict, IllegalMove, StepRefused
from certcentre.paging import Numbered
from certcentre.step_page import Question, posted
from tenders import frozen_body
from tenders.enquiry import Enquiry, as_logged, gives_away, providers_of
from tenders.forms import EnquiryForm, ReplyForm, UnansweredForm
from tenders.pages.fetching import Trail, seen, tender_step, trail, unseen, visible
from tenders.requirements import Requirement
from tenders.tender import Tender

A_PAGE = 50
MOST = 50  # of those that are not public, on one page


def questions_trail(tender: Tender) -> Trail:
    where = reverse("tender-questions", args=[tender.reference])
    return [*trail(tender), (gettext("Questions and answers"), where)]


@login_not_required
@require_safe
def tender_questions(request: HttpRequest, reference: str) -> HttpResponse:
    """What was answered, for everybody; below it what waits, for those whom it concerns."""
    tender = seen(request, reference)
    if tender is None:
        return unseen(request)
    at, user, every = timezone.now(), request.user, Enquiry.objects.on(tender)
    kept = every.visible_to(user).kept()
    current = Tender.objects.of_line(tender.line).in_force().first()
    open = bool(current and current.is_open(at=at))
    page = Numbered(every.answered(), A_PAGE).get_page(request.GET.get("page"))
    with questions_read_once(user):
        able = abilities(current or tender, user, at=at, of=("ask", "amend"))
        lines, own = [
            [(enquiry, offered(enquiry, user, at)) for enquiry in rows]
            for rows in (page, kept[:MOST])
        ]
    context = {
        "tender": tender,
        "current": current or tender,
        "page": page,
        "vouched": as_logged(list(page)),
        "tender_vouched": frozen_body.as_logged(current or tender),
        "lines": lines,
        "kept": [(*line, line[0].standing(open=open)) for line in own],
        "more": kept.count() - MOST if len(own) == MOST else 0,
        "asked_until": (current or tender.newest).asked_until,
        "past": not (current and current.takes_questions(at=at)),
        "questions_over": (current or tender.newest).questions_are_over(at=at),
        "trail": trail(tender),
        **able.context,
    }
    return render(request, "tenders/questions.html", context)


def questions_read_once(user: Reader) -> AbstractContextManager[None]:
    """Within it each rule is asked once of the database, however many questions there are."""
    return user.memberships_read_once() if user.is_authenticated else nullcontext()


def offered(enquiry: Enquiry, user: Reader, at: datetime) -> dict[str, bool]:
    """What the reader may do with a question; `own` where it is theirs."""
    return {**abilities(enquiry, user, at=at).may, "own": enquiry.asked_by_id == user.pk}


def enquiry_ask(request: HttpRequest, reference: str) -> HttpResponse:
    """Write a question, see it as everybody will read it, then send it."""
    tender, user, at = visible(request, reference), signed_in_user(request), timezone.now()
    if request.method == "POST":
        require_person(tender, "ask", user, at=at)
    else:
        require_able(tender, "ask", user, at=at)
    providers = providers_of(user)
    initial = {"about": request.GET.get("about", "")[:12]}
    form = EnquiryForm(posted(request), tender=tender, providers=providers, initial=initial)
    context: dict[str, Any] = {"form": form, "tender": tender, "trail": questions_trail(tender)}
    if not form.is_bound or not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, "tenders/ask.html", context, status=status)
    given = form.cleaned_data
    asking = given.get("organisation") or providers[0]
    if "send" not in request.POST and "change" not in request.POST:
        traces = gives_away(given["question"], by=user, organisation=asking)
        return render(request, "tenders/ask_check.html", {**context, "traces": traces})
    if "change" in request.POST:
        return render(request, "tenders/ask.html", context)
    try:
        enquiry = Enquiry.ask(
            tender,
            by=user,
            at=at,
            question=given["question"],
            requirement=given["about"],
            organisation=asking,
        )
    except StepRefused as refused:
        for problem in refused.problems:
            form.add_error(None, problem)
        status = 409 if isinstance(refused, IllegalMove) else 422
        return render(request, "tenders/ask.html", context, status=status)
    messages.success(request, gettext("Sent. You are told as soon as the buyer answers."))
    return redirect(enquiry)


def enquiry_on(request: HttpRequest, tender: Tender, pk: uuid.UUID) -> Enquiry:
    """A question that the reader may see; 404 like one that does not exist."""
    rows = Enquiry.objects.on(tender).visible_to(request.user).read_whole()
    return get_object_or_404(rows, pk=pk)


ANSWER = Question(
    _("Answer a question"),
    _("Everybody reads the question and your answer, and those who follow the tender are told."),
    _("Answer for everybody"),
    _("Answered. Everybody reads it."),
    verb="answer",
)
DECLINE = Question(
    _("Give no answer"),
    _(
        "The question stays unpublished. Whoever asked reads your reason; of others only your "
        "organisation and the centre do."
    ),
    _("Give no answer"),
    _("Whoever asked is told why."),
    verb="decline",
    destructive=True,
)
ASKER = Question(
    _("See who asked"),
    _("Nobody else sees it. That you looked, and why, stands in the log."),
    _("Show me"),
    _("Shown."),
    verb="read_asker",
)


def enquiry_answer(request: HttpRequest, reference: str, pk: uuid.UUID) -> HttpResponse:
    """The answer for everybody. Who comes second reads the first answer beside their own words."""
    tender = visible(request, reference)
    enquiry = enquiry_on(request, tender, pk)
    require_person(enquiry, "answer", signed_in_user(request), at=timezone.now())
    current = Tender.objects.of_line(tender.line).in_force().first() or tender
    about = enquiry.about_in(current)
    form = ReplyForm(posted(request), tender=current, initial={"about": about.ref if about else ""})

    def answer(*, by: User, at: datetime, reply: str, about: Requirement | None) -> None:
        try:
            enquiry.answer(by=by, at=at, reply=reply, requirement=about)
        except Conflict as conflict:
            enquiry.refresh_from_db()
            raise IllegalMove(*conflict.problems) from conflict

    return stepped(request, ANSWER, form, answer, enquiry, "tenders/answer.html")


def enquiry_decline(request: HttpRequest, reference: str, pk: uuid.UUID) -> HttpResponse:
    enquiry = enquiry_on(request, visible(request, reference), pk)

    def decline(*, by: User, at: datetime, reason: str) -> None:
        try:
            enquiry.decline(by=by, at=at, reason=reason)
        except Conflict as conflict:
            enquiry.refresh_from_db()
            raise IllegalMove(*conflict.problems) from conflict

    form = UnansweredForm(posted(request))
    return stepped(request, DECLINE, form, decline, enquiry, "tenders/answer.html")


def enquiry_asker(request: HttpRequest, reference: str, pk: uuid.UUID) -> HttpResponse:
    """Who asked, for an officer who said why."""
    enquiry = enquiry_on(request, visible(request, reference), pk)
    user, at = signed_in_user(request), timezone.now()
    require_able(enquiry, "read_asker", user, at=at)
    form = ReasonForm(posted(request))
    if not (request.method == "POST" and form.is_valid()):
        return stepped(request, ASKER, form, enquiry.read_asker, enquiry, "tenders/answer.html")
    enquiry.read_asker(by=user, at=at, **form.cleaned_data)
    context = {"enquiry": enquiry, "trail": questions_trail(enquiry.tender)}
    return render(request, "tenders/asker.html", context)


def stepped(
    request: HttpRequest,
    question: Question,
    form: Form,
    take: Callable[..., None],
    enquiry: Enquiry,
    template: str,
) -> HttpResponse:
    """A step on one question, beside its words."""
    return tender_step(
        request,
        question,
        form,
        take,
        back=enquiry.get_absolute_url(),
        trail=questions_trail(enquiry.tender),
        template=template,
        of=enquiry,
        tender=enquiry.tender,
        kicker=enquiry.tender.title,
        enquiry=enquiry,
    )
