"""The pages of a draft: its overview, the sheet of each domain, and what it still lacks."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_safe

from certcentre.abilities import abilities, require_person
from certcentre.accounts.people import signed_in_user
from certcentre.lifecycle import Conflict, NotReady, StepRefused
from certcentre.limits import limited
from certcentre.saving import code_of
from certcentre.tables.writing import as_csv
from standards.assessment import sheet_rows as sheets
from standards.assessment.answers import Answer
from standards.assessment.assessments import Assessment
from standards.assessment.claims import Outcome
from standards.assessment.declaration_check import nothing_left
from standards.assessment.pages.answer import able_in, take_offer
from standards.assessment.pages.answer_input import (
    Said,
    keeps_what_was_typed,
    said_of,
    said_or_none,
    typed_before,
)
from standards.assessment.pages.fetching import own_assessment
from standards.assessment.sheet_rows import PAGE, Progress, Row
from standards.catalogue.editions import Domain

MOST = 2 * PAGE  # rows that one post may save


@require_safe
def assessment(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """How far the draft is, by domain, and what waits; once declared, what was said."""
    draft, at = own_assessment(request, pk), timezone.now()
    able = abilities(draft, request.user, at=at, of=("answer", "add", "fill", "migrate"))
    domains = sheets.progress(draft, at=at)
    total = sheets.total(domains)
    proven = sheets.proven(draft, at=at)
    lines = [
        Line(each, reverse("assessment-sheet", args=[draft.pk, each.domain]), skyline)
        for each in domains
        if (skyline := skyline_of(each, proven.get(each.domain, 0)))
    ]
    context = {
        "assessment": draft,
        "lines": lines,
        "go_on": next((line for line in lines if line.progress.open), None),
        "total": total,
        "all": [sum(of_kind) for of_kind in zip(*(line.skyline for line in lines), strict=True)],
        "declaration": getattr(draft, "declaration", None) if not draft.is_draft else None,
        "withdrawn": draft.withdrawn_editions(at=at) if total.withdrawn else [],
        "nothing_left": "" if total.of else nothing_left(),
        "lacks": draft.lacks_beside_answers(at=at) if draft.is_draft else [],
        **able.context,
    }
    return render(request, "assessment/assessment.html", context)


@dataclass(frozen=True)
class Line:
    """One domain: its counts, its address, and its skyline as it would be if declared now."""

    progress: Progress
    url: str
    skyline: tuple[int, int, int, int, int]


def skyline_of(domain: Progress, proven: int) -> tuple[int, int, int, int, int]:
    """From AL4 down to what is open, partly met or not met."""
    met, excused = domain.given[Outcome.MET], domain.given[Outcome.NOT_APPLICABLE]
    return 0, 0, proven, met - proven, domain.of - met - excused


@keeps_what_was_typed
def sheet(request: HttpRequest, pk: uuid.UUID, domain: str) -> HttpResponse:
    """The criteria of one domain, a page of them, with their answers."""
    if domain not in Domain.values:
        raise Http404
    draft, user = own_assessment(request, pk), signed_in_user(request)
    if request.method == "POST":
        require_person(draft, "answer", user, at=timezone.now())
        return save(request, draft, domain)
    typed = typed_before(request)
    if typed and able_in(draft, user)["answer"] is None:
        return bring_back(request, draft, domain, typed)
    return show(request, draft, domain)


def bring_back(
    request: HttpRequest, draft: Assessment, domain: str, typed: QueryDict
) -> HttpResponse:
    """The rows as they were typed before the session ended, not saved yet."""
    answers = rows_of(draft, typed)
    rows = {answer.pk: said_or_none(typed, answer.pk) for answer in answers}
    words = NotReady(gettext("You were signed out before this was saved."))
    refused = {
        answer.pk: (row, words)
        for answer in answers
        if (row := rows[answer.pk]) and row.changed(answer)
    }
    if not refused:
        return show(request, draft, domain)
    keys = [answer.pk for answer in answers]
    return again(request, draft, domain, keys, refused, status=200)


def show(
    request: HttpRequest,
    found: Assessment,
    domain: str,
    *,
    rows: list[Row] | None = None,
    problems: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    """A page of the sheet; `rows` instead of it, where some could not be saved."""
    at = timezone.now()
    domains = sheets.progress(found, at=at)
    this = next((each for each in domains if each.domain == domain), None)
    if this is None:
        raise Http404
    only_open = request.GET.get("open") == "1"
    count = this.open if only_open else this.of + this.withdrawn
    page = Paginator(range(count), PAGE).get_page(request.GET.get("page"))
    if rows is None:
        rows = sheets.rows(found, domain, only_open=only_open, page=page.number, at=at)
    base = reverse("assessment", args=[found.pk])
    context = {
        "assessment": found,
        "this": this,
        "bars": sheets.bars(found, domains, domain),
        "rows": rows,
        "page": page,
        "only_open": only_open,
        "next_open": next((row.pk for row in rows if row.open), None),
        "withdrawn": found.withdrawn_editions(at=at) if this.withdrawn else [],
        "nothing_left": left(domains, this),
        "after": following(domains, domain),
        "base": base + "answers/",
        "problems": problems or [],
        **sheets.choices(),
        **able_in(found, signed_in_user(request)).context,
        "question": gettext("Does release %(label)s meet this?") % {"label": found.release.label},
    }
    return render(request, "assessment/sheet.html", context, status=status)


def left(domains: list[Progress], this: Progress) -> str:
    """That no criterion of the domain takes an answer any more; empty where some do."""
    if this.of:
        return ""
    if not sheets.total(domains).of:
        return nothing_left()
    return gettext("Every edition that these criteria are of was withdrawn.")


def following(domains: list[Progress], current: str) -> Progress | None:
    """The next domain that still has something open, else simply the next."""
    order = [domain.domain for domain in domains]
    later = domains[order.index(current) + 1 :]
    return next(
        (progress for progress in later if progress.done < progress.of), later[0] if later else None
    )


def save(request: HttpRequest, draft: Assessment, domain: str) -> HttpResponse:
    """Write the answers that the reader changed; show those that could not be written."""
    answers = rows_of(draft, request.POST)
    button, _, pressed = request.POST.get("do", "").partition(":")
    saved, refused = 0, {}
    for answer in answers:
        answer.assessment = draft
        step = button if pressed == str(answer.pk) else ""
        given = Said()
        try:
            given = said_of(request.POST, answer.pk)
            saved += keep(request, answer, given, step)
        except StepRefused as problem:
            refused[answer.pk] = (given, problem)
    tell(request, saved)
    if refused:
        return again(request, draft, domain, [answer.pk for answer in answers], refused)
    return redirect(onward(request, draft, domain, pressed))


def rows_of(draft: Assessment, sent: QueryDict) -> list[Answer]:
    """The answers whose rows a page sent: each says by `s12` what it showed."""
    keys = [name[1:] for name in sent if name[:1] == "s" and name[1:].isdecimal()][:MOST]
    wanted = draft.answers.filter(pk__in=[int(key) for key in keys if len(key) < 18])
    return list(wanted.select_related("criterion__edition"))


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


def tell(request: HttpRequest, saved: int) -> None:
    if saved:
        words = ngettext("%(n)s answer saved.", "%(n)s answers saved.", saved)
        messages.success(request, words % {"n": saved})


def again(
    request: HttpRequest,
    draft: Assessment,
    domain: str,
    keys: list[int],
    refused: Mapping[int, tuple[Said, StepRefused]],
    *,
    status: int = 0,
) -> HttpResponse:
    """The same rows, with what was typed in those that were not saved."""
    answers = draft.answers.filter(pk__in=keys).in_order()
    rows = sheets.complete(draft, answers, at=timezone.now())
    for row in rows:
        if row.pk in refused:
            given, problem = refused[row.pk]
            row.keep(given.value, given.reason, given.note, problem)
    status = status or max(code_of(problem) for _, problem in refused.values())
    if any(isinstance(problem, Conflict) for _, problem in refused.values()):
        status = 409
    problems = list(dict.fromkeys(str(problem) for _, problem in refused.values()))
    return show(request, draft, domain, rows=rows, problems=problems, status=status)


def onward(request: HttpRequest, assessment: Assessment, domain: str, pressed: str) -> str:
    """The same place; with “go on” the next page, the next domain, or the overview."""
    query = {name: request.GET[name] for name in ("open", "page") if name in request.GET}
    here = reverse("assessment-sheet", args=[assessment.pk, domain], query=query or None)
    if pressed.isdecimal():
        return f"{here}#k{pressed}"
    if request.POST.get("do") != "next":
        return here
    domains = sheets.progress(assessment, at=timezone.now())
    this = next(progress for progress in domains if progress.domain == domain)
    page = request.GET.get("page", "1")
    number = int(page) if page.isdecimal() and len(page) < 6 else 1
    if "open" not in request.GET and number * PAGE < this.of + this.withdrawn:
        return reverse("assessment-sheet", args=[assessment.pk, domain], query={"page": number + 1})
    after = following(domains, domain)
    if after is None:
        return assessment.get_absolute_url()
    return reverse("assessment-sheet", args=[assessment.pk, after.domain])


@limited("export")
@require_safe
def gaps(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """What is not met, partly met or open, with what would show it, as a table to work from."""
    assessment = own_assessment(request, pk)
    settled = [Outcome.MET, Outcome.NOT_APPLICABLE]
    wanted = assessment.answers.asked().exclude(value__in=settled, to_confirm=False)
    missing = sheets.complete(assessment, wanted.in_order(), at=timezone.now())
    heads = [
        gettext("Standard"),
        gettext("Criterion"),
        gettext("Title"),
        gettext("Binding"),
        gettext("Answer"),
        gettext("What is missing"),
        gettext("Private note"),
        gettext("What would show it"),
    ]
    rows = []
    for row in missing:
        words = gettext("To confirm") if row.to_confirm else row.words or gettext("Not answered")
        cells = (row.edition, row.ref, row.title, row.binding, str(words))
        rows.append([*cells, row.reason, row.note, row.hint])
    answer = HttpResponse(as_csv([heads, *rows]), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="gaps.csv"'
    return answer
