"""Rows changed behind the portal's back are found and named; what nobody touched is not."""

import hashlib
import json
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from certcentre.desk import record_check, timers
from certcentre.desk.record_check import differences
from standards.models import Certificate, Decision, Declaration, Edition
from standards.registry.credentials.store import Credential
from tenders.models import Shortlist, Tender
from tests import make
from tests.make.moment import AT

pytestmark = pytest.mark.long
DAY = timedelta(days=1)


def certified():
    """An edition whose digest is right, a certificate with all that leads to it, a tender."""
    certificate = make.certificate()
    make.tender(status="published")
    make.logged_editions()
    return certificate


@pytest.fixture(scope="module")
def built(django_db_setup, django_db_blocker):
    with make.once(django_db_blocker, certified) as certificate:
        yield certificate


@pytest.fixture
def records(built, db):
    return built


def forge(statement, *values):
    """What somebody with the database in hand writes."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        assert cursor.rowcount > 0


def test_what_nobody_touched_is_what_the_log_says(records, capsys):
    call_command("verify_records")
    assert capsys.readouterr().out == "Every record is what the log says of it.\n"
    assert all(
        model.objects.exists()
        for model in (Certificate, Decision, Declaration, Edition, Shortlist, Tender)
    )


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("UPDATE standards_certificate SET status = 'suspended', suspended_at = issued_at", "CC-"),
        ("UPDATE standards_certificate SET covered_count = 0", "CC-"),
        ("UPDATE standards_certificate SET facts = '{}'", "CC-"),
        ("UPDATE standards_decision SET reason = 'Another.'", "decision on "),
        ("UPDATE standards_criterion SET title = 'Another'", "edition "),
        ("UPDATE standards_release SET status = 'held'", "release "),
        ("UPDATE standards_engagement SET status = 'refused'", "engagement "),
        ("UPDATE standards_accreditation SET status = 'withdrawn'", "accreditation AC-"),
        ("UPDATE standards_declaration SET withdrawn_at = declared_at", "declaration DC-"),
        ("UPDATE standards_assessment SET status = 'withdrawn'", "assessment "),
        ("UPDATE accounts_organisation SET status = 'suspended' WHERE kind = 'auditor'", "organ"),
    ],
)
def test_a_forged_row_is_found(records, statement, named):
    forge(statement)
    assert [words for words in differences() if named in words]


@pytest.mark.parametrize(
    ("table", "named"),
    [
        ("standards_declaration", "declaration DC-"),
        ("tenders_tender", "tender TD-"),
        ("tenders_shortlist", "shortlist "),
    ],
)
@pytest.mark.parametrize("digest", ["0" * 64, ""])
def test_a_forged_body_is_found_with_its_digest_and_without(records, table, named, digest):
    body = json.dumps({"title": "Another"}).encode()
    digest = digest or hashlib.sha256(body).hexdigest()
    forge(f"UPDATE {table} SET body = %s, digest = %s", body, digest)  # noqa: S608 (our words)
    (words,) = differences()
    assert words.startswith(named)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite takes text for bytes")
@pytest.mark.parametrize("table", ["standards_declaration", "tenders_tender", "tenders_shortlist"])
def test_text_in_the_place_of_bytes_stops_nothing(records, table):
    forge(f"UPDATE {table} SET body = CAST(body AS TEXT)")  # noqa: S608 (our words)
    assert list(differences()) == []  # the same words
    forge(f"UPDATE {table} SET body = CAST(body AS TEXT) || ' '")  # noqa: S608 (our words)
    assert len(list(differences())) == 1


def test_a_declaration_that_was_withdrawn_is_in_order(records):
    declaration = make.declaration(criteria=records.edition.criteria.all())
    signer = make.signer_of(declaration.assessment)
    declaration.withdraw(by=signer, at=AT, reason="Mistaken.")
    assert list(differences()) == []


def test_a_certificate_that_was_never_issued(records):
    row = Certificate.objects.get()
    row.pk, row.number, row.status = None, "CC-2026-999999", "superseded"
    Certificate.objects.bulk_create([row])
    assert list(differences()) == [
        "certificate CC-2026-999999: it stands at superseded, and the log’s last step left it at "
        "no state"
    ]


def test_one_that_was_issued_before_digests_were_kept(records, monkeypatch):
    monkeypatch.setattr("certcentre.log.models.LogEntryQuerySet.digests", lambda *_: {})
    assert not [words for words in differences() if words.startswith("certificate")]


def test_the_result_is_kept_and_ready_says_it(records, client):
    forge("UPDATE standards_decision SET reason = 'Another.'")
    with pytest.raises(CommandError, match="1 records"):
        call_command("verify_records")
    answer = client.get("/readyz")
    assert b"records not ok" in answer.content
    assert answer.status_code == 200


def test_tick_compares_once_a_day_and_says_so(records, caplog):
    timers.tick(at=AT)
    forge("UPDATE standards_decision SET reason = 'Another.'")
    timers.tick(at=AT + timedelta(hours=23))
    assert record_check.agree()
    timers.tick(at=AT + timedelta(hours=24))
    assert not record_check.agree()
    (row,) = (row for row in caplog.records if row.name == "certcentre.desk.timers")
    assert (
        row.getMessage() == f"our records disagree: standards.decision:{Decision.objects.get().pk}"
    )


def test_an_operator_s_line_names_a_record_by_its_key_alone(records, caplog):
    """The command says the sentence; the line that is kept elsewhere has no words of anybody."""
    names = {str(row) for model in (Tender, Edition) for row in model.objects.all()}
    forge("UPDATE tenders_tender SET title = 'Somebody by name'")
    forge("UPDATE standards_claim SET assurance = 4 WHERE assurance = 1")
    forge("UPDATE accounts_organisation SET name = 'Somebody by name' WHERE kind = 'buyer'")
    timers.tick(at=AT)
    lines = [row.getMessage() for row in caplog.records if row.name == "certcentre.desk.timers"]
    assert {line.split(":")[1].strip() for line in lines} >= {
        "tenders.tender",
        "standards.claim",
        "accounts.organisation",
    }
    assert not [line for line in lines if "Somebody" in line or any(name in line for name in names)]
    assert any("Somebody by name" in words for words in differences())


def test_tick_tells_the_first_few_and_counts_the_rest(records, caplog, monkeypatch):
    monkeypatch.setattr(timers, "MOST", 1)
    forge("UPDATE standards_decision SET reason = 'Another.'")
    forge("UPDATE standards_release SET status = 'held'")
    timers.tick(at=AT)
    of_check = [row for row in caplog.records if row.name == "certcentre.desk.timers"]
    assert len(of_check) == 2
    assert "our records disagree: and 1 more" in caplog.text


def test_the_number_of_statements_does_not_grow(records):
    def statements():
        with CaptureQueriesContext(connection) as queries:
            assert list(differences()) == []
        return len(queries)

    before = statements()
    make.tender(status="published", edition=records.edition)
    assert statements() == before


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("UPDATE tenders_tender SET title = 'FORGED'", "tender TD-"),
        ("UPDATE tenders_tender SET countries = '[\"FR\"]'", "tender TD-"),
        ("UPDATE standards_declaration SET signatory_name = 'FORGED'", "declaration DC-"),
        ("UPDATE standards_declaration SET valid_until = '2040-01-01'", "declaration DC-"),
        ("UPDATE standards_certificate SET issued_at = '2020-01-01'", "certificate CC-"),
        ("UPDATE standards_accreditation SET valid_until = '2040-01-01'", "accreditation AC-"),
        ("UPDATE standards_accreditation SET countries = '[\"FR\"]'", "accreditation AC-"),
    ],
)
def test_columns_that_say_more_than_the_frozen_words(records, statement, named):
    assert list(differences()) == []
    forge(statement)
    (words,) = differences()
    assert words.startswith(named)


def test_a_credential_that_nobody_signed(records):
    Credential.objects.issue(records, at=AT)
    assert list(differences()) == []
    document = bytes(Credential.objects.get().document).replace(b"AL4", b"AL9")
    digest = hashlib.sha256(document).hexdigest()
    forge("UPDATE standards_credential SET document = %s, digest = %s", document, digest)
    assert [words for words in differences() if words.startswith("credential ")]


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE standards_claim SET assurance = 4 WHERE assurance = 1", "gives no AL4"),
        ("UPDATE standards_claim SET outcome = 'not_met'", "says another thing"),
        ("UPDATE standards_claim SET valid_until = '2040-01-01'", "lasts longer"),
        ("UPDATE standards_claim SET source = 'CC-2020-000001'", "nothing that is called"),
        ("UPDATE standards_claim SET ended_at = valid_from", "nothing ended it"),
        ("UPDATE standards_claim SET assurance = 2, basis = 'evidence'", "no such evidence"),
        ("UPDATE standards_claim SET assurance = 2 WHERE assurance = 1", "gives no AL2"),
        ("UPDATE standards_claim SET accepted_by = 'rule'", "does not say that rule"),
        ("DELETE FROM standards_claim WHERE assurance = 1", "nothing is claimed of"),
        ("UPDATE standards_standing SET proven = 99", "standing of release"),
    ],
)
def test_what_the_register_claims_is_what_was_said(records, statement, words):
    assert list(record_check.every_difference(at=AT)) == []
    forge(statement)
    assert [each for each in record_check.every_difference(at=AT) if words in each]


def test_a_claim_of_what_was_withdrawn(records):
    declaration = Declaration.objects.first()
    by = make.signer_of(declaration.assessment)
    declaration.withdraw(by=by, at=AT, reason="Mistaken.")
    assert list(record_check.every_difference(at=AT)) == []
    forge("UPDATE standards_claim SET ended_at = NULL, ended_by = ''")
    assert [w for w in record_check.every_difference(at=AT) if "it is in force, and DC-" in w]
