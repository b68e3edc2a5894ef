"""Engagements: their list, their page, their steps and their report."""

import uuid
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from certcentre.abilities import Abilities, abilities
from certcentre.accounts.forms import ReasonForm
from certcentre.accounts.models import Role, User
from certcentre.accounts.people import signed_in_user
from certcentre.log.history import history
from certcentre.paging import Numbered
from certcentre.step_page import Question, posted, step_page
from certcentre.worklist import Task, rows_for
from standards.attestation import overview, report, sampling, steps
from standards.attestation.body_desk import bodies_of
from standards.attestation.decision import Decision, checks
from standards.attestation.engagement import Engagement
from standards.attestation.examination import examined, in_order
from standards.attestation.forms import (
    AcceptForm,
    CancelForm,
    DecideForm,
    ReadyForm,
    RescheduleForm,
    SampleForm,
)
from standards.attestation.independence import ties
from standards.attestation.requesting import running
from standards.attestation.results import Result

Trail = list[tuple[str, str]]
PER_PAGE = 25
ACCEPT = Question(
    _("Accept this engagement"),
    _("You may open the provider’s evidence from now until you have decided."),
    _("Accept"),
    _("Accepted. An evaluator can begin."),
    verb="accept",
)
DECLINE = Question(
    _("Decline this engagement"),
    _("The provider reads your reason and may ask another body."),
    _("Decline"),
    _("Declined."),
    destructive=True,
    verb="decline",
)
CANCEL = Question(
    _("Cancel this engagement"),
    _("It ends without a decision, and the evidence is closed to the body."),
    _("Cancel the engagement"),
    _("Cancelled."),
    destructive=True,
    verb="cancel",
)
RESCHEDULE = Question(
    _("Change the day the report is due"),
    _("Agree on it with the provider first. Both sides see the new day and your reason."),
    _("Change the day"),
    _("Changed. The provider sees the new day."),
    verb="reschedule",
)
SAMPLE = Question(
    _("Plan a sample"),
    _(
        "Say before you begin of what you examine only a part. From the beginning of the "
        "examination on the plan stands; it is part of the report."
    ),
    _("Add it to the plan"),
    _("It stands in the plan."),
    verb="plan_sample",
)
READY = Question(
    _("Hand over for decision"),
    _("A second person of your body decides. You cannot decide on your own work."),
    _("Hand over"),
    _("Handed over."),
    verb="ready",
)
REOPEN = Question(
    _("Send back to be examined further"),
    _("The findings open again. Say what is to be looked at."),
    _("Send back"),
    _("Sent back."),
    verb="reopen",
)
DECIDE = Question(
    _("Decide"),
    _(
        "You decide in the name of your body, once. A grant issues the certificates at once; a "
        "refusal ends what was claimed of the criteria that do not conform."
    ),
    _("Decide"),
    _("Decided. We are writing to the provider."),
    verb="decide",
    weighty=True,
)
FORMATS = {
    "pdf": (report.pdf, "application/pdf"),
    "docx": (
        report.docx,
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ),
}


def visible(request: HttpRequest, pk: uuid.UUID) -> Any:
    """The engagement; 404 to whoever is of neither party."""
    rows = Engagement.objects.visible_to(request.user).with_parties()
    rows = rows.with_turns(at=timezone.now())
    return get_object_or_404(rows.select_related("declaration__assessment", "evaluator"), pk=pk)


def turns(
    engagements: Iterable[Engagement], user: User, *, at: datetime, able: Abilities | None = None
) -> dict[uuid.UUID, list[Task]]:
    """What of these engagements waits for the person, by their key: as the work list says it.

    A page that has asked what they are `able` to do here leaves out the rows that are not theirs.
    """
    keys = [engagement.pk for engagement in engagements]
    waiting: dict[uuid.UUID, list[Task]] = {}
    for row in rows_for(user):
        model, _dot, verb = row.step.partition(".")
        path = row.about.get("engagement")
        if not row.turn or not path:
            continue
        if able and model == "engagement" and verb in able and not able.turn(verb):
            continue
        for record in row.records(user, at).filter(**{f"{path}__in": keys}):
            key = steps.reached(record, "pk" if path == "pk" else f"{path.replace('__', '.')}_id")
            waiting.setdefault(key, []).append(row.task(record, at))
    return waiting


def trail(engagement: Engagement | None = None) -> Trail:
    """The way up from a page of an engagement."""
    up = [(gettext("Examinations"), reverse("engagements"))]
    if engagement:
        up.append((engagement.number, engagement.get_absolute_url()))
    return up


@require_safe
def engagements(request: HttpRequest) -> HttpResponse:
    """Everything the person's organisations ask or examine, and what waits for them."""
    user, over = signed_in_user(request), request.GET.get("show") == "over"
    at = timezone.now()
    mine = Engagement.objects.visible_to(user).with_parties().with_turns(at=at)
    rows = mine.filter(status__in=Engagement.OVER) if over else mine.live()
    page = Numbered(rows, PER_PAGE).get_page(request.GET.get("page"))
    waiting = turns(page, user, at=at)
    lines = [(engagement, waiting.get(engagement.pk, [])) for engagement in page]
    context = {"page": page, "lines": lines, "over": over, "bodies": bodies_of(user)}
    return render(request, "attestation/engagements.html", context)


