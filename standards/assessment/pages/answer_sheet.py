"""The overview of a draft, and what it still lacks as a table."""

import uuid
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from certcentre.abilities import abilities
from certcentre.limits import limited
from certcentre.tables.writing import as_csv
from standards.assessment import sheet_rows as sheets
from standards.assessment.claims import Outcome
from standards.assessment.declaration_check import nothing_left
from standards.assessment.pages.fetching import own_assessment
from standards.assessment.pages.sheet_parts import address
from standards.assessment.sheet_lines import Only
from standards.assessment.sheet_rows import Progress


@require_safe
def assessment(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """How far the draft is, by domain, and what waits; once declared, what was said."""
    draft, at = own_assessment(request, pk), timezone.now()
    able = abilities(draft, request.user, at=at, of=("answer", "add", "fill", "migrate"))
    domains = sheets.progress(draft, at=at)
    total = sheets.total(domains)
    proven = sheets.proven(draft, at=at)
    lines = [
        Line(
            each,
            address(draft, domain=each.domain) + f"#d-{each.domain}",
            address(draft, domain=each.domain, only=Only.OPEN.value) + f"#d-{each.domain}",
            skyline,
        )
        for each in domains
        if (skyline := skyline_of(each, proven.get(each.domain, 0)))
    ]
    context = {
        "assessment": draft,
        "lines": lines,
        "sheet_url": address(draft),
        "open_url": address(draft, only=Only.OPEN.value),
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
    open_url: str
    skyline: tuple[int, int, int, int, int]


def skyline_of(domain: Progress, proven: int) -> tuple[int, int, int, int, int]:
    """From AL4 down to what is open, partly met or not met."""
    met, excused = domain.given[Outcome.MET], domain.given[Outcome.NOT_APPLICABLE]
    return 0, 0, proven, met - proven, domain.of - met - excused


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
