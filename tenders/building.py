"""What the builder shows of one lot: its requirements by edition, a page at a time."""

from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Case, Count, Q, Value, When
from django.db.models.functions import Coalesce

from standards.catalogue.editions import Domain, Edition, Obligation
from standards.catalogue.facts import Fact
from tenders import readiness
from tenders.fact_words import facts_of, sentence
from tenders.lot import Lot
from tenders.requirements import Requirement
from tenders.tender import Tender

A_PAGE = 25
FACTS = "="  # no edition has this key


@dataclass(frozen=True)
class Shown:
    """One requirement on the builder, and what its own words may narrow."""

    requirement: Requirement
    title: str
    words: str
    flags: list[str]


@dataclass(frozen=True)
class Group:
    """The requirements of one edition, about facts, or in the buyer's words, on this page."""

    edition: Edition | None
    factual: bool
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
    """A page of the lot: five statements at any number of requirements, one more with facts."""
    page = Paginator(lot.requirements.with_texts(), A_PAGE).get_page(number)
    counts = counts_of(lot)
    groups = []
    facts = facts_of(requirement.fact for requirement in page)
    for (edition, factual), members in groupby(page, key=origin):
        rows = [shown(row, facts.get(row.fact)) for row in members]
        key = FACTS if factual else edition.key if edition else ""
        asked, open_ = counts.get(key, (len(rows), 0, ""))[:2]
        groups.append(Group(edition, factual, rows, asked, open_))
    domains = set(lot.requirements.order_by().values_list("criterion__domain", flat=True))
    return Built(
        lot=lot,
        page=page,
        groups=groups,
        editions=[(key, row[2]) for key, row in counts.items() if key not in ("", FACTS)],
        domains=[domain for domain in Domain.values if domain in domains],
    )


def counts_of(lot: Lot) -> dict[str, tuple[int, int, str]]:
    """By edition key, or "" for own words, or FACTS: how many are asked, how many musts lack a
    reason, its name."""
    lacking = Q(obligation=Obligation.MUST, justification="")
    edition = Coalesce("criterion__edition__key", Value(""))
    rows = (
        lot.requirements.order_by()
        .annotate(key=Case(When(fact="", then=edition), default=Value(FACTS)))
        .values_list("key", "criterion__edition__name")
        .annotate(number=Count("pk"), lacking=Count("pk", filter=lacking))
    )
    return {key: (number, open_, name or "") for key, name, number, open_ in rows}


def origin(requirement: Requirement) -> tuple[Edition | None, bool]:
    """The edition it comes from, and whether it asks for a fact."""
    edition = requirement.criterion.edition if requirement.criterion else None
    return edition, bool(requirement.fact)


def shown(requirement: Requirement, fact: Fact | None) -> Shown:
    criterion = requirement.criterion
    if fact:
        words = sentence(fact, requirement.fact_values, requirement.fact_how)
        return Shown(requirement, fact.text("ask"), words, [])
    return Shown(
        requirement,
        title=criterion.text("title") if criterion else "",
        words=criterion.text("statement") if criterion else requirement.words,
        flags=[] if criterion else readiness.said_of(requirement.words),
    )
