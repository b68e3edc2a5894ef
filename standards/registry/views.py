"""The public register."""

from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from certcentre.paging import Told
from standards.assessment.solutions import Solution
from standards.catalogue.editions import Edition, published
from standards.catalogue.profiles import Need
from standards.registry.comparing import chosen, comparison
from standards.registry.entries import entries, shown
from standards.registry.facets import facets
from standards.registry.filters import SolutionFilter
from standards.registry.linked import software
from standards.registry.portrait import portrait, subjects

PER_PAGE = 25


@login_not_required
@require_safe
def solutions(request: HttpRequest) -> HttpResponse:
    """The register: search, narrow, sort."""
    at = timezone.now()
    needs = list(published(Need).defer("means", "aliases", "anchors"))
    editions = list(Edition.objects.published().only("key", "name", "domain", "translations"))
    listed = shown(Solution.objects.listed(), at=at)
    filtered = SolutionFilter(request.GET, listed, at=at, needs=needs)
    page = Told(filtered.qs, PER_PAGE).get_page(request.GET.get("page"))
    rows = list(page.object_list)
    return render(
        request,
        "registry/solutions.html",
        {
            "page": page,
            "entries": entries(rows, at=at, assured=filtered.assured(rows)),
            "facets": facets(filtered, needs, editions),
        },
    )


@login_not_required
@require_safe
def solution(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The public page of a listed solution; of any other there is none."""
    at = timezone.now()
    found = get_object_or_404(subjects(at=at), pk=pk)
    return render(
        request, "registry/solution.html", {"portrait": portrait(found, at=at), "solution": found}
    )


@login_not_required
@require_safe
def solution_linked(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The same for machines: JSON-LD in the words of schema.org."""
    at = timezone.now()
    found = get_object_or_404(subjects(at=at), pk=pk)
    content = software(portrait(found, at=at))
    return JsonResponse(content, content_type="application/ld+json")


@login_not_required
@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    """Up to five listed solutions side by side."""
    keys = chosen(request.GET.getlist("s"))
    differing = request.GET.get("show") == "differences"
    compared = comparison(keys, at=timezone.now(), differing=differing)
    return render(
        request,
        "registry/compare.html",
        {
            "compared": compared,
            "differing": differing,
            "missing": len(keys) - len(compared.solutions),
        },
    )
