"""Starting a draft, and taking more criteria in: a profile, editions at a level, single ones."""

import uuid
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext as _

from certcentre.abilities import require_able
from certcentre.accounts.people import signed_in_user
from certcentre.lifecycle import IllegalMove, NotReady
from standards.assessment.assessments import Assessment
from standards.assessment.criteria_menu import Choice, Menu, chosen, menu
from standards.assessment.declarations import Declaration
from standards.assessment.pages.fetching import own_assessment, own_release, trail
from standards.assessment.solutions import Release
from standards.catalogue.editions import Criterion, Edition, Level
from standards.catalogue.filters import said_in
from standards.catalogue.profiles import Profile
from standards.catalogue.reviewing import published
from standards.catalogue.rules import applied

MOST = 40  # criteria that one search shows
MOST_TO_ADD = 60  # the same, where criteria are added to a draft
STARTER = "starter"


def release_assess(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Choose, count, start. A release with a draft leads there: it has one at a time."""
    release, now = own_release(request, pk), timezone.now()
    require_able(release, "assess", signed_in_user(request), at=now)
    draft = draft_of(release)
    if draft:
        messages.info(request, _("This release has this draft already. You may add to it."))
        return redirect(draft)
    offered = menu(applied(release.facts, at=now), at=now)
    kept = carried(release)
    choice = read(request, offered, "" if kept else STARTER)
    pressed = request.POST.get("do", "")
    problems: list[str] = []
    if request.method == "POST" and pressed == "start":
        try:
            return start(request, release, choice, now)
        except NotReady as missing:
            problems = missing.problems
    context = shown(request, release, offered, choice, now)
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
        criteria=request.POST.getlist("criterion")[:500],
    )


def start(request: HttpRequest, release: Release, choice: Choice, at: datetime) -> HttpResponse:
    """Begin the draft; of many who press at once one begins it, and all are led there."""
    try:
        made = Assessment.start(release, by=signed_in_user(request), at=at, **choice.parts())
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
    words = request.POST.get("q", "").strip()[:200]
    criteria = search(words, at) if words else []
    ticked = {criterion.key for criterion in choice.criteria}
    return {
        "release": release,
        "menu": offered,
        "profile": choice.profile.key if choice.profile else "",
        "wholes": {whole.key for whole in choice.wholes},
        "picked": choice.criteria,
        "q": words,
        "found": [each for each in criteria[:MOST] if each.key not in ticked],
        "more": len(criteria) > MOST,
        "total": offered.count(choice.keys),
        "today": at.date(),
        "trail": trail(release),
    }


def search(words: str, at: datetime) -> list[Criterion]:
    """Criteria that may be answered and say every word."""
    able = Edition.objects.answerable(at=at)
    criteria = Criterion.objects.answerable().filter(edition__in=able)
    matching = said_in(words, "title", "statement", "ref", "key")
    rows = criteria.filter(matching).select_related("edition").order_by("edition__name", "position")
    return list(rows[: MOST + 1])


def carried(release: Release) -> dict[str, Any] | None:
    """What a new draft takes over: answers of the last declaration, here or of another release."""
    last = Assessment.last_declared(release)
    if last is None:
        return None
    return {
        "number": Declaration.objects.values_list("number", flat=True).get(assessment=last),
        "n": last.answers.not_withdrawn().given().count(),
        "other": last.release if last.release_id != release.pk else None,
    }


def assessment_add(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    draft, at = own_assessment(request, pk), timezone.now()
    require_able(draft, "add", signed_in_user(request), at=at)
    problem = ""
    if request.method == "POST":
        try:
            return take(request, draft, at)
        except NotReady as refused:
            problem = str(refused)
    words = request.GET.get("q", "").strip()[:200]
    criteria = search_to_add(draft, words) if words else []
    context = {
        "assessment": draft,
        "profiles": published(Profile),
        "editions": wholes(),
        "q": words,
        "found": criteria[:MOST_TO_ADD],
        "more": len(criteria) > MOST_TO_ADD,
        "problem": problem,
        "at": at,
    }
    status = 422 if problem else 200
    return render(request, "assessment/add.html", context, status=status)


def wholes() -> list[tuple[str, str]]:
    """Editions in force, whole and at each level, as choices. Two statements."""
    editions = Edition.objects.in_force(at=timezone.now()).prefetch_related("levels")
    made = []
    for edition in editions:
        levels = list(edition.levels.all())
        name = edition.text("name")
        made.append((f"{edition.pk}:", gettext("%(edition)s, all of it") % {"edition": name}))
        if len(levels) > 1:
            made += [
                (f"{edition.pk}:{level.pk}", f"{name}, {level.text('label')}") for level in levels
            ]
    return made


def search_to_add(draft: Assessment, words: str) -> list[Criterion]:
    """Criteria in force that hold every word and are not in the set yet."""
    fields = ("ref", "title", "statement", "edition__name")
    criteria = Criterion.objects.filter(
        said_in(words, *fields), edition__in=Edition.objects.in_force(at=timezone.now())
    ).exclude(pk__in=draft.answers.values("criterion"))
    ordered = criteria.select_related("edition", "level").order_by("edition__name", "position")
    return list(ordered[: MOST_TO_ADD + 1])


def take(request: HttpRequest, draft: Assessment, at: datetime) -> HttpResponse:
    """Add what was chosen; NotReady where nothing was."""
    chosen = chosen_of(request)
    if not any(chosen.values()):
        raise NotReady(gettext("Choose a profile, an edition, or at least one criterion."))
    added = draft.add(**chosen, by=signed_in_user(request), at=at)
    if added:
        words = ngettext("%(n)s criterion added.", "%(n)s criteria added.", added)
        messages.success(request, words % {"n": added})
    else:
        messages.info(request, gettext("All of these were in the set already."))
    return redirect(draft)


def chosen_of(request: HttpRequest) -> dict[str, Any]:
    sent = request.POST
    edition, _, level = sent.get("edition", "").partition(":")
    whole = Edition.objects.in_force(at=timezone.now()).filter(pk=number(edition)).first()
    grade = Level.objects.filter(edition=whole, pk=number(level)).first() if whole else None
    keys = [number(key) for key in sent.getlist("criterion")]
    return {
        "profile": published(Profile).filter(pk=number(sent.get("profile", ""))).first(),
        "editions": [(whole, grade)] if whole and (grade or not level) else [],
        "criteria": list(Criterion.objects.filter(pk__in=[key for key in keys if key])),
    }


def number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
