"""The market at a glance: coverage by standard and assurance, as a picture and as a table."""

import pytest

from standards.registry.matching.state import process
from standards.registry.pages.market_coverage import as_table, coverage
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def market():
    make.listed("Both", claims={"ex-1:1": 3, "ex-1:2": 1})
    make.listed("One", claims={"ex-1:1": 1, "ex-2:1": ("not_met", 4)})
    make.listed("Excused", claims={"ex-1:1": ("not_applicable", 1, "rule"), "ex-1:2": 2})


def numbers(at):
    return {row.edition.key: row.numbers for row in coverage(at=at).rows}


def test_each_column_counts_solutions_that_meet_something_at_least_so_well(market, at):
    assert numbers(at) == {"ex-1": (3, 2, 1, 0, 2), "ex-2": (0, 0, 0, 0, 0)}


def test_what_is_not_listed_or_withdrawn_is_left_out(market, at):
    edition = make.criterion("ex-2:1").edition
    type(edition).objects.filter(pk=edition.pk).update(status="withdrawn")
    solution = make.listed("Gone", claims={"ex-1:1": 4})
    assert numbers(at)["ex-1"][3] == 1
    body = solution.organisation
    type(body).objects.filter(pk=body.pk).update(status="suspended")
    assert numbers(at) == {"ex-1": (3, 2, 1, 0, 2)}


def test_the_file_holds_the_same_numbers(market, at):
    lines = as_table(coverage(at=at)).decode("utf-8-sig").splitlines()
    assert lines[0].startswith("standard,edition,domain,AL1 or above")
    assert lines[1].endswith("ex-1,technical,3,2,1,0,2,3")


def test_no_name_is_a_formula(market, at):
    edition = make.criterion("ex-3:1").edition
    type(edition).objects.filter(pk=edition.pk).update(name='=HYPERLINK("https://example.org")')
    table = as_table(coverage(at=at)).decode("utf-8-sig")
    assert not [line for line in table.splitlines() if line.lstrip('"').startswith("=")]


def test_anybody_sees_them(market, client):
    page = client.get("/market/").content.decode()
    assert "Of 3 listed solutions" in page
    assert "Example ex-1" in page


def test_three_statements_however_many(market, at, django_assert_num_queries):
    process.market(at=at)
    with django_assert_num_queries(3):
        coverage(at=at)
    for number in range(3):
        make.listed(f"S{number}", claims={"ex-1:1": 1, "ex-3:1": 1})
    with django_assert_num_queries(3):
        assert coverage(at=at).listed == 6
