"""Fetching what belongs to the reader's organisations, and asking for the role a step needs."""

import uuid

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext

from certcentre.accounts.models import Role
from certcentre.accounts.views import person
from certcentre.asking import must
from standards.assessment.solutions import Release, Solution

Trail = list[tuple[str, str]]


def own_solution(request: HttpRequest, pk: uuid.UUID, *roles: str) -> Solution:
    """404 to whoever is no member, 403 to a member without the role."""
    mine = Solution.objects.of_members(request.user).select_related("organisation")
    found = get_object_or_404(mine, pk=pk)
    must(not roles or person(request).acts_for(found.organisation, *roles))
    return found


def own_release(request: HttpRequest, pk: uuid.UUID, *roles: str) -> Release:
    """404 to whoever is no member, 403 to a member without the role."""
    mine = Release.objects.of_members(request.user).select_related("solution__organisation")
    found = get_object_or_404(mine, pk=pk)
    must(not roles or person(request).acts_for(found.solution.organisation, *roles))
    return found


def edited(request: HttpRequest, pk: uuid.UUID) -> Release:
    """The release for an editor."""
    return own_release(request, pk, Role.EDITOR)


def trail(release: Release | None = None) -> Trail:
    """The way up from a page of the provider's work."""
    up = [(gettext("Products and self-assessments"), reverse("assessments"))]
    return [*up, (str(release), release.get_absolute_url())] if release else up
