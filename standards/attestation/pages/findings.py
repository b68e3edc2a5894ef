"""The findings sheet, and saving one finding."""

import uuid
from functools import partial

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from certcentre.accounts.views import person, sent
from certcentre.asking import Question, ask, must
from certcentre.errors import status_of
from certcentre.lifecycle import Conflict, NotReady, StepRefused
from standards.attestation import sheet
from standards.attestation.abilities import Seat
from standards.attestation.bulk_findings import record_several, unexamined
from standards.attestation.engagement import Engagement
from standards.attestation.findings import Finding
from standards.attestation.forms import SeveralForm
from standards.attestation.pages.seated import seated, trail
from standards.attestation.results import Result

Tab = tuple[str, str, bool, int]


def readable(engagement: Engagement, seat: Seat) -> bool:
    """Before the decision findings are for the body alone (domain.md section 7)."""
    return bool(seat.body) or engagement.status in Engagement.DECIDED


def writable(engagement: Engagement, seat: Seat) -> bool:
    return seat.examines and engagement.status == Engagement.Status.EXAMINING


@require_safe
def findings(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """What the provider says beside what the auditor found, criterion by criterion."""
    found, seat = seated(request, pk)
    must(readable(found, seat))
    result = request.GET.get("result", "")
    rows, page = sheet.page(
        found, result=result, number=request.GET.get("page"), writable=writable(found, seat)
    )
    counts = sheet.counts(found)
    done = sum(n for one, n in counts.items() if one != Result.NOT_EXAMINED)
    context = {
        "engagement": found,
        "seat": seat,
        "rows": rows,
        "page": page,
        "result": result,
        "tabs": tabs(found, counts, result),
        "done": done,
        "total": sum(counts.values()),
        "unexamined": counts.get(Result.NOT_EXAMINED, 0),
        "bad": counts.get(Result.MINOR, 0) + counts.get(Result.MAJOR, 0),
        "writable": writable(found, seat),
        "trail": trail(found),
    }
    return render(request, "attestation/findings.html", context)


def tabs(engagement: Engagement, counts: dict[str, int], result: str) -> list[Tab]:
    """All, and each result that occurs, with its count and address."""
    base = reverse("findings", args=[engagement.pk])
    made = [(gettext("All"), base, result not in Result.values, sum(counts.values()))]
    made += [
        (str(one.label), f"{base}?result={one}", one == result, counts[one])
        for one in Result
        if counts.get(one)
    ]
    return made


def finding(request: HttpRequest, pk: uuid.UUID, number: int) -> HttpResponse:
    """One criterion: shown alone, or its finding saved (200, 409 or 422 with X-Saved)."""
    found, seat = seated(request, pk)
    one = get_object_or_404(
        found.findings.select_related("criterion__edition", "criterion__level"), pk=number
    )
    must(readable(found, seat))
    one.engagement = found
    if request.method != "POST":
        return alone(request, one, seat)
    must(seat.examines)
    try:
        revision = save(request, one)
    except StepRefused as refused:
        return not_saved(request, one, seat, refused)
    if request.headers.get("X-Autosave"):
        return HttpResponse(headers={"X-Saved": str(revision)})
    return redirect(f"{reverse('findings', args=[pk])}{back_to(request)}#f{one.pk}")


def back_to(request: HttpRequest) -> str:
    """The query of the list that the form stood in, if it is one of ours."""
    result = request.POST.get("tab", "")
    return f"?result={result}" if result in Result.values else ""


def save(request: HttpRequest, one: Finding) -> int:
    result = request.POST.get("result", "")
    if result not in Result.values:
        raise NotReady(gettext("Choose one of the six findings."))
    try:
        revision = int(request.POST.get("revision", ""))
    except ValueError:
        raise PermissionDenied from None
    return one.record(
        result=result,
        methods=request.POST.getlist("methods"),
        note=request.POST.get("note", "").replace("\x00", ""),
        revision=revision,
        by=person(request),
        at=timezone.now(),
    )


def not_saved(request: HttpRequest, one: Finding, seat: Seat, refused: StepRefused) -> HttpResponse:
    """What is wrong, or what somebody else wrote meanwhile; the reader's own text is kept."""
    stored = refused.stored if isinstance(refused, Conflict) else None
    status = 422 if isinstance(refused, NotReady) else status_of(refused)
    context = {"problems": refused.problems, "stored": stored}
    if not request.headers.get("X-Autosave"):
        return alone(request, one, seat, status=status, **context)
    response = render(request, "attestation/_not_saved.html", context, status=status)
    if stored:
        response["X-Saved"] = str(stored.revision)
    return response


def alone(
    request: HttpRequest, one: Finding, seat: Seat, *, status: int = 200, **more: object
) -> HttpResponse:
    """The page of one criterion, with what was typed where it was not saved."""
    engagement, stored = one.engagement, more.get("stored")
    if request.method == "POST":
        one.result = request.POST.get("result", "")
        one.methods = request.POST.getlist("methods")
        one.note = request.POST.get("note", "")
        one.revision = stored.revision if isinstance(stored, Finding) else one.revision
    row = sheet.rows(engagement, [one], writable=writable(engagement, seat))[0]
    context = {"row": row, "engagement": engagement, "trail": trail(engagement), **more}
    return render(request, "attestation/finding.html", context, status=status)


SEVERAL = Question(
    _("One finding for several criteria"),
    _(
        "For what you saw in one look. Tick the criteria; finding, methods and words are written "
        "on each. You can change any of them alone afterwards."
    ),
    _("Write it on those ticked"),
    _("Written on those ticked."),
)


def findings_several(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    found, seat = seated(request, pk)
    must(seat.examines)
    back = reverse("findings", args=[pk])
    if request.method != "POST":
        found.require_status(found.Status.EXAMINING)
    open_ones = unexamined(found).select_related("criterion__edition", "criterion__level")
    rows = sheet.rows(found, list(open_ones), writable=True)
    if not rows and request.method != "POST":
        messages.info(request, gettext("Every criterion has a finding."))
        return redirect(back)
    ticked = [row.finding.pk for row in rows] if request.GET.get("tick") == "all" else []
    return ask(
        request,
        SEVERAL,
        SeveralForm(sent(request), rows=rows, initial={"findings": ticked}),
        partial(record_several, found),
        back=back,
        trail=[*trail(found), (gettext("Findings"), back)],
        template="attestation/several.html",
    )
