"""The findings of an examination: all on one page, a row each, saved as they are given (rule R48).

With script rows come as they are in sight, and what stands in a row as it is opened; without, a
page holds a hundred, one of them open.
"""

import uuid
from collections.abc import Mapping
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from certcentre.abilities import Abilities, abilities, require_person
from certcentre.accounts.people import signed_in_user
from certcentre.lifecycle import NotReady, StepRefused
from certcentre.repeated import Row as Repeated
from certcentre.saving import autosave, is_autosave
from certcentre.step_page import require
from standards.assessment.forms import AssignForm
from standards.assessment.pages.answer_input import keeps_what_was_typed, typed_before
from standards.attestation import independence, results, sheet
from standards.attestation.bulk_findings import record_several
from standards.attestation.engagement import Engagement
from standards.attestation.findings import Finding
from standards.attestation.pages.engagements import trail, visible
from standards.attestation.pages.findings_parts import row_of
from standards.attestation.portions import give_out
from standards.attestation.sheet import Line, Only, Row, Sheet, Typed
from standards.catalogue import sheet_page
from standards.catalogue.long_sheet import Done
from standards.catalogue.sheet_page import (
    Result,
    View,
    hits,
    keys_asked,
    keys_of,
    picked,
    pressed_reply,
)

ASKED = ("record", "resume", "await_corrections", "ready")  # the steps that stand on the page


Refused = Mapping[int, tuple[Typed, StepRefused]]


def readable(request: HttpRequest, pk: uuid.UUID) -> tuple[Engagement, Abilities, bool]:
    """The engagement, what the reader may do, and whether they are of the body.

    Before the decision findings are for the body alone (rule R35), and not for whoever scores
    alone (rule R119).
    """
    engagement, user = visible(request, pk), signed_in_user(request)
    with user.memberships_read_once():
        inside = user.acts_for(engagement.body)
        able = abilities(engagement, user, at=timezone.now(), of=ASKED)
        alone = engagement.scored_alone_by(user)
    require((inside or engagement.status in Engagement.DECIDED) and not alone)
    return engagement, able, inside


def address(engagement: Engagement, **query: str) -> str:
    """The sheet of an examination, as the query wants it seen."""
    asked = {name: text for name, text in query.items() if text}
    return reverse("findings", args=[engagement.pk], query=asked or None)


