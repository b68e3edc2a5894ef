"""The answer sheet: all answers of a draft on one page, a row each, saved as they are given.

With script rows come as they are in sight, and what stands in a row as it is opened; without, a
page holds a hundred, one of them open (rules R48 and R50).
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from certcentre.abilities import require_person
from certcentre.accounts.people import signed_in_user
from certcentre.lifecycle import Conflict, NotReady, StepRefused
from certcentre.saving import SAVED, code_of, is_autosave
from standards.assessment import many_answers, sheet_rows
from standards.assessment.answers import Answer
from standards.assessment.assessments import Assessment
from standards.assessment.claims import Outcome
from standards.assessment.declaration_check import nothing_left
from standards.assessment.evidence import Evidence, EvidenceQuerySet
from standards.assessment.pages import sheet_parts
from standards.assessment.pages.answer import able_in, take_offer, uuid_of
from standards.assessment.pages.answer_input import (
    Said,
    keeps_what_was_typed,
    said_of,
    said_or_none,
    typed_before,
)
from standards.assessment.pages.fetching import own_assessment
from standards.assessment.pages.sheet_parts import View, address, key_of
from standards.assessment.sheet_lines import (
    LONGEST_FIND,
    Only,
    Sheet,
    answers_in,
    offer,
    some_lines,
)
from standards.assessment.sheet_rows import PAGE, Row

MOST = 2 * PAGE  # rows that one post may save
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
    request: HttpRequest, draft: Assessment, *, result: "Result | None" = None, status: int = 0
) -> HttpResponse:
    """A page of the sheet. What could not be saved stands open, as it was typed. At most eight
    statements, and those of the rows that stand open."""
    at, user, view = timezone.now(), signed_in_user(request), View.of(request.GET)
    result = result or Result(0, {})
    refused = result.refused
    able = able_in(draft, user)
    whole = Sheet.read(draft, by=user, at=at, words=view.words, only=view.only)
    paged = Paginator(whole.shown, PAGE).get_page(view.begins(whole))
    offer(draft, paged.object_list)
    opened = in_full(request, draft, [view.opened, *refused], refused, at=at)
    for line in whole.lines:
        if line.pk in refused:
            line.value, line.unsaved = opened[line.pk].value, True
            line.revision = opened[line.pk].revision
    bodies = {key: body_of(request, draft, row, able.may["answer"]) for key, row in opened.items()}
    problems = [*(problem for _, problem in refused.values()), *filter(None, [result.problem])]
    writes = (able.may["answer"] or bool(refused)) and bool(whole.of)
    context = {
        **about(draft, able.may["answer"]),
        "writes": writes,
        "wide": True,
        "view": view,
        "here": view.here,
        "page": paged,
        "sections": sheet_parts.sections(
            whole, paged.number, bodies, picked=result.picked, writes=writes, at=at
        ),
        "outline": sheet_parts.outline(whole),
        "tally": sheet_parts.tally(whole),
        "sheet": whole,
        "number": len(whole.shown),
        "withdrawn": draft.withdrawn_editions(at=at) if whole.of < len(whole.lines) else [],
        "nothing_left": "" if whole.of else nothing_left(),
        "problems": list(dict.fromkeys(map(str, problems))),
        "shelf": shelf(draft)[:MOST] if writes else [],
        "one_reason": request.POST.get("why", ""),
        "longest_find": LONGEST_FIND,
        "next_open": next((line.pk for line in paged.object_list if line.open), None),
        **able.context,
    }
    return render(request, "assessment/sheet.html", context, status=status or 200)


def about(draft: Assessment, writes: bool) -> dict[str, Any]:
    """What rows and what stands in them share."""
    return {
        "assessment": draft,
        "base": f"{draft.get_absolute_url()}answers/",
        "writes": writes,
        **sheet_rows.choices(),
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
    context = {**about(draft, writes), "row": row, "writable": writable}
    return render_to_string("assessment/_sheet_more.html", context, request=request)


@gzip_page
@require_safe
def sheet_part(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Rows as they come into sight (`k`, with `open` what stands in them), or which hold words
    (`q`: their keys, and a line that says how many)."""
    draft, user, at = own_assessment(request, pk), signed_in_user(request), timezone.now()
    view = View.of(request.GET)
    if "k" not in request.GET:
        keys = [
            line.pk
            for line in Sheet.read(draft, by=user, at=at, words=view.words, only=view.only).shown
        ]
        words = ngettext("%(n)s criterion", "%(n)s criteria", len(keys)) % {"n": len(keys)}
        text = ".".join(map(str, keys))
        return HttpResponse(f"{text}\n{words}", content_type="text/plain; charset=utf-8")
    wanted = [key for text in request.GET["k"].split(".")[:MOST] if (key := key_of(text))]
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
    return render(request, "assessment/_sheet_part.html", context)


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
    result = Result(number, refused)
    if button == "all":
        result.picked = picked(request.POST, seen)
        try:
            result.done = to_many(request, draft, pressed, result.picked)
        except StepRefused as problem:
            result.problem = problem
    if is_autosave(request):
        return parts(request, draft, result)
    result.tell(request)
    if result.refused or result.problem:
        return show(request, draft, result=result, status=result.status)
    return redirect(onward(request, draft, pressed))


