"""Solutions by words: what their own lines say, and what their words mean in facts and needs.

A word is looked for in names, summaries and providers, and is understood as a learner need, a
fact, a country or a language where it is called so. A solution is an answer if each term leads to
it. It is all sets of places, as of the market's moment, so nothing of it goes stale.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, cached_property, reduce
from operator import and_
from typing import Any, TypeVar

from django.conf import settings
from django.db.models import Exists, F, IntegerField, QuerySet, Value

from certcentre import places
from certcentre.accounts.organisation_words import OrganisationWords
from certcentre.search.fulltext import NAMES, WORDS, Term
from certcentre.search.labels import Labels, Named, labels
from certcentre.search.models import IndexEntry, Turn
from certcentre.search.query import Query, asked, nearest
from certcentre.search.words import folded, forms, left_out, words
from standards.assessment.solution_words import SolutionWords
from standards.assessment.standings import Standing
from standards.attestation.accreditation import Accreditation
from standards.catalogue.editions import Edition
from standards.catalogue.facts import Fact
from standards.catalogue.indexed import named_editions, spoken
from standards.catalogue.profiles import Need
from standards.catalogue.reviewing import published
from standards.registry.matching.facts import ASKABLE, having
from standards.registry.matching.narrowing import partly_supporting, supporting
from standards.registry.matching.state import Market, plain, process
from standards.registry.needs import required
from standards.registry.search.wanted import meeting_any_of

CALLED = ("key", "name", "reference", "domain", "issuing_body", "language", "translations")
MOST_KEPT = 500  # terms of which a process keeps what lines say
MOST_REPLACED = 3  # words that stand nowhere, in the place of which others are looked for
MOST_STANDARDS = 3  # as many may be named; more are what a common word happens to be in


@dataclass
class Kept:
    """What this process knows of words, as of two numbers: whoever writes the line of a solution
    moves the clock of standings on, whoever writes another takes the next turn of the index."""

    version: tuple[int, int] = (-1, -1)
    sets: dict[Term, tuple[int, int]] = field(default_factory=dict)
    catalogue: "Catalogue | None" = None

    def of(self, version: tuple[int, int]) -> dict[Term, tuple[int, int]]:
        """The places of each term: in any words, and in names."""
        if version != self.version or len(self.sets) > MOST_KEPT:
            self.version, self.sets = version, {}
        return self.sets

    def forget(self) -> None:
        """Begin anew, as when the database was replaced."""
        self.version, self.sets, self.catalogue = (-1, -1), {}, None


kept = Kept()
process.beside.append(kept.forget)


@dataclass(frozen=True)
class Catalogue:
    """What words are understood by. Three statements, when it is read."""

    needs: Sequence[Need]
    facts: Sequence[Fact]
    editions: Sequence[Edition]
    turn: int  # the number that it was read at

    @classmethod
    def now(cls) -> "Catalogue":
        """As it is published. One statement, and three where it changed since it was read."""
        turn, catalogue = Turn.now(), kept.catalogue
        if catalogue is None or catalogue.turn != turn:
            editions = list(Edition.objects.published().only(*CALLED))
            catalogue = cls(list(published(Need)), list(Fact.objects.all()), editions, turn)
            kept.catalogue = catalogue
        return catalogue

    def values_of(self, key: str) -> list[tuple[str, str]]:
        """The values of a fact with their labels in the reader's language."""
        return next((fact.choices() for fact in self.facts if fact.key == key), [])

    @cached_property
    def needs_called(self) -> Named:
        return tuple((need.key, name) for need in self.needs for name in need.called())

    @cached_property
    def facts_called(self) -> Named:
        return tuple(
            (f"{fact.key}={value['id']}", name)
            for fact in self.facts
            if fact.key in ASKABLE
            for value in fact.values
            for name in fact.called(value)
        )

    @cached_property
    def editions_called(self) -> Named:
        return tuple(
            (edition.key, f"{name} {edition.reference} {edition.key}")
            for edition in self.editions
            for name in spoken(edition, "name")
        )


@dataclass(frozen=True)
class Answer:
    """What the words of a search lead to."""

    query: Query
    members: int  # places of solutions; listed or not
    named: int  # of those, the ones whose name or provider says every term
    just_so: int  # those whose name is what was typed
    partly: bool  # nothing says every term: these say all but one
    replaced: dict[str, tuple[str, ...]]  # a word that stands nowhere: those looked for instead
    needs: tuple[tuple[Need, int, int], ...]  # that are named; how many support each, and a part
    standards: tuple[tuple[Edition, int], ...]  # that are named; how many meet some of each

    def tiers(self, members: int) -> list[int]:
        """Of these places: those called just so, then those that are called by the words, then
        the others."""
        just_so = members & self.just_so
        named = members & self.named & ~just_so
        return [just_so, named, members & ~named & ~just_so]


