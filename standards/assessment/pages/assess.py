"""Starting a draft: the starter profile, editions at a level, single criteria, or all together."""

import uuid
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from certcentre.accounts.views import person
from certcentre.lifecycle import IllegalMove, NotReady, illegal
from standards.assessment.assessments import Assessment
from standards.assessment.criteria_menu import Choice, Menu, chosen, menu
from standards.assessment.declarations import Declaration
from standards.assessment.pages.mine import edited, trail
from standards.assessment.solutions import Release, Solution
from standards.catalogue.applying import applied
from standards.catalogue.editions import Criterion, Edition
from standards.catalogue.filters import said_in

MOST = 40  # criteria that one search shows
STARTER = "starter"


def release_assess(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Choose, count, start. A release with a draft leads there: it has one at a time."""
    found = edited(request, pk)
    if found.solution.status != Solution.Status.ACTIVE:
        raise illegal(Solution, found.solution.status)
    draft = draft_of(found)
    if draft:
        messages.info(request, _("This release has this draft already. You may add to it."))
        return redirect(draft)
    now = timezone.now()
    offered = menu(applied(found.facts, at=now), at=now)
    kept = carried(found)
    choice = read(request, offered, "" if kept else STARTER)
    pressed = request.POST.get("do", "")
    problems: list[str] = []
    if request.method == "POST" and pressed == "start":
        try:
            return start(request, found, choice, now)
        except NotReady as missing:
            problems = missing.problems
    context = shown(request, found, offered, choice, now)
    context |= {"counted": pressed == "count", "problems": problems, "kept": kept}
    status = 422 if problems else None
    return render(request, "assessment/assess.html", context, status=status)


def draft_of(release: Release) -> Assessment | None:
    return release.assessments.filter(status=Assessment.Status.DRAFT).first()


def read(request: HttpRequest, offered: Menu, first: str) -> Choice:
    """What is ticked; the profile `first` until somebody chooses."""
    if request.method != "POST":
        return chosen(offered, profile=first, wholes=[], criteria=[])
    return chosen(
        offered,
        profile=request.POST.get("profile", ""),
        wholes=request.POST.getlist("whole"),
        criteria=[key.replace("\x00", "") for key in request.POST.getlist("criterion")][:500],
    )


def start(request: HttpRequest, release: Release, choice: Choice, at: datetime) -> HttpResponse:
    """Begin the draft; of many who press at once one begins it, and all are led there."""
    try:
        made = Assessment.start(release, by=person(request), at=at, **choice.parts())
    except IllegalMove:
        there = draft_of(release)
        if there is None:
            raise
        messages.info(request, _("This release has this draft already. You may add to it."))
        return redirect(there)
    messages.success(request, _("Your draft is here. Each answer is saved as you give it."))
    return redirect(made)


def shown(
    request: HttpRequest, release: Release, offered: Menu, choice: Choice, at: datetime
) -> dict[str, Any]:
    words = request.POST.get("q", "").replace("\x00", "").strip()[:200]
    found = search(words, at) if words else []
    ticked = {one.key for one in choice.criteria}
    return {
        "release": release,
        "menu": offered,
        "profile": choice.profile.key if choice.profile else "",
        "wholes": {one.key for one in choice.wholes},
        "picked": choice.criteria,
        "q": words,
        "found": [one for one in found[:MOST] if one.key not in ticked],
        "more": len(found) > MOST,
        "total": offered.count(choice.keys),
        "today": at.date(),
        "trail": trail(release),
    }


def search(words: str, at: datetime) -> list[Criterion]:
    """Criteria that may be answered and say every word."""
    able = Edition.objects.answerable(at=at)
    found = Criterion.objects.answerable().filter(edition__in=able)
    said = said_in(words, "title", "statement", "ref", "key")
    rows = found.filter(said).select_related("edition").order_by("edition__name", "position")
    return list(rows[: MOST + 1])


def carried(release: Release) -> dict[str, Any] | None:
    """What a new draft takes over: answers of the last declaration, here or of another release."""
    last = Assessment.last_declared(release)
    if last is None:
        return None
    return {
        "number": Declaration.objects.values_list("number", flat=True).get(assessment=last),
        "n": last.answers.not_withdrawn().count(),
        "other": last.release if last.release_id != release.pk else None,
    }