@require_safe
def engagement(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Where it stands, what comes next, and what came of it."""
    user, now = signed_in_user(request), timezone.now()
    engagement = visible(request, pk)
    prefetch_related_objects([engagement], "ratings__rater")
    with user.memberships_read_once():
        alone = engagement.scored_alone_by(user)
        of_provider = user.acts_for(engagement.provider)
        inside = user.acts_for(engagement.body) and not alone
        able = abilities(engagement, user, at=now)
        tasks = turns([engagement], user, at=now, able=able).get(engagement.pk, [])
    decided = engagement.status in Engagement.DECIDED
    # what passes between evaluator and decider is theirs
    lines = history(engagement, internal=inside)
    context = {
        "engagement": engagement,
        "inside": inside,
        "tasks": tasks,
        "history": lines,
        "samples": sampling.planned(engagement) if inside or decided else [],
        "ratings": engagement.ratings.all() if inside or decided else [],
        "alone": alone,
        "of_provider": of_provider,
        "at_rest": engagement.rests,
        "overview": overview.of(engagement, lines, inside=inside, at=now),
        **able.context,
    }
    return render(request, "attestation/engagement.html", context)


def engagement_accept(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    engagement, user = visible(request, pk), signed_in_user(request)
    return step(
        request,
        engagement,
        ACCEPT,
        AcceptForm(posted(request)),
        engagement.accept,
        template="attestation/accept.html",
        engagement=engagement,
        tied=ties(user, engagement.body, engagement.provider, at=timezone.now()),
        scope=overview.scope(engagement),
    )


def engagement_decline(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    engagement = visible(request, pk)
    return step(request, engagement, DECLINE, ReasonForm(posted(request)), engagement.decline)


def engagement_cancel(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The provider need not say why."""
    engagement = visible(request, pk)
    own = signed_in_user(request).acts_for(engagement.provider, Role.SIGNATORY)
    form = CancelForm(posted(request), required=not own)
    return step(request, engagement, CANCEL, form, engagement.cancel)


def engagement_reschedule(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    engagement = visible(request, pk)
    form = RescheduleForm(posted(request), initial={"due_on": engagement.due_on})
    return step(request, engagement, RESCHEDULE, form, engagement.reschedule)


def engagement_sample(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    engagement = visible(request, pk)
    form = SampleForm(posted(request), engagement=engagement)
    take = partial(sampling.plan_sample, engagement)
    return step(request, engagement, SAMPLE, form, take)


@require_POST
def sample_drop(request: HttpRequest, pk: uuid.UUID, number: int) -> HttpResponse:
    engagement = visible(request, pk)
    sample = get_object_or_404(engagement.samples, pk=number)
    sample.engagement = engagement
    sample.drop(by=signed_in_user(request), at=timezone.now())
    messages.success(request, gettext("Taken out of the plan."))
    return redirect(engagement)


def engagement_ready(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    engagement = visible(request, pk)
    return step(
        request,
        engagement,
        READY,
        ReadyForm(posted(request), initial={"summary": engagement.summary}),
        engagement.ready,
        template="attestation/ready.html",
        warnings=overview.before_handing_over(engagement),
        more=engagement.findings.saying_more(),
    )


def engagement_reopen(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    engagement = visible(request, pk)
    return step(request, engagement, REOPEN, ReasonForm(posted(request)), engagement.reopen)


@require_POST
def engagement_examine(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    engagement = visible(request, pk)
    engagement.examine(by=signed_in_user(request), at=timezone.now())
    messages.success(request, gettext("Begun. You are the evaluator, so somebody else decides."))
    return redirect("findings", pk=engagement.pk)


@require_POST
def engagement_await_corrections(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    engagement = visible(request, pk)
    engagement.await_corrections(by=signed_in_user(request), at=timezone.now())
    messages.success(request, gettext("The provider now sees the nonconformities."))
    return redirect(engagement)


@require_POST
def engagement_resume(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    engagement = visible(request, pk)
    engagement.resume(by=signed_in_user(request), at=timezone.now())
    messages.success(request, gettext("The examination goes on."))
    return redirect("findings", pk=engagement.pk)


def engagement_decide(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    engagement, now = visible(request, pk), timezone.now()
    results = examined(engagement, at=now)
    left = [
        finding
        for result in results
        for finding in result.findings.values()
        if not in_order(finding) or finding.result == Result.OBSERVATION
    ]
    asked = checks(engagement, results, by=signed_in_user(request), at=now)
    grantable = not any(check.problems for check in asked)
    return step(
        request,
        engagement,
        DECIDE,
        DecideForm(posted(request), grantable=grantable),
        partial(Decision.decide, engagement),
        template="attestation/decide.html",
        engagement=engagement,
        checks=asked,
        results=results,
        running=running(engagement.declaration.release, [each.edition for each in results], at=now),
        left=left,
        more=engagement.findings.saying_more(),
    )


def step(
    request: HttpRequest,
    engagement: Engagement,
    question: Question,
    form: forms.Form,
    take: Callable[..., Any],
    /,
    **more: Any,
) -> HttpResponse:
    """A step that leads back to the engagement."""
    back, up = engagement.get_absolute_url(), trail(engagement)
    return step_page(request, question, form, take, back=back, trail=up, of=engagement, **more)


@require_safe
def engagement_report(request: HttpRequest, pk: uuid.UUID, format: str) -> HttpResponse:
    """In the reader's language. Before the decision there is none."""
    engagement = visible(request, pk)
    if engagement.status not in Engagement.DECIDED:
        raise Http404
    write, kind = FORMATS[format]
    response = HttpResponse(write(report.report_of(engagement)), content_type=kind)
    name = f"{engagement.number}.{format}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response