def answer(
    text: str,
    market: Market,
    catalogue: Catalogue,
    *,
    at: datetime,
    beside: Labels | None = None,
) -> Answer:
    """The solutions that the text leads to. One statement, and at most five more where words stand
    nowhere: neither in a public record or place, nor in the labels of what is found `beside`.

    Such a word is replaced by those that begin with it, or by the nearest that somebody wrote.
    """
    query = asked(text)
    title = folded(" ".join(text.replace("\0", " ").split()))[:300]
    sets, just_so, known = leading(query, title, market, catalogue)
    replaced: dict[str, tuple[str, ...]] = {}
    empty = [
        place
        for place, (anywhere, _) in enumerate(sets)
        if not (place in known or anywhere & market.listed)
        and not (beside and beside.saying(query.looked[place].term))
    ]
    spoken = heard([query.looked[place].term for place in empty], at=at)
    if lost := [place for place, public in zip(empty, spoken, strict=True) if not public]:
        query, replaced = with_nearest(query, lost[:MOST_REPLACED], market, catalogue, at=at)
        if replaced:
            sets, just_so, _ = leading(query, title, market, catalogue)
    members = named = ~0 if sets else market.listed
    for anywhere, in_names in sets:
        members, named = members & anywhere, named & in_names
    if not query.looked and text.strip():
        members = named = 0  # signs alone
    claims = claims_of(named_editions(query, catalogue.editions, catalogue.editions_called), market)
    for places_of_one in claims.values():
        members |= places_of_one
    partly = False
    if len(sets) > 1 and not members & market.listed:
        members = all_but_one(sets)
        partly = bool(members & market.listed)
    supported = {key: places for key, (_, places) in needs_named(query, market, catalogue).items()}
    parts = dict(counted(catalogue.needs, in_part(supported, market, catalogue), market))
    return Answer(
        query=query,
        members=members,
        named=named,
        just_so=just_so,
        partly=partly,
        replaced=replaced,
        needs=tuple(
            (need, number, parts[need])
            for need, number in counted(catalogue.needs, supported, market)
        ),
        standards=counted(catalogue.editions, claims, market),
    )


Keyed = TypeVar("Keyed", Need, Edition)


def counted(
    records: Iterable[Keyed], sets: Mapping[str, int], market: Market
) -> tuple[tuple[Keyed, int], ...]:
    """Those that have a set of places, each with how many of these are listed."""
    return tuple(
        (record, (sets[record.key] & market.listed).bit_count())
        for record in records
        if record.key in sets
    )


def claims_of(editions: Collection[str], market: Market) -> dict[str, int]:
    """The places that meet some of each; of none where too many are named to be meant."""
    if len(editions) > MOST_STANDARDS:
        return {}
    return {key: meeting_any_of(market, key) for key in editions}


def all_but_one(sets: Sequence[tuple[int, int]]) -> int:
    """The places that all terms but one lead to, whichever it is."""
    members = 0
    for place in range(len(sets)):
        others = [anywhere for n, (anywhere, _) in enumerate(sets) if n != place]
        members |= reduce(and_, others)
    return members


def heard(terms: Sequence[Term], *, at: datetime) -> list[bool]:
    """Whether a public record that is no solution says each term. One statement; none of none."""
    bodies = Accreditation.objects.in_force(at=at).values("body")
    every = {
        f"said{number}": Exists(IndexEntry.objects.saying([term]))
        | Exists(OrganisationWords.objects.saying([term], NAMES).filter(organisation__in=bodies))
        for number, term in enumerate(terms)
    }
    row = Turn.objects.annotate(**every).values_list(*every).first() if every else None
    return list(row or [False] * len(terms))


def with_nearest(
    query: Query, lost: Sequence[int], market: Market, catalogue: Catalogue, *, at: datetime
) -> tuple[Query, dict[str, tuple[str, ...]]]:
    """With words that stand in public, in the place of words that stand nowhere."""
    alone = [place for place in lost if query.looked[place].after == query.looked[place].first + 1]
    close = nearest(query.looked[place].shown for place in alone)
    near = {place: close.get(query.looked[place].shown, []) for place in alone}
    terms = {
        shown: Term(tuple((forms(word),) for word in words(shown)[:1]))
        for each in near.values()
        for shown in each
    }
    lines, _ = in_lines(list(terms.values()), "", (market.version, catalogue.turn))
    public = {  # a word stays known when what said it is taken back
        shown
        for shown, (anywhere, _), elsewhere in zip(
            terms, lines, heard(list(terms.values()), at=at), strict=True
        )
        if anywhere & market.listed or elsewhere
    }
    looked, replaced = list(query.looked), {}
    for place, each in near.items():
        if instead := tuple(shown for shown in each if shown in public):
            phrases = tuple(phrase for shown in instead for phrase in terms[shown].phrases)
            looked[place] = looked[place]._replace(term=Term(phrases))
            replaced[looked[place].shown] = instead
    return query._replace(looked=tuple(looked)), replaced


