"""The answer sheet: all answers of a draft on one page, a row each, saved as they are given.

With script rows come as they are in sight, and what stands in a row as it is opened; without, a
page holds a hundred, one of them open (rules R48 and R50).
"""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from certcentre.abilities import require_person
from certcentre.accounts.people import signed_in_user
from certcentre.lifecycle import NotReady, StepRefused
from certcentre.repeated import Row as Repeated
from certcentre.saving import is_autosave
from standards.assessment import many_answers, sheet_rows, teamwork
from standards.assessment.answers import Answer
from standards.assessment.assessments import Assessment
from standards.assessment.claims import NEEDS_REASON, Outcome
from standards.assessment.declaration_check import nothing_left
from standards.assessment.evidence import Evidence, EvidenceQuerySet
from standards.assessment.forms import AssignForm
from standards.assessment.pages import sheet_parts
from standards.assessment.pages.answer import able_in, remarks_beside, take_offer, uuid_of
from standards.assessment.pages.answer_input import (
    Said,
    keeps_what_was_typed,
    said_of,
    said_or_none,
    typed_before,
)
from standards.assessment.pages.fetching import own_assessment
from standards.assessment.pages.remarks import remarked, write_remark
from standards.assessment.pages.sheet_parts import address
from standards.assessment.sheet_lines import Line, Only, Sheet, answers_in, offer, some_lines
from standards.assessment.sheet_rows import Row
from standards.catalogue import sheet_page
from standards.catalogue.long_sheet import Done
from standards.catalogue.sheet_page import (
    MOST,
    Result,
    View,
    hits,
    key_of,
    keys_asked,
    keys_of,
    picked,
    pressed_reply,
)

Refused = Mapping[int, tuple[Said, StepRefused]]


