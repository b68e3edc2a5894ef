"""What qualifies: a table of cases, and the same answer as the plainest way to count."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standards.assessment.standing_bytes import byte
from standards.registry.matching.qualifying import Requirement
from tests.registry.by_the_words import qualify

pytestmark = pytest.mark.alike


def must(key, least=1, **more):
    return Requirement(key, "must", least, **more)


@pytest.mark.parametrize(
    ("outcome", "level", "accepted", "value"),
    [
        ("met", 3, False, 3),
        ("not_applicable", 1, True, 17),
        ("not_applicable", 4, True, 20),
        ("not_applicable", 1, False, 49),
        ("partly_met", 4, False, 36),
        ("not_met", 1, True, 33),
    ],
)
def test_byte(outcome, level, accepted, value):
    assert byte(outcome, level, accepted) == value


@pytest.mark.parametrize(
    ("requirement", "standing", "met"),
    [
        (must("a"), {}, False),
        (must("a"), {"a": 1}, True),
        (must("a", 2), {"a": 1}, False),
        (must("a", 2), {"a": 2}, True),
        (must("a", 2), {"a": 4}, True),
        (must("a"), {"a": 17}, True),
        (must("a", 3), {"a": 17}, False),
        (must("a", 3), {"a": 19}, True),
        (must("a", must_be_present=True), {"a": 20}, False),
        (must("a", must_be_present=True), {"a": 1}, True),
        (must("a", alternatives=("b",)), {"b": 1}, True),
        (must("a", 2, alternatives=("b", "c")), {"a": 1, "b": 1, "c": 2}, True),
        (must("a", 2, alternatives=("b",)), {"a": 1, "b": 1}, False),
        (must("a", 0), {}, False),
        (must("a"), {"a": 36}, False),
    ],
)
def test_one_requirement(requirement, standing, met):
    assert requirement.met_by(standing) is met
    assert qualify([requirement], {"one": standing}).count == int(met)


def test_only_must_decides():
    asked = [must("a"), Requirement("b", "should", weight=60), Requirement("c", "may")]
    found = qualify(asked, {"one": {"a": 1}, "two": {"b": 4, "c": 4}})
    assert found.qualifying == ("one",)
    assert found.of == 2


def test_should_scores_its_weight_or_nothing():
    asked = [
        Requirement("a", "should", 2, weight=70),
        Requirement("b", "should", weight=30),
        Requirement("c", "may", weight=9),
    ]
    standings = {"both": {"a": 2, "b": 1}, "low": {"a": 1, "b": 1, "c": 4}, "none": {}}
    assert qualify(asked, standings).scores == {"both": 100, "low": 30, "none": 0}
    assert qualify([Requirement("a", "should")], standings).scores["both"] == 0  # weighs nothing


def test_the_funnel_narrows_in_the_order_asked():
    standings = {1: {"a": 1, "b": 1}, 2: {"a": 1}, 3: {"b": 1}, 4: {}}
    assert qualify([must("a"), must("b")], standings).after == (2, 1)
    assert qualify([must("b"), Requirement("c", "may"), must("a")], standings).after == (2, 2, 1)


def test_without_says_what_each_requirement_costs():
    standings = {1: {"a": 1, "b": 1}, 2: {"a": 1}, 3: {"a": 1}, 4: {"b": 1}, 5: {}}
    found = qualify([must("a"), must("b"), Requirement("c", "should")], standings)
    assert found.without == {"a": 2, "b": 3, "c": 1}


def test_near_misses_come_nearest_first():
    standings = {"far": {}, "here": {"a": 1, "b": 1, "c": 1}, "near": {"a": 1, "b": 1}}
    found = qualify([must("a"), must("b"), must("c")], standings)
    assert list(found.missing.items()) == [("near", ("c",)), ("far", ("a", "b", "c"))]


def test_nothing_asked_means_everybody_qualifies():
    found = qualify([], {1: {}, 2: {}})
    assert (found.count, found.after, found.without) == (2, (), {})


key = st.sampled_from("abcdef")
values = st.sampled_from([0, 1, 2, 3, 4, 17, 18, 19, 20, 33, 36, 49, 52])
requirement = st.builds(
    Requirement,
    key,
    st.sampled_from(["must", "should", "may"]),
    st.integers(1, 4),
    st.integers(0, 100),
    st.booleans(),
    st.lists(key, max_size=2).map(tuple),
)
standings = st.lists(st.dictionaries(key, values), max_size=12).map(lambda s: dict(enumerate(s)))


def plainly(asked, standing):
    """Straight from the words of the rule."""
    for name in (asked.criterion, *asked.alternatives):
        value = standing.get(name, 0)
        excused, level = divmod(value, 16)
        if excused < 2 and level >= asked.least and not (excused and asked.must_be_present):
            return True
    return False


@given(st.lists(requirement, max_size=6), standings)
def test_it_counts_as_the_plainest_way_counts(asked, standings):
    def count(some):
        musts = [one for one in some if one.obligation == "must"]
        return sum(all(plainly(one, s) for one in musts) for s in standings.values())

    found = qualify(asked, standings)
    assert found.count == count(asked) == len(found.qualifying)
    assert found.after == tuple(count(asked[: end + 1]) for end in range(len(asked)))
    for name, number in found.without.items():
        assert number == count([one for one in asked if one.criterion != name])
    assert set(found.qualifying) | set(found.missing) == set(standings)
