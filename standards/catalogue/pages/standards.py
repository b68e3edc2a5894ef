"""The standards at a glance: by domain, by the five kinds of the founding paper, by words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from certcentre.limits import limited
from certcentre.search.models import IndexEntry
from certcentre.search.query import asked
from standards.catalogue.chips import Chip, chips
from standards.catalogue.editions import Criterion, Domain, Edition, SeedCategory
from standards.catalogue.profiles import Need
from standards.catalogue.reviewing import published

# what the founding paper names as examples of the kinds, and where it stands here
NAMED = (
    (_("General Data Protection Regulation (GDPR)"), "edition", "gdpr"),
    (_("ISO 27001"), "edition", "iso-27001-2022"),
    (_("RESTful API"), "edition", "rest-openapi"),
    (_("Suitable for visually impaired users"), "need", "vision_low"),
)


@dataclass(frozen=True)
class Entry:
    """One edition in the list; `criteria` are those of the domain looked at, `of` all of them."""

    edition: Edition
    criteria: int
    of: int
    domains: list[str]


@dataclass(frozen=True)
class Overview:
    """What the page of all standards shows."""

    sections: list[tuple[str, str, list[Entry]]]  # key, label, entries
    kinds: list[Chip]
    domains: list[Chip]
    needs: list[Need]
    words: str
    kind: str
    domain: str
    total: int
    criteria: int

    @property
    def shown(self) -> int:
        return sum(len(entries) for _key, _label, entries in self.sections)

    @property
    def named(self) -> tuple[Any, ...]:
        return NAMED


@limited("search")
@login_not_required
@require_safe
def standards(request: HttpRequest) -> HttpResponse:
    """Every published edition by domain; narrowed by domain, kind or words. Three statements."""
    return render(request, "catalogue/standards.html", {"found": look(request.GET)})


def look(query: Mapping[str, Any]) -> Overview:
    """Read what the address asks for; what it cannot mean is passed over. Three statements."""
    words = str(query.get("q", ""))[:200].strip()
    kind = query.get("category", "") if query.get("category") in SeedCategory.values else ""
    domain = query.get("domain", "") if query.get("domain") in Domain.values else ""
    rows, needs = Edition.objects.published(), published(Need)
    if terms := asked(words).terms:
        lines = IndexEntry.objects.saying(terms)
        rows = rows.filter(key__in=lines.filter(kind=IndexEntry.EDITION).values("key"))
        needs = needs.filter(key__in=lines.filter(kind=IndexEntry.NEED).values("key"))
    editions = list(rows.order_by("name"))
    counts = by_domain()
    by_kind = [each for each in editions if not kind or each.seed_category == kind]
    chosen = [each for each in by_kind if not domain or domain in counts.get(each.pk, {})]
    in_domain = [each for each in editions if not domain or domain in counts.get(each.pk, {})]
    base, query = reverse("standards"), {"q": words, "category": kind, "domain": domain}
    kinds = [
        (value, str(label), sum(each.seed_category == value for each in in_domain))
        for value, label in SeedCategory.choices
    ]
    domains = [
        (value, str(label), sum(value in counts.get(each.pk, {}) for each in by_kind))
        for value, label in Domain.choices
    ]
    return Overview(
        sections=sections(chosen, counts, domain),
        kinds=chips("category", kinds, base, query),
        domains=chips("domain", domains, base, query),
        needs=list(needs) if terms else [],
        words=words,
        kind=kind,
        domain=domain,
        total=len(counts),  # of all, as are the criteria
        criteria=sum(sum(each.values()) for each in counts.values()),
    )


def by_domain() -> dict[int, dict[str, int]]:
    """How many criteria each published edition has in each domain."""
    found: dict[int, dict[str, int]] = {}
    rows = Criterion.objects.published().values_list("edition", "domain").annotate(n=Count("pk"))
    for edition, domain, number in rows.order_by("edition", "-n"):
        found.setdefault(edition, {})[domain] = number
    return found


def sections(
    editions: list[Edition], counts: dict[int, dict[str, int]], domain: str
) -> list[tuple[str, str, list[Entry]]]:
    """The editions under their main domain; under the one looked at where one is chosen."""
    found: dict[str, list[Entry]] = {}
    for edition in editions:
        own = counts.get(edition.pk, {})
        entry = Entry(
            edition=edition,
            criteria=own.get(domain, 0) if domain else sum(own.values()),
            of=sum(own.values()),
            domains=[str(Domain(each).label) for each in own],
        )
        found.setdefault(domain or edition.domain, []).append(entry)
    return [(value, str(label), found[value]) for value, label in Domain.choices if value in found]
