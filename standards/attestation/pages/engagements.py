"""The steps of an engagement, for the provider and the body."""

import uuid
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from certcentre.accounts.forms import ReasonForm
from certcentre.accounts.views import person, sent
from certcentre.asking import Question, ask, must
from standards.attestation import history, overview, report, report_word
from standards.attestation.abilities import seats, waits
from standards.attestation.decision import Decision, checks
from standards.attestation.engagement import Engagement
from standards.attestation.examination import examined, in_order
from standards.attestation.forms import (
    AcceptForm,
    CancelForm,
    DecideForm,
    ReadyForm,
    RescheduleForm,
)
from standards.attestation.independence import ties
from standards.attestation.pages.seated import seated, trail
from standards.attestation.results import Result

PER_PAGE = 25
ACCEPT = Question(
    _("Accept this engagement"),
    _("You may open the provider’s evidence from now until you have decided."),
    _("Accept"),
    _("Accepted. An evaluator can begin."),
    to="accepted",
)
DECLINE = Question(
    _("Decline this engagement"),
    _("The provider reads your reason and may ask another body."),
    _("Decline"),
    _("Declined."),
    destructive=True,
    to="declined",
)
CANCEL = Question(
    _("Cancel this engagement"),
    _("It ends without a decision, and the evidence is closed to the body."),
    _("Cancel the engagement"),
    _("Cancelled."),
    destructive=True,
    to="cancelled",
)
RESCHEDULE = Question(
    _("Change the day the report is due"),
    _("Agree on it with the provider first. Both sides see the new day and your reason."),
    _("Change the day"),
    _("Changed. The provider sees the new day."),
)
READY = Question(
    _("Hand over for decision"),
    _("A second person of your body decides. You cannot decide on your own work."),
    _("Hand over"),
    _("Handed over."),
    to="ready",
)
REOPEN = Question(
    _("Send back to be examined further"),
    _("The findings open again. Say what is to be looked at."),
    _("Send back"),
    _("Sent back."),
    to="examining",
)


@require_safe
def engagements(request: HttpRequest) -> HttpResponse:
    """Everything the person's organisations ask or examine, and what waits for them."""
    user, over = person(request), request.GET.get("show") == "over"
    mine = Engagement.objects.visible_to(user).with_parties()
    found = mine.filter(status__in=Engagement.OVER) if over else mine.live()
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    held = seats(user, page)
    lines = [(one, waits(one, held[one.pk]), held[one.pk]) for one in page]
    return render(
        request, "attestation/engagements.html", {"page": page, "lines": lines, "over": over}
    )


@require_safe
def engagement(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Where it stands, what comes next, and what came of it."""
    found, seat = seated(request, pk)
    told = history.told(found)
    if not seat.body:  # what passes between evaluator and decider is theirs
        told = [(entry, words) for entry, words in told if entry.step not in history.INTERNAL]
    context = {
        "engagement": found,
        "seat": seat,
        "waits": waits(found, seat),
        "history": told,
        "overview": overview.of(found, told, inside=bool(seat.body), at=timezone.now()),
    }
    return render(request, "attestation/engagement.html", context)


def engagement_accept(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    found, seat = seated(request, pk)
    must(seat.manages)
    tied = ties(person(request), body=found.body, provider=found.provider, at=timezone.now())
    return stepped(
        request, found, ACCEPT, AcceptForm(sent(request)), found.accept,
        template="attestation/accept.html", engagement=found, tied=tied,
        scope=overview.scope(found),
    )  # fmt: skip


def engagement_decline(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    found, seat = seated(request, pk)
    must(seat.manages)
    return stepped(request, found, DECLINE, ReasonForm(sent(request)), found.decline)


def engagement_cancel(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    found, seat = seated(request, pk)
    must(seat.manages or seat.signs)
    form = CancelForm(sent(request), required=not seat.signs)
    return stepped(request, found, CANCEL, form, found.cancel)


def engagement_reschedule(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    found, seat = seated(request, pk)
    must(seat.manages or seat.examines)
    if request.method != "POST":
        found.require_status(found.Status.ACCEPTED, *found.BEGUN)
    form = RescheduleForm(sent(request), initial={"due_on": found.due_on})
    return stepped(request, found, RESCHEDULE, form, found.reschedule)


def engagement_ready(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    found, seat = seated(request, pk)
    must(seat.examines)
    form = ReadyForm(sent(request), initial={"summary": found.summary})
    warnings = overview.before_handing_over(found)
    template = "attestation/ready.html"
    return stepped(request, found, READY, form, found.ready, template=template, warnings=warnings)


def engagement_reopen(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    found, seat = seated(request, pk)
    must(seat.examines or seat.decides)
    return stepped(request, found, REOPEN, ReasonForm(sent(request)), found.reopen)


@require_POST
def engagement_examine(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    found, seat = seated(request, pk)
    must(seat.examines)
    found.examine(by=person(request), at=timezone.now())
    messages.success(request, gettext("Begun. You are the evaluator, so somebody else decides."))
    return redirect("findings", pk=found.pk)


@require_POST
def engagement_await_corrections(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    found, seat = seated(request, pk)
    must(seat.examines)
    found.await_corrections(by=person(request), at=timezone.now())
    messages.success(request, gettext("The provider now sees the nonconformities."))
    return redirect(found)


@require_POST
def engagement_resume(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    found, seat = seated(request, pk)
    must(seat.examines)
    found.resume(by=person(request), at=timezone.now())
    messages.success(request, gettext("The examination goes on."))
    return redirect("findings", pk=found.pk)


def stepped(
    request: HttpRequest, found: Engagement, question: Question, form: Any, take: Any, **more: Any
) -> HttpResponse:
    """A step that leads back to the engagement."""
    back = found.get_absolute_url()
    return ask(request, question, form, take, back=back, trail=trail(found), of=found, **more)


DECIDE = Question(
    _("Decide"),
    _(
        "You decide in the name of your body, once. A grant issues the certificates at once; a "
        "refusal ends what was claimed of the criteria that do not conform."
    ),
    _("Decide"),
    _("Decided. Both sides are told."),
)


def engagement_decide(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    found, seat = seated(request, pk)
    must(seat.decides)
    found.require_status(found.Status.READY)
    now = timezone.now()
    results = examined(found, at=now)
    left = [
        finding
        for one in results
        for finding in one.findings.values()
        if not in_order(finding) or finding.result == Result.OBSERVATION
    ]
    return ask(
        request,
        DECIDE,
        DecideForm(sent(request)),
        partial(Decision.decide, found),
        back=found.get_absolute_url(),
        trail=trail(found),
        template="attestation/decide.html",
        engagement=found,
        checks=checks(found, results, by=person(request), at=now),
        results=results,
        left=left,
    )


FORMATS = {
    "pdf": (report.pdf, "application/pdf"),
    "docx": (
        report_word.docx,
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ),
}


@require_safe
def engagement_report(request: HttpRequest, pk: uuid.UUID, format: str) -> HttpResponse:
    """In the reader's language. Before the decision there is none."""
    found, _seat = seated(request, pk)
    if found.status not in Engagement.DECIDED:
        raise Http404
    write, kind = FORMATS[format]
    response = HttpResponse(write(report.report_of(found)), content_type=kind)
    name = f"{found.number}.{format}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response
