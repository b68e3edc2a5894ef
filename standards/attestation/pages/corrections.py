"""Nonconformities and what the provider does about them, for both sides."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from certcentre.accounts.forms import ReasonForm
from certcentre.accounts.views import person, sent
from certcentre.asking import Question, ask, must
from standards.attestation.abilities import Seat, seats
from standards.attestation.engagement import Engagement
from standards.attestation.findings import CorrectiveAction
from standards.attestation.forms import AnswerForm, CloseForm
from standards.attestation.pages.seated import seated, trail
from standards.attestation.results import NONCONFORMING

ANSWER = Question(
    _("Answer a nonconformity"),
    _("Say what you change and by when. The body accepts your plan or returns it with a reason."),
    _("Send"),
    _("Sent to the body."),
    to="answered",
)
RETURN = Question(
    _("Return the plan"),
    _("The provider reads your reason and answers again."),
    _("Return"),
    _("Returned to the provider."),
    to="returned",
)
CLOSE = Question(
    _("Record that the correction is done"),
    _("Then the criterion conforms. Say how you saw it."),
    _("Record"),
    _("Recorded: the correction is done."),
    to="closed",
)


@require_safe
def corrections(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Every nonconformity that the reader may see, and where it stands."""
    found, seat = seated(request, pk)
    shown = CorrectiveAction.objects.filter(finding__engagement=found).select_related(
        "finding__criterion__edition"
    )
    inside = bool(seat.body)
    shown = shown.filter(finding__result__in=NONCONFORMING) if inside else shown.released()
    lines = [(action, steps(action, found, seat)) for action in shown]
    context = {"engagement": found, "seat": seat, "lines": lines, "trail": trail(found)}
    return render(request, "attestation/corrections.html", context)


def steps(action: CorrectiveAction, engagement: Engagement, seat: Seat) -> set[str]:
    """What this person may do about it now."""
    state, open_now = action.status, engagement.status in CorrectiveAction.UNDER_WAY
    made = set()
    if open_now and seat.answers and action.released_at and state in action.WITH_PROVIDER:
        made.add("answer")
    if open_now and seat.examines and state == action.Status.ANSWERED:
        made |= {"accept", "return"}
    granted = engagement.status == Engagement.Status.GRANTED
    if state == action.Status.ACCEPTED and (
        (open_now and seat.examines) or (granted and seat.decides)
    ):
        made.add("close")
    return made


def seen(request: HttpRequest, pk: uuid.UUID) -> tuple[CorrectiveAction, Seat]:
    """The corrective action for whoever may see it, and their roles."""
    mine = CorrectiveAction.objects.visible_to(request.user).select_related(
        "finding__criterion__edition",
        "finding__engagement__body",
        "finding__engagement__provider",
        "finding__engagement__declaration__release__solution",
    )
    found = get_object_or_404(mine, pk=pk)
    engagement = found.finding.engagement
    return found, seats(person(request), [engagement])[engagement.pk]


def correction_answer(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    found, seat = seen(request, pk)
    must(seat.answers)
    form = AnswerForm(sent(request), initial={"plan": found.plan, "due_on": found.due_on})
    return stepped(request, found, ANSWER, form, "answer")


@require_POST
def correction_accept(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    found, seat = seen(request, pk)
    must(seat.examines)
    found.accept(by=person(request), at=timezone.now())
    messages.success(request, gettext("The plan is accepted. It still has to be seen done."))
    return redirect("corrections", pk=found.finding.engagement_id)


def correction_return(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    found, seat = seen(request, pk)
    must(seat.examines)
    return stepped(request, found, RETURN, ReasonForm(sent(request)), "return_")


def correction_close(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    found, seat = seen(request, pk)
    must(seat.examines or seat.decides)
    return stepped(request, found, CLOSE, CloseForm(sent(request)), "close")


def stepped(
    request: HttpRequest,
    found: CorrectiveAction,
    question: Question,
    form: AnswerForm | ReasonForm | CloseForm,
    verb: str,
) -> HttpResponse:
    """A step that leads back to the list of corrections."""
    engagement = found.finding.engagement
    back = reverse("corrections", args=[engagement.pk])
    up = [*trail(engagement), (gettext("Corrective actions"), back)]
    take = getattr(found, verb)
    template = "attestation/correction.html"
    return ask(
        request,
        question,
        form,
        take,
        back=back,
        trail=up,
        of=found,
        template=template,
        action=found,
    )
