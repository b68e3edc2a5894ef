"""The side column of the register: what it may be narrowed by, with how many each choice leaves.

A count is what the list would hold with that choice too: one more need, one more value of a fact,
another least assurance. All are sets of places; none takes a statement of its own.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from certcentre import places
from standards.assessment.solutions import Solution
from standards.catalogue.editions import Domain
from standards.catalogue.profiles import Need
from standards.registry.matching.facts import having
from standards.registry.matching.narrowing import connected, supporting
from standards.registry.matching.state import process
from standards.registry.needs import required
from standards.registry.search.by_words import Catalogue
from standards.registry.search.filters import (
    CONNECTIONS,
    FACTS,
    LEVELS,
    SORTS,
    TOGETHER,
    SolutionFilter,
)
from standards.registry.search.wanted import Tiers, Wanted, meeting_any_of, place_of

NEAREST = 5  # solutions that lack one thing, where none has all


@dataclass(frozen=True)
class Option:
    value: object
    words: str
    chosen: bool
    count: int = 0
    more: str = ""  # what the words mean


@dataclass(frozen=True)
class Chip:
    """One chosen filter; its address is the same list without it."""

    words: str
    url: str
    less: Wanted | None  # what is asked for without it; None where it is the words


@dataclass(frozen=True)
class Group:
    """The options under one heading; it stands open where one is chosen."""

    name: str
    heading: str | Promise
    options: list[Option]

    @property
    def chosen(self) -> bool:
        return any(option.chosen for option in self.options)


@dataclass(frozen=True)
class Less:
    """A chosen filter, and how many there would be without it."""

    chip: Chip
    members: int

    @property
    def count(self) -> int:
        return self.members.bit_count()


HEADINGS: dict[str, Promise] = {
    "subject": _("Subject"),
    "stage": _("Stage of education"),
    "product_kind": _("Kind of product"),
    "delivery": _("How it is delivered"),
    "price": _("What it costs"),
    "provider_size": _("Size of the provider"),
}


class Facets:
    """Everything the side column draws, from the filters as they were understood."""

    def __init__(self, filtered: SolutionFilter, catalogue: Catalogue) -> None:
        self.filtered, self.catalogue = filtered, catalogue
        self.asked = filtered.form.cleaned_data
        self.wanted, self.market = filtered.wanted, filtered.market
        self.total = filtered.members(self.wanted)
        self.least = self.wanted.least or 1

    @property
    def words(self) -> str:
        return self.asked.get("q") or ""

    @property
    def narrowed(self) -> bool:
        """Whether anything but words is asked for."""
        return self.wanted != Wanted()

    @property
    def country(self) -> str:
        return self._named("country", places.country)

    @property
    def language(self) -> str:
        return self._named("language", places.language)

    @property
    def sorts(self) -> list[Option]:
        """The orders; with words there is one more. The first needs no choice, and so words that
        are typed later come in an order of their own."""
        chosen = self.asked.get("sort") or ""
        orders = [(key if self.words or key != "name" else "", str(name)) for key, name in SORTS]
        if self.words:
            orders.insert(0, ("", gettext("Best match")))
        elif chosen == "name":
            chosen = ""
        return [Option(key, name, key == chosen) for key, name in orders]

    @property
    def problems(self) -> list[str]:
        return [str(words) for errors in self.filtered.errors.values() for words in errors]

    def needs(self) -> list[Group]:
        """Learner needs by group."""
        order = list(Need.Group.values)
        needs = sorted(self.catalogue.needs, key=lambda need: order.index(need.group))
        slots = process.slots_of(key for need in needs for key in required(need.evidence))

        def option(need: Need) -> Option:
            also = supporting(self.market, need.evidence, slots, least=self.least)
            chosen = need.key in self.wanted.needs
            count = (self.total & also).bit_count()
            return Option(need.key, need.text("label"), chosen, count, need.text("learners"))

        return [
            Group("need", str(Need.Group(group).label), [option(need) for need in members])
            for group, members in groupby(needs, key=lambda need: need.group)
        ]

    def standards(self) -> list[Group]:
        """Editions by domain, those that products meet which have the rest of what is asked."""
        base, joined = self.total, 0
        if self.wanted.editions and not self.wanted.together:  # any of them is enough
            base, joined = self._without("editions"), self.total
        order = list(Domain.values)
        editions = sorted(
            self.catalogue.editions, key=lambda each: (order.index(each.domain), each.name)
        )
        process.read_editions(edition.key for edition in editions)
        options = []
        for edition in editions:
            met = meeting_any_of(self.market, edition.key, least=self.least)
            chosen = edition.key in self.wanted.editions
            count = (base & met | joined).bit_count()
            if chosen or base & met:
                option = Option(edition.key, edition.text("name"), chosen, count)
                options.append((edition.domain, option))
        return [
            Group("standard", str(Domain(domain).label), [option for _, option in members])
            for domain, members in groupby(options, key=lambda pair: pair[0])
        ]

    @property
    def together(self) -> list[Option]:
        chosen = "all" if self.wanted.together else "any"
        return [Option(value, str(words), value == chosen) for value, words in TOGETHER]

    def levels(self) -> list[Option]:
        return [
            Option(
                level,
                str(words),
                level == self.wanted.least,
                self.filtered.members(replace(self.wanted, least=level)).bit_count(),
            )
            for level, words in LEVELS
        ]

    def connections(self) -> list[Option]:
        base = self._without("connection")
        return [
            Option(
                value,
                str(words),
                value == self.wanted.connection,
                (base & self.market.grid.bits(connected(value)[0])).bit_count(),
            )
            for value, words in CONNECTIONS
        ]

    def facts(self) -> Iterator[Group]:
        """What products state, those values that would leave something."""
        for name, key in FACTS.items():
            chosen = self.wanted.facts.get(key, ())
            base, joined = (self._without(key), self.total) if chosen else (self.total, 0)
            options = []
            for value, label in self.catalogue.values_of(key):
                stating = base & self.market.grid.bits(having(key, [value]))
                if stating or value in chosen:
                    count = (stating | joined).bit_count()
                    options.append(Option(value, label, value in chosen, count))
            if options:
                yield Group(name, HEADINGS[name], options)

    @property
    def chips(self) -> list[Chip]:
        """What is chosen, each with the way back from it."""
        return list(self._chips())

    def less(self) -> list[Less]:
        """Of an empty list: chosen filters without which there would be something, most first."""
        chips = self.chips if len(self.chips) > 1 else []
        without = [
            Less(
                chip,
                self.filtered.members(self.wanted, words=False)
                if chip.less is None
                else self.filtered.members(chip.less),
            )
            for chip in chips
        ]
        return sorted((each for each in without if each.members), key=lambda each: -each.count)

    def nearest(self) -> list[tuple[Solution, list[str]]]:
        """Solutions that lack one thing of what is asked, with what they lack. Two statements."""
        lacking = self.less()
        members = 0
        for each in lacking:
            members |= each.members
        if not members:
            return []
        proven = Tiers(Solution.objects.all(), [members])[:NEAREST]
        return [
            (row, [each.chip.words for each in lacking if each.members >> place_of(row) & 1])
            for row in proven
        ]

    def _chips(self) -> Iterator[Chip]:
        names = {edition.key: edition.text("name") for edition in self.catalogue.editions}
        phrases = {need.key: need.text("label") for need in self.catalogue.needs}
        wanted, data = self.wanted, self.filtered.data
        if self.words:
            yield Chip(f"“{self.words}”", without(data, "q"), None)
        for key in wanted.needs:
            yield self._chip("need", "needs", phrases.get(key, key), key)
        for key in wanted.editions:
            yield self._chip("standard", "editions", names.get(key, key), key)
        if wanted.least:
            words = gettext("%(level)s or higher") % {"level": f"AL{wanted.least}"}
            yield self._chip("least", "least", words)
        if wanted.country:
            yield self._chip("country", "country", places.country(wanted.country))
        if wanted.language:
            yield self._chip("language", "language", places.language(wanted.language))
        if wanted.connection:
            words = str(dict(CONNECTIONS)[wanted.connection])
            yield self._chip("connection", "connection", words)
        for name, key in FACTS.items():
            labels = dict(self.catalogue.values_of(key))
            for value in wanted.facts.get(key, ()):
                yield self._chip(name, key, labels.get(value, value), value)

    def _chip(self, name: str, part: str, words: str, value: str = "") -> Chip:
        url = without(self.filtered.data, name, value)
        return Chip(words, url, self.wanted.without(part, value))

    def _without(self, part: str) -> int:
        """The places with one whole part less."""
        return self.filtered.members(self.wanted.without(part))

    def _named(self, name: str, called: Callable[[str], str]) -> str:
        code = self.asked.get(name)
        return str(called(code)) if code else ""


def without(data: QueryDict, name: str, value: str = "") -> str:
    """The query without one filter, or without one of its values; back on the first page."""
    left = data.copy()
    left.pop("page", None)
    kept = [other for other in left.getlist(name) if value and other != value]
    left.pop(name, None)
    if kept:
        left.setlist(name, kept)
    return f"?{left.urlencode()}"