@gzip_page
@keeps_what_was_typed
def findings(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The rows of an examination, or those that a filter and words leave, with their findings."""
    if request.method == "POST":
        engagement = visible(request, pk)
        require_person(engagement, "record", signed_in_user(request), at=timezone.now())
        return save(request, engagement)
    engagement, able, inside = readable(request, pk)
    typed = typed_before(request)
    result = bring_back(engagement, typed) if typed and able.may["record"] else None
    return show(request, engagement, able, inside, result=result)


def bring_back(engagement: Engagement, typed: QueryDict) -> Result[Typed]:
    """The rows as they were typed before the session ended, not saved yet."""
    words = NotReady(gettext("You were signed out before this was saved."))
    refused = {}
    for finding in sheet.findings_in(engagement, keys_of(typed)):
        try:
            given = Typed.of(typed, finding.pk)
        except NotReady:
            continue
        if given.changed(finding):
            refused[finding.pk] = (given, words)
    return Result(0, refused)


def show(
    request: HttpRequest,
    engagement: Engagement,
    able: Abilities,
    inside: bool,
    *,
    result: Result[Typed] | None = None,
    status: int = 200,
) -> HttpResponse:
    """A page of the sheet. What could not be saved stands open, as it was typed."""
    at, view = timezone.now(), View.of(request.GET, Only)
    result = result or Result()
    refused = result.refused
    writes = able.may["record"] or bool(refused)
    whole = Sheet.read(
        engagement, by=signed_in_user(request), at=at, words=view.words, only=view.only
    )
    bodies = in_full(request, engagement, whole.lines, [view.opened, *refused], refused, writes)
    together = request.GET.get("tick") == "met" and writes

    def row(line: Line) -> Repeated:
        ticked = line.pk in result.picked or (together and line.together)
        return row_of(line, bodies.get(line.pk), picked=ticked, writes=writes, at=at)

    context = {
        **about(engagement, writes),
        **frame(engagement),
        **sheet_page.context_of(whole, view, row),
        "problems": result.problems({line.pk: line.ref for line in whole.lines}),
        "one_note": request.POST.get("why", ""),
        "used": request.POST.getlist("how"),
        "trail": trail(engagement),
        "inside": inside,
        "nonconforming": whole.tally[Only.AGAINST],
        "evaluators": independence.evaluators(engagement.body, engagement.provider, at=at)
        if able.may["record"]
        else [],
        **able.context,
    }
    return render(request, "attestation/findings.html", context, status=status)


def about(engagement: Engagement, writes: bool) -> dict[str, Any]:
    """What rows and what stands in them share."""
    return {
        "engagement": engagement,
        "base": reverse("findings", args=[engagement.pk]),
        "writes": writes,
        "row_part": "attestation/_finding_row.html",
        **sheet.choices(),
    }


def frame(engagement: Engagement) -> dict[str, Any]:
    """The words and places of this sheet, for templates/long_sheet.html."""
    caption = gettext("Findings on %(release)s, one criterion a row, beside what was declared")
    wanting = " ".join(result for result in results.Result if result.needs_words)
    return {
        "caption": caption % {"release": engagement.declaration.release},
        "label": gettext("Findings"),
        "find": gettext("Find in these findings"),
        "not_saved": gettext("Some findings were not saved"),
        "go_on": gettext("Save and see the examination"),
        "tick_all": gettext("Select what was in sight, declared met and not examined"),
        "columns": [
            gettext("Criterion"),
            gettext("Provider"),
            gettext("Finding"),
            gettext("Methods"),
            gettext("Who, when"),
            gettext("To do"),
        ],
        "table_class": "dense--answers dense--findings",
        "tick_open": True,
        "bulk_part": "attestation/_findings_bulk.html",
        "rows_from": reverse("findings-part", args=[engagement.pk]),
        "wants_words": wanting,
        "opens": wanting,
    }


def in_full(
    request: HttpRequest,
    engagement: Engagement,
    lines: list[Line],
    keys: list[int],
    refused: Refused,
    writes: bool,
) -> dict[int, str]:
    """What stands beneath the rows that are open; lines that were not saved show what was typed.
    At most five statements, none where there are no keys."""
    wanted = [key for key in keys if key]
    if not wanted:
        return {}
    by_key, bodies = {line.pk: line for line in lines}, {}
    for row in sheet.rows(engagement, wanted):
        if row.pk in refused:
            given, problem = refused[row.pk]
            row.keep(given.note, problem)
            line = by_key[row.pk]
            line.typed = given.result, list(given.methods)
            line.revision = row.finding.revision
        bodies[row.pk] = body_of(request, engagement, row, writes)
    return bodies


def body_of(request: HttpRequest, engagement: Engagement, row: Row, writes: bool) -> str:
    writable = not row.settled and (writes or bool(row.problem))
    context = {**about(engagement, writes), "row": row, "writable": writable}
    return render_to_string("attestation/_finding_more.html", context, request=request)


@gzip_page
@require_safe
def findings_part(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Rows as they come into sight (`k`, with `open` what stands in them), or which hold words
    (`q`: their keys, and a line that says how many)."""
    engagement, able, _inside = readable(request, pk)
    user, at, view = signed_in_user(request), timezone.now(), View.of(request.GET, Only)
    if "k" not in request.GET:
        return hits(Sheet.read(engagement, by=user, at=at, words=view.words, only=view.only))
    wanted, writes = keys_asked(request.GET), able.may["record"]
    lines = sheet.some_lines(engagement, wanted, by=user, at=at)
    opened = wanted if "open" in request.GET else []
    bodies = in_full(request, engagement, lines, opened, {}, writes)
    context = {
        **about(engagement, writes),
        "here": view.here,
        "rows": [row_of(line, bodies.get(line.pk), writes=writes, at=at) for line in lines],
    }
    return render(request, "components/_sheet_part.html", context)


def save(request: HttpRequest, engagement: Engagement) -> HttpResponse:
    """Write the findings that the reader changed, then what a button does to those that are
    ticked; show those that could not be written."""
    button, _, pressed = request.POST.get("do", "").partition(":")
    number, refused, seen = 0, {}, {}
    for finding in sheet.findings_in(engagement, keys_of(request.POST)):
        cleared = button == "clear" and pressed == str(finding.pk)
        given = Typed()
        try:
            given = Typed.of(request.POST, finding.pk)
            written = keep(request, finding, given, cleared)
            number += written
            seen[finding.pk] = given.revision + written
        except StepRefused as problem:
            refused[finding.pk] = (given, problem)
    words = ngettext("%(n)s finding saved.", "%(n)s findings saved.", number) % {"n": number}
    result = Result(number, refused, words)
    if button == "all":
        result.picked = picked(request.POST, seen)
        try:
            result.done = to_many(request, engagement, pressed, result.picked)
        except StepRefused as problem:
            result.problem = problem
    return reply(request, engagement, result, pressed)


def to_many(
    request: HttpRequest, engagement: Engagement, deed: str, seen: Mapping[int, int]
) -> Done:
    """What a button does to the rows that are ticked."""
    by, at = signed_in_user(request), timezone.now()
    if deed == "assign":
        people = independence.evaluators(engagement.body, engagement.provider, at=at)
        form = AssignForm(request.POST, people=people)
        if not form.is_valid():
            raise NotReady(*(str(error) for errors in form.errors.values() for error in errors))
        person, due = form.cleaned_data["assignee"], form.cleaned_data["due"]
        return give_out(engagement, seen, person, due, by=by, at=at)
    return record_several(
        engagement,
        seen,
        result=deed,
        methods=request.POST.getlist("how"),
        note=request.POST.get("why", ""),
        by=by,
        at=at,
    )


def reply(
    request: HttpRequest, engagement: Engagement, result: Result[Typed], pressed: str
) -> HttpResponse:
    """What the press changed for the script; else the page again, or the next one."""
    by, at = signed_in_user(request), timezone.now()
    if is_autosave(request):
        whole = Sheet.read(engagement, by=by, at=at)
        return pressed_reply(request, whole, {line.pk: line.ref for line in whole.lines}, result)
    result.tell(request)
    if result.refused or result.problem:
        able = abilities(engagement, by, at=at, of=ASKED)
        return show(request, engagement, able, True, result=result, status=result.status)
    count = engagement.findings.count()
    query = sheet_page.onward(request.POST, View.of(request.GET, Only), count, pressed)
    if query is None:
        return redirect(engagement)
    return redirect(address(engagement, **query) + (f"#k{pressed}" if "row" in query else ""))


def keep(request: HttpRequest, finding: Finding, given: Typed, cleared: bool) -> bool:
    """Write one row if its reader changed it, or take its finding back."""
    by, at = signed_in_user(request), timezone.now()
    if cleared:
        given = Typed(note=given.note, revision=given.revision)
    elif not given.changed(finding):
        return False
    given.record(finding, by=by, at=at)
    return True


def finding(request: HttpRequest, pk: uuid.UUID, number: int) -> HttpResponse:
    """Save one finding (200, 409 or 422 with X-Saved); asked for, its row in the sheet."""
    if request.method != "POST":
        engagement, _able, _inside = readable(request, pk)
        get_object_or_404(engagement.findings, pk=number)
        return redirect(address(engagement, open=str(number)) + f"#m{number}")
    engagement = visible(request, pk)
    rows = engagement.findings.select_related("criterion__edition", "criterion__level")
    finding = get_object_or_404(rows, pk=number)
    finding.engagement = engagement

    def write() -> int:
        by, at = signed_in_user(request), timezone.now()
        try:
            given = Typed.of(request.POST, number)
        except NotReady:
            require_person(finding, "record", by, at=at)  # who may not write reads that first
            raise
        return given.record(finding, by=by, at=at)

    return autosave(
        request,
        write,
        ref=finding.criterion.ref,
        revision=finding.revision,
        stands=sheet.standing_of,
        parts=partial(around, request, finding),
    )


def around(request: HttpRequest, finding: Finding) -> str:
    """What changes around a finding that was just saved: its cells, the counts, and what may come
    next."""
    engagement, user, at = finding.engagement, signed_in_user(request), timezone.now()
    whole = Sheet.read(engagement, by=user, at=at)
    line = next(each for each in whole.lines if each.pk == finding.pk)
    group = next(each for each in whole.groups if line in each.lines)
    shape, values = row_of(line, writes=True, at=at)
    context = {
        **sheet_page.counts(whole, [group]),
        **shape,
        **values,
        "engagement": engagement,
        "nonconforming": whole.tally[Only.AGAINST],
        **abilities(engagement, user, at=at, of=ASKED).context,
    }
    return render_to_string("attestation/_finding_around.html", context, request=request)
