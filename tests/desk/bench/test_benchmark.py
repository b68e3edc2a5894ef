"""The benchmark's frame: what counts as the view's own, and what misses a budget."""

import pytest
from django.urls import reverse

from certcentre.desk.bench.measuring import Ground, Measured, Row, own
from certcentre.desk.bench.paths import ROWS
from certcentre.desk.bench.seeding import seed
from certcentre.desk.management.commands.benchmark import HEAD, cells, judged, table
from standards.assessment.solutions import Solution
from tests import make


def test_session_user_and_memberships_are_not_the_views_own():
    frame = 'SELECT 1 FROM "django_session"', 'SELECT 1 FROM "accounts_user" WHERE 1', "BEGIN"
    assert own([{"sql": sql} for sql in (*frame, 'SELECT 1 FROM "standards_claim"')]) == [
        'SELECT 1 FROM "standards_claim"'
    ]


ROW = Row("a page", lambda ground: None, ratio=0.4, seconds=0.1, statements=6)


@pytest.mark.parametrize(
    ("found", "holds", "strictly"),
    [
        (Measured(0.1, 6, 0.4), True, True),
        (Measured(0.2, 6, 0.4), True, False),
        (Measured(0.1, 7, 0.4), False, False),
        (Measured(0.1, 6, 0.39), False, False),
    ],
)
def test_a_verdict_gates_ratios_and_statements_and_strictly_times(found, holds, strictly):
    verdict = judged(ROW, found, None)
    assert (verdict.holds(strict=False), verdict.holds(strict=True)) == (holds, strictly)


def test_statements_that_grow_with_the_market_are_a_miss():
    row = Row("a list", lambda ground: None, same_at_any_size=True)
    assert not judged(row, Measured(0.1, 9), Measured(0.1, 3)).holds(strict=False)


def test_what_is_not_built_says_so():
    verdict = judged(Row("later", None), None, None)
    assert verdict.holds(strict=True)
    assert "not built" in list(table([HEAD, cells(verdict)]))[1]


def test_every_row_has_its_own_name():
    names = [row.path for row in ROWS]
    assert len(names) == len(set(names))


def test_a_page_is_measured_beside_its_template(db, at):
    found = Ground(0, at, repeats=1).page(reverse("help"), beside_template=True)
    assert found.statements == 0
    assert found.ratio


def test_a_seeded_market_is_listed_and_grows(catalogue_criteria, at):
    seed(3, at=at)
    seed(6, at=at, start=3)
    assert Solution.objects.listed().count() == 6


@pytest.fixture
def catalogue_criteria(db):
    return make.edition()
