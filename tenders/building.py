"""What the builder shows of one lot: its requirements by edition, a page at a time."""

from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q

from standards.catalogue.editions import Domain, Edition, Obligation
from tenders import readiness
from tenders.lot import Lot
from tenders.requirements import Requirement
from tenders.tender import Tender

A_PAGE = 25


@dataclass(frozen=True)
class Shown:
    """One requirement on the builder, and what its own words may narrow."""

    requirement: Requirement
    title: str
    words: str
    flags: list[str]


@dataclass(frozen=True)
class Group:
    """The requirements of one edition, or the buyer's own, on this page."""

    edition: Edition | None
    rows: list[Shown]
    asked: int  # in the whole lot
    open: int  # musts without a reason, in the whole lot


@dataclass(frozen=True)
class Built:
    """One lot as its editors see it."""

    lot: Lot
    page: Page[Requirement]
    groups: list[Group]
    editions: list[tuple[str, str]]
    domains: list[str]


def lots_of(tender: Tender) -> list[Any]:
    """The lots with how many requirements each has. One statement."""
    counted = tender.lots.annotate(asked=Count("requirements")).order_by("number")
    return list(counted)


def build(lot: Lot, number: str | None) -> Built:
    """A page of the lot: five statements at any number of requirements."""
    page = Paginator(lot.requirements.with_texts(), A_PAGE).get_page(number)
    counts = counts_of(lot)
    groups = []
    for _pk, members in groupby(page, key=lambda r: r.criterion.edition_id if r.criterion else 0):
        rows = list(members)
        edition = rows[0].criterion.edition if rows[0].criterion else None
        asked, open_ = counts.get(edition.key if edition else "", (len(rows), 0, ""))[:2]
        groups.append(Group(edition, [shown(row) for row in rows], asked, open_))
    domains = set(lot.requirements.order_by().values_list("criterion__domain", flat=True))
    return Built(
        lot=lot,
        page=page,
        groups=groups,
        editions=[(key, row[2]) for key, row in counts.items() if key],
        domains=[domain for domain in Domain.values if domain in domains],
    )


def counts_of(lot: Lot) -> dict[str, tuple[int, int, str]]:
    """By edition key: how many are asked, how many musts lack a reason, its name."""
    lacking = Q(obligation=Obligation.MUST, justification="")
    rows = (
        lot.requirements.order_by()
        .values_list("criterion__edition__key", "criterion__edition__name")
        .annotate(asked=Count("pk"), lacking=Count("pk", filter=lacking))
    )
    return {key or "": (asked, open_, name or "") for key, name, asked, open_ in rows}


def shown(requirement: Requirement) -> Shown:
    criterion = requirement.criterion
    return Shown(
        requirement,
        title=criterion.text("title") if criterion else "",
        words=criterion.text("statement") if criterion else requirement.words,
        flags=[] if criterion else readiness.said_of(requirement.words),
    )
