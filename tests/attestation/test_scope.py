"""Which criteria a request names, and when an examination covers them."""

from types import SimpleNamespace

from hypothesis import given
from hypothesis import strategies as st

from standards.attestation import scope


def grade(pk, *, cumulative=False, obligation="must"):
    steps = {"key": str(pk), "position": pk, "cumulative": cumulative}
    return SimpleNamespace(pk=pk, obligation=obligation, **steps)


STEPS = [grade(1, cumulative=True), grade(2, cumulative=True), grade(3, cumulative=True)]
GRADED = {10: 1, 11: 1, 20: 2, 30: 3}


def test_a_level_includes_those_below():
    assert scope.named(STEPS, STEPS[1], GRADED) == {10, 11, 20}


def test_without_levels_that_build_up_only_what_is_mandatory_is_named():
    levels = [grade(1), grade(2, obligation="should")]
    assert scope.named(levels, None, {10: 1, 20: 2}) == {10}


def test_an_edition_with_nothing_mandatory_names_all_it_holds():
    assert scope.named([grade(1, obligation="should")], None, {10: 1, 20: 1}) == {10, 20}


def test_a_level_must_be_named_where_levels_build_up():
    assert "Name the level" in scope.level_problem(STEPS, None, GRADED)
    assert scope.level_problem(STEPS, STEPS[0], GRADED) == ""


def test_a_level_of_which_the_catalogue_holds_nothing_is_not_attested():
    assert "no criteria" in scope.level_problem(STEPS, STEPS[2], {10: 1})


def test_a_level_that_does_not_build_up_is_not_named():
    levels = [grade(1), grade(2)]
    assert "name none" in scope.level_problem(levels, levels[0], {10: 1})
    assert scope.level_problem(levels, None, {10: 1}) == ""


def cover(named, in_order, examined=None, accepted=()):
    return scope.cover(named, in_order=in_order, examined=examined or in_order, accepted=accepted)


def test_complete_when_all_that_is_named_is_in_order():
    assert cover({1, 2}, {1, 2}).complete


def test_a_part_is_counted_against_what_is_named():
    found = cover({1, 2, 3}, {1, 9})
    assert (found.complete, len(found.covered), len(found.named)) == (False, 1, 3)
    assert found.beyond == {9}


def test_what_a_rule_excuses_need_not_be_examined():
    assert cover({1, 2}, {1}, accepted={2}).complete
    assert not cover({1, 2}, {1}).complete


def test_what_an_auditor_found_wanting_no_rule_excuses():
    assert not cover({1, 2}, {1}, examined={1, 2}, accepted={2}).complete


def test_nothing_examined_is_never_complete():
    assert not cover({1}, set(), accepted={1}).complete


keys = st.frozensets(st.integers(0, 12))


@given(named=keys, in_order=keys, wanting=keys, accepted=keys)
def test_complete_means_that_nothing_named_is_left(named, in_order, wanting, accepted):
    found = scope.cover(
        named, in_order=in_order - wanting, examined=in_order | wanting, accepted=accepted
    )
    assert found.covered | found.left == named
    assert not (found.complete and found.left)
    assert not (found.complete and wanting & named)


@given(named=keys, in_order=keys, accepted=keys, more=st.integers(0, 12))
def test_one_more_criterion_in_order_never_makes_it_less(named, in_order, accepted, more):
    before = scope.cover(named, in_order=in_order, examined=in_order, accepted=accepted)
    after = scope.cover(
        named, in_order=in_order | {more}, examined=in_order | {more}, accepted=accepted
    )
    assert after.complete >= before.complete
