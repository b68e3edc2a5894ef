"""The side column of the register: what it may be narrowed by, with how many each choice leaves.

A count is what the list would hold with that choice too: one more need, one more value of a fact,
another least assurance. All are sets of places; none takes a statement of its own.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby

from django.contrib.humanize.templatetags.humanize import intcomma
from django.http import QueryDict
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from certcentre import places
from standards.assessment.solutions import Solution
from standards.catalogue.editions import Domain
from standards.catalogue.profiles import Need
from standards.registry.matching.facts import having, stating
from standards.registry.matching.narrowing import connected, partly_supporting, supporting
from standards.registry.matching.state import process
from standards.registry.needs import required
from standards.registry.search.by_words import Catalogue
from standards.registry.search.entries import Part, in_words
from standards.registry.search.filters import (
    CONNECTIONS,
    FACTS,
    LEVELS,
    PLACES,
    SORTS,
    TOGETHER,
    SolutionFilter,
)
from standards.registry.search.wanted import Tiers, Wanted, meeting_any_of, place_of

THOUSAND = 1000
MOST_PLACES = 12  # countries or languages to choose from; any other is typed
NAMED: dict[str, Callable[[str], object]] = {
    "country": places.country,
    "language": places.language,
}
NEAREST = 5  # solutions that lack one thing, where none has all


@dataclass(frozen=True)
class Option:
    value: object
    words: str
    chosen: bool
    count: int = 0
    more: str = ""  # what the words mean
    partly: "Option | None" = None  # of a need: those that support a part

    @property
    def number(self) -> str:
        return intcomma(self.count) if self.count >= THOUSAND else str(self.count)

    @property
    def parts(self) -> list["Option"]:
        """The choice of a part, where it is one."""
        return [self.partly] if self.partly and (self.partly.count or self.partly.chosen) else []


@dataclass(frozen=True)
class Chip:
    """One chosen filter; its address is the same list without it."""

    words: str
    url: str
    less: Wanted | None  # what is asked for without it; None where it is the words
    either: bool = False  # it, or the one before it, is enough; else both are asked for


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
    "country": _("Offered in"),
    "language": _("In the language"),
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

        return [
            Group(
                "need", str(Need.Group(group).label), [self._need(need, slots) for need in members]
            )
            for group, members in groupby(needs, key=lambda need: need.group)
        ]

    def _need(self, need: Need, slots: Mapping[str, int]) -> Option:
        """A need, and beside it those that support a part; of both chosen either is enough."""
        evidence, label = need.evidence, need.text("label")
        whole = supporting(self.market, evidence, slots, least=self.least)
        part = partly_supporting(self.market, evidence, slots, least=self.least)
        in_whole, in_part = need.key in self.wanted.needs, need.key in self.wanted.partly
        base = self.total
        if in_whole or in_part:
            without = self.wanted.without("needs", need.key).without("partly", need.key)
            base = self.filtered.members(without)
        count = (base & (whole | part if in_part else whole)).bit_count()
        more = (base & (whole | part if in_whole else part)).bit_count()
        partly = Option(need.key, gettext("Partly"), in_part, more, label)
        return Option(need.key, label, in_whole, count, need.text("learners"), partly)

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

    def places(self) -> dict[str, Group]:
        """Countries and languages that products state, the most common first; those that are
        chosen in any case."""
        groups = {}
        for name, key in PLACES.items():
            chosen = self.wanted.facts.get(key, ())
            base, joined = (self._without(key), self.total) if chosen else (self.total, 0)
            stated = self.market.grid.stating(stating(key))
            stated |= {value: self.market.grid.bits(having(key, [value])) for value in chosen}
            options = [
                Option(
                    value,
                    str(NAMED[name](value)),
                    value in chosen,
                    (base & bits | joined).bit_count(),
                )
                for value, bits in stated.items()
                if value in chosen or base & bits
            ]
            options.sort(key=lambda each: (not each.chosen, -each.count, each.words))
            most = max(MOST_PLACES, len(chosen))
            groups[name] = Group(name, HEADINGS[name], options[:most])
        return groups

    def facts(self) -> Iterator[Group]:
        """What products state, those values that would leave something."""
        for name, key in FACTS.items():
            chosen = self.wanted.facts.get(key, ())
            base, joined = (self._without(key), self.total) if chosen else (self.total, 0)
            options = []
            stated = self.market.grid.stating(stating(key))
            for value, label in self.catalogue.values_of(key):
                members = base & stated.get(value, 0)
                if members or value in chosen:
                    count = (members | joined).bit_count()
                    options.append(Option(value, label, value in chosen, count))
            if options:
                yield Group(name, HEADINGS[name], options)

    @cached_property
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
        """Solutions that lack one thing of what is asked, with what they lack. Two statements.

        Assurance is of what is asked: whoever has all of it, less well proven, lacks that alone."""
        lacking = self.less()
        members = 0
        for each in lacking:
            members |= each.members
        if not members:
            return []
        made = []
        for row in Tiers(Solution.objects.all(), [members])[:NEAREST]:
            chips = [each.chip for each in lacking if each.members >> place_of(row) & 1]
            proof = [
                chip for chip in chips if self.wanted.least and chip.less and not chip.less.least
            ]
            made.append((row, [chip.words for chip in proof or chips]))
        return made

    def in_part(self) -> tuple[list[tuple[Solution, list[Part]]], int, str]:
        """Of an empty list that asks for needs: the first that support some of each, whoever
        supports one of them whole before the others, with what each lacks; how many there are in
        all, and the list of them. Two statements."""
        data, needs = self.filtered.data.copy(), self.wanted.needs
        every = replace(self.wanted, partly={**needs, **self.wanted.partly})
        members = self.filtered.members(every) if needs else 0
        if not members:
            return [], 0, ""
        whole = 0
        for key in needs:
            whole |= self.filtered.members(every.without("partly", key)) & members
        rows = Tiers(Solution.objects.all(), [whole, members & ~whole])[:NEAREST]
        lacking = {row.pk: every.lacking(self.filtered.market, place_of(row)) for row in rows}
        parts = in_words(lacking, self.catalogue.needs)
        data.setlist("partly", list(every.partly))
        data.pop("page", None)
        return [(row, parts[row.pk]) for row in rows], members.bit_count(), f"?{data.urlencode()}"

    def _chips(self) -> Iterator[Chip]:
        names = {edition.key: edition.text("name") for edition in self.catalogue.editions}
        phrases = {need.key: need.text("label") for need in self.catalogue.needs}
        wanted, data = self.wanted, self.filtered.data
        if self.words:
            yield Chip(f"“{self.words}”", without(data, "q"), None)
        for key in {**wanted.needs, **wanted.partly}:
            need, whole = phrases.get(key, key), key in wanted.needs
            if whole:
                yield self._chip("need", "needs", need, key)
            if key in wanted.partly:
                words = gettext("%(need)s, partly") % {"need": need}
                yield self._chip("partly", "partly", words, key, either=whole)
        for key in wanted.editions:
            either = key != wanted.editions[0] and not wanted.together
            yield self._chip("standard", "editions", names.get(key, key), key, either=either)
        if wanted.least:
            words = gettext("%(level)s or higher") % {"level": f"AL{wanted.least}"}
            yield self._chip("least", "least", words)
        if wanted.connection:
            words = str(dict(CONNECTIONS)[wanted.connection])
            yield self._chip("connection", "connection", words)
        for name, key in PLACES.items():
            for n, value in enumerate(wanted.facts.get(key, ())):
                yield self._chip(name, key, str(NAMED[name](value)), value, either=n > 0)
        for name, key in FACTS.items():
            labels = dict(self.catalogue.values_of(key))
            for n, value in enumerate(wanted.facts.get(key, ())):
                yield self._chip(name, key, labels.get(value, value), value, either=n > 0)

    def _chip(
        self, name: str, part: str, words: str, value: str = "", *, either: bool = False
    ) -> Chip:
        typed = self.filtered.legible(name)[value] if name in PLACES else [value]
        url = without(self.filtered.data, name, *typed)
        return Chip(words, url, self.wanted.without(part, value), either)

    def _without(self, part: str) -> int:
        """The places with one whole part less."""
        return self.filtered.members(self.wanted.without(part))


def asked_for(chips: Iterable[Chip]) -> str:
    """“Swahili or English, Works offline”: with *or* where either is enough."""
    words = ""
    for chip in chips:
        joined = f" {gettext('or')} " if chip.either else ", "
        words += f"{joined if words else ''}{chip.words}"
    return words


def without(data: QueryDict, name: str, *values: str) -> str:
    """The query without one filter, or without some of its values; back on the first page."""
    left = data.copy()
    left.pop("page", None)
    kept = [other for other in left.getlist(name) if any(values) and other not in values]
    left.pop(name, None)
    if kept:
        left.setlist(name, kept)
    return f"?{left.urlencode()}"
