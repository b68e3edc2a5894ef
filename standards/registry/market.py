"""What the register offers today against a list of requirements.

Every figure is exact as of the question (rule 9). Three statements, however many solutions.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from standards.assessment.claims import Claim
from standards.assessment.solutions import Solution
from standards.catalogue.editions import Criterion
from standards.registry.matching import Requirement, byte, qualify

NEAR = 5  # near misses named
SMALL = ("micro", "small")


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

    @property
    def small(self) -> bool:
        return self.provider_size in SMALL


@dataclass(frozen=True)
class Step:
    """How many are left after one requirement, asked in its place in the list."""

    requirement: Requirement
    count: int


@dataclass(frozen=True)
class Near:
    """A solution that does not qualify, and what it lacks, by name."""

    offer: Offer
    missing: tuple[str, ...]  # criterion keys


@dataclass(frozen=True)
class Match:
    """The market's answer to a list of requirements."""

    count: int  # solutions that qualify: every must, and the countries and languages
    of: int  # listed solutions
    facts_match: int  # of these, offered in the countries and languages asked for
    facts_unknown: int  # of these, the provider has not said where or in which languages
    funnel: tuple[Step, ...]
    without: dict[str, int]  # criterion key → count if it were not asked
    without_facts: int  # count if no country and no language were asked
    small: int  # of the qualifying: from micro and small providers
    qualifying: tuple[Offer, ...]
    scores: dict[UUID, int]  # solution → points for the *should* requirements
    near: tuple[Near, ...]

    @property
    def costliest(self) -> str | None:
        """The criterion whose absence would let most others in; None if none costs any."""
        key = max(self.without, key=lambda key: self.without[key], default=None)
        return key if key and self.without[key] > self.count else None


def match(
    requirements: Sequence[Requirement],
    *,
    at: datetime,
    countries: Iterable[str] = (),
    languages: Iterable[str] = (),
) -> Match:
    """Who among the listed solutions qualifies at the moment `at`."""
    countries, languages = tuple(countries), tuple(languages)
    offers = listed_offers()
    held = standings({key for asked in requirements for key in asked.criteria}, at=at)
    says = {offer.solution: offered(offer, countries, languages) for offer in offers}
    inside = {offer: held.get(offer.release, {}) for offer in offers if says[offer.solution]}
    found = qualify(requirements, inside)
    everywhere = qualify(requirements, {offer: held.get(offer.release, {}) for offer in offers})
    return Match(
        count=found.count,
        of=len(offers),
        facts_match=len(inside),
        facts_unknown=sum(said is None for said in says.values()),
        funnel=tuple(map(Step, requirements, found.after)),
        without=found.without,
        without_facts=everywhere.count,
        small=sum(offer.small for offer in found.qualifying),
        qualifying=found.qualifying,
        scores={offer.solution: points for offer, points in found.scores.items()},
        near=tuple(Near(offer, missing) for offer, missing in list(found.missing.items())[:NEAR]),
    )


def listed_offers() -> list[Offer]:
    """Every listed solution by name, with the facts a buyer may ask for. One statement."""
    rows = (
        Solution.objects.listed()
        .order_by("name", "pk")
        .values_list(
            "pk",
            "current_release_id",
            "name",
            "organisation__name",
            "organisation__size",
            "current_release__declared_facts__provider_size",
            "current_release__declared_facts__countries_offered",
            "current_release__declared_facts__languages",
        )
    )
    return [
        Offer(pk, release, name, provider, fact or size, _words(countries), _words(languages))
        for pk, release, name, provider, size, fact, countries, languages in rows
    ]


def _words(value: Any) -> tuple[str, ...]:
    return tuple(str(word) for word in value) if isinstance(value, list) else ()


def standings(criteria: Iterable[str], *, at: datetime) -> dict[UUID, dict[str, int]]:
    """The byte of each effective claim on these criteria, by listed release. One statement."""
    rows = (
        Claim.objects.in_force(at=at)
        .filter(
            release__in=Solution.objects.listed().order_by().values("current_release"),
            criterion__key__in=list(criteria),
        )
        .strongest_first()
        .values_list("release_id", "criterion__key", "outcome", "assurance", "accepted_by")
    )
    found: dict[UUID, dict[str, int]] = {}
    for release, key, outcome, assurance, accepted in rows.iterator():
        found.setdefault(release, {}).setdefault(key, byte(outcome, assurance, bool(accepted)))
    return found


def offered(offer: Offer, countries: Sequence[str], languages: Sequence[str]) -> bool | None:
    """Whether it is offered in all of these; None where the provider has not said."""
    answers = [
        None if not known else all(has(asked, known) for asked in wanted)
        for wanted, known, has in (
            (countries, offer.countries, _in_country),
            (languages, offer.languages, _in_language),
        )
        if wanted
    ]
    return False if False in answers else None if None in answers else True


def _in_country(asked: str, known: Sequence[str]) -> bool:
    return asked.upper() in known


def _in_language(asked: str, known: Sequence[str]) -> bool:
    """Basic filtering of RFC 4647: `pt` is answered by `pt-BR`, not the other way round."""
    wanted = asked.lower()
    return any(tag.lower() == wanted or tag.lower().startswith(f"{wanted}-") for tag in known)


def unknown(requirements: Iterable[Requirement]) -> list[str]:
    """Criterion keys that no published edition holds, in the order asked. One statement."""
    asked = list(dict.fromkeys(key for one in requirements for key in one.criteria))
    known = set(Criterion.objects.published().filter(key__in=asked).values_list("key", flat=True))
    return [key for key in asked if key not in known]


def titles(keys: Iterable[str]) -> Mapping[str, Criterion]:
    """The criteria of these keys, for showing what is missing by name. One statement."""
    return Criterion.objects.in_bulk(list(keys), field_name="key")
