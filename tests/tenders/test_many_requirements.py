"""A long tender: SQLite has limits that a short one never meets."""

from tenders.frozen_body import lots_of
from tests import make


def test_a_tender_of_1200_requirements_can_be_written(db):
    made = make.tender(criteria=1200)
    (lot,) = lots_of(made)
    assert len(lot.requirements.all()) == 1200


def test_lots_are_read_in_two_statements(db, django_assert_num_queries):
    made = make.tender(criteria=30)
    with django_assert_num_queries(2):
        assert [one.criterion.edition.standard.name for one in lots_of(made)[0].requirements.all()]
