"""Needs are derived: every case comes out, a barrier always wins, the best of a group counts."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from standards.registry.needs import Said, State, derive, required

CASES = yaml.safe_load((Path(__file__).parent / "needs_cases.yaml").read_text())
NEED = {
    "required_all": ["a", "b"],
    "required_any": [{"label": "one of these", "any_of": ["c", "d"]}],
    "barriers_if_not_met": ["a", "x"],
    "tested_with_people": ["t"],
    "supporting": ["s"],
}
MET, NOT, NA = Said("met", 2), Said("not_met", 1), Said("not_applicable", 1, accepted=True)
RANK = [State.BARRIER, State.UNKNOWN, State.PARTIAL, State.NOT_AFFECTED, State.SUPPORTED]
RANK.append(State.TESTED)


def said(outcome, level):
    return Said(outcome, int(level[2]) if level else 1, accepted=outcome == "not_applicable")


@pytest.mark.parametrize("case", CASES["cases"], ids=lambda case: case["id"])
def test_every_case_of_the_catalogue_comes_out(case):
    claims = {key: said(*answer) for key, answer in case["answers"].items()}
    for need, (state, level) in case["expect"].items():
        got = derive(CASES["needs"][need], claims)
        assert (got.state, got.assurance) == (state, int(level[2]) if level else None)


@pytest.mark.parametrize(
    ("claims", "state"),
    [
        ({}, State.UNKNOWN),
        ({"s": MET, "t": MET}, State.UNKNOWN),
        ({"a": MET}, State.PARTIAL),
        ({"a": MET, "b": MET}, State.PARTIAL),
        ({"a": MET, "b": MET, "d": MET}, State.SUPPORTED),
        ({"a": MET, "b": MET, "c": NOT, "d": MET}, State.SUPPORTED),
        ({"a": MET, "b": MET, "c": NA}, State.SUPPORTED),
        ({"a": MET, "b": NOT, "c": MET}, State.PARTIAL),
        ({"a": NA, "b": NA, "c": NA}, State.NOT_AFFECTED),
        ({"a": NA, "b": NA, "c": MET}, State.SUPPORTED),
        ({"a": MET, "b": MET, "c": MET, "t": MET}, State.TESTED),
        ({"a": MET, "b": MET, "c": MET, "t": Said("met", 1)}, State.SUPPORTED),
        ({"a": MET, "b": MET, "c": MET, "t": NA}, State.SUPPORTED),
        ({"a": MET, "b": MET, "c": MET, "x": Said("partly_met", 1)}, State.BARRIER),
        ({"x": NOT}, State.BARRIER),
    ],
)
def test_state(claims, state):
    assert derive(NEED, claims).state == state


def test_not_applicable_that_nobody_accepted_supports_nothing():
    accepted = {"a": NA, "b": MET, "c": MET}
    claimed = {**accepted, "a": Said("not_applicable", 1)}
    assert derive(NEED, accepted).supported
    assert derive(NEED, claimed).state == State.PARTIAL
    assert [check.key for check in derive(NEED, claimed).unmet] == ["a"]


def test_the_count_leaves_out_what_does_not_apply():
    got = derive(NEED, {"a": MET, "b": MET, "c": NA})
    assert (got.met, got.of) == (2, 2)
    got = derive(NEED, {"a": MET, "c": MET})
    assert (got.met, got.of) == (2, 3)


def test_a_group_rests_on_its_best_member():
    got = derive(NEED, {"a": Said("met", 4), "b": Said("met", 4), "c": MET, "d": Said("met", 3)})
    assert got.assurance == 3
    assert got.checks[-1].key == "d"


def test_what_an_auditor_accepted_comes_before_a_stronger_answer_that_is_less():
    got = derive(NEED, {"a": MET, "b": MET, "c": NA, "d": Said("not_met", 3)})
    assert got.checks[-1].key == "c"
    got = derive(NEED, {"a": MET, "b": MET, "d": Said("not_met", 1)})
    assert got.checks[-1].key == "d"


def test_the_next_expiry_is_the_first_date_it_rests_on():
    early, late = datetime(2027, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC)
    claims = {"a": Said("met", 1, until=late), "b": Said("met", 1, until=early), "c": MET}
    assert derive(NEED, claims).next_expiry == early


def test_an_examiner_is_named_only_where_all_was_examined():
    checked = Said("met", 3, by="Example Audit")
    assert derive(NEED, {"a": checked, "b": checked, "c": checked}).examiners == ("Example Audit",)
    assert derive(NEED, {"a": checked, "b": checked, "c": MET}).examiners == ()


def test_required_names_what_decides_once_and_no_supporting_criterion():
    assert required(NEED) == ["a", "b", "c", "d", "x", "t"]


keys = st.sampled_from(["a", "b", "c", "d", "s", "t", "x"])
outcomes = st.sampled_from(["met", "partly_met", "not_met", "not_applicable"])
claim = st.builds(Said, outcomes, st.integers(1, 4), accepted=st.booleans())
some_claims = st.dictionaries(keys, claim)


@given(some_claims, st.sampled_from(["a", "x"]), st.sampled_from(["not_met", "partly_met"]))
def test_a_barrier_always_wins(claims, key, outcome):
    got = derive(NEED, {**claims, key: Said(outcome, 1)})
    assert got.state == State.BARRIER
    assert got.assurance is None


@given(some_claims, keys, st.integers(1, 4))
def test_one_more_met_criterion_never_makes_it_worse(claims, key, level):
    before, after = derive(NEED, claims), derive(NEED, {**claims, key: Said("met", level)})
    assert RANK.index(after.state) >= RANK.index(before.state) or before.state == State.BARRIER
    assert after.met >= before.met


@given(some_claims, st.sampled_from(["c", "d"]), claim)
def test_a_second_answer_in_a_group_never_takes_support_away(claims, key, other):
    rest = {name: one for name, one in claims.items() if name != key}
    if derive(NEED, rest).supported:
        assert derive(NEED, {**rest, key: other}).supported


@given(some_claims)
def test_assurance_is_the_lowest_of_what_is_met(claims):
    got = derive(NEED, claims)
    levels = [check.said.assurance for check in got.checks if check.met]
    assert got.assurance == (min(levels) if got.supported else None)
    assert len(got.unmet) + got.met + sum(c.excused for c in got.checks) == len(got.checks)
