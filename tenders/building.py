"""What the builder shows of one lot: its requirements by standard, and which of them are chosen."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page
from django.db.models import Count
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from certcentre import places
from certcentre.paging import Numbered
from certcentre.steps import Words
from standards.catalogue.facts import Fact
from tenders import language_gaps, readiness
from tenders.contents import Contents, Group, key_of, mark_of
from tenders.fact_words import sentence
from tenders.requirements import Requirement
from tenders.sources import named_in
from tenders.tender import Tender

A_PAGE = 500
MOST_SEARCHED = 4000  # characters of what is searched for


@dataclass(frozen=True)
class Shown:
    """One requirement on the builder, and what its own words may narrow."""

    requirement: Requirement
    title: str
    words: str
    flags: list[str]
    source: str = ""  # its number in its standard
    meets: int | None = None  # how many on the register meet it alone; None where nobody counts
    costs: int | None = None  # how many more would qualify without it; None where it costs none


@dataclass(frozen=True)
class Choice:
    """Which rows an address asks for: a filter, words or references, a page of them."""

    only: str = ""
    q: str = ""
    page: str = ""

    @property
    def counted(self) -> bool:
        """Whether the market says which rows they are."""
        return self.only == COSTLY

    @classmethod
    def of(cls, asked: Mapping[str, str]) -> "Choice":
        """What an address says; what it says wrongly asks for nothing."""
        only, page = asked.get("filter", ""), asked.get("page", "")[:6]
        q = asked.get("q", "").replace("\0", "")[:MOST_SEARCHED].strip()
        page = page if page.isascii() and page.isdigit() else ""
        return cls(only if only in FILTERS else "", q, page)

    @property
    def query(self) -> str:
        """The same for an address, with & before each part; "" where nothing is asked for."""
        parts = {"filter": self.only, "q": self.q, "page": self.page}
        return "".join(f"&{urlencode({key: value})}" for key, value in parts.items() if value)


Dear = Mapping[str, int]
COSTLY = "costly"
FILTERS: dict[str, tuple[Words, Callable[[Requirement, Dear, str], bool]]] = {
    "unreasoned": (_("Must without a reason"), lambda row, dear, language: row.lacks_reason),
    COSTLY: (
        _("Alone leaves products out"),
        lambda row, dear, language: costs_of(row, dear) is not None,
    ),
    "own": (_("Own words"), lambda row, dear, language: row.own_words),
    "untranslated": (
        _("No text in %(language)s"),
        lambda row, dear, language: bool(
            row.criterion and language_gaps.without_words(row.criterion, language)
        ),
    ),
}


@dataclass(frozen=True)
class Built:
    """One lot as its editors see it."""

    contents: Contents
    choice: Choice
    page: Page[Requirement]
    groups: list[tuple[Group, list[Shown]]]  # with their rows on this page
    unknown: list[str]  # references that the lot does not have
    counts: dict[str, int]  # by key of FILTERS

    @property
    def asked(self) -> int:
        return len(self.contents.rows)

    @property
    def partial(self) -> bool:
        """Whether some rows of the lot are not on this page."""
        return sum(len(rows) for _group, rows in self.groups) < self.asked

    @property
    def mark(self) -> str:
        """Of the rows on this page."""
        return mark_of(self.page)

    @property
    def tally(self) -> list[tuple[str, Words, int, bool]]:
        """The filters that find something, and the one in use: key, words, how many, chosen."""
        language = places.language(self.contents.lot.tender.language)
        lines: list[tuple[str, Words, int, bool]] = [
            ("", gettext("All"), self.asked, not self.choice.only)
        ]
        for key, (words, _asks) in FILTERS.items():
            if self.counts[key] or key == self.choice.only:
                named = str(words) % {"language": language} if key == "untranslated" else words
                lines.append((key, named, self.counts[key], key == self.choice.only))
        return lines


def lots_of(tender: Tender) -> list[Any]:
    """The lots with how many requirements each has, and its last step. One statement."""
    counted = tender.lots.annotate(asked=Count("requirements")).order_by("number")
    return list(counted.select_related("last_step").defer("last_step__rows"))


def build(contents: Contents, choice: Choice, *, meets: Dear, dear: Dear) -> Built:
    """The rows that are asked for, by group, without a statement.

    `meets` and `dear` are what the market says of each by its key: how many meet it, and how many
    more would qualify without it, where any would.
    """
    language = contents.lot.tender.language
    counts = {
        key: sum(asks(row, dear, language) for row in contents.rows)
        for key, (_words, asks) in FILTERS.items()
    }
    rows, unknown = contents.rows, list[str]()
    if choice.only:
        asks = FILTERS[choice.only][1]
        rows = [row for row in rows if asks(row, dear, language)]
    if choice.q:
        rows, unknown = searched(rows, choice.q, contents)
    page = Numbered(rows, A_PAGE).get_page(choice.page or 1)
    lines: dict[str, list[Shown]] = {}
    for row in page:
        lines.setdefault(key_of(row), []).append(lined(row, contents, meets, dear))
    groups = [(contents.groups[key], rows) for key, rows in lines.items()]
    return Built(contents, choice, page, groups, unknown, counts)


def searched(
    rows: list[Requirement], q: str, contents: Contents
) -> tuple[list[Requirement], list[str]]:
    """Those of these references, with the references that are unknown; else those that say all of
    the words."""
    by_name: dict[str, list[Requirement]] = {}
    for row in rows:
        for name in names_of(row):
            by_name.setdefault(name, []).append(row)
    if named := named_in(q, by_name):
        known, unknown = named
        chosen = {row.pk for name in known for row in by_name[name]}
        return [row for row in rows if row.pk in chosen], unknown
    words = q.casefold().split()
    return [row for row in rows if all(word in text_of(row, contents) for word in words)], []


def names_of(row: Requirement) -> Iterator[str]:
    """The references by which it is pasted: of the lot, of its standard, of the catalogue."""
    yield row.ref.casefold()
    if row.criterion:
        yield row.criterion.ref.casefold()
        yield row.criterion.key.casefold()


def text_of(row: Requirement, contents: Contents) -> str:
    line = shown(row, contents.facts.get(row.fact))
    parts = (row.ref, line.source, line.title, line.words, row.justification)
    return " ".join(parts).casefold()


def costs_of(row: Requirement, dear: Dear) -> int | None:
    asked = row.as_asked
    return dear.get(asked.key) if asked and asked.binding else None


def lined(row: Requirement, contents: Contents, meets: Dear, dear: Dear) -> Shown:
    """A line of the table, with what the market says of it."""
    asked = row.as_asked
    return replace(
        shown(row, contents.facts.get(row.fact)),
        meets=meets.get(asked.key) if asked else None,
        costs=costs_of(row, dear),
    )


def shown(requirement: Requirement, fact: Fact | None) -> Shown:
    criterion = requirement.criterion
    if fact:
        words = sentence(fact, requirement.fact_values, requirement.fact_how)
        return Shown(requirement, fact.text("ask"), words, [])
    if criterion:
        title, words = criterion.text("title"), criterion.text("statement")
        return Shown(requirement, title, words, [], criterion.ref)
    flags = readiness.said_of(requirement.words)
    return Shown(requirement, "", requirement.words, flags)
