"""The filter by need, beside what `derive` says of each of many solutions."""

import random

import pytest
from django.http import QueryDict

from standards.assessment.claims import effective as effective_rows
from standards.assessment.solutions import Solution
from standards.catalogue.profiles import Need
from standards.registry.needs import Said, State, derive
from standards.registry.search.filters import SolutionFilter
from tests import make
from tests.make.moment import AT

pytestmark = pytest.mark.alike

EVIDENCE = {
    "required_all": ["n:a", "n:b"],
    "required_any": [{"label": "one", "any_of": ["n:c", "n:d"]}],
    "barriers_if_not_met": ["n:a", "n:x"],
    "tested_with_people": ["n:t"],
}


def random_claims(source):
    keys = source.sample(["n:a", "n:b", "n:c", "n:d", "n:x", "n:t"], source.randint(2, 6))
    outcomes = ["met"] * 6 + ["not_met", "partly_met", "not_applicable", "not_applicable"]
    return {
        key: (source.choice(outcomes), source.randint(1, 4), source.choice(["rule", ""]))
        for key in keys
    }


def derived_of_many():
    """150 solutions of random claims, and what each comes to for the need, by name."""
    Need.objects.create(
        key="example",
        means="Needs it.",
        group="seeing",
        label="Example need",
        evidence=EVIDENCE,
        position=1,
        status="published",
    )
    source, provider = random.Random(7), make.organisation("provider")  # noqa: S311
    solutions = [
        make.listed(f"S{n:03}", claims=random_claims(source), organisation=provider)
        for n in range(150)
    ]
    claims = effective_rows([solution.current_release_id for solution in solutions], at=AT)
    return {
        solution.name: derive(
            EVIDENCE,
            {
                key: Said(claim.outcome, claim.assurance, bool(claim.accepted_by))
                for key, claim in claims[solution.current_release_id].items()
            },
        )
        for solution in solutions
    }


def names(query):
    filtered = SolutionFilter(QueryDict(query), Solution.objects.listed(), at=AT)
    return [solution.name for solution in filtered.qs]


@pytest.fixture(scope="module")
def built(django_db_setup, django_db_blocker):
    with make.once(django_db_blocker, derived_of_many) as many:
        yield many


@pytest.fixture
def many(built, db):
    return built


def test_the_need_filter_finds_what_derive_supports(many):
    supported = [name for name, derived in many.items() if derived.supported]
    assert names("need=example") == supported
    assert 5 < len(supported) < 100


@pytest.mark.parametrize("least", [1, 2, 3, 4])
def test_a_part_is_some_of_what_is_required_and_no_barrier(many, least):
    """Nothing that is met stands below the least assurance."""
    partly = [
        name
        for name, derived in many.items()
        if derived.state == State.PARTIAL
        and derived.met
        and min(check.said.assurance for check in derived.checks if check.met) >= least
    ]
    assert names(f"partly=example&least={least}") == partly
    assert partly


def test_a_line_says_how_many_checks_are_met_of_those_that_apply(many):
    listed = Solution.objects.listed().select_related("current_release__standing")
    filtered = SolutionFilter(QueryDict("partly=example"), listed, at=AT)
    rows = list(filtered.qs)
    lacking = filtered.lacking(rows)
    for row in rows:
        derived = many[row.name]
        lacks = tuple(check.keys for check in derived.unmet)
        assert lacking[row.pk] == [("example", derived.met, derived.of, lacks)]


@pytest.mark.parametrize("least", [1, 2, 3, 4])
def test_least_assurance_is_that_of_the_need(many, least):
    proven = [name for name, derived in many.items() if (derived.assurance or 0) >= least]
    assert names(f"need=example&least={least}") == proven
    assert proven


def test_each_line_says_how_well_the_need_is_proven(many):
    listed = Solution.objects.listed().select_related("current_release__standing")
    filtered = SolutionFilter(QueryDict("need=example"), listed, at=AT)
    rows = list(filtered.qs)
    said = {row.name: filtered.assured(rows)[row.pk].level for row in rows}
    assert said == {name: derived.assurance for name, derived in many.items() if derived.supported}
