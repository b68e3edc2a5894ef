"""One criterion: what it asks, how it is shown, and what rests on it."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from certcentre.places import language as language_name
from standards.catalogue.editions import Criterion, Level
from standards.catalogue.levels import included
from standards.catalogue.mappings import relations_of
from standards.catalogue.profiles import Need, Profile, Scheme
from standards.catalogue.reviewing import is_officer, published
from standards.catalogue.rules import rules_of
from standards.catalogue.translation_sets import LABELS
from standards.catalogue.translations import (
    KINDS,
    MACHINE,
    MISSING,
    OUTDATED,
    WEAKEST,
    WORDS,
    state_read,
    wordings,
)
from standards.catalogue.vouching import logged, vouch_one

SPOKEN = ("title", "statement", "guidance", "evidence_hint")


ROLES = {
    "required_all": _("needed"),
    "required_any": _("one of several that will do"),
    "barriers_if_not_met": _("a barrier while it is not met"),
    "supporting": _("helps"),
    "tested_with_people": _("tested with people"),
}


@login_not_required
@require_safe
def criterion(request: HttpRequest, key: str, ref: str) -> HttpResponse:
    """One criterion: what it asks, how it is shown, and what rests on it."""
    wanted = Criterion.objects.published().annotate(**logged("edition_id"))
    found = get_object_or_404(wanted.select_related("edition", "level"), key=f"{key}:{ref}")
    context = {**criterion_portrait(found), "officer": is_officer(request.user)}
    return render(request, "catalogue/criterion.html", context)


def criterion_portrait(criterion: Criterion) -> dict[str, Any]:
    """The page of a criterion that has `logged`: eight statements with its own."""
    beside = list(
        criterion.edition.criteria.filter(
            position__in=[criterion.position - 1, criterion.position + 1]
        ).order_by("position")
    )
    levels = {level.key: level for level in vouch_one(criterion, beside)}
    return {
        "criterion": criterion,
        "spoken": spoken(criterion),
        "heard": heard(criterion, criterion.edition.language),
        "language": criterion.edition.language,
        "relations": relations_of(criterion),
        "needs": needs_on(criterion.key),
        "profiles": [
            each for each in published(Profile) if names(each.contents, criterion, levels)
        ],
        "rules": [each for each in rules_of(criterion.edition) if criterion.ref in each.refs],
        "schemes": [each for each in Scheme.objects.all() if criterion.key in each.supports],
        "before": next((each for each in beside if each.position < criterion.position), None),
        "after": next((each for each in beside if each.position > criterion.position), None),
    }


def spoken(criterion: Criterion) -> list[dict[str, Any]]:
    """The criterion in every language that it has, with who made the weakest of its texts."""
    found = []
    for code in sorted(criterion.translations):
        eaches = [each for each in wordings(criterion, SPOKEN, code) if each.said]
        if eaches:
            state = max((each.state for each in eaches), key=WEAKEST.index)
            texts = [(LABELS[each.field], each.said) for each in eaches]
            words = {"words": WORDS[state], "kind": KINDS[state], "texts": texts}
            found.append({"code": code, "name": language_name(code), **words})
    return found


def heard(row: Criterion, written_in: str) -> dict[str, str]:
    """What a reader is told of the language of title and statement: nothing where it is theirs."""
    worst = state_read(row, ("title", "statement"), written_in)
    notes = {
        MISSING: gettext("Not translated yet: you read the original."),
        OUTDATED: gettext("The original changed after this was translated."),
        MACHINE: gettext("Translated by a machine; nobody checked it yet."),
    }
    fallen = worst == MISSING
    return {"lang": written_in if fallen else "", "note": notes.get(worst, "")}


def needs_on(key: str) -> list[tuple[Need, list[str]]]:
    """The learner needs that rest on a criterion, and the part it plays in each."""
    found = []
    for need in published(Need):
        said = need.evidence
        parts = [part for part in ROLES if part != "required_any" and key in said[part]]
        if any(key in group["any_of"] for group in said["required_any"]):
            parts.append("required_any")
        if parts:
            found.append((need, [str(ROLES[part]) for part in parts]))
    return found


def names(contents: dict[str, Any], criterion: Criterion, levels: dict[str, Level]) -> bool:
    """Whether a profile names the criterion: by itself, under a law, or with its edition."""
    if criterion.key in [*contents.get("criteria", []), *contents.get("if_ai", [])]:
        return True
    if criterion.ref in contents.get("laws", {}).get(criterion.edition.key, []):
        return True
    return any(
        whole["edition"] == criterion.edition.key
        and criterion.level in included(levels.values(), levels.get(whole.get("level", "")))
        for whole in contents.get("editions", [])
    )
