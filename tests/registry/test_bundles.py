"""Two or three that together meet what none of them meets alone."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standards.registry.matching import market
from standards.registry.matching.qualifying import Requirement, bundles
from tests import make

KEYS = "abcd"


def lacking(products):
    """criterion → those that lack it, for products as sets of what they have."""
    return {
        key: sum(1 << place for place, has in enumerate(products) if key not in has) for key in KEYS
    }


def covers(products, some):
    return set().union(*(products[one] for one in some)) >= set(KEYS)


@given(st.lists(st.sets(st.sampled_from(KEYS), max_size=3), min_size=1, max_size=6))
def test_a_bundle_covers_everything_and_pairs_come_before_triples(products):
    everybody = range(len(products))
    found = bundles(lacking(products), 2 ** len(products) - 1, everybody, 50)
    pairs = [some for some in combinations(everybody, 2) if covers(products, some)]
    assert all(covers(products, some) for some in found)
    if pairs:
        assert {frozenset(some) for some in found} == {frozenset(some) for some in pairs}
    else:
        triples = any(covers(products, some) for some in combinations(everybody, 3))
        assert bool(found) == triples


def test_what_everybody_lacks_lets_nothing_be_found():
    assert bundles(lacking([{"a"}, {"b", "c"}]), 0b11, [0, 1], 5) == []


@pytest.mark.django_db
def test_the_market_names_them_where_few_qualify(at, provider):
    make.listed("Left", claims={"ex-1:1": 1, "ex-1:2": 1}, organisation=provider)
    make.listed("Right", claims={"ex-1:2": 1, "ex-1:3": 1}, organisation=provider)
    asked = [Requirement(f"ex-1:{place}") for place in (1, 2, 3)]
    found = market.match(asked, at=at)
    assert found.count == 0
    assert [{one.name for one in bundle} for bundle in found.together] == [{"Left", "Right"}]
    make.listed("Alone", claims={f"ex-1:{place}": 1 for place in (1, 2, 3)}, organisation=provider)
    found = market.match(asked, at=at)
    assert [one.name for one in found.qualifying] == ["Alone"]
    assert [{one.name for one in bundle} for bundle in found.together] == [{"Left", "Right"}]
