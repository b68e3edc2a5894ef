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

from certcentre.abilities import abilities
from certcentre.accounts.forms import ReasonForm
from certcentre.accounts.people import signed_in_user
from certcentre.step_page import Question, posted, step_page
from standards.attestation.findings import CorrectiveAction
from standards.attestation.forms import AnswerForm, CloseForm
from standards.attestation.pages.engagements import trail, visible
from standards.attestation.results import NONCONFORMING

ANSWER = Question(
    _("Answer a nonconformity"),
    _("Say what you change and by when. The body accepts your plan or returns it with a reason."),
    _("Send"),
    _("Sent to the body."),
    verb="answer",
)
RETURN = Question(
    _("Return the plan"),
    _("The provider reads your reason and answers again."),
    _("Return"),
    _("Returned to the provider."),
    verb="return_",
)
CLOSE = Question(
    _("Record that the correction is done"),
    _("Then the criterion conforms. Say how you saw it."),
    _("Record"),
    _("Recorded: the correction is done."),
    verb="close",
)


@require_safe
def corrections(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Every nonconformity that the reader may see, where it stands, and what they may do."""
    engagement, user, now = visible(request, pk), signed_in_user(request), timezone.now()
    rows = CorrectiveAction.objects.filter(finding__engagement=engagement).select_related(
        "finding__criterion__edition"
    )
    rows = rows.worst_first()
    with user.memberships_read_once():
        inside = user.acts_for(engagement.body)
        shown = rows.filter(finding__result__in=NONCONFORMING) if inside else rows.released()
        lines = []
        for action in shown:
            action.finding.engagement = engagement
            lines.append((action, abilities(action, user, at=now)))
        able = abilities(engagement, user, at=now, of=("await_corrections", "resume", "ready"))
    context = {"engagement": engagement, "inside": inside, "lines": lines, **able.context}
    context["trail"] = trail(engagement)
    return render(request, "attestation/corrections.html", context)


def visible_action(request: HttpRequest, pk: uuid.UUID) -> CorrectiveAction:
    """The corrective action; 404 to whoever may not see it."""
    rows = CorrectiveAction.objects.visible_to(request.user).with_parties()
    return get_object_or_404(rows, pk=pk)


def correction_answer(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    action = visible_action(request, pk)
    initial = {"plan": action.plan, "due_on": action.due_on}
    return step(request, action, ANSWER, AnswerForm(posted(request), initial=initial))


@require_POST
def correction_accept(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    action = visible_action(request, pk)
    action.accept(by=signed_in_user(request), at=timezone.now())
    messages.success(request, gettext("The plan is accepted. It still has to be seen done."))
    return redirect("corrections", pk=action.finding.engagement_id)


def correction_return(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    return step(request, visible_action(request, pk), RETURN, ReasonForm(posted(request)))


def correction_close(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    return step(request, visible_action(request, pk), CLOSE, CloseForm(posted(request)))


def step(
    request: HttpRequest,
    action: CorrectiveAction,
    question: Question,
    form: AnswerForm | ReasonForm | CloseForm,
) -> HttpResponse:
    """A step that leads back to the list of corrections."""
    engagement = action.finding.engagement
    back = reverse("corrections", args=[engagement.pk])
    return step_page(
        request,
        question,
        form,
        getattr(action, question.verb),
        back=back,
        trail=[*trail(engagement), (gettext("Corrective actions"), back)],
        of=action,
        template="attestation/correction.html",
        action=action,
    )
