"""The market's answer: only listed solutions, only claims in force, facts apart."""

from datetime import timedelta

import pytest
from django.db import transaction

from standards.assessment import standings
from standards.registry.matching import market
from standards.registry.matching.narrowing import Where
from standards.registry.matching.qualifying import Requirement
from tests import make

pytestmark = pytest.mark.django_db

A, B = "ex-1:1.1", "ex-1:1.2"


def match(at, *keys, least=1, countries=(), languages=(), **more):
    more["where"] = Where(tuple(countries), tuple(languages))
    return market.match([Requirement(key, least=least) for key in keys], at=at, **more)


def test_counts_those_that_meet_every_must(at, provider):
    make.listed("Both", claims={A: 1, B: 2}, organisation=provider)
    make.listed("One", claims={A: 1}, organisation=provider)
    found = match(at, A, B)
    assert (found.count, found.of) == (1, 2)
    assert [step.count for step in found.funnel] == [2, 1]
    assert found.without == {A: 1, B: 2}
    assert found.costliest == B
    assert [(near.offer.name, near.missing) for near in found.near] == [("One", (B,))]


@pytest.mark.parametrize(("count", "few"), [(2, True), (3, False)])
def test_few_are_fewer_than_three(at, provider, count, few):
    for number in range(count):
        make.listed(f"S{number}", claims={A: 1}, organisation=provider)
    assert match(at, A).few is few


@pytest.mark.parametrize(
    "claim",
    [
        {"valid_until": timedelta(0)},
        {"valid_from": timedelta(seconds=1)},
        {"ended_at": timedelta(0)},
    ],
    ids=str,
)
def test_a_claim_not_in_force_counts_for_nothing(at, provider, claim):
    release = make.listed(organisation=provider).current_release
    made = make.claim(release, A, **{field: at + apart for field, apart in claim.items()})
    assert match(at, A).count == 0
    type(made).objects.update(valid_from=at, valid_until=None, ended_at=None)
    make.stand(release)
    assert match(at, A).count == 1


def test_the_highest_claim_in_force_is_the_effective_one(at, provider):
    release = make.listed(claims={A: 1}, organisation=provider).current_release
    make.claim(release, A, level=3, basis="certificate")
    assert match(at, A, least=3).count == 1
    make.claim(release, A, "not_met", 3, basis="finding", valid_from=at, valid_until=None)
    assert match(at, A).count == 0


@pytest.mark.parametrize(("accepted", "count"), [("rule", 1), ("auditor", 1), ("", 0)])
def test_not_applicable_counts_where_somebody_accepted_it(at, provider, accepted, count):
    make.listed(claims={A: ("not_applicable", 1, accepted)}, organisation=provider)
    assert match(at, A).count == count
    present = [Requirement(A, must_be_present=True)]
    assert market.match(present, at=at).count == 0


def unlist(solution, how):
    release, body = solution.current_release, solution.organisation
    where, fields = {
        "not public": (release, {"public_since": None}),
        "held": (release, {"status": "held"}),
        "refused": (release, {"status": "refused"}),
        "withdrawn": (solution, {"status": "withdrawn"}),
        "provider suspended": (body, {"status": "suspended"}),
        "no current release": (solution, {"current_release": None}),
    }[how]
    type(where).objects.filter(pk=where.pk).update(**fields)
    with transaction.atomic():
        standings.touch([release.pk])


@pytest.mark.parametrize(
    "how",
    [
        "not public",
        "held",
        "refused",
        "withdrawn",
        "provider suspended",
        "no current release",
    ],
)
def test_only_what_is_listed_counts(at, how):
    solution = make.listed(claims={A: 1})
    make.listed("Other", claims={A: 1})
    assert match(at, A).of == 2
    unlist(solution, how)
    assert (match(at, A).count, match(at, A).of) == (1, 1)


def test_only_the_current_release_counts(at, provider):
    solution = make.listed(claims={A: 1}, organisation=provider)
    old = solution.releases.create(label="0.x", created_at=at, public_since=at)
    make.claim(old, B)
    assert match(at, B).count == 0


FACTS = {"countries_offered": ["KE", "TZ"], "languages": ["sw", "pt-BR"]}


@pytest.mark.parametrize(
    ("facts", "countries", "languages", "match_", "unknown"),
    [
        (FACTS, ["KE"], [], 1, 0),
        (FACTS, ["ke"], ["SW"], 1, 0),
        (FACTS, ["KE", "TZ"], ["sw", "pt"], 1, 0),
        (FACTS, ["KE", "UG"], [], 0, 0),
        (FACTS, [], ["pt-PT"], 0, 0),
        ({"languages": ["pt"]}, [], ["pt-BR"], 0, 0),
        ({"languages": ["pt"]}, ["KE"], ["pt"], 0, 1),
        ({"languages": ["pt"]}, ["KE"], ["en"], 0, 0),
        ({"countries_offered": []}, ["KE"], [], 0, 1),
        ({}, ["KE"], ["sw"], 0, 1),
        ({}, [], [], 1, 0),
    ],
)
def test_facts_are_a_line_of_their_own(at, provider, facts, countries, languages, match_, unknown):
    make.listed(facts=facts, claims={A: 1}, organisation=provider)
    found = match(at, A, countries=countries, languages=languages)
    assert (found.facts_match, found.facts_unknown, found.count) == (match_, unknown, match_)
    assert (found.of, found.without_facts) == (1, 1)


def test_micro_and_small_providers_are_counted_apart(at):
    for name, size in (("A", "micro"), ("B", "small"), ("C", "large")):
        make.listed(name, facts={"provider_size": size}, claims={A: 1})
    make.listed("D", organisation=make.organisation(size="micro"), claims={A: 1})
    make.listed("E", facts={"provider_size": "micro"})
    found = match(at, A)
    assert (found.count, found.small) == (4, 3)


def test_the_number_of_statements_does_not_grow(at, django_assert_num_queries):
    for number in range(2):
        make.listed(f"Solution {number}", claims={A: 1, B: 1}, facts=FACTS)
    market.match([], at=at)  # the sets are made once
    with django_assert_num_queries(4):  # one to learn the slots
        assert match(at, A, B, countries=["KE"]).count == 2
    for number in range(4):
        make.listed(f"More {number}", claims={A: 1, B: 1}, facts=FACTS)
    with django_assert_num_queries(3):
        assert match(at, A, B, countries=["KE"]).count == 6
    with django_assert_num_queries(1):
        assert match(at, A, B, countries=["KE"], shown=0).count == 6


def test_unknown_criteria_are_named(db):
    make.criterion(A)
    draft = make.criterion("ex-2:1", slot=None).edition
    type(draft).objects.filter(pk=draft.pk).update(status="draft")
    asked = [Requirement(A), Requirement("ex-2:1"), Requirement(A, alternatives=("no:1",))]
    assert market.unknown(asked) == ["ex-2:1", "no:1"]
