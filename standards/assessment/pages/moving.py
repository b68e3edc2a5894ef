"""Moving to a newer edition: what would stand, be confirmed, be asked and fall away, then do it."""

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch
from django.utils import timezone
from django.utils.translation import gettext as _

from certcentre.accounts.views import person
from standards.assessment.assessments import Assessment
from standards.assessment.edition_migration import migrate_to, plan
from standards.catalogue.editions import Edition
from standards.catalogue.succession import standing


def assessment_move(request: HttpRequest, pk: uuid.UUID, key: str) -> HttpResponse:
    """Shown first; a declared assessment is copied to a new draft before it moves."""
    user, now = person(request), timezone.now()
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
