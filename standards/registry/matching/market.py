"""What the register offers today against a list of requirements.

Every figure is exact as of the question (rule R36), counted in sets; the solutions that are shown
by name are looked at again in their claims.
"""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext

from standards.assessment.claims import Claim
from standards.assessment.standing_bytes import at_slot, byte
from standards.assessment.standings import Standing
from standards.catalogue.editions import Criterion
from standards.catalogue.facts import LISTS, Fact, unknown_members
from standards.registry.matching.facts import ANY, ASKABLE
from standards.registry.matching.narrowing import (
    ANYWHERE,
    Offered,
    Stop,
    Where,
    meeting,
    of_sizes,
    offered,
    silent,
    stating,
    supporting,
)
from standards.registry.matching.qualifying import FEW, Requirement, Tally, bundles, score, tally
from standards.registry.matching.state import SMALL, SMALL_WORDS, Market, process
from standards.registry.needs import required

SHOWN = 25  # solutions named on each side
BUNDLES = 5  # named where few qualify
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Offer:
    """A listed solution, as its current release stands."""

    solution: UUID
    release: UUID
    name: str
    provider: str
    provider_size: str
    countries: tuple[str, ...]  # empty is unknown, never none
    languages: tuple[str, ...]
    facts: Mapping[str, Any] = field(default_factory=dict, compare=False)  # as declared

    @property
    def small(self) -> bool:
        return self.provider_size in SMALL


@dataclass(frozen=True)
class Step:
    """How many are left after one requirement, asked in its place in the list."""

    requirement: Requirement
    count: int
    small: int = 0  # of these: from micro and small providers
    alone: int = 0  # how many on the register meet it, whatever else is asked


@dataclass(frozen=True)
class Near:
    """A solution that does not qualify, and what it lacks, by name."""

    offer: Offer
    missing: tuple[str, ...]  # keys of requirements
    held: tuple[int, ...] = ()  # the byte that its standing has on each (see `standing_bytes.py`)
    unsaid: frozenset[str] = frozenset()  # of the missing, facts that its provider has not stated


@dataclass(frozen=True)
class Match:
    """The market's answer to a list of requirements."""

    count: int  # solutions that qualify: every must, and the countries and languages
    of: int  # listed solutions
    facts_match: int  # of these, offered in the countries and languages asked for
    facts_unknown: int  # of these, the provider has not said where or in which languages
    places: tuple[tuple[Stop, int], ...]  # how many are left after each country and language
    funnel: tuple[Step, ...]
    without: dict[str, int]  # key of a requirement → count if it were not asked
    unsaid: dict[str, int]  # key of a must that asks for a fact → those there that do not state it
    without_facts: int  # count if no country and no language were asked
    small: int  # of the qualifying: from micro and small providers
    qualifying: tuple[Offer, ...]  # at most 25: those with most points first
    scores: dict[UUID, int]  # solution shown → points for the *should* requirements
    near: tuple[Near, ...]  # at most 25: those that lack fewest first
    together: tuple[tuple[Offer, ...], ...] = ()  # where few qualify: two or three that do jointly
    version: int = 0  # of the clock: the last change of claims that was counted

    @property
    def costliest(self) -> str | None:
        """The key of what would let most others in; None if none costs any."""
        key = max(self.without, key=lambda key: self.without[key], default=None)
        return key if key and self.without[key] > self.count else None

    @property
    def few(self) -> bool:
        """Whether competition is as narrow as rule R39 warns of."""
        return self.count < FEW


@dataclass(frozen=True)
class Question:
    """What a buyer asks of the market."""

    requirements: Sequence[Requirement]
    where: Where = ANYWHERE
    sizes: Sequence[str] = ()  # where given: only providers of these sizes
    needs: Sequence[Mapping[str, Any]] = ()  # evidence of the learner needs to be supported

    @property
    def keys(self) -> set[str]:
        asked = {key for requirement in self.requirements for key in requirement.criteria}
        return asked.union(*(required(evidence) for evidence in self.needs))


def match(
    requirements: Sequence[Requirement],
    *,
    at: datetime,
    where: Where = ANYWHERE,
    sizes: Iterable[str] = (),
    needs: Iterable[Mapping[str, Any]] = (),
    shown: int = SHOWN,
) -> Match:
    """Who among the listed solutions qualifies at the moment `at`.

    Three statements, however many solutions; with `shown=0` it only counts, in one.
    """
    asked = Question(requirements, where, tuple(sizes), tuple(needs))
    return Answer.exact(asked, at=at, shown=shown).match()


