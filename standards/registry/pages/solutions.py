"""The register: search, narrow, sort."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from certcentre.limits import limited
from certcentre.paging import Told
from standards.assessment.solutions import Solution
from standards.registry.pages.facets import Facets
from standards.registry.search.by_words import Catalogue
from standards.registry.search.entries import entries, shown
from standards.registry.search.filters import SolutionFilter

PER_PAGE = 25


@limited("search")
@login_not_required
@require_safe
def solutions(request: HttpRequest) -> HttpResponse:
    """The register: search, narrow, sort."""
    at = timezone.now()
    catalogue = Catalogue.now()
    listed = shown(Solution.objects.listed(), at=at)
    filtered = SolutionFilter(request.GET, listed, at=at, catalogue=catalogue)
    page = Told(filtered.qs, PER_PAGE).get_page(request.GET.get("page"))
    rows = list(page.object_list)
    return render(
        request,
        "registry/solutions.html",
        {
            "page": page,
            "entries": entries(
                rows,
                at=at,
                assured=filtered.assured(rows),
                lacking=filtered.lacking(rows),
                needs=catalogue.needs,
                only_said=filtered.only_said(rows),
            ),
            "facets": Facets(filtered, catalogue),
            "answer": filtered.answer,
        },
    )
