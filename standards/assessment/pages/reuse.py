"""What a release has answered already through other standards: all editions, then one."""

import uuid
from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from standards.assessment.claims import effective
from standards.assessment.mapped_answers import OWN, STATES, Coverage, Kind, coverage
from standards.assessment.pages.fetching import own_release, trail
from standards.assessment.solutions import Release
from standards.catalogue.editions import Criterion, Edition
from standards.catalogue.mappings import links

WORDS = {
    OWN: _("answered itself"),
    Kind.SAME: _("answered by the same elsewhere"),
    Kind.ALL: _("answered by more elsewhere"),
    Kind.PART: _("answered in part elsewhere"),
    Kind.EVIDENCE: _("evidence elsewhere may serve"),
    "": _("open"),
}


@require_safe
def release_reuse(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Every edition that is not wholly answered, those nearest to done first. Six statements."""
    release, now = own_release(request, pk), timezone.now()
    editions = Edition.objects.answerable(at=now)
    rows = Criterion.objects.answerable().filter(edition__in=editions)
    keys: dict[str, list[str]] = {}
    for edition, key in rows.order_by("position").values_list("edition__key", "key"):
        keys.setdefault(edition, []).append(key)
    outcomes, shown = standing(release, now)
    pairs = mapped()
    named = editions.in_bulk(keys, field_name="key")
    lines = [
        (named[edition], picture(coverage(its, outcomes, pairs, shown=shown)))
        for edition, its in keys.items()
    ]
    lines = [line for line in lines if line[1]["reached"] > line[1]["own"]]
    lines.sort(key=lambda line: (-line[1]["share"], line[0].name))
    context = {"release": release, "trail": trail(release), "lines": lines, "states": legend()}
    return render(request, "assessment/reuse.html", context)


@require_safe
def release_reuse_edition(request: HttpRequest, pk: uuid.UUID, key: str) -> HttpResponse:
    """One edition, criterion by criterion. Six statements."""
    release, now = own_release(request, pk), timezone.now()
    edition = get_object_or_404(Edition.objects.published(), key=key)
    criteria = list(edition.criteria.answerable().select_related("level").order_by("position"))
    outcomes, shown = standing(release, now)
    pairs = mapped({criterion.pk for criterion in criteria})
    covered = coverage((criterion.key for criterion in criteria), outcomes, pairs, shown=shown)
    sources = Criterion.objects.select_related("edition").in_bulk(
        {line.source for line in covered.lines if line.source}, field_name="key"
    )
    lines = [
        (each, WORDS[line.kind], line.kind, sources.get(line.source) if line.kind != OWN else None)
        for each, line in zip(criteria, covered.lines, strict=True)
    ]
    up = reverse("release-reuse", args=[release.pk])
    context = {
        "release": release,
        "edition": edition,
        "trail": [*trail(release), (gettext("What you have answered already"), up)],
        "lines": lines,
        "picture": picture(covered),
        "states": legend(),
    }
    return render(request, "assessment/reuse_edition.html", context)


def standing(release: Release, at: datetime) -> tuple[dict[str, str], frozenset[str]]:
    """What the release says in force, and on which criteria with evidence. One statement.

    A finding or certificate says nothing for other criteria beyond what was declared: the value
    travels, its assurance never does.
    """
    claims = effective([release.pk], at=at)[release.pk]
    outcomes = {key: claim.outcome for key, claim in claims.items()}
    return outcomes, frozenset(key for key, claim in claims.items() if claim.assurance >= 2)


def mapped(among: Collection[int] | None = None) -> list[tuple[str, str, str]]:
    """What may be relied on, as (source, target, relation). One statement."""
    return [(each.source.key, each.target.key, each.relation) for each in links(among)]


def picture(found: Coverage) -> dict[str, Any]:
    """Numbers and the widths of the bar's parts."""
    counts, total = found.counts, found.total or 1
    parts, at = [], 0.0
    for state in STATES[:-1]:
        width = 100 * counts[state] / total
        parts.append({"kind": state, "x": f"{at:.2f}", "width": f"{width:.2f}"})
        at += width
    reached = found.total - counts[""]
    return {
        "parts": parts,
        "counts": [(state, WORDS[state], counts[state]) for state in STATES],
        "own": counts[OWN],
        "through": found.through_others,
        "evidence": counts[Kind.EVIDENCE],
        "open": counts[""],
        "reached": reached,
        "total": found.total,
        "share": (counts[OWN] + found.through_others) / total,
    }


def legend() -> list[tuple[str, Any]]:
    return [(state, WORDS[state]) for state in STATES[:-1]]
