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

from certcentre.abilities import Abilities, abilities, require_able
from certcentre.accounts.people import signed_in_user
from certcentre.lifecycle import Conflict, NotAllowed, NotReady, StepRefused
from certcentre.saving import Standing, autosave, code_of, is_autosave, revision_sent
from certcentre.step_page import Question, posted, require, step_page
from standards.assessment.claims import Outcome
from standards.attestation import sheet
from standards.attestation.bulk_findings import record_several, unexamined
from standards.attestation.engagement import Engagement
from standards.attestation.findings import Finding
from standards.attestation.forms import SeveralForm
from standards.attestation.pages.engagements import trail, visible
from standards.attestation.results import Result

Tab = tuple[str, str, bool, int]
SEVERAL = Question(
    _("One finding for several criteria"),
    _(
        "For what you saw in one look. Tick the criteria; finding, methods and words are written "
        "on each. You can change any of them alone afterwards."
    ),
    _("Write it on those ticked"),
    _("Written on those ticked."),
    verb="record",
)


def readable(request: HttpRequest, pk: uuid.UUID) -> tuple[Engagement, Abilities, bool]:
    """The engagement, what the reader may do, and whether they are of the body.

    Before the decision findings are for the body alone (rule R35).
    """
    engagement, user = visible(request, pk), signed_in_user(request)
    with user.memberships_read_once():
        inside = user.acts_for(engagement.body)
        able = abilities(engagement, user, at=timezone.now())
    require(inside or engagement.status in Engagement.DECIDED)
    return engagement, able, inside


@require_safe
def findings(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """What the provider says beside what the auditor found, criterion by criterion."""
    engagement, able, inside = readable(request, pk)
    writable, result = able.may["record"], request.GET.get("result", "")
    rows, page = sheet.page(
        engagement, result=result, number=request.GET.get("page"), writable=writable
    )
    context = {
        "engagement": engagement,
        "inside": inside,
        "rows": rows,
        "page": page,
        "result": result,
        **progress(engagement, result),
        "writable": writable,
        "trail": trail(engagement),
        **able.context,
    }
    return render(request, "attestation/findings.html", context)


def tabs(engagement: Engagement, counts: dict[str, int], result: str) -> list[Tab]:
    """All, and each result that occurs, with its count and address."""
    base = reverse("findings", args=[engagement.pk])
    every = (gettext("All"), base, result not in Result.values, sum(counts.values()))
    return [every] + [
        (str(kind.label), f"{base}?result={kind}", kind == result, counts[kind])
        for kind in Result
        if counts.get(kind)
    ]


def finding(request: HttpRequest, pk: uuid.UUID, number: int) -> HttpResponse:
    """One criterion: shown alone, or its finding saved (200, 409 or 422 with X-Saved)."""
    if request.method == "POST":
        return kept(request, one_of(visible(request, pk), number))
    engagement, able, _inside = readable(request, pk)
    return alone(request, one_of(engagement, number), writable=able.may["record"])


def one_of(engagement: Engagement, number: int) -> Finding:
    rows = engagement.findings.select_related("criterion__edition", "criterion__level")
    finding = get_object_or_404(rows, pk=number)
    finding.engagement = engagement
    return finding


def kept(request: HttpRequest, finding: Finding) -> HttpResponse:
    """What was typed is written, or why it is not."""
    engagement = finding.engagement
    if is_autosave(request):
        return autosave(
            request,
            partial(save, request, finding),
            ref=finding.criterion.ref,
            revision=finding.revision,
            stands=standing_of,
            parts=partial(counted, request, engagement),
        )
    try:
        save(request, finding)
    except NotAllowed:
        raise
    except StepRefused as refused:
        stored = refused.stored if isinstance(refused, Conflict) else None
        standing = standing_of(stored) if stored else None
        context = {"problems": refused.problems, "stored": stored, "standing": standing}
        able = abilities(engagement, request.user, at=timezone.now())
        writable = able.may["record"]
        return alone(request, finding, writable=writable, status=code_of(refused), **context)
    back = reverse("findings", args=[engagement.pk])
    return redirect(f"{back}{back_to(request)}#f{finding.pk}")


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


def save(request: HttpRequest, finding: Finding) -> int:
    user, now = signed_in_user(request), timezone.now()
    result = request.POST.get("result", "")
    if result not in Result.values:
        require_able(finding, "record", user, at=now)
        raise NotReady(gettext("Choose one of the six findings."))
    return finding.record(
        result=result,
        methods=request.POST.getlist("methods"),
        note=request.POST.get("note", ""),
        revision=revision_sent(request.POST),
        by=user,
        at=now,
    )


def alone(
    request: HttpRequest, finding: Finding, *, writable: bool, status: int = 200, **more: object
) -> HttpResponse:
    """The page of one criterion, with what was typed where it was not saved."""
    engagement, stored = finding.engagement, more.get("stored")
    if request.method == "POST":
        finding.result = request.POST.get("result", "")
        finding.methods = request.POST.getlist("methods")
        finding.note = request.POST.get("note", "")
        finding.revision = stored.revision if isinstance(stored, Finding) else finding.revision
    row = sheet.rows(engagement, [finding], writable=writable)[0]
    context = {"row": row, "engagement": engagement, "trail": trail(engagement), **more}
    return render(request, "attestation/finding.html", context, status=status)


def findings_several(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """`?tick=all` ticks what the provider declared met: what says more is written alone."""
    engagement = visible(request, pk)
    back = reverse("findings", args=[pk])
    if request.method != "POST":
        require_able(engagement, "record", signed_in_user(request), at=timezone.now())
    left = unexamined(engagement).select_related("criterion__edition", "criterion__level")
    rows = sheet.rows(engagement, list(left), writable=True)
    if not rows and request.method != "POST":
        messages.info(request, gettext("Every criterion has a finding."))
        return redirect(back)
    met = [row.finding.pk for row in rows if row.answer and row.answer.value == Outcome.MET]
    ticked = met if request.GET.get("tick") == "all" else []
    return step_page(
        request,
        SEVERAL,
        SeveralForm(posted(request), rows=rows, initial={"findings": ticked}),
        partial(record_several, engagement),
        back=back,
        trail=[*trail(engagement), (gettext("Findings"), back)],
        template="attestation/several.html",
        of=engagement,
    )