@dataclass(frozen=True)
class Answer:
    """A question, the sets that answer it, and the places of those that are shown by name."""

    question: Question
    slots: Mapping[str, int]
    market: Market
    inside: int  # listed, of the sizes and needs asked for, wherever offered
    offered: Offered
    have: Sequence[int]
    tally: Tally
    best: Sequence[int]
    near: Sequence[int]
    together: Sequence[tuple[int, ...]]

    @classmethod
    def to(cls, question: Question, *, at: datetime, shown: int) -> "Answer":
        slots = process.slots_of(question.keys)
        return cls.of(question, slots, process.market(at=at), shown)

    @classmethod
    def of(
        cls, question: Question, slots: Mapping[str, int], market: Market, shown: int
    ) -> "Answer":
        """Counted in sets alone, without a statement."""
        inside = market.listed
        if question.sizes:
            inside &= market.grid.bits(of_sizes(question.sizes))
        for evidence in question.needs:
            inside &= supporting(market, evidence, slots)
        offer = offered(market, inside, question.where)
        have = [meeting_one(market, slots, asked) for asked in question.requirements]
        tallied = tally(question.requirements, have, offer.there)
        best = tallied.best(question.requirements, have, shown) if shown else []
        near = tallied.nearest(shown) if shown else []
        together = jointly(question, tallied, near) if tallied.count < FEW else []
        return cls(question, slots, market, inside, offer, have, tallied, best, near, together)

    @classmethod
    def exact(cls, question: Question, *, at: datetime, shown: int) -> "Answer":
        """With those shown looked at again in their claims, and corrected where they differ."""
        answer = cls.to(question, at=at, shown=shown)
        if wrong := answer.mistaken(at=at):
            log.error("standings differ from claims at %s: run check_standings", sorted(wrong))
            process.read_again(wrong, at=at)
            answer = cls.to(question, at=at, shown=shown)
        return answer

    def held(self, place: int) -> dict[str, int]:
        """The bytes of one release on the criteria that are asked for."""
        levels = self.market.grid.row(place).levels
        return {key: at_slot(levels, slot) for key, slot in self.slots.items()}

    @property
    def shown(self) -> list[int]:
        joint = (place for bundle in self.together for place in bundle)
        return list(dict.fromkeys([*self.best, *self.near, *joint]))

    def mistaken(self, *, at: datetime) -> set[int]:
        """Of those shown, the places whose claims say something else. One statement."""
        if not self.shown:
            return set()
        bytes_of = stated(self.shown, self.slots, at=at)
        return {place for place in self.shown if bytes_of[place] != self.held(place)}

    def match(self) -> Match:
        small = self.market.grid.bits(SMALL_WORDS)
        count = self.tally.count
        everywhere = self.inside
        for asked, bits in zip(self.question.requirements, self.have, strict=True):
            if asked.binding:
                everywhere &= bits
        asked_for = self.question.requirements
        steps = zip(asked_for, self.tally.after, self.have, strict=True)
        offers = offers_at(self.shown)
        best = [offers[place] for place in self.best]
        points = {
            offers[place].solution: score(
                self.question.requirements, self.held(place), self.market.grid.row(place)
            )
            for place in self.best
        }
        return Match(
            count=count,
            of=self.inside.bit_count(),
            facts_match=self.tally.inside.bit_count(),
            facts_unknown=self.offered.unsaid.bit_count(),
            places=tuple((stop, left.bit_count()) for stop, left in self.offered.after),
            funnel=tuple(
                Step(
                    asked,
                    left.bit_count(),
                    (left & small).bit_count(),
                    (bits & self.inside).bit_count(),
                )
                for asked, left, bits in steps
            ),
            without=self.tally.without,
            unsaid=self._unsaid(),
            without_facts=everywhere.bit_count(),
            small=(self.tally.qualifying & small).bit_count(),
            qualifying=tuple(
                sorted(
                    best,
                    key=lambda offer: (-points[offer.solution], offer.name),
                )
            ),
            scores=points,
            near=self._near(offers),
            together=tuple(tuple(offers[place] for place in bundle) for bundle in self.together),
            version=self.market.version,
        )

    def _unsaid(self) -> dict[str, int]:
        """Of each must that asks for a fact, how many of those offered there do not state it."""
        return {
            asked.key: (self.offered.there & silent(self.market, asked.fact)).bit_count()
            for asked in self.question.requirements
            if asked.fact and asked.binding
        }

    def _near(self, offers: Mapping[int, Offer]) -> tuple[Near, ...]:
        lines = []
        for place in self.near:
            levels = self.held(place)
            missing = [key for key, lacks in self.tally.lacking.items() if lacks >> place & 1]
            bytes_ = tuple(levels.get(key, 0) for key in missing)
            row = self.market.grid.row(place)
            unsaid = frozenset(
                asked.key for asked in self.question.requirements if asked.unsaid(row)
            )
            lines.append(Near(offers[place], tuple(missing), bytes_, unsaid & set(missing)))
        return tuple(sorted(lines, key=lambda near: (len(near.missing), near.offer.name)))


