"""What the register and tenders narrow the market by, each as a set of releases."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from standards.assessment.standing_bytes import HINDERED
from standards.registry.matching.bitsets import AnyOf, Column, Row, Saying, enough, table
from standards.registry.matching.facts import asking, having, says
from standards.registry.matching.state import Market

SHORT = table(range(HINDERED, HINDERED + 5))  # said to be partly met or not met


@cache
def digits(least: int, present: bool) -> bytes:
    """Met, or accepted as not applicable unless it must be there."""
    return table(enough(least, present=present))


def meeting(
    market: Market, slots: Iterable[int | None], *, least: int = 1, present: bool = False
) -> int:
    """Those for whom one of these criteria is enough."""
    releases = 0
    for slot in slots:
        if slot is not None:
            releases |= market.grid.bits(Column(slot, digits(least, present)))
    return releases


def claiming(market: Market, slots: Iterable[int] | None, *, least: int) -> int:
    """Those with one of these criteria met at the least assurance; any, where none is named."""
    chosen = None if slots is None else tuple(sorted(slots))
    return market.grid.bits(AnyOf(chosen, digits(least, True)))


def supporting(
    market: Market, evidence: Mapping[str, Any], slots: Mapping[str, int], *, least: int = 1
) -> int:
    """Those that support a learner need, as `needs.derive()` says of one release at a time.

    At the least assurance or above: that of a need is the lowest of its checks that are met.
    """
    whole, some = _answering(market, evidence, slots, least)
    return whole & some


def partly_supporting(
    market: Market, evidence: Mapping[str, Any], slots: Mapping[str, int], *, least: int = 1
) -> int:
    """Those that meet some of what the need requires, and not all; no barrier is known of them.

    At the least assurance or above: the lowest of what is met, as of a need that is supported.
    """
    whole, _ = _answering(market, evidence, slots, 1)
    _, some = _answering(market, evidence, slots, least)
    return some & ~whole


def checks(evidence: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """What a need requires: criteria, or groups of which the best counts."""
    single = [(key,) for key in evidence.get("required_all", [])]
    return single + [tuple(group["any_of"]) for group in evidence.get("required_any", [])]


def _answering(
    market: Market, evidence: Mapping[str, Any], slots: Mapping[str, int], least: int
) -> tuple[int, int]:
    """Of those without a known barrier: for whom every check is met or does not apply; and who
    meet a check. Nothing that is met stands below the least assurance."""
    groups = [[slots.get(key) for key in check] for check in checks(evidence)]
    some = meeting(market, {slot for group in groups for slot in group}, present=True)
    whole = ~0
    for group in groups:
        whole &= meeting(market, group)
        if least > 1:
            met = meeting(market, group, present=True)
            some &= meeting(market, group, least=least, present=True) | ~met
    for key in evidence.get("barriers_if_not_met", []):
        if key in slots:
            some &= ~market.grid.bits(Column(slots[key], SHORT))
    return whole, some


def connected(how: str) -> list[Saying]:
    """By how it gets along with the network, where that is asked for."""
    return [having("connectivity", [how])] if how else []


def stating(market: Market, key: str, values: Sequence[str], how: str) -> int:
    """Those that state of a fact what is asked for."""
    releases = ~0
    for question in asking(key, values, how):
        releases &= market.grid.bits(question)
    return releases


def silent(market: Market, key: str) -> int:
    """All but those whose provider says anything of this fact."""
    return ~market.grid.bits(says(key))


def of_sizes(sizes: Sequence[str]) -> Saying:
    return having("provider_size", sizes)


class Stop(NamedTuple):
    """One thing asked of where a product is offered: a line of the funnel."""

    kind: str  # countries, languages
    codes: tuple[str, ...]  # one of them is enough
    question: Saying
    says: Saying  # whether the provider says anything of this kind


@dataclass(frozen=True)
class Where:
    """The countries and languages that a product is to be offered in: each of them, or any."""

    countries: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    all_countries: bool = True
    all_languages: bool = True

    @property
    def stops(self) -> list[Stop]:
        """What is asked, one after the other."""
        countries = stops("countries", self.countries, self.all_countries)
        return countries + stops("languages", self.languages, self.all_languages)

    def admits(self, row: Row) -> bool | None:
        """Whether a release is offered there; None where its facts do not say."""
        answers = [
            stop.question.holds(row) if stop.says.holds(row) else None for stop in self.stops
        ]
        return False if False in answers else None if None in answers else True


ANYWHERE = Where()
KINDS = {"countries": "countries_offered", "languages": "languages"}


def stops(kind: str, codes: Sequence[str], each: bool) -> list[Stop]:
    fact = KINDS[kind]
    parts = [(code,) for code in codes] if each else [tuple(codes)] if codes else []
    return [Stop(kind, part, having(fact, part), says(fact)) for part in parts]


@dataclass(frozen=True)
class Offered:
    """Sets of those that are offered where it is asked for."""

    there: int
    unsaid: int  # the provider has not said
    after: tuple[tuple[Stop, int], ...]  # what is left after each stop


def offered(market: Market, inside: int, where: Where) -> Offered:
    """Of `inside`: those that `Where.admits`, and those that it cannot tell of."""
    left, unsaid, no, after = inside, 0, 0, []
    for stop in where.stops:
        known, good = market.grid.bits(stop.says), market.grid.bits(stop.question)
        left &= good
        unsaid |= inside ^ (inside & known)
        no |= inside & known & ~good
        after.append((stop, left))
    return Offered(left, unsaid & ~no, tuple(after))
