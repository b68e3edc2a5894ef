"""How many solutions could answer a lot now, which requirement narrows it, and what is not counted.

Exact as of the question (rule R36); the market is asked only through `market.match()`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext, ngettext

from certcentre import places
from standards.catalogue.editions import Criterion, Obligation
from standards.catalogue.facts import Fact
from standards.registry.matching import market
from standards.registry.matching.market import Match, Near
from standards.registry.matching.narrowing import Stop, Where
from standards.registry.matching.qualifying import FULL_WEIGHT
from standards.registry.matching.qualifying import Requirement as Asked
from tenders.contents import Contents
from tenders.fact_words import facts_of, short, silence
from tenders.lot import Lot
from tenders.requirements import asked_for, ref_of

MOST_LINES = 12  # of the funnel; more are told by edition
NAMED = 25


@dataclass(frozen=True)
class Line:
    """One requirement of the lot, as far as counting asks."""

    pk: Any
    ref: str
    asked: Asked | None  # None: in the buyer's own words
    edition: str
    obligation: str
    weight: int | None


@dataclass(frozen=True)
class Costliest:
    """The requirement without which most others would qualify."""

    line: Line
    title: str
    count: int


@dataclass(frozen=True)
class Cost:
    """What one must leaves over in its place, and how many more would qualify without it."""

    line: Line
    title: str
    left: int
    small: int  # of those left: from micro and small providers
    more: int


@dataclass(frozen=True)
class Competition:
    """What the panel beside a lot shows."""

    full_weight = FULL_WEIGHT

    lot: Lot
    at: datetime
    match: Match
    lines: list[Line]
    funnel: list[tuple[str, int]]
    facts: str
    costliest: Costliest | None
    near: list[tuple[Any, list[str]]] = field(default_factory=list)
    costs: list["Cost"] = field(default_factory=list)
    silent: list[tuple[str, str, int]] = field(default_factory=list)  # ref, question, how many
    declared: int = 0  # would qualify if a declaration were proof enough; asked where few do

    @property
    def own(self) -> int:
        """How many requirements somebody must read."""
        return sum(line.asked is None for line in self.lines)

    @property
    def counted(self) -> int:
        return len(self.lines) - self.own

    @property
    def uncounted(self) -> bool:
        """Whether nothing could be counted: own words alone, or no products are wanted."""
        return not self.lot.about_products or (bool(self.own) and not self.counted)

    @property
    def few(self) -> bool:
        return self.match.few and not self.uncounted

    @property
    def scored(self) -> bool:
        return any(line.obligation == Obligation.SHOULD for line in self.lines)

    @property
    def weight(self) -> int:
        """Of the price and of each *should*."""
        scored = sum(line.weight or 0 for line in self.lines)
        return scored + (self.lot.price_weight or 0)

    @property
    def meets(self) -> dict[str, int]:
        """By key of a requirement: how many on the register meet it alone."""
        steps = self.match.funnel
        return {} if self.uncounted else {step.requirement.key: step.alone for step in steps}

    @property
    def dear(self) -> dict[str, int]:
        """By key of a must: how many more would qualify without it; only those that cost any."""
        without, count = self.match.without, self.match.count
        return {} if self.uncounted else {k: n - count for k, n in without.items() if n > count}

    @property
    def balanced(self) -> bool:
        return self.weight == FULL_WEIGHT

    @property
    def named(self) -> Sequence[Any]:
        return self.match.qualifying[:NAMED]

    @property
    def unnamed(self) -> int:
        return max(0, self.match.count - NAMED)

    @property
    def warning(self) -> str:
        """The sentence that a lot with too little competition carries; empty with enough."""
        if not self.few:
            return ""
        words = ngettext(
            "Only %(count)d of %(of)d solutions on the register could answer this lot.",
            "Only %(count)d of %(of)d solutions on the register could answer this lot.",
            self.match.count,
        )
        if not self.match.count:
            words = gettext("None of the %(of)d solutions on the register could answer this lot.")
        counts = words % {"count": self.match.count, "of": self.match.of}
        if self.costliest:
            more = gettext("Without %(ref)s %(title)s it would be %(count)d.")
            parts = self.costliest
            counts += " " + more % {
                "ref": parts.line.ref,
                "title": parts.title,
                "count": parts.count,
            }
        elif self.match.without_facts > self.match.count:
            more = gettext("Without the countries and languages it would be %(count)d.")
            counts += " " + more % {"count": self.match.without_facts}
        if self.declared > self.match.count:
            more = gettext("If AL1 were the least assurance everywhere it would be %(count)d.")
            counts += " " + more % {"count": self.declared}
        return counts


def compete(lot: Lot, *, at: datetime, contents: Contents | None = None) -> Competition:
    """Ask the market about one lot. Two statements, three with facts, and what the market takes;
    with the `contents` of the lot that a page has read already, none but the market's.

    Where few qualify it is asked once more, with declarations as proof enough.
    """
    lines, where = lines_in(contents) if contents else lines_of(lot), lot.where
    if not lot.about_products:
        nothing = market.match([], at=at, shown=0)
        return Competition(lot, at, nothing, lines, funnel=[], facts="", costliest=None)
    asked = [line.asked for line in lines if line.asked]
    match = market.match(asked, at=at, where=where)
    declared = 0
    if match.few and any(each.binding and each.least > 1 for each in asked):
        loose = [replace(each, least=1) for each in asked]
        declared = market.match(loose, at=at, shown=0, where=where).count
    steps, dear = narrowing(lines, match), priced(lines, match)
    keys = {line.asked.key for line, _count in steps if line.asked}
    keys |= {line.asked.key for line, *_counts in dear if line.asked}
    keys |= {key for near in match.near for key in near.missing}
    if match.costliest:
        keys.add(match.costliest)
    by_key = {line.asked.key: line for line in lines if line.asked}
    facts = contents.facts if contents else facts_of(each.fact for each in asked)
    names = named(contents.criteria if contents else market.titles(keys), keys, asked, facts)
    return Competition(
        lot=lot,
        at=at,
        match=match,
        lines=lines,
        funnel=drawn(match, steps, names),
        facts=where_words(where),
        costliest=costliest(match, by_key, names),
        costs=[
            Cost(line, names.get(line.asked.key, ""), *counts)
            for line, *counts in dear
            if line.asked
        ],
        declared=declared,
        silent=silences(by_key, match, facts),
        near=[
            (near.offer, [lacked(by_key[key], near, names, facts) for key in near.missing])
            for near in match.near
        ],
    )


def meeting(criteria: Iterable[Criterion], *, at: datetime) -> dict[str, int]:
    """By key of a criterion: how many on the register meet it alone, by a declaration at least."""
    match = market.match([Asked(each.key) for each in criteria], at=at, shown=0)
    return {step.requirement.key: step.alone for step in match.funnel}


def named(
    titles: Mapping[str, Criterion],
    keys: Iterable[str],
    asked: Iterable[Asked],
    facts: Mapping[str, Fact],
) -> dict[str, str]:
    """What is asked for by these keys, in words: the title of a criterion, or what is asked of a
    fact."""
    names = {key: titles[key].text("title") for key in keys if key in titles}
    factual = {each.key: each for each in asked if each.fact in facts}
    return names | {key: short(facts[each.fact], each.values) for key, each in factual.items()}


def lacked(line: Line, near: Near, names: dict[str, str], facts: Mapping[str, Fact]) -> str:
    """What one that almost qualifies lacks, or does not say."""
    assert line.asked  # noqa: S101 (own words are never missing)
    key = line.asked.key
    if key in near.unsaid and line.asked.fact in facts:
        return f"{line.ref} {silence(facts[line.asked.fact])}"
    return f"{line.ref} {names.get(key, key)}"


def silences(
    by_key: dict[str, Line], match: Match, facts: Mapping[str, Fact]
) -> list[tuple[str, str, int]]:
    """Of each must that asks for a fact, how many do not say."""
    return [
        (line.ref, facts[line.asked.fact].text("ask"), match.unsaid[key])
        for key, line in by_key.items()
        if match.unsaid.get(key) and line.asked and line.asked.fact in facts
    ]


def lines_of(lot: Lot) -> list[Line]:
    """What the lot asks for, without its texts. One statement."""
    rows = (
        lot.requirements.numbered()
        .order_by("position")
        .values_list(
            "pk",
            "in_refs",
            "criterion__key",
            "criterion__edition__name",
            "obligation",
            "weight",
            "least",
            "must_be_present",
            "alternatives",
            *("fact", "fact_values", "fact_how"),
        )
    )
    return [
        Line(
            pk=pk,
            ref=ref_of(lot.number, number),
            asked=asked_for(key, obligation, least, weight, present, *more),
            edition=gettext("What the product is") if more[1] else edition or "",
            obligation=obligation,
            weight=weight,
        )
        for pk, number, key, edition, obligation, weight, least, present, *more in rows
    ]


def lines_in(contents: Contents) -> list[Line]:
    """The same, of what has been read already."""
    return [
        Line(
            pk=row.pk,
            ref=row.ref,
            asked=row.as_asked,
            edition=contents.group_of(row).title,
            obligation=row.obligation,
            weight=row.weight,
        )
        for row in contents.rows
    ]


def priced(lines: list[Line], match: Match) -> list[tuple[Line, int, int, int]]:
    """The musts that leave somebody out, in order: how many are left, how many of these are
    small, and how many more would qualify without it."""
    counted = [line for line in lines if line.asked]
    prices, left = [], match.facts_match
    for line, step in zip(counted, match.funnel, strict=True):
        more = match.without[step.requirement.key] - match.count
        if step.count < left or (more and step.requirement.binding):
            prices.append((line, step.count, step.small, more))
        left = step.count
    return prices


def narrowing(lines: list[Line], match: Match) -> list[tuple[Line, int]]:
    """The musts after which fewer are left, in order, with how many."""
    counted = [line for line in lines if line.asked]
    left, steps = match.facts_match, []
    for line, step in zip(counted, match.funnel, strict=True):
        if step.count < left:
            steps.append((line, step.count))
            left = step.count
    return steps


def drawn(
    match: Match, steps: list[tuple[Line, int]], said: dict[str, str]
) -> list[tuple[str, int]]:
    """The lines of the funnel: the register, each country and language, then what narrows."""
    top = [(gettext("on the register"), match.of)]
    top += [(stop_words(stop), left) for stop, left in match.places]
    if len(steps) <= MOST_LINES:
        shown = [
            (f"{line.ref} {said.get(line.asked.key, '')}", count)
            for line, count in steps
            if line.asked
        ]
    else:
        editions: dict[str, int] = {}
        for line, count in steps:  # in order, so the last of an edition is what it leaves
            editions[line.edition] = count
        shown = list(editions.items())
    return [*top, *shown, (gettext("qualify"), match.count)]


def costliest(match: Match, by_key: dict[str, Line], said: dict[str, str]) -> Costliest | None:
    key = match.costliest
    if key is None or key not in by_key:
        return None
    return Costliest(by_key[key], said.get(key, key), match.without[key])


NAMES = {"countries": places.country, "languages": places.language}


def stop_words(stop: Stop) -> str:
    """One line of where it is asked for, in words: Kenya; Kenya or Morocco."""
    names = [NAMES[stop.kind](code) for code in stop.codes]
    *first, last = names
    words = gettext("%(places)s or %(last)s")
    return words % {"places": ", ".join(first), "last": last} if first else last


def where_words(where: Where) -> str:
    """The countries and languages asked for, in words: Kenya, Morocco · Swahili or French."""
    kinds = [
        ", ".join(stop_words(stop) for stop in where.stops if stop.kind == kind) for kind in NAMES
    ]
    return " · ".join(kind for kind in kinds if kind)
