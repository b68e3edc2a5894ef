"""What is claimed and published is what was said: each in a portal of its own, looked at alone."""

import json
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from django.utils import timezone

from certcentre.desk import record_check
from certcentre.desk.claim_check import pieces_in
from certcentre.desk.record_check import differences
from standards.models import Certificate, Claim, CorrectiveAction, Declaration
from tenders import frozen_body
from tenders.models import Tender
from tenders.notice import Notice
from tests import make
from tests.desk.test_verify_records import DAY, forge
from tests.make.moment import AT

pytestmark = [pytest.mark.django_db, pytest.mark.long]


FORGED = {  # each column of a tender that the public reads, with another value than was published
    "bid_address": "'https://forged.example/'", "bid_how": "'paper'", "wording": "'eu'",
    "method": "'direct'", "method_reason": "'FORGED'", "category": "'goods'", "scheme": "'UNSPSC'",
    "code": "'43232502'", "code_words": "'FORGED'", "value": "1", "currency": "'EUR'",
    "contract_start": "'2040-01-01'", "contract_months": "1", "contract_extensions": "'FORGED'",
    "contact_office": "'FORGED'", "contact_email": "'forged@forged.example'",
    "contact_phone": "'1'", "bid_languages": "'[\"fr\"]'", "zone": "'Asia/Tokyo'",
    "questions_until": "'2040-01-01 00:00:00+00:00'", "valid_days": "1", "short_reason": "'FORGED'",
    "review_body": "'FORGED'",
    "amended_because": "'FORGED'", "deadline": "NULL", "value_public": "false",
}  # fmt: skip


def test_no_term_of_a_notice_says_else_than_was_published(db):
    assert set(Notice.TERMS) | {"wording"} <= set(FORGED)
    shown = {"value": Decimal("5.00"), "currency": "KES", "value_public": True}
    tender = make.tender(status="published", deadline=AT + timedelta(days=90), **shown)
    body, titles = json.loads(bytes(tender.body)), dict(tender.lots.values_list("number", "title"))
    for column, value in FORGED.items():
        with transaction.atomic():
            forge(f"UPDATE tenders_tender SET {column} = {value}")  # noqa: S608 (our words)
            assert frozen_body.unlike(Tender.objects.get(), body, titles), column
            transaction.set_rollback(True)
    assert frozen_body.unlike(Tender.objects.get(), body, titles) == []
    assert frozen_body.unlike(Tender.objects.get(), body, dict.fromkeys(titles, "FORGED"))
    forge("UPDATE tenders_tender SET bid_address = 'https://forged.example/'")
    assert [words for words in differences() if words.startswith("tender TD-")]


@pytest.mark.parametrize("column", ["scope", "issuer", "their_number", "link"])
def test_an_outside_certificate_of_other_words(db, column):
    make.external(status="recorded")
    assert not [words for words in differences() if words.startswith("external")]
    forge(f"UPDATE standards_externalcertificate SET {column} = 'FORGED'")  # noqa: S608
    assert [words for words in differences() if words.startswith("external certificate XC-")]


def everything():
    return list(record_check.every_difference(at=timezone.now()))


@pytest.fixture
def with_minor(db):
    """A certificate that leaves a minor nonconformity, and of what somebody found besides."""
    made = make.declaration(criteria=make.criteria(3, key="ex"))
    granted = make.engagement("examining", declaration=made, results={"ex:1.1": "minor"})
    make.planned(granted)
    granted.ready(by=granted.body.person, at=AT, summary="Done.")
    make.decide(granted)
    make.logged_editions()
    assert everything() == []
    return granted


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("outcome = 'met', assurance = 4", "says another thing"),
        ("assurance = 4", "gives no AL4"),
        ("accepted_by = 'auditor'", "does not say that auditor"),
        ("valid_until = '2027-01-01'", "lasts shorter"),
    ],
)
def test_a_finding_that_was_written_over(with_minor, change, words):
    forge(f"UPDATE standards_claim SET {change} WHERE basis = 'finding'")  # noqa: S608 (our words)
    assert [each for each in everything() if words in each]


def test_a_finding_that_was_taken_out(with_minor):
    forge("DELETE FROM standards_claim WHERE basis = 'finding'")
    assert [w for w in everything() if f"ex:1.1, and {with_minor.number} says it" in w]


def test_one_superseded_claims_no_more_than_still_stood(with_minor):
    """Of what the provider took back between, the new certificate claims nothing."""
    release = with_minor.declaration.release
    make.declaration(release, criteria=[], answers={"ex:1.2": "not_met"}, at=AT + DAY)
    action = CorrectiveAction.objects.select_related("finding__criterion__edition").get()
    action.finding.engagement = with_minor
    by = with_minor.body.second
    action.close(methods=["test"], reply="Seen.", by=by, at=AT + 2 * DAY)
    new = Certificate.objects.get(status="valid")
    assert everything() == []
    forge("DELETE FROM standards_claim WHERE source = %s", new.number)
    assert not [words for words in everything() if "claimed of ex:1.2" in words]
    assert [words for words in everything() if "claimed of ex:1.1" in words]


def test_what_is_announced_for_after_the_end_is_not_claimed(provider):
    later = make.edition("later", effective_from=AT.date() + 500 * DAY)
    criteria = [*make.criteria(2), *later.criteria.all()[:1]]
    draft = make.assessment(organisation=provider, criteria=criteria)
    for answer in draft.answers.all():
        answer.give(value="met", by=provider.person, at=AT, revision=0)
    make.declare(draft)
    make.logged_editions()
    assert everything() == []


def test_evidence_speaks_for_its_own_answer(provider):
    declaration = make.proven(provider, criteria=make.criteria(2))
    make.logged_editions()
    assert everything() == []
    other = make.evidence(provider, title="Another")
    forge("UPDATE standards_claim SET evidence_id = %s WHERE assurance = 2", other.pk.hex)
    assert [words for words in everything() if f"{declaration.number} names no such" in words]


def test_evidence_that_had_run_out_lifts_nothing(provider):
    """One that no longer spoke when it was declared, and a claim that is made up on it."""
    declaration = make.proven(provider)
    claim = Claim.objects.get(basis="evidence")
    old = make.evidence(provider, title="Old", speaks_from=AT.date() - 800 * DAY)
    make.logged_editions()
    assert everything() == []
    body = json.loads(bytes(declaration.body))
    [piece] = body["evidence"]
    piece |= {"id": str(old.pk), "from": old.speaks_from.isoformat(), "until": ""}
    [answer] = [each for each in body["answers"] if each["evidence"]]
    answer["evidence"] = [str(old.pk)]
    row = Declaration(declared_at=AT, valid_until=declaration.valid_until)
    row.body = json.dumps(body).encode()
    edition = claim.criterion.edition
    assert pieces_in(row, {claim.criterion.key: edition}) == {}
    piece |= {"from": (AT - DAY).date().isoformat()}
    row.body = json.dumps(body).encode()  # the control
    assert pieces_in(row, {claim.criterion.key: edition})


@pytest.mark.parametrize("level", [2, 3, 4])
def test_the_level_of_an_outside_certificate(level):
    external = make.external(status="recorded", imports_as=level)
    make.logged_editions()
    assert everything() == []
    other = 3 if level == 4 else 4
    forge("UPDATE standards_claim SET assurance = %s WHERE source = %s", other, external.number)
    assert [words for words in everything() if f"gives no AL{other}" in words]
    forge("UPDATE standards_externalcertificate SET assurance = %s", other)
    assert [words for words in everything() if words.startswith("external certificate XC-")]
