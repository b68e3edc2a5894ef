"""The public register."""

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from standards.assessment.solutions import Solution
from standards.catalogue.editions import Edition, published
from standards.catalogue.profiles import Need
from standards.registry.entries import entries, shown
from standards.registry.facets import facets
from standards.registry.filters import SolutionFilter

PER_PAGE = 25


@login_not_required
@require_safe
def solutions(request: HttpRequest) -> HttpResponse:
    """The register: search, narrow, sort."""
    at = timezone.now()
    needs = list(published(Need))
    editions = list(Edition.objects.published().only("key", "name", "domain", "translations"))
    listed = shown(Solution.objects.listed(), at=at)
    filtered = SolutionFilter(request.GET, listed, at=at, needs=needs)
    page = Paginator(filtered.qs, PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "registry/solutions.html",
        {
            "page": page,
            "entries": entries(list(page.object_list), at=at),
            "facets": facets(filtered, needs, editions),
        },
    )
