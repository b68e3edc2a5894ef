"""What holds for any facts and any rules: on the real catalogue and on invented conditions."""

from datetime import date
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from standards.catalogue.applicability import (
    Catalogue,
    Rule,
    Shape,
    condition,
    is_answered,
    resolve,
    unanswered,
)
from tests.effort import examples
from tests.make.catalogue import content

pytestmark = [pytest.mark.alike, pytest.mark.long]

TODAY = date(2026, 11, 24)
COUNTRIES = ["KE", "EE", "US", "GB", "BR", "IN", "CL", "SN", "MA", "NG"]


@cache
def real():
    """Our own rules, editions and facts, without a database."""
    found = content()
    rules = [
        Rule(
            key=key,
            when=each.record.when,
            edition=each.record.then.standard,
            effect=each.record.then.effect,
            level=each.record.then.level,
            refs=tuple(each.record.then.criteria),
            law_excludes=tuple(each.record.law_excludes),
            applies_from=each.record.applies_from,
        )
        for key, each in found.of("rule").items()
    ]
    shapes = {
        key: Shape(
            {level.key: level.cumulative for level in each.record.levels},
            {item.ref: item.level for item in each.record.items},
        )
        for key, each in found.of("edition").items()
    }
    groups = {key: each.record for key, each in found.groups.items()}
    return (
        rules,
        Catalogue(shapes, groups),
        [each.record.data for each in found.of("fact").values()],
    )


def answers_to(fact):
    """Any answer a fact can take, or none."""
    ids = [value["id"] for value in fact.get("values", [])] or COUNTRIES
    kind = fact["type"]
    if kind == "bool":
        known = some.booleans()
    elif kind in ("single", "country"):
        known = some.sampled_from(ids)
    else:
        known = some.lists(some.sampled_from(ids), max_size=4, unique=True)
    return some.none() | known


@some.composite
def facts(draw):
    said = {fact["id"]: draw(answers_to(fact)) for fact in real()[2]}
    return {key: value for key, value in said.items() if value is not None}


def ask(rules, said):
    return resolve(rules, said, real()[1], today=TODAY)


@settings(max_examples=examples(60), deadline=None)
@given(facts(), some.data())
def test_one_more_fact_never_turns_known_into_unknown(said, data):
    rules, catalogue, known = real()
    fact = data.draw(some.sampled_from(known))
    value = data.draw(answers_to(fact).filter(lambda answer: answer is not None))
    if is_answered(said.get(fact["id"])):
        return
    more = {**said, fact["id"]: value}
    for rule in rules:
        before = condition(rule.when, said, catalogue.groups)
        if before is not None:
            assert condition(rule.when, more, catalogue.groups) is before, rule.key


@settings(max_examples=examples(60), deadline=None)
@given(facts())
def test_unknown_is_never_no(said):
    """A rule waits exactly when it names facts that wait, and those are all unanswered."""
    rules, catalogue, _known = real()
    for rule in rules:
        waits = unanswered(rule.when, said, catalogue.groups)
        assert bool(waits) == (condition(rule.when, said, catalogue.groups) is None), rule.key
        assert not any(is_answered(said.get(fact)) for fact in waits)


@settings(max_examples=examples(30), deadline=None)
@given(facts(), some.randoms())
def test_the_order_of_rules_does_not_matter(said, chance):
    rules = list(real()[0])
    before = ask(rules, said)
    chance.shuffle(rules)
    assert ask(rules, said) == before


@settings(max_examples=examples(30), deadline=None)
@given(facts())
def test_an_empty_list_is_no_answer(said):
    lists = [fact["id"] for fact in real()[2] if fact["type"] in ("multi", "countries")]
    empty = {**said, **{key: [] for key in lists if not is_answered(said.get(key))}}
    assert ask(real()[0], empty).rules == ask(real()[0], said).rules


@settings(max_examples=examples(30), deadline=None)
@given(facts())
def test_every_open_fact_is_unanswered_and_asked_by_an_undecided_rule(said):
    found = ask(real()[0], said)
    waiting = {fact for each in found.undecided for fact in each.facts}
    assert set(found.open) == waiting
    assert not any(is_answered(said.get(fact)) for fact in found.open)


@settings(max_examples=examples(30), deadline=None)
@given(facts())
def test_a_standard_is_there_exactly_when_one_of_its_criteria_applies(said):
    found = ask(real()[0], said)
    applying = {
        key.partition(":")[0]
        for key, effect in found.criteria.items()
        if effect != "not_applicable"
    }
    assert set(found.standards) == applying
    assert found.not_applicable.keys() == {
        key for key, effect in found.criteria.items() if effect == "not_applicable"
    }


LEAVES = some.sampled_from([{"fact": name, "op": "is_true"} for name in "abcd"])
NODES = some.recursive(
    LEAVES,
    lambda inner: (
        some.builds(lambda node: {"not": node}, inner)
        | some.builds(lambda nodes: {"all": nodes}, some.lists(inner, min_size=1, max_size=3))
        | some.builds(lambda nodes: {"any": nodes}, some.lists(inner, min_size=1, max_size=3))
    ),
    max_leaves=8,
)
SAID = some.dictionaries(some.sampled_from("abcd"), some.booleans())


def every_way(said):
    """All ways to answer what is not answered."""
    open_ = [name for name in "abcd" if name not in said]
    for bits in range(2 ** len(open_)):
        yield {**said, **{name: bool(bits >> n & 1) for n, name in enumerate(open_)}}


@given(NODES, SAID)
def test_what_is_known_holds_however_the_rest_is_answered(node, said):
    now = condition(node, said, {})
    if now is not None:
        assert {condition(node, full, {}) for full in every_way(said)} == {now}


@given(NODES, SAID)
def test_a_fact_that_is_not_named_as_open_changes_nothing(node, said):
    waits = unanswered(node, said, {})
    for name in set("abcd") - waits - said.keys():
        for value in (True, False):
            assert condition(node, {**said, name: value}, {}) is condition(node, said, {})