def picked(sent: QueryDict, seen: Mapping[int, int]) -> dict[int, int]:
    """The answers that are ticked, each with the revision at which it was in sight: of its row, or
    said with the tick (`12.3`)."""
    ticks = {}
    for text in sent.getlist("pick"):
        name, _, revision = text.partition(".")
        key = key_of(name)
        if key in seen or revision:
            ticks[key] = key_of(revision) if revision else seen[key]
    return ticks


def to_many(
    request: HttpRequest, draft: Assessment, deed: str, seen: Mapping[int, int]
) -> many_answers.Done:
    """Do one thing to all that are ticked."""
    by, at = signed_in_user(request), timezone.now()
    if deed == "confirm":
        return many_answers.confirm_many(draft, seen, by=by, at=at)
    if deed == "attach":
        chosen = uuid_of(request.POST.get("piece", ""))
        piece = shelf(draft).filter(pk=chosen).first() if chosen else None
        return many_answers.attach_many(draft, seen, piece, by=by, at=at)
    reason = request.POST.get("why", "") if deed != Outcome.MET else ""
    return many_answers.give_many(draft, seen, value=deed, reason=reason, by=by, at=at)


def shelf(draft: Assessment) -> EvidenceQuerySet:
    """What the provider has on file."""
    provider = draft.release.solution.organisation_id
    return Evidence.objects.on_file().filter(organisation=provider).order_by("-speaks_from", "pk")


@dataclass
class Result:
    """What one post did: rows that were written, rows that were not, and a deed to many."""

    number: int
    refused: Refused
    picked: Mapping[int, int] = field(default_factory=dict)
    done: many_answers.Done | None = None
    problem: StepRefused | None = None  # why nothing was done to those that are ticked

    @property
    def sentences(self) -> list[str]:
        done = [self.done.sentence] if self.done else []
        return [*([words_for(self.number)] if self.number else []), *done]

    @property
    def left(self) -> list[tuple[int, str, str]]:
        """Key, ref and why of what stays as it was."""
        left = self.done.left if self.done else []
        return [(answer.pk, answer.criterion.ref, str(problem)) for answer, problem in left]

    @property
    def status(self) -> int:
        if self.refused:
            return code_for(self.refused)
        return code_of(self.problem) if self.problem else 200

    def tell(self, request: HttpRequest) -> None:
        """In the messages of the next page."""
        for words in self.sentences:
            messages.success(request, words)
        for _key, ref, why in self.left:
            messages.warning(request, f"{ref}: {why}")


def parts(request: HttpRequest, draft: Assessment, result: Result) -> HttpResponse:
    """What a press changed, for the page that it was made on. At most four statements."""
    whole = Sheet.read(draft, by=signed_in_user(request), at=timezone.now())
    refs = {line.pk: line.ref for line in whole.lines}
    typed = [(key, refs[key], str(problem)) for key, (_, problem) in result.refused.items()]
    context = {
        **sheet_parts.counts(whole),
        "said": result.sentences,
        "problem": result.problem,
        "left": [*typed, *result.left],
    }
    response = render(request, "assessment/_sheet_saved.html", context)
    response.status_code = result.status
    response[SAVED] = str(result.number)
    return response


def code_for(refused: Refused) -> int:
    """409 where somebody else was quicker with one of them."""
    if any(isinstance(problem, Conflict) for _, problem in refused.values()):
        return 409
    return max(code_of(problem) for _, problem in refused.values())


def keys_of(sent: QueryDict) -> list[int]:
    """The answers whose rows a page sent: each says by `s12` what it showed."""
    keys = [name[1:] for name in sent if name[:1] == "s" and name[1:].isdecimal()][:MOST]
    return [key for key in map(key_of, keys) if key]


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
    kept = View.of(request.GET).kept
    page = request.POST.get("page", "")
    number = int(page) if page.isascii() and page.isdigit() and len(page) < 6 else 1
    if pressed.isdecimal():
        return address(draft, **kept, row=pressed) + f"#k{pressed}"
    if request.POST.get("do") != "next":
        return address(draft, **kept, page=str(number) if number > 1 else "")
    if any(kept.values()):  # what is left of them moves up
        return address(draft, **kept)
    if number * PAGE < draft.answers.count():
        return address(draft, page=str(number + 1))
    return draft.get_absolute_url()
