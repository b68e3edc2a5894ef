"""Which moves an edition, mapping, rule, profile and need may make."""

import itertools

import pytest

from certcentre.lifecycle import IllegalMove, NotAllowed
from certcentre.log.models import LogEntry
from standards.catalogue.publishing import publish
from standards.catalogue.rules import applied
from standards.models import Criterion, Edition, Mapping, Need, Profile, Rule
from tests import make
from tests.make.moment import AT

EDITION = {("draft", "published"), ("published", "withdrawn")}
REVIEWED = {("proposed", "published"), ("published", "withdrawn")}


def edition(state):
    made = make.edition(published=False)
    Edition.objects.filter(pk=made.pk).update(status=state)
    made.refresh_from_db()
    return made


def reviewed(model, state):
    """A record that stands at a state, put there by hand."""
    one = make.edition()
    made = {
        Mapping: lambda: make.mapping(*one.criteria.all()[:2]),
        Rule: lambda: make.rule(one),
        Profile: lambda: make.profile(f"p-{one.pk}"),
        Need: lambda: make.need(f"n_{one.pk}", required=[one.criteria.first().key]),
    }[model]()
    model.objects.filter(pk=made.pk).update(status=state)
    made.refresh_from_db()
    return made


def step(record, to, by=None):
    if to == "withdrawn":
        record.withdraw(by=by, at=AT, reason="Replaced")
    elif isinstance(record, Edition):
        publish([record], by=by, at=AT)
    else:
        record.publish(by=by, at=AT)


STATES = ("draft", "published", "withdrawn")


@pytest.mark.parametrize(("left", "to"), list(itertools.product(STATES, STATES[1:])))
def test_edition(left, to, db):
    record = edition(left)
    if (left, to) in EDITION:
        step(record, to)
        assert Edition.objects.get(pk=record.pk).status == to
    else:
        with pytest.raises(IllegalMove):
            step(record, to)
        assert Edition.objects.get(pk=record.pk).status == left


@pytest.mark.parametrize("model", [Mapping, Rule, Profile, Need])
@pytest.mark.parametrize(
    ("left", "to"),
    list(itertools.product(("proposed", "published", "withdrawn"), STATES[1:])),
)
def test_reviewed(model, left, to, db):
    record = reviewed(model, left)
    if (left, to) in REVIEWED:
        step(record, to)
        assert model.objects.get(pk=record.pk).status == to
    else:
        with pytest.raises(IllegalMove):
            step(record, to)
        assert model.objects.get(pk=record.pk).status == left


def test_only_the_centre_takes_these_steps(centre, provider):
    for record, to in ((edition("draft"), "published"), (edition("published"), "withdrawn")):
        with pytest.raises(NotAllowed):
            step(record, to, by=provider.person)
        step(record, to, by=centre.officer)
    rule = reviewed(Rule, "published")
    with pytest.raises(NotAllowed):
        step(rule, "withdrawn", by=provider.person)
    step(rule, "withdrawn", by=centre.officer)
    assert LogEntry.objects.about(rule).last().reason == "Replaced"


def test_editions_are_published_together_or_not_at_all(db):
    with pytest.raises(IllegalMove):
        publish([edition("draft"), edition("published")], by=None, at=AT)
    assert Edition.objects.filter(status="published").count() == 1
    assert Criterion.objects.exclude(slot=None).count() == 0


def test_slots_go_on_from_the_last_and_never_come_back(db):
    first, second = make.edition(), make.edition()
    slots = list(second.criteria.order_by("position").values_list("slot", flat=True))
    assert slots == [4, 5, 6, 7]
    second.withdraw(by=None, at=AT, reason="Replaced")
    third = make.edition()
    assert min(third.criteria.values_list("slot", flat=True)) == 8
    assert set(first.criteria.values_list("slot", flat=True)) == {0, 1, 2, 3}


def test_a_withdrawn_rule_says_nothing_any_more(db, at):
    rule = reviewed(Rule, "published")
    assert applied({"delivery": ["web"]}, at=at).standards == {rule.edition.key: "expected"}
    rule.withdraw(by=None, at=AT, reason="Wrong")
    assert applied({"delivery": ["web"]}, at=at).standards == {}
