"""Fetching what belongs to the reader's organisations, and asking for the role a step needs."""

import uuid
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext

from certcentre.accounts.models import Membership, Organisation, Role
from certcentre.accounts.people import signed_in_user
from certcentre.step_page import require
from standards.assessment.answers import Answer
from standards.assessment.assessments import Assessment
from standards.assessment.solutions import Release, Solution


@dataclass(frozen=True)
class Seen:
    """An assessment, and the roles of whoever looks at it."""

    assessment: Assessment
    roles: frozenset[str]

    @property
    def provider(self) -> Organisation:
        return self.assessment.release.solution.organisation

    @property
    def draft(self) -> bool:
        return self.assessment.status == Assessment.Status.DRAFT

    @property
    def edits(self) -> bool:
        return Role.EDITOR in self.roles

    @property
    def signs(self) -> bool:
        return Role.SIGNATORY in self.roles

    @property
    def writable(self) -> bool:
        return self.draft and self.edits


def seen(request: HttpRequest, pk: uuid.UUID) -> Seen:
    """404 to whoever is not of the provider. Two statements."""
    mine = Assessment.objects.of_members(request.user)
    seen = get_object_or_404(
        mine.select_related("release__solution__organisation", "profile"), pk=pk
    )
    provider = seen.release.solution.organisation
    return Seen(seen, roles(request, provider))


def roles(request: HttpRequest, organisation: Organisation) -> frozenset[str]:
    memberships = Membership.objects.filter(
        user=signed_in_user(request), organisation=organisation, until=None
    ).values_list("role", flat=True)
    return frozenset(memberships)


def answer_to_write(request: HttpRequest, pk: uuid.UUID, number: int) -> Answer:
    """The answer for an editor: 404 to others, 403 to other members. One statement."""
    wanted = Answer.objects.filter(assessment=pk, pk=number)
    related = wanted.with_provider()
    found = related.filter(assessment__in=Assessment.objects.editable_by(request.user)).first()
    if found is None:
        mine = Assessment.objects.of_members(request.user)
        get_object_or_404(wanted.filter(assessment__in=mine))
        raise PermissionDenied
    return found


Trail = list[tuple[str, str]]


def own_solution(request: HttpRequest, pk: uuid.UUID, *roles: str) -> Solution:
    """404 to whoever is no member, 403 to a member without the role."""
    mine = Solution.objects.of_members(request.user).select_related("organisation")
    solution = get_object_or_404(mine, pk=pk)
    require(not roles or signed_in_user(request).acts_for(solution.organisation, *roles))
    return solution


def own_release(request: HttpRequest, pk: uuid.UUID, *roles: str) -> Release:
    """404 to whoever is no member, 403 to a member without the role."""
    mine = Release.objects.of_members(request.user).select_related("solution__organisation")
    release = get_object_or_404(mine, pk=pk)
    require(not roles or signed_in_user(request).acts_for(release.solution.organisation, *roles))
    return release


def edited(request: HttpRequest, pk: uuid.UUID) -> Release:
    """The release for an editor."""
    return own_release(request, pk, Role.EDITOR)


def trail(release: Release | None = None) -> Trail:
    """The way up from a page of the provider's work."""
    up = [(gettext("Products and self-assessments"), reverse("assessments"))]
    return [*up, (str(release), release.get_absolute_url())] if release else up