def leading(
    query: Query, title: str, market: Market, catalogue: Catalogue
) -> tuple[list[tuple[int, int]], int, set[int]]:
    """For each term the places that it leads to, and those whose names say it; the places of those
    that are called just so; and the terms that name something. One statement."""
    sets, just_so = in_lines(query.terms, title, (market.version, catalogue.turn))
    facts, known = labels(catalogue.facts_called), set()
    for place, looked in enumerate(query.looked):
        anywhere, in_names = sets[place]
        for fact in facts.saying(looked.term):
            known.add(place)
            key, value = fact.split("=")
            anywhere |= market.grid.bits(having(key, [value]))
        sets[place] = anywhere, in_names
    for covered, members in understood(query, market, catalogue):
        for place in covered:
            known.add(place)
            anywhere, in_names = sets[place]
            sets[place] = anywhere | members, in_names
    return sets, just_so, known


def understood(
    query: Query, market: Market, catalogue: Catalogue
) -> Iterator[tuple[Iterable[int], int]]:
    """Terms by their places that name a need, a country or a language, and its solutions."""
    yield from needs_named(query, market, catalogue).values()
    for first in range(len(query.typed)):
        for after in range(first + 1, min(first + MOST_OF_A_PLACE, len(query.typed)) + 1):
            for fact, code in places_called(query.typed[first:after]):
                inside = [
                    place
                    for place, looked in enumerate(query.looked)
                    if first <= looked.first and looked.after <= after
                ]
                yield inside, market.grid.bits(having(fact, [code]))


def needs_named(
    query: Query, market: Market, catalogue: Catalogue
) -> dict[str, tuple[Iterable[int], int]]:
    """Each need that the words name: the terms that do, by their places, and its solutions."""
    called = labels(catalogue.needs_called).within(query)
    evidences = {need.key: need.evidence for need in catalogue.needs if need.key in called}
    slots = process.slots_of(key for each in evidences.values() for key in required(each))
    return {
        key: (called[key], supporting(market, evidence, slots))
        for key, evidence in evidences.items()
    }


def in_part(keys: Collection[str], market: Market, catalogue: Catalogue) -> dict[str, int]:
    """Of each of these needs the solutions that support a part."""
    evidences = {need.key: need.evidence for need in catalogue.needs if need.key in keys}
    slots = process.slots_of(key for each in evidences.values() for key in required(each))
    return {key: partly_supporting(market, evidence, slots) for key, evidence in evidences.items()}


MOST_OF_A_PLACE = 8  # words of a country's name


def places_called(typed: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    if typed[0] in left_out() or typed[-1] in left_out():
        return  # the name begins or ends with one that tells
    for fact, names in place_names().items():
        if code := names.get(telling(typed)):
            yield fact, code


def telling(typed: tuple[str, ...]) -> tuple[str, ...]:
    """The words of a name that say something: of *Trinidad and Tobago* two."""
    return tuple(word for word in typed if word not in left_out()) or typed


@cache
def place_names() -> dict[str, dict[tuple[str, ...], str]]:
    """The words of each country and language in the languages of the portal and of the United
    Nations, with its code, by the fact that names them."""
    codes = [code for code, _ in settings.LANGUAGES]
    called = {
        "countries_offered": [places.country_codes(code) for code in codes],
        "languages": [*map(places.language_codes, codes), places.own_language_names()],
    }
    return {
        fact: {telling(words(name)): code for names in each for name, code in names.items()}
        for fact, each in called.items()
    }


def in_lines(
    terms: Sequence[Term], title: str, version: tuple[int, int]
) -> tuple[list[tuple[int, int]], int]:
    """For each term the places whose line or provider says it, and those that are called so; and
    the places with this title. One statement; none without a term."""
    sets = kept.of(version)
    new = [term for term in dict.fromkeys(terms) if term not in sets]
    parts: list[QuerySet[Any, Any]] = [SolutionWords.objects.filter(title=title)]
    for term in new:
        lines = [SolutionWords.objects.saying([term], column) for column in (WORDS, NAMES)]
        parts += [*lines, provided(term)]
    just_so, *more = tagged(parts) if terms else [0]
    for term, line, called, by in zip(new, more[::3], more[1::3], more[2::3], strict=True):
        sets[term] = line | called | by, called | by
    return [sets[term] for term in terms], just_so


def tagged(parts: Sequence[QuerySet[Any, Any]]) -> list[int]:
    """The keys of each part as a set, all in one statement, straight from the cursor."""
    numbered = [
        rows.annotate(tag=Value(tag, output_field=IntegerField())).values_list("tag", "pk")
        for tag, rows in enumerate(parts)
    ]
    sql, params = numbered[0].union(*numbered[1:], all=True).query.sql_with_params()
    keys: list[list[int]] = [[] for _ in parts]
    with plain(sql, params) as rows:
        for tag, key in rows.fetchall():
            keys[tag].append(key)
    return [bits_of(each) for each in keys]


def provided(term: Term) -> QuerySet[Standing]:
    """The current releases of providers that are called so."""
    called = OrganisationWords.objects.saying([term], NAMES).values("organisation")
    current = Standing.objects.filter(release__solution__current_release=F("release"))
    return current.filter(release__solution__organisation__in=called)


def bits_of(keys: Iterable[int]) -> int:
    """A set of places."""
    every = list(keys)
    if not every:
        return 0
    digits = bytearray(b"0") * (max(every) + 1)
    for key in every:
        digits[-1 - key] = ord("1")
    return int(digits, 2)
