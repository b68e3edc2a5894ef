"""What the register and tenders narrow the market by, each as a set of releases."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from standards.assessment.standing_bytes import HINDERED
from standards.registry.matching.bitsets import AnyOf, Column, Saying, enough, table
from standards.registry.matching.state import Market

SAYS_COUNTRIES, SAYS_LANGUAGES = Saying((" @",)), Saying((" #",))
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
    groups = [[key] for key in evidence.get("required_all", [])]
    groups += [group["any_of"] for group in evidence.get("required_any", [])]
    releases = meeting(market, {slots.get(key) for group in groups for key in group}, present=True)
    for group in groups:
        releases &= _satisfying(market, [slots.get(key) for key in group], least)
    for key in evidence.get("barriers_if_not_met", []):
        if key in slots:
            releases &= ~market.grid.bits(Column(slots[key], SHORT))
    return releases


def _satisfying(market: Market, slots: Sequence[int | None], least: int) -> int:
    """Those with the best of these met at the least, or with none met and one accepted as not
    applicable, which has no assurance of its own."""
    enough = meeting(market, slots)
    if least > 1:
        met = meeting(market, slots, present=True)
        enough &= meeting(market, slots, least=least, present=True) | ~met
    return enough


def in_countries(countries: Sequence[str]) -> list[Saying]:
    return [Saying((f" @{code.upper()} ",)) for code in countries]


def in_languages(languages: Sequence[str]) -> list[Saying]:
    """Basic filtering of RFC 4647: `pt` is answered by `pt-BR`, not the other way round."""
    return [Saying((f" #{tag} ", f" #{tag}-")) for tag in map(str.lower, languages)]


def connected(how: str) -> list[Saying]:
    """By how it gets along with the network, where that is asked for."""
    return [Saying((f" ~{how} ",))] if how else []


def of_sizes(sizes: Sequence[str]) -> Saying:
    return Saying(tuple(f" ={size} " for size in sizes))


def offered(
    market: Market, inside: int, countries: Sequence[str], languages: Sequence[str]
) -> tuple[int, int]:
    """Of `inside`: those offered in all of these, and those whose provider has not said."""
    yes, unsaid, no = inside, 0, 0
    for wanted, says in (
        (in_countries(countries), SAYS_COUNTRIES),
        (in_languages(languages), SAYS_LANGUAGES),
    ):
        if wanted:
            known = market.grid.bits(says)
            good = inside
            for question in wanted:
                good &= market.grid.bits(question)
            yes &= good
            unsaid |= inside ^ (inside & known)
            no |= inside & known & ~good
    return yes, unsaid & ~no