def meeting_one(market: Market, slots: Mapping[str, int], asked: Requirement) -> int:
    """The set of those that meet one requirement."""
    if asked.fact:
        return stating(market, asked.fact, asked.values, asked.how)
    where = [slots.get(key) for key in asked.criteria]
    return meeting(market, where, least=asked.least, present=asked.must_be_present)


def jointly(question: Question, tallied: Tally, near: Sequence[int]) -> list[tuple[int, ...]]:
    """Who could answer together: of what is asked of facts each of them has all."""
    facts = {asked.key for asked in question.requirements if asked.fact}
    others = tallied.inside ^ tallied.qualifying  # who qualifies alone needs nobody
    for key in facts & tallied.lacking.keys():
        others &= ~tallied.lacking[key]
    lacking = {key: lacks & others for key, lacks in tallied.lacking.items() if key not in facts}
    return bundles(lacking, others, [place for place in near if others >> place & 1], BUNDLES)


def stated(
    places: Iterable[int], slots: Mapping[str, int], *, at: datetime
) -> dict[int, dict[str, int]]:
    """The byte of each of these criteria at each place, straight from claims. One statement."""
    places = list(dict.fromkeys(places))
    rows = (
        Claim.objects.in_force(at=at)
        .filter(release__standing__in=places, criterion__key__in=list(slots))
        .strongest_first()
        .values_list("release__standing", "criterion__key", "outcome", "assurance", "accepted_by")
    )
    strongest: dict[int, dict[str, int]] = {place: dict.fromkeys(slots, -1) for place in places}
    for place, key, outcome, assurance, accepted in rows:
        if strongest[place][key] < 0:
            strongest[place][key] = byte(outcome, assurance, bool(accepted))
    return {
        place: {key: max(value, 0) for key, value in levels.items()}
        for place, levels in strongest.items()
    }


def offers_at(places: Iterable[int]) -> dict[int, Offer]:
    """The solutions at these places, with the facts a buyer may ask for. One statement."""
    wanted = list(places)
    if not wanted:
        return {}
    rows = Standing.objects.filter(pk__in=wanted).values_list(
        "pk",
        "release__solution_id",
        "release_id",
        "release__solution__name",
        "release__solution__organisation__name",
        "release__solution__organisation__size",
        "release__declared_facts",
    )
    return {
        place: Offer(
            solution,
            release,
            name,
            provider,
            facts.get("provider_size") or size,
            _words(facts.get("countries_offered")),
            _words(facts.get("languages")),
            facts,
        )
        for place, solution, release, name, provider, size, facts in rows
    }


def _words(value: object) -> tuple[str, ...]:
    return tuple(str(word) for word in value) if isinstance(value, list) else ()


def unknown(requirements: Iterable[Requirement]) -> list[str]:
    """Criterion keys that no published edition holds, in the order asked."""
    asked = list(dict.fromkeys(key for requirement in requirements for key in requirement.criteria))
    known = process.slots_of(asked)
    return [key for key in asked if key not in known]


def amiss(requirements: Iterable[Requirement]) -> list[str]:
    """What is wrong with the facts that are asked for, in words. One statement where any is."""
    asked = [requirement for requirement in requirements if requirement.fact]
    facts = {fact.key: fact for fact in known_facts(requirement.fact for requirement in asked)}
    problems = []
    for each in asked:
        fact = facts.get(each.fact)
        if fact is None:
            words = gettext("“%(fact)s” is not a fact that can be asked for.")
            problems.append(words % {"fact": each.fact[:40]})
        elif not each.values:
            words = gettext("Choose at least one answer to “%(ask)s”.")
            problems.append(words % {"ask": fact.text("ask")})
        elif each.how != ANY and fact.type not in LISTS:
            words = gettext("“%(ask)s” has one answer: ask for any of several.")
            problems.append(words % {"ask": fact.text("ask")})
        else:
            problems += unknown_members(fact, list(each.values))
    return problems


def known_facts(keys: Iterable[str]) -> list[Fact]:
    """Those of these facts that may be asked for. One statement; none for no keys."""
    wanted = set(keys) & set(ASKABLE)
    return list(Fact.objects.filter(key__in=wanted)) if wanted else []


def titles(keys: Iterable[str]) -> Mapping[str, Criterion]:
    """The criteria of these keys, for showing what is missing by name. One statement."""
    return Criterion.objects.in_bulk(list(keys), field_name="key")
