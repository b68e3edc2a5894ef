"""Tenders as a provider sees them: which of them a release could answer, and what is missing."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from standards.assessment.solutions import Release
from tenders.opportunities import outlook


@require_safe
def release_tenders(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The open tenders for one release of the provider's own."""
    rows = Release.objects.of_members(request.user).select_related("solution__organisation")
    release = get_object_or_404(rows, pk=pk)
    prospects = outlook(release, at=timezone.now())
    criteria = prospects.criteria
    context = {
        "release": release,
        "found": prospects,
        "listed": Release.objects.listed().filter(pk=pk).exists(),
        "near": [
            (
                chance,
                [criteria[key] for key in chance.missing if key in criteria],
                [
                    (prospects.silences if key in chance.unsaid else prospects.facts)[key]
                    for key in chance.unlike
                    if key in prospects.facts
                ],
            )
            for chance in prospects.near
        ],
        "wanted": [
            (chance, criteria[chance.key], f"AL{chance.least}")
            for chance in prospects.wanted
            if chance.key in criteria
        ],
        "trail": [
            (gettext("Your solutions"), reverse("assessments")),
            (str(release), release.get_absolute_url()),
        ],
    }
    return render(request, "tenders/opportunities.html", context)
