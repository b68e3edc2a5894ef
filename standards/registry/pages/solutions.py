"""The register: search, narrow, sort. Its side column, and the way back from each choice."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from certcentre import places
from certcentre.limits import limited
from certcentre.paging import Told
from standards.assessment.solutions import Solution
from standards.catalogue.editions import Domain, Edition
from standards.catalogue.profiles import Need
from standards.registry.search.by_words import Catalogue
from standards.registry.search.entries import entries, shown
from standards.registry.search.filters import CONNECTIONS, LEVELS, SORTS, SolutionFilter

PER_PAGE = 25


@limited("search")
@login_not_required
@require_safe
def solutions(request: HttpRequest) -> HttpResponse:
    """The register: search, narrow, sort."""
    at = timezone.now()
    catalogue = Catalogue.now()
    listed = shown(Solution.objects.listed(), at=at)
    filtered = SolutionFilter(request.GET, listed, at=at, catalogue=catalogue)
    page = Told(filtered.qs, PER_PAGE).get_page(request.GET.get("page"))
    rows = list(page.object_list)
    return render(
        request,
        "registry/solutions.html",
        {
            "page": page,
            "entries": entries(rows, at=at, assured=filtered.assured(rows)),
            "facets": facets(filtered, catalogue.needs, catalogue.editions),
            "answer": filtered.answer,
        },
    )


Option = tuple[Any, Any, bool]  # value, words, whether it is chosen


@dataclass(frozen=True)
class Chip:
    """One chosen filter; its address is the same list without it."""

    words: str
    url: str


@dataclass(frozen=True)
class Facets:
    words: str
    needs: list[tuple[str, bool, list[Option]]]
    levels: list[Option]
    standards: list[tuple[str, list[Option]]]
    connections: list[Option]
    country: str
    language: str
    sorts: list[Option]
    chips: list[Chip]
    problems: list[str]

    @property
    def leveled(self) -> bool:
        return any(chosen for _, _, chosen in self.levels)

    @property
    def connected(self) -> bool:
        return any(chosen for _, _, chosen in self.connections)


def facets(filtered: SolutionFilter, needs: Sequence[Need], editions: Sequence[Edition]) -> Facets:
    """Everything the side column draws, from the filters as they were understood."""
    asked = filtered.form.cleaned_data
    chosen = asked.get("need") or []
    return Facets(
        words=asked.get("q") or "",
        needs=_by_group(needs, chosen),
        levels=_options(LEVELS, asked.get("least")),
        standards=_by_domain(editions, asked.get("standard")),
        connections=_options(CONNECTIONS, asked.get("connection")),
        country=_named(asked.get("country"), places.country),
        language=_named(asked.get("language"), places.language),
        sorts=_options(SORTS, asked.get("sort") or "name"),
        chips=list(_chips(filtered, needs, editions)),
        problems=[str(words) for errors in filtered.errors.values() for words in errors],
    )


def supports(need: Need) -> str:
    """As it reads after “Supports learners who …”; the label where no phrase is written."""
    return need.text("learners") or need.text("label")


def _by_group(needs: Sequence[Need], chosen: Iterable[str]) -> list[tuple[str, bool, list[Option]]]:
    """Needs by group, and whether the group holds a chosen one, so that it stands open."""
    groups: dict[str, list[Option]] = {}
    for need in needs:
        option = (need.key, supports(need), need.key in chosen)
        groups.setdefault(need.group, []).append(option)
    return [
        (str(Need.Group(group).label), any(ticked for *_, ticked in options), options)
        for group, options in groups.items()
    ]


def _options(choices: Iterable[tuple[Any, Any]], chosen: object) -> list[Option]:
    return [(value, words, value == chosen) for value, words in choices]


def _named(code: str | None, name: Callable[[str], str]) -> str:
    return str(name(code)) if code else ""


def _by_domain(editions: Sequence[Edition], chosen: object) -> list[tuple[str, list[Option]]]:
    order = list(Domain.values)
    ordered = sorted(editions, key=lambda edition: (order.index(edition.domain), edition.name))
    return [
        (
            str(Domain(domain).label),
            [(edition.key, edition.text("name"), edition.key == chosen) for edition in group],
        )
        for domain, group in groupby(ordered, key=lambda edition: edition.domain)
    ]


def _chips(
    filtered: SolutionFilter, needs: Sequence[Need], editions: Sequence[Edition]
) -> Iterable[Chip]:
    asked, data = filtered.form.cleaned_data, filtered.data
    names = {edition.key: edition.text("name") for edition in editions}
    phrases = {need.key: supports(need) for need in needs}
    for word in (asked.get("q"),):
        if word:
            yield Chip(f"“{word}”", _without(data, "q"))
    for key in asked.get("need") or []:
        yield Chip(phrases.get(key, key), _without(data, "need", key))
    if edition := asked.get("standard"):
        yield Chip(names.get(edition, edition), _without(data, "standard"))
    if least := asked.get("least"):
        words = gettext("%(level)s or higher") % {"level": f"AL{least}"}
        yield Chip(words, _without(data, "least"))
    if country := asked.get("country"):
        yield Chip(places.country(country), _without(data, "country"))
    if language := asked.get("language"):
        yield Chip(places.language(language), _without(data, "language"))
    if connection := asked.get("connection"):
        yield Chip(str(dict(CONNECTIONS)[connection]), _without(data, "connection"))


def _without(data: QueryDict, name: str, value: str = "") -> str:
    """The query without one filter, or without one of its values; back on the first page."""
    left = data.copy()
    left.pop("page", None)
    kept = [other for other in left.getlist(name) if value and other != value]
    left.pop(name, None)
    if kept:
        left.setlist(name, kept)
    return f"?{left.urlencode()}"
