"""A name that no step of the portal gave is found: the log holds what the centre verified."""

import pytest
from django.db import connection

from certcentre.desk.record_check import organisations
from certcentre.log.models import LogEntry
from tests import make

VERIFIED = {"country": "KE", "register_number": "77-1"}


def forge(column, value, record):
    """What somebody with the database in hand writes."""
    with connection.cursor() as cursor:
        words = f"UPDATE accounts_organisation SET {column} = %s WHERE id = %s"  # noqa: S608
        key = record._meta.pk.get_db_prep_value(record.pk, connection)
        cursor.execute(words, [value, key])
        assert cursor.rowcount == 1


@pytest.mark.parametrize(
    ("column", "value"),
    [("name", "Another"), ("register_number", "1"), ("country", "FR"), ("kind", "auditor")],
)
def test_what_the_centre_verified_is_compared_with_the_log(provider, column, value):
    assert list(organisations()) == []
    forge(column, value, provider)
    (words,) = organisations()
    assert "not what the log holds" in words


def test_a_name_that_was_given_by_a_step_is_in_order(centre, at):
    made = make.organisation(verified=False)
    made.change_details(by=made.person, at=at, name="Their own words")
    assert list(organisations()) == []
    made.verify(by=centre.officer, at=at, how="Business register")
    made.correct(by=centre.officer, at=at, reason="Extract of today", **VERIFIED)
    make.renamed(made, "Renamed Ltd", at=at)
    assert list(organisations()) == []
    forge("name", "Their own words", made)
    assert len(list(organisations())) == 1


def test_of_steps_before_digests_were_kept_nothing_is_said(provider, monkeypatch):
    forge("name", "Another", provider)
    told = LogEntry.objects.told([provider])[str(provider.pk)]
    before = {str(provider.pk): [{**step, "detail": {}} for step in told]}
    monkeypatch.setattr("certcentre.log.models.LogEntryQuerySet.told", lambda *_: before)
    assert list(organisations()) == []
