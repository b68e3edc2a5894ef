"""What the pages of an edition and of a criterion show."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from itertools import groupby
from typing import Any

from django.db.models import Q
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from certcentre.places import country
from certcentre.places import language as language_name
from standards.catalogue.applicability import RANK
from standards.catalogue.chips import chips
from standards.catalogue.editions import (
    Criterion,
    Domain,
    Edition,
    Level,
    Review,
    published,
)
from standards.catalogue.editions import (
    Mapping as Mapped,
)
from standards.catalogue.facts import Rule
from standards.catalogue.levels import included
from standards.catalogue.profiles import Need, Profile, Scheme
from standards.catalogue.relations import relations_of
from standards.catalogue.succession import standing
from standards.catalogue.translation_sets import LABELS
from standards.catalogue.translations import (
    HUMAN,
    KINDS,
    MACHINE,
    MISSING,
    OUTDATED,
    WORDS,
    wordings,
)

SPOKEN = ("title", "statement", "guidance", "evidence_hint")
WEAKEST = (HUMAN, MACHINE, OUTDATED, MISSING)
PLACES = {
    "global": _("Worldwide"),
    "EU": _("European Union"),
    "EEA": _("European Economic Area"),
    "MALABO": _("States of the Malabo Convention"),
    "GB-ENG": _("England"),
}
EXPORTS = (
    ("xlsx", _("Spreadsheet (XLSX)")),
    ("oscal", "OSCAL"),
    ("openacr", "OpenACR"),
    ("yaml", "YAML"),
    ("jsonld", "JSON-LD"),
)
ROLES = {
    "required_all": _("needed"),
    "required_any": _("one of several that will do"),
    "barriers_if_not_met": _("a barrier while it is not met"),
    "supporting": _("helps"),
    "tested_with_people": _("tested with people"),
}


def places(codes: Iterable[str]) -> list[str]:
    return [str(PLACES.get(code) or country(code)) for code in codes]


def edition_portrait(edition: Edition, query: Mapping[str, Any], day: date) -> dict[str, Any]:
    """The page of an edition: seven statements, whatever its size."""
    levels = list(edition.levels.all())
    criteria = list(edition.criteria.select_related("level").order_by("position"))
    level = next((each for each in levels if each.key == query.get("level")), None)
    domain = query.get("domain", "") if query.get("domain") in Domain.values else ""
    shown = [
        each
        for each in criteria
        if (not level or each.level_id == level.pk) and (not domain or each.domain == domain)
    ]
    base = edition.get_absolute_url()
    asked = {"level": level.key if level else "", "domain": domain}
    return {
        "edition": edition,
        "standing": standing(edition, day),
        "places": places(edition.jurisdictions),
        "exports": EXPORTS,
        "groups": grouped(shown),
        "total": len(criteria),
        "untranslated": untranslated(edition, criteria),
        "written_in": language_name(edition.language),
        "shown": len(shown),
        "all_levels": levels,
        "level": level,
        "domain": domain,
        "levels": chips("level", by_level(levels, criteria), base, asked),
        "domains": chips("domain", by_domain(criteria), base, asked),
        "rules": rules_of(edition),
        "schemes": [s for s in Scheme.objects.all() if names_edition(s, edition)],
        "others": edition.standard.editions.published().exclude(pk=edition.pk),
        "related": [
            {**each, "relation": Mapped.Relation(each["relation"]).label}
            for each in edition.related
        ],
        **mapped(edition),
    }


def grouped(criteria: Iterable[Criterion]) -> list[tuple[str, list[Criterion]]]:
    """Runs of criteria under one heading, in the edition's order."""
    return [
        (name, list(some)) for name, some in groupby(criteria, key=lambda each: each.text("group"))
    ]


def by_level(levels: list[Level], criteria: list[Criterion]) -> list[tuple[str, str, int]]:
    counts = Counter(each.level_id for each in criteria)
    return [(level.key, level.text("label"), counts[level.pk]) for level in levels]


def by_domain(criteria: list[Criterion]) -> list[tuple[str, str, int]]:
    counts = Counter(each.domain for each in criteria)
    return [(value, str(label), counts[value]) for value, label in Domain.choices]


def rules_of(edition: Edition) -> list[Rule]:
    """The published rules that bring it into play, the most binding first."""
    rules = edition.rules.filter(status=Review.PUBLISHED).select_related("level")
    return sorted(rules, key=lambda rule: (-RANK[rule.effect], rule.key))


def names_edition(scheme: Scheme, edition: Edition) -> bool:
    return any(key.startswith(f"{edition.key}:") for key in scheme.supports)


def mapped(edition: Edition) -> dict[str, int]:
    """How many mappings its criteria have, and to how many other editions."""
    found = (
        Mapped.objects.filter(Q(source__edition=edition) | Q(target__edition=edition))
        .exclude(status=Review.WITHDRAWN)
        .values_list("source__edition", "target__edition")
    )
    pairs = list(found)
    others = {each for pair in pairs for each in pair} - {edition.pk}
    return {"mappings": len(pairs), "mapped_editions": len(others)}


def criterion_portrait(criterion: Criterion) -> dict[str, Any]:
    """The page of a criterion: seven statements with its own."""
    beside = list(
        criterion.edition.criteria.filter(
            position__in=[criterion.position - 1, criterion.position + 1]
        ).order_by("position")
    )
    levels = {level.key: level for level in criterion.edition.levels.all()}
    return {
        "criterion": criterion,
        "spoken": spoken(criterion),
        "heard": heard(criterion, criterion.edition.language),
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
        said = [each for each in wordings(criterion, SPOKEN, code) if each.said]
        if said:
            state = max((each.state for each in said), key=WEAKEST.index)
            texts = [(LABELS[each.field], each.said) for each in said]
            words = {"words": WORDS[state], "kind": KINDS[state], "texts": texts}
            found.append({"code": code, "name": language_name(code), **words})
    return found


def heard(row: Criterion, written_in: str) -> dict[str, str]:
    """What a reader is told of the language of title and statement: nothing where it is theirs."""
    code = (get_language() or "en").split("-")[0]
    if code == written_in:
        return {"lang": "", "note": ""}
    states = {each.field: each.state for each in wordings(row, ("title", "statement"), code)}
    worst = max(states.values(), key=WEAKEST.index, default=HUMAN)
    notes = {
        MISSING: gettext("Not translated yet: you read the original."),
        OUTDATED: gettext("The original changed after this was translated."),
        MACHINE: gettext("Translated by a machine; nobody checked it yet."),
    }
    fallen = worst == MISSING
    return {"lang": written_in if fallen else "", "note": notes.get(worst, "")}


def untranslated(edition: Edition, criteria: Iterable[Criterion]) -> int:
    """How many criteria are shown in the language of the original, in place of the reader's."""
    code = (get_language() or "en").split("-")[0]
    if code == edition.language:
        return 0
    return sum(not each.translations.get(code, {}).get("statement") for each in criteria)


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
