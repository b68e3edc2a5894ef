"""How bids earn points: the arithmetic of award criteria, for the annex, pages and evaluation.

Pure. Every number of points is exact until it is rounded to two places, 5 upwards; sums add up the
rounded numbers, so that a reader who adds what is printed gets what is printed. All prices are of
one currency.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import groupby
from math import floor
from typing import Any, TypeVar

from standards.registry.matching.qualifying import FULL_WEIGHT

RATIO, LINEAR = "ratio", "linear"  # formulas of the price
FULL, LEVEL = "full", "level"  # what a should of the catalogue earns
LEVELS = {1: 25, 2: 50, 3: 75, 4: 100}  # hundredths of the weight, by assurance
HIGHEST = 5  # of the scores that people give
NONE = Decimal("0.00")
Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class Rules:
    """How a lot is scored: the weight of the price, its formula, and the least share of the points
    for quality, in hundredths, below which a bid is not considered."""

    price: int = FULL_WEIGHT
    formula: str = RATIO
    threshold: int | None = None

    @classmethod
    def of(cls, award: Mapping[str, Any]) -> "Rules":
        """Of a lot of a published tender, as its frozen body has them."""
        price, quality = award["price"], award["quality"] or {}
        return cls(price["weight"], price["formula"] or RATIO, quality.get("threshold"))

    @property
    def quality(self) -> int:
        return FULL_WEIGHT - self.price


@dataclass(frozen=True)
class Bid:
    """What a bid that meets every must comes with: its price, its points for quality, and whether
    each of its scores is `enough`."""

    key: Hashable
    price: Decimal
    quality: Decimal = NONE
    enough: bool = True


@dataclass(frozen=True)
class Placed:
    """A bid with its points. No place: it is not considered, and its price earns nothing."""

    bid: Bid
    place: int | None
    price: Decimal = NONE

    @property
    def total(self) -> Decimal:
        return self.price + self.bid.quality


def rounded(value: Fraction | int) -> Decimal:
    """To two places, 5 upwards."""
    return Decimal(floor(Fraction(value) * 100 + Fraction(1, 2))).scaleb(-2)


def for_criterion(weight: int, level: int, *, least: int = 1, earns: str = FULL) -> Decimal:
    """Of a should from the catalogue; `level` is the assurance it is met at, 0 where it is not."""
    if level < max(least, 1):
        return NONE
    return rounded(Fraction(weight * LEVELS[level], 100) if earns == LEVEL else weight)


def for_fact(weight: int, *, met: bool) -> Decimal:
    """Of a should that asks what the product is."""
    return rounded(weight) if met else NONE


def for_question(weight: int, score: Fraction | Decimal | int) -> Decimal:
    """Of a should in the buyer's own words, which people score from 0 to HIGHEST."""
    if not 0 <= score <= HIGHEST:
        raise ValueError(f"A score is from 0 to {HIGHEST}.")
    return rounded(Fraction(score) * weight / HIGHEST)


def enough(score: Fraction | Decimal | int, least: int | None) -> bool:
    """Whether a bid with this score is considered."""
    return least is None or score >= least


def for_quality(points: Iterable[Decimal]) -> Decimal:
    """Of all shoulds together."""
    return sum(points, NONE)


def least_quality(rules: Rules) -> Decimal:
    """The fewest points for quality with which a bid is considered."""
    return rounded(Fraction(rules.quality * (rules.threshold or 0), 100))


def for_prices(prices: Mapping[Key, Decimal], weight: int, formula: str) -> dict[Key, Decimal]:
    """Of all prices that are compared.

    Ratio: weight × lowest ÷ price. Linear: weight × (2 − price ÷ lowest), never below 0, so that
    twice the lowest price earns nothing. Where the lowest price is 0, each other earns nothing.
    """
    if any(price < 0 for price in prices.values()):
        raise ValueError("A price is not below 0.")
    lowest = Fraction(min(prices.values(), default=0))

    def share(price: Fraction) -> Fraction:
        if price == lowest:
            return Fraction(1)
        if formula == RATIO:
            return lowest / price
        return max(2 - price / lowest, Fraction(0)) if lowest else Fraction(0)

    return {key: rounded(weight * share(Fraction(price))) for key, price in prices.items()}


def placed(rules: Rules, bids: Sequence[Bid]) -> list[Placed]:
    """The bids in their order, those that are not considered at the end.

    Of equal totals more points for quality come first, then the lower price; bids that are equal
    in this too share a place.
    """
    least = least_quality(rules)
    kept = [bid for bid in bids if bid.enough and bid.quality >= least]
    prices = for_prices({bid.key: bid.price for bid in kept}, rules.price, rules.formula)

    def rank(bid: Bid) -> tuple[Decimal, Decimal, Decimal]:
        return -(prices[bid.key] + bid.quality), -bid.quality, bid.price

    order: list[Placed] = []
    for _rank, alike in groupby(sorted(kept, key=rank), key=rank):
        place = len(order) + 1
        order += [Placed(bid, place, prices[bid.key]) for bid in alike]
    return order + [Placed(bid, None) for bid in bids if not (bid.enough and bid.quality >= least)]
