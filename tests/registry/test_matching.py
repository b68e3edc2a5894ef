"""What qualifies: a table of cases, and the same answer as the plainest way to count."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standards.assessment.standing_bytes import byte
from standards.registry.matching.bitsets import Row
from standards.registry.matching.facts import as_words
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


AGES = Requirement(fact="audience_age", values=("6-9", "10-12"))
BOTH_AGES = replace(AGES, how="all")
PLACES = {"countries_offered": ["KE", "TZ"], "languages": ["sw", "pt-BR"], "data_location": ["KE"]}


def of_fact(fact, *values, how="any"):
    return Requirement(fact=fact, values=values, how=how)


@pytest.mark.parametrize(
    ("asked", "facts", "met", "unsaid"),
    [
        (AGES, {"audience_age": ["6-9"]}, True, False),
        (AGES, {"audience_age": ["16-17", "18+"]}, False, False),
        (AGES, {"audience_age": []}, False, True),
        (AGES, {}, False, True),
        (
            of_fact("audience_age", "6-9", "10-12", how="all"),
            {"audience_age": ["6-9"]},
            False,
            False,
        ),
        (of_fact("countries_offered", "ke", "TZ", how="all"), PLACES, True, False),
        (of_fact("countries_offered", "KE", "MA", how="all"), PLACES, False, False),
        (of_fact("countries_offered", "MA", "KE"), PLACES, True, False),
        (of_fact("languages", "pt"), PLACES, True, False),
        (of_fact("languages", "pt-PT"), PLACES, False, False),
        (of_fact("data_location", "KE", "DE", how="only"), PLACES, True, False),
        (of_fact("data_location", "DE", how="only"), PLACES, False, False),
        (of_fact("data_location", "KE", how="only"), {"data_location": ["KE", "US"]}, False, False),
        (of_fact("data_location", "KE", how="only"), {}, False, True),
        (of_fact("connectivity", "works_offline"), {"connectivity": "works_offline"}, True, False),
        (of_fact("connectivity", "works_offline"), {"connectivity": "always_online"}, False, False),
    ],
)
def test_one_fact(asked, facts, met, unsaid):
    row = Row(b"", True, as_words(facts))
    assert (asked.met_by({}, row), asked.unsaid(row)) == (met, unsaid)
    assert qualify([asked], {"one": {}}, {"one": row}).count == int(met)


def test_a_fact_is_a_should_like_any_other():
    should = Requirement(obligation="should", weight=40, fact="delivery", values=("web",))
    rows = {1: Row(b"", True, " +web "), 2: Row(b"", True, " +ios "), 3: Row(b"", True, " ")}
    assert qualify([should], {1: {}, 2: {}, 3: {}}, rows).scores == {1: 40, 2: 0, 3: 0}


key = st.sampled_from("abcdef")
values = st.sampled_from([0, 1, 2, 3, 4, 17, 18, 19, 20, 33, 36, 49, 52])
values_asked = st.lists(st.sampled_from("xyz"), min_size=1, max_size=3, unique=True).map(tuple)
of_facts = st.builds(
    Requirement,
    obligation=st.sampled_from(["must", "should", "may"]),
    weight=st.integers(0, 100),
    fact=st.sampled_from(["delivery", "audience_age"]),
    values=values_asked,
    how=st.sampled_from(["any", "all", "only"]),
)
of_criteria = st.builds(
    Requirement,
    key,
    st.sampled_from(["must", "should", "may"]),
    st.integers(1, 4),
    st.integers(0, 100),
    st.booleans(),
    st.lists(key, max_size=2).map(tuple),
)
requirement = of_criteria | of_facts
facts = st.dictionaries(
    st.sampled_from(["delivery", "audience_age"]), st.lists(st.sampled_from("xyz"), unique=True)
)
products = st.lists(st.tuples(st.dictionaries(key, values), facts), max_size=12)


def plainly(asked, standing, facts):
    """Straight from the words of the rule."""
    if asked.fact:
        stated, wanted = set(facts.get(asked.fact, [])), set(asked.values)
        if asked.how == "only":
            return bool(stated) and stated <= wanted
        return wanted <= stated if asked.how == "all" else bool(wanted & stated)
    for name in (asked.criterion, *asked.alternatives):
        value = standing.get(name, 0)
        excused, level = divmod(value, 16)
        if excused < 2 and level >= asked.least and not (excused and asked.must_be_present):
            return True
    return False


def rows_of(some):
    return {place: Row(b"", True, as_words(facts)) for place, (_, facts) in enumerate(some)}


@given(st.lists(requirement, max_size=6), products)
def test_it_counts_as_the_plainest_way_counts(asked, some):
    standings = {place: levels for place, (levels, _) in enumerate(some)}

    def count(wanted):
        musts = [one for one in wanted if one.obligation == "must"]
        return sum(all(plainly(one, *product) for one in musts) for product in some)

    found = qualify(asked, standings, rows_of(some))
    assert found.count == count(asked) == len(found.qualifying)
    assert found.after == tuple(count(asked[: end + 1]) for end in range(len(asked)))
    for name, number in found.without.items():
        assert number == count([one for one in asked if one.key != name])
    assert set(found.qualifying) | set(found.missing) == set(standings)
