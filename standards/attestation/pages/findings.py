"""The findings sheet, and saving one finding."""

import uuid
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from certcentre.accounts.views import person, sent
from certcentre.asking import Question, ask, must
from certcentre.lifecycle import Conflict, NotReady, StepRefused
from certcentre.saving import Standing, autosave, code_of, is_autosave, revision_sent
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
    """Before the decision findings are for the body alone (rule R35)."""
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
    context = {
        "engagement": found,
        "seat": seat,
        "rows": rows,
        "page": page,
        "result": result,
        **progress(found, result),
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
    if is_autosave(request):
        return autosave(
            request,
            partial(save, request, one),
            ref=one.criterion.ref,
            revision=one.revision,
            stands=standing_of,
            parts=partial(counted, request, found),
        )
    try:
        save(request, one)
    except StepRefused as refused:
        stored = refused.stored if isinstance(refused, Conflict) else None
        standing = standing_of(stored) if stored else None
        context = {"problems": refused.problems, "stored": stored, "standing": standing}
        return alone(request, one, seat, status=code_of(refused), **context)
    return redirect(f"{reverse('findings', args=[pk])}{back_to(request)}#f{one.pk}")


def standing_of(finding: Finding) -> Standing:
    """A finding that somebody else wrote meanwhile, beside the one that was not saved."""
    return Standing(
        revision=finding.revision,
        by=str(finding.recorded_by or ""),
        mark=finding.result,
        texts=[("", finding.note)],
        fields={
            "result": finding.result,
            "methods": list(finding.methods),
            "note": finding.note,
        },
    )


def counted(request: HttpRequest, engagement: Engagement) -> str:
    """How far the examination is, beside the finding that was just saved. One statement."""
    result = request.POST.get("tab", "")
    return render_to_string("attestation/_findings_counts.html", progress(engagement, result))


def progress(engagement: Engagement, result: str) -> dict[str, Any]:
    """How many criteria have which finding, and the tabs that lead to them."""
    counts = sheet.counts(engagement)
    return {
        "tabs": tabs(engagement, counts, result),
        "done": sum(n for kind, n in counts.items() if kind != Result.NOT_EXAMINED),
        "total": sum(counts.values()),
        "unexamined": counts.get(Result.NOT_EXAMINED, 0),
        "bad": counts.get(Result.MINOR, 0) + counts.get(Result.MAJOR, 0),
    }


def back_to(request: HttpRequest) -> str:
    """The query of the list that the form stood in, if it is one of ours."""
    result = request.POST.get("tab", "")
    return f"?result={result}" if result in Result.values else ""


def save(request: HttpRequest, one: Finding) -> int:
    result = request.POST.get("result", "")
    if result not in Result.values:
        raise NotReady(gettext("Choose one of the six findings."))
    return one.record(
        result=result,
        methods=request.POST.getlist("methods"),
        note=request.POST.get("note", ""),
        revision=revision_sent(request.POST),
        by=person(request),
        at=timezone.now(),
    )


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
