"""One edition for everybody: its criteria, what it asks otherwise than another, and as a file."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from itertools import groupby
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from certcentre.limits import limited
from certcentre.places import language as language_name
from certcentre.places import read_in
from certcentre.tables.writing import as_csv
from standards.catalogue.chips import chips
from standards.catalogue.editions import Criterion, Domain, Edition, Level
from standards.catalogue.exporting import attached, file_of
from standards.catalogue.mappings import Mapping as Mapped
from standards.catalogue.profiles import Scheme
from standards.catalogue.reviewing import Review
from standards.catalogue.rules import rules_of
from standards.catalogue.succession import difference, standing
from standards.catalogue.vouching import require_vouched, shown, vouch_whole

EXPORTS = (
    ("xlsx", _("Spreadsheet (XLSX)")),
    ("oscal", "OSCAL"),
    ("openacr", "OpenACR"),
    ("yaml", "YAML"),
    ("jsonld", "JSON-LD"),
)


# how an old criterion relates to the one it became; nobody said anything where it is empty
WORDS_OF = {"": _("became"), **dict(Mapped.Relation.choices)}


@login_not_required
@require_safe
def edition(request: HttpRequest, key: str) -> HttpResponse:
    """One edition with its criteria, narrowed by level and domain."""
    edition = get_object_or_404(shown().select_related("standard"), key=key)
    today = timezone.localdate()
    return render(request, "catalogue/edition.html", edition_portrait(edition, request.GET, today))


def edition_portrait(edition: Edition, query: Mapping[str, Any], day: date) -> dict[str, Any]:
    """The page of an edition of `shown()`: seven statements, whatever its size."""
    criteria = list(edition.criteria.select_related("level").order_by("position"))
    vouch_whole(edition, criteria)
    levels = edition.levels_shown
    level = next((each for each in levels if each.key == query.get("level")), None)
    domain = query.get("domain", "") if query.get("domain") in Domain.values else ""
    chosen = [
        each
        for each in criteria
        if (not level or each.level_id == level.pk) and (not domain or each.domain == domain)
    ]
    base = edition.get_absolute_url()
    asked = {"level": level.key if level else "", "domain": domain}
    return {
        "edition": edition,
        "standing": standing(edition, day),
        "places": edition.places,
        "exports": EXPORTS,
        "groups": grouped(chosen),
        "total": len(criteria),
        "untranslated": untranslated(edition, criteria),
        "written_in": language_name(edition.language),
        "shown": len(chosen),
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


def names_edition(scheme: Scheme, edition: Edition) -> bool:
    return any(key.startswith(f"{edition.key}:") for key in scheme.supports)


def mapped(edition: Edition) -> dict[str, int]:
    """How many mappings its criteria have, and to how many other editions."""
    mappeds = (
        Mapped.objects.filter(Q(source__edition=edition) | Q(target__edition=edition))
        .exclude(status=Review.WITHDRAWN)
        .values_list("source__edition", "target__edition")
    )
    pairs = list(mappeds)
    others = {each for pair in pairs for each in pair} - {edition.pk}
    return {"mappings": len(pairs), "mapped_editions": len(others)}


def untranslated(edition: Edition, criteria: Iterable[Criterion]) -> int:
    """How many criteria are shown in the language of the original, in place of the reader's."""
    code = read_in()
    if code == edition.language:
        return 0
    return sum(not each.translations.get(code, {}).get("statement") for each in criteria)


@login_not_required
@require_safe
def edition_difference(request: HttpRequest, key: str, other: str) -> HttpResponse:
    """What one edition asks otherwise than another of the same standard. Five statements."""
    seen = Edition.objects.visible_to(request.user)
    new = get_object_or_404(seen, key=key)
    old = get_object_or_404(seen.exclude(pk=new.pk), key=other, standard=new.standard_id)
    compared = difference(old, new)
    context = {
        "old": old,
        "new": new,
        "standing": standing(new, timezone.localdate()),
        "compared": compared,
        "steps": [(each, WORDS_OF[each.relation]) for each in compared.steps],
        "figures": [
            (len(compared.new), gettext("new")),
            (len(compared.changed), gettext("changed")),
            (len(compared.removed), gettext("removed")),
            (len(compared.same), gettext("unchanged")),
        ],
    }
    return render(request, "catalogue/difference.html", context)


@limited("export")
@login_not_required
@require_safe
def edition_csv(request: HttpRequest, key: str) -> HttpResponse:
    """The criteria of an edition as a table in the reader's language, with its licence and
    notice."""
    edition = get_object_or_404(shown(), key=key)
    criteria = list(edition.criteria.select_related("level").order_by("position"))
    vouch_whole(edition, criteria)
    require_vouched(edition)
    heads = ("key", "ref", "title", "statement", "level", "obligation", "domain")
    terms = (edition.catalogue_licence, edition.text("notice"))
    rows = (
        (each.key, each.ref, each.text("title"), each.text("statement"), each.level.key,
         each.level.obligation, each.domain, *terms)
        for each in criteria
    )  # fmt: skip
    table = as_csv([[*heads, "licence", "notice"], *rows])
    answer = HttpResponse(table, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{edition.key}.csv"'
    return answer


@limited("export")
@login_not_required
@require_safe
def edition_export(request: HttpRequest, key: str, format: str) -> HttpResponse:
    """An edition as OSCAL, OpenACR, CSV, XLSX, our YAML or JSON-LD."""
    return attached(file_of(key, format, request.user))
