"""The market at a glance, for everybody."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from certcentre.limits import limited
from certcentre.tables.writing import as_csv
from standards.catalogue.editions import Criterion, Domain, Edition, Obligation
from standards.registry.matching.narrowing import claiming, meeting
from standards.registry.matching.state import Market, process

LEVELS = (1, 2, 3, 4)


@dataclass(frozen=True)
class Covered:
    """One edition: solutions that meet at least one criterion at AL1 to AL4 or above, and every
    mandatory one."""

    edition: Edition
    at_least: tuple[int, ...]
    whole: int

    @property
    def numbers(self) -> tuple[int, ...]:
        return (*self.at_least, self.whole)


@dataclass(frozen=True)
class Coverage:
    listed: int
    at: datetime
    rows: list[Covered]


def coverage(*, at: datetime) -> Coverage:
    """Editions in force by domain and name. Three statements, however many solutions."""
    market = process.market(at=at)
    order = list(Domain.values)
    editions = sorted(
        Edition.objects.in_force(at=at),
        key=lambda edition: (order.index(edition.domain), edition.name),
    )
    slots: dict[int, list[tuple[int, bool]]] = {edition.pk: [] for edition in editions}
    rows = Criterion.objects.filter(edition__in=slots, slot__isnull=False)
    for edition, slot, obligation in rows.values_list("edition_id", "slot", "level__obligation"):
        slots[edition].append((slot or 0, obligation == Obligation.MUST))
    covered_editions = [covered(market, edition, slots[edition.pk]) for edition in editions]
    return Coverage(market.listed.bit_count(), at, covered_editions)


def covered(market: Market, edition: Edition, slots: Iterable[tuple[int, bool]]) -> Covered:
    every = [slot for slot, _ in slots]
    musts = [slot for slot, must in slots if must]
    whole = market.listed if musts else 0
    for slot in musts:
        whole &= meeting(market, [slot])
    some = [claiming(market, every, least=level) & market.listed for level in LEVELS]
    return Covered(edition, tuple(bits.bit_count() for bits in some), whole.bit_count())


def as_table(found: Coverage) -> bytes:
    """The same numbers as CSV."""
    levels = [f"AL{level} or above" for level in LEVELS]
    heads = ["standard", "edition", "domain", *levels, "all mandatory", "listed"]
    return as_csv([heads, *(line(row, found.listed) for row in found.rows)])


def line(row: Covered, listed: int) -> list[str | int]:
    return [row.edition.name, row.edition.key, row.edition.domain, *row.numbers, listed]


@limited("search")
@login_not_required
@require_safe
def market(request: HttpRequest) -> HttpResponse:
    """Coverage by standard and assurance."""
    covered = coverage(at=timezone.now())
    rows = [
        (f"{Domain(row.edition.domain).label} · {row.edition.text('name')}", row.numbers)
        for row in covered.rows
    ]
    columns = [f"AL{level}+" for level in LEVELS]
    context = {
        "found": covered,
        "rows": rows,
        "columns": [*columns, gettext("All mandatory")],
        "corner": gettext("Standard"),
    }
    return render(request, "registry/market.html", context)


@limited("export")
@login_not_required
@require_safe
def market_csv(request: HttpRequest) -> HttpResponse:
    table = as_table(coverage(at=timezone.now()))
    answer = HttpResponse(table, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="market.csv"'
    return answer
