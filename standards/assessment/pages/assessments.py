"""The provider's home for its work, and taking a draft over to a newer edition."""

import uuid
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from certcentre.accounts.models import Membership, Organisation, Role, User
from certcentre.accounts.people import signed_in_user
from standards.assessment.assessments import Assessment
from standards.assessment.edition_migration import migrate_to, plan
from standards.assessment.evidence import Evidence
from standards.assessment.progress import progress_of
from standards.assessment.solutions import Release, Solution
from standards.catalogue.editions import Edition
from standards.catalogue.succession import standing

PER_PAGE = 25
MOST = 20  # pieces of evidence named


@require_safe
def assessments(request: HttpRequest) -> HttpResponse:
    """Solutions by organisation, 25 a page. Eight statements, however many there are."""
    user, now = signed_in_user(request), timezone.now()
    providers, editor = provided_by(user)
    mine = Solution.objects.filter(organisation__in=providers).select_related("organisation")
    ordered = mine.order_by("organisation__name", "organisation", "status", "name", "pk")
    page = Paginator(ordered, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "groups": grouped(providers, list(page), at=now),
        "editor": editor,
        "evidence": running_out(providers, at=now),
        "at": now,
    }
    return render(request, "assessment/assessments.html", context)


def provided_by(user: User) -> tuple[list[Organisation], set[Any]]:
    """The providers this person acts for, and the keys of those it edits for. One statement."""
    memberships = Membership.objects.filter(
        user=user, until=None, organisation__kind=Organisation.Kind.PROVIDER
    ).select_related("organisation")
    found = {membership.organisation_id: membership.organisation for membership in memberships}
    editor = {
        membership.organisation_id for membership in memberships if membership.role == Role.EDITOR
    }
    return sorted(found.values(), key=lambda one: one.name.casefold()), editor


def grouped(
    providers: list[Organisation], solutions: list[Solution], *, at: datetime
) -> list[tuple[Organisation, list[Any]]]:
    """Each provider with its solutions on this page, each with where its releases stand."""
    by_key = {solution.pk: solution for solution in solutions}
    releases = list(Release.objects.filter(solution__in=by_key).order_by("-created_at", "-pk"))
    for release in releases:
        release.solution = by_key[release.solution_id]
    lines: dict[Any, list[Any]] = {solution.pk: [] for solution in solutions}
    for line in progress_of(releases, at=at).values():
        lines[line.release.solution_id].append(line)
    groups: dict[Any, list[Any]] = {provider.pk: [] for provider in providers}
    for one in solutions:
        groups[one.organisation_id].append((one, lines[one.pk]))
    return [(provider, groups[provider.pk]) for provider in providers]


def running_out(providers: list[Organisation], *, at: datetime) -> list[Evidence]:
    """Evidence that declared answers rest on and that soon speaks no longer."""
    pieces = Evidence.objects.running_out(at=at).filter(organisation__in=providers)
    return sorted(pieces.order_by("pk"), key=lambda piece: piece.last_day)[:MOST]


def assessment_move(request: HttpRequest, pk: uuid.UUID, key: str) -> HttpResponse:
    """Shown first; a declared assessment is copied to a new draft before it moves."""
    user, now = signed_in_user(request), timezone.now()
    mine = Assessment.objects.of_members(user).select_related("release__solution__organisation")
    assessment = get_object_or_404(mine, pk=pk)
    followed = Edition.objects.published().filter(supersedes__isnull=False)
    edition = get_object_or_404(followed.select_related("supersedes"), key=key)
    if not Assessment.objects.editable_by(user).filter(pk=pk).exists():
        raise PermissionDenied
    if request.method == "POST":
        with transaction.atomic():
            draft = assessment
            if assessment.status != Assessment.Status.DRAFT:
                draft = Assessment.start(assessment.release, by=user, at=now)
            moved = migrate_to(draft, edition, by=user, at=now)
        said = {"stand": len(moved.stand), "left": len(moved.confirm) + len(moved.ask)}
        messages.success(
            request, _("Moved. %(stand)s answers stand, %(left)s wait for you.") % said
        )
        return redirect(sheet_of(draft))
    context = {
        "assessment": assessment,
        "edition": edition,
        "before": edition.supersedes,
        "standing": standing(edition, timezone.localdate()),
        "plan": plan(assessment, edition),
    }
    return render(request, "assessment/move.html", context)


def sheet_of(assessment: Assessment) -> str:
    """Where the answers are given."""
    try:
        return assessment.get_absolute_url()
    except NoReverseMatch:
        return "work"
