"""The provider's home for its work, and taking a draft over to a newer edition."""

import uuid
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from certcentre.abilities import abilities, require_able
from certcentre.accounts.models import Organisation, User
from certcentre.accounts.people import signed_in_user
from certcentre.paging import Numbered
from standards.assessment.edition_migration import migrate, plan
from standards.assessment.evidence import Evidence
from standards.assessment.pages.fetching import own_assessment
from standards.assessment.progress import progress_of
from standards.assessment.provider_roles import offering
from standards.assessment.solutions import Release, Solution
from standards.catalogue.editions import Edition
from standards.catalogue.succession import standing

PER_PAGE = 25
MOST = 20  # pieces of evidence named


@require_safe
def assessments(request: HttpRequest) -> HttpResponse:
    """Solutions by organisation, 25 a page. Eight statements, however many there are."""
    user, now = signed_in_user(request), timezone.now()
    mine = Organisation.objects.acted_for_by(user).filter(kind=Organisation.Kind.PROVIDER)
    providers = sorted(mine, key=lambda provider: provider.name.casefold())
    solutions = Solution.objects.filter(organisation__in=providers).select_related(
        "organisation", "current_release"
    )
    ordered = solutions.order_by("organisation__name", "organisation", "status", "name", "pk")
    page = Numbered(ordered, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "groups": grouped(providers, list(page), user, at=now),
        "offering": set(offering(user)),
        "evidence": running_out(providers, at=now),
        "at": now,
    }
    return render(request, "assessment/assessments.html", context)


def grouped(
    providers: list[Organisation], solutions: list[Solution], user: User, *, at: datetime
) -> list[tuple[Organisation, list[Any]]]:
    """Each provider with its solutions on this page, each with what the reader may do with it and
    where its releases stand."""
    by_key = {solution.pk: solution for solution in solutions}
    releases = list(Release.objects.filter(solution__in=by_key).order_by("-created_at", "-pk"))
    for release in releases:
        release.solution = by_key[release.solution_id]
    lines: dict[Any, list[Any]] = {solution.pk: [] for solution in solutions}
    for line in progress_of(releases, at=at).values():
        lines[line.release.solution_id].append(line)
    groups: dict[Any, list[Any]] = {provider.pk: [] for provider in providers}
    with user.memberships_read_once():
        for solution in solutions:
            may = abilities(solution, user, at=at).may
            groups[solution.organisation_id].append((solution, may, lines[solution.pk]))
    return [(provider, groups[provider.pk]) for provider in providers]


def running_out(providers: list[Organisation], *, at: datetime) -> list[Evidence]:
    """Evidence that declared answers rest on and that soon speaks no longer."""
    pieces = Evidence.objects.running_out(at=at).filter(organisation__in=providers)
    return sorted(pieces.order_by("pk"), key=lambda piece: piece.last_day)[:MOST]


def assessment_move(request: HttpRequest, pk: uuid.UUID, key: str) -> HttpResponse:
    """Shown first; a declared assessment is copied to a new draft before it moves."""
    assessment, user, now = own_assessment(request, pk), signed_in_user(request), timezone.now()
    followed = Edition.objects.published().filter(supersedes__isnull=False)
    edition = get_object_or_404(followed.select_related("supersedes"), key=key)
    require_able(assessment, "migrate", user, at=now)
    if request.method == "POST":
        draft, moved = migrate(assessment, edition, by=user, at=now)
        counts = {"stand": len(moved.stand), "left": len(moved.confirm) + len(moved.ask)}
        messages.success(
            request, _("Moved. %(stand)s answers stand, %(left)s wait for you.") % counts
        )
        return redirect(draft)
    context = {
        "assessment": assessment,
        "edition": edition,
        "before": edition.supersedes,
        "standing": standing(edition, timezone.localdate()),
        "plan": plan(assessment, edition),
    }
    return render(request, "assessment/move.html", context)
