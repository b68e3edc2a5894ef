"""Taking more criteria into a draft: a profile, an edition at a level, single ones by search."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from certcentre.asking import must
from certcentre.lifecycle import NotReady
from standards.assessment.pages.seen import Seen, seen
from standards.catalogue.editions import Criterion, Edition, Level, published
from standards.catalogue.filters import said_in
from standards.catalogue.profiles import Profile

MOST = 60  # criteria that one search shows


def assessment_add(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    opened = seen(request, pk)
    must(opened.edits)
    problem = ""
    if request.method == "POST":
        try:
            return take(request, opened)
        except NotReady as refused:
            problem = str(refused)
    words = request.GET.get("q", "").replace("\x00", "").strip()[:200]
    at = timezone.now()
    found = search(opened, words) if words else []
    context = {
        "opened": opened,
        "assessment": opened.assessment,
        "profiles": published(Profile),
        "editions": wholes(),
        "q": words,
        "found": found[:MOST],
        "more": len(found) > MOST,
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


def search(opened: Seen, words: str) -> list[Criterion]:
    """Criteria in force that hold every word and are not in the set yet."""
    fields = ("ref", "title", "statement", "edition__name")
    found = Criterion.objects.filter(
        said_in(words, *fields), edition__in=Edition.objects.in_force(at=timezone.now())
    ).exclude(pk__in=opened.assessment.answers.values("criterion"))
    ordered = found.select_related("edition", "level").order_by("edition__name", "position")
    return list(ordered[: MOST + 1])


def take(request: HttpRequest, opened: Seen) -> HttpResponse:
    """Add what was chosen; NotReady where nothing was."""
    chosen = chosen_of(request)
    if not any(chosen.values()):
        raise NotReady(gettext("Choose a profile, an edition, or at least one criterion."))
    added = opened.assessment.add(**chosen, at=timezone.now())
    if added:
        words = ngettext("%(n)s criterion added.", "%(n)s criteria added.", added)
        messages.success(request, words % {"n": added})
    else:
        messages.info(request, gettext("All of these were in the set already."))
    return redirect(opened.assessment)


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
