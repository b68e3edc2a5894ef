"""Fetching what is of the reader's own providers: 404 to everybody else."""

import uuid

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext

from standards.assessment.assessments import Assessment
from standards.assessment.solutions import Release, Solution

Trail = list[tuple[str, str]]


def own_assessment(request: HttpRequest, pk: uuid.UUID) -> Assessment:
    rows = Assessment.objects.of_members(request.user)
    return get_object_or_404(
        rows.select_related("release__solution__organisation", "profile"), pk=pk
    )


def own_solution(request: HttpRequest, pk: uuid.UUID) -> Solution:
    rows = Solution.objects.of_members(request.user).select_related("organisation")
    return get_object_or_404(rows, pk=pk)


def own_release(request: HttpRequest, pk: uuid.UUID) -> Release:
    rows = Release.objects.of_members(request.user).select_related(
        "solution__organisation", "solution__current_release"
    )
    return get_object_or_404(rows, pk=pk)


def trail(release: Release | None = None) -> Trail:
    """The way up from a page of the provider's work."""
    up = [(gettext("Products and self-assessments"), reverse("assessments"))]
    return [*up, (str(release), release.get_absolute_url())] if release else up