@gzip_page
@keeps_what_was_typed
def sheet(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The rows of a draft, or those that a filter and words leave, with their answers."""
    draft, user = own_assessment(request, pk), signed_in_user(request)
    if request.method == "POST":
        require_person(draft, "answer", user, at=timezone.now())
        return save(request, draft)
    typed = typed_before(request)
    if typed and able_in(draft, user)["answer"] is None:
        return bring_back(request, draft, typed)
    return show(request, draft)


@require_safe
def sheet_of_domain(request: HttpRequest, pk: uuid.UUID, domain: str) -> HttpResponse:
    """Where a domain stood alone: its place in the sheet."""
    draft = own_assessment(request, pk)
    if not draft.answers.filter(criterion__domain=domain).exists():
        raise Http404
    only = Only.OPEN.value if request.GET.get("open") == "1" else ""
    return redirect(address(draft, domain=domain, only=only) + f"#d-{domain}")


def bring_back(request: HttpRequest, draft: Assessment, typed: QueryDict) -> HttpResponse:
    """The rows as they were typed before the session ended, not saved yet."""
    words = NotReady(gettext("You were signed out before this was saved."))
    refused = {
        answer.pk: (row, words)
        for answer in answers_in(draft, keys_of(typed))
        if (row := said_or_none(typed, answer.pk)) and row.changed(answer)
    }
    return show(request, draft, result=Result(0, refused), status=200)


def show(
    request: HttpRequest, draft: Assessment, *, result: Result[Said] | None = None, status: int = 0
) -> HttpResponse:
    """A page of the sheet. What could not be saved stands open, as it was typed. At most eight
    statements, and those of the rows that stand open."""
    at, user, view = timezone.now(), signed_in_user(request), View.of(request.GET, Only)
    result = result or Result()
    refused = result.refused
    able = able_in(draft, user)
    whole = Sheet.read(draft, by=user, at=at, words=view.words, only=view.only)
    opened = in_full(request, draft, [view.opened, *refused], refused, at=at)
    for line in whole.lines:
        if line.pk in refused:
            line.typed = opened[line.pk].value
            line.revision = opened[line.pk].revision
    bodies = {key: body_of(request, draft, row, able.may["answer"]) for key, row in opened.items()}
    writes = (able.may["answer"] or bool(refused)) and bool(whole.of)

    def row_of(line: Line) -> Repeated:
        ticked = line.pk in result.picked
        return sheet_parts.row_of(line, bodies.get(line.pk), picked=ticked, writes=writes, at=at)

    offer(draft, sheet_page.page_of(whole, view))
    context = {
        **about(draft, able.may["answer"]),
        **frame(draft),
        **sheet_page.context_of(whole, view, row_of),
        "writes": writes,
        "withdrawn": draft.withdrawn_editions(at=at) if whole.of < len(whole.lines) else [],
        "nothing_left": "" if whole.of else nothing_left(),
        "problems": result.problems({}),
        "shelf": shelf(draft)[:MOST] if writes else [],
        "editors": teamwork.editors_of(draft) if writes else [],
        "one_reason": request.POST.get("why", ""),
        **able.context,
    }
    return render(request, "assessment/sheet.html", context, status=status or 200)


def about(draft: Assessment, writes: bool) -> dict[str, Any]:
    """What rows and what stands in them share."""
    return {
        "assessment": draft,
        "base": f"{draft.get_absolute_url()}answers/",
        "writes": writes,
        "row_part": "assessment/_sheet_row.html",
        **sheet_rows.choices(),
    }


def frame(draft: Assessment) -> dict[str, Any]:
    """The words and places of this sheet, for templates/long_sheet.html."""
    caption = gettext("Answers for %(release)s, one criterion a row")
    return {
        "caption": caption % {"release": draft.release},
        "label": gettext("Answers"),
        "find": gettext("Find in these answers"),
        "not_saved": gettext("Some answers were not saved"),
        "go_on": gettext("Save and see the overview"),
        "tick_all": gettext("Select all that were in sight"),
        "columns": [
            gettext("Criterion"),
            gettext("Obligation"),
            gettext("Answer"),
            gettext("Proof"),
            gettext("Who, when"),
            gettext("To do"),
        ],
        "table_class": "dense--answers",
        "bulk_part": "assessment/_sheet_bulk.html",
        "rows_from": reverse("assessment-sheet-part", args=[draft.pk]),
        "wants_words": " ".join(NEEDS_REASON),
        "opens": " ".join(value for value in Outcome if value != Outcome.MET),
    }


def in_full(
    request: HttpRequest, draft: Assessment, keys: list[int], refused: Refused, *, at: datetime
) -> dict[int, Row]:
    """All that stands in these rows; at most six statements, none where there are no keys."""
    wanted = [key for key in keys if key]
    if not wanted:
        return {}
    rows = sheet_rows.complete(draft, draft.answers.filter(pk__in=wanted).in_order(), at=at)
    for row in rows:
        if row.pk in refused:
            given, problem = refused[row.pk]
            row.keep(given.value, given.reason, given.note, problem)
    return {row.pk: row for row in rows}


def body_of(request: HttpRequest, draft: Assessment, row: Row, writes: bool) -> str:
    """What stands beneath a row that is open."""
    writable = not row.withdrawn and (writes or bool(row.problem))
    remarks = remarks_beside(request, draft, row, may=writable and draft.is_draft)
    context = {**about(draft, writes), "row": row, "writable": writable, "remarks": remarks}
    return render_to_string("assessment/_sheet_more.html", context, request=request)


@gzip_page
@require_safe
def sheet_part(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Rows as they come into sight (`k`, with `open` what stands in them), or which hold words
    (`q`: their keys, and a line that says how many)."""
    draft, user, at = own_assessment(request, pk), signed_in_user(request), timezone.now()
    view = View.of(request.GET, Only)
    if "k" not in request.GET:
        return hits(Sheet.read(draft, by=user, at=at, words=view.words, only=view.only))
    wanted = keys_asked(request.GET)
    lines = some_lines(draft, wanted, by=user, at=at)
    offer(draft, lines)
    writes = able_in(draft, user).may["answer"]
    rows = in_full(request, draft, wanted if "open" in request.GET else [], {}, at=at)
    bodies = {key: body_of(request, draft, row, writes) for key, row in rows.items()}
    context = {
        **about(draft, writes),
        "here": view.here,
        "rows": [
            sheet_parts.row_of(line, bodies.get(line.pk), writes=writes, at=at) for line in lines
        ],
    }
    return render(request, "components/_sheet_part.html", context)


def save(request: HttpRequest, draft: Assessment) -> HttpResponse:
    """Write the answers that the reader changed, then what a button does to those that are ticked;
    show those that could not be written."""
    button, _, pressed = request.POST.get("do", "").partition(":")
    number, refused, seen = 0, {}, {}
    for answer in answers_in(draft, keys_of(request.POST)):
        step = button if pressed == str(answer.pk) else ""
        given = Said()
        try:
            given = said_of(request.POST, answer.pk)
            written = keep(request, answer, given, step)
            number += written
            seen[answer.pk] = given.revision + written
        except StepRefused as problem:
            refused[answer.pk] = (given, problem)
    result = Result(number, refused, words_for(number))
    if button == "all":
        result.picked = picked(request.POST, seen)
        try:
            result.done = to_many(request, draft, pressed, result.picked)
        except StepRefused as problem:
            result.problem = problem
    if button in ("ask", "settle"):
        try:
            result.done = beside(request, draft, button, pressed)
        except StepRefused as problem:
            result.problem = problem
    if is_autosave(request):
        return parts(request, draft, result)
    result.tell(request)
    if result.refused or result.problem:
        return show(request, draft, result=result, status=result.status)
    return redirect(onward(request, draft, pressed))


def to_many(request: HttpRequest, draft: Assessment, deed: str, seen: Mapping[int, int]) -> Done:
    """Do one thing to all that are ticked."""
    by, at = signed_in_user(request), timezone.now()
    if deed == "confirm":
        return many_answers.confirm_many(draft, seen, by=by, at=at)
    if deed == "assign":
        form = AssignForm(request.POST, people=teamwork.editors_of(draft))
        if not form.is_valid():
            raise NotReady(*(str(error) for errors in form.errors.values() for error in errors))
        person, due = form.cleaned_data["assignee"], form.cleaned_data["due"]
        return many_answers.assign_many(draft, seen, person, due, by=by, at=at)
    if deed == "attach":
        chosen = uuid_of(request.POST.get("piece", ""))
        piece = shelf(draft).filter(pk=chosen).first() if chosen else None
        return many_answers.attach_many(draft, seen, piece, by=by, at=at)
    reason = request.POST.get("why", "") if deed != Outcome.MET else ""
    return many_answers.give_many(draft, seen, value=deed, reason=reason, by=by, at=at)


def beside(request: HttpRequest, draft: Assessment, button: str, pressed: str) -> Done:
    """Say something beside one row, ask somebody, or settle what was asked."""
    answers = answers_in(draft, [key_of(pressed)])
    if not answers:
        raise NotReady(gettext("Choose one of the criteria."))
    if button == "settle":
        teamwork.settle_beside(answers[0], by=signed_in_user(request), at=timezone.now())
        return Done(gettext("Settled."), 1)
    return Done(remarked(write_remark(request, answers[0])), 1)


def shelf(draft: Assessment) -> EvidenceQuerySet:
    """What the provider has on file."""
    provider = draft.release.solution.organisation_id
    return Evidence.objects.on_file().filter(organisation=provider).order_by("-speaks_from", "pk")


def parts(request: HttpRequest, draft: Assessment, result: Result[Said]) -> HttpResponse:
    """What a press changed, for the page that it was made on. At most four statements."""
    whole = Sheet.read(draft, by=signed_in_user(request), at=timezone.now())
    return pressed_reply(request, whole, {line.pk: line.ref for line in whole.lines}, result)


def keep(request: HttpRequest, answer: Answer, said: Said, step: str) -> bool:
    """Write one row if its reader changed it, or pressed one of its buttons."""
    by, at = signed_in_user(request), timezone.now()
    if step == "use":
        take_offer(answer, by=by, at=at)
        return True
    if step != "confirm" and not said.changed(answer):
        return False
    said.give_to(answer, by=by, at=at)
    return True


def words_for(number: int) -> str:
    return ngettext("%(n)s answer saved.", "%(n)s answers saved.", number) % {"n": number}


def onward(request: HttpRequest, draft: Assessment, pressed: str) -> str:
    """The same place; with “go on” the next page, or the overview after the last."""
    view = View.of(request.GET, Only)
    query = sheet_page.onward(request.POST, view, draft.answers.count(), pressed)
    if query is None:
        return draft.get_absolute_url()
    return address(draft, **query) + (f"#k{pressed}" if "row" in query else "")
