"""What a notice must say before it is published, and what its author is asked (rule R61)."""

from datetime import timedelta

import pytest
from django.urls import reverse

from tenders import notice_check, readiness
from tenders.amending import amend
from tenders.legal_clauses import PACKS
from tenders.notice import Notice
from tests import make
from tests.make.moment import AT

pytestmark = [pytest.mark.django_db, pytest.mark.alike]
FAR = AT + timedelta(days=90)


def missing(**details):
    return " ".join(readiness.missing(make.tender(**details), at=AT))


def test_nothing_is_open_without_an_office_and_a_place_for_bids():
    said = missing(contact_office="", contact_email="", bid_how="", bid_address="")
    assert "the office that answers, its e-mail address, how to bid, where bids go" in said
    assert "where bids go" in missing(bid_address="")
    assert missing() == ""


def test_what_the_law_demands_is_demanded():
    said = missing(wording="eu", code="", scheme="", contract_months=None)
    assert "the classification, how many months the contract lasts, when bids close" in said
    assert "Annex V" in said
    assert missing(code="", scheme="", contract_months=None) == ""  # no law asks
    assert missing(wording="eu", deadline=FAR) == ""


@pytest.mark.parametrize("key", PACKS)
def test_every_field_that_a_law_demands_has_its_words(key):
    fields = {name for demand in PACKS[key].demands for name in demand.fields}
    assert fields <= set(notice_check.LACKING)
    assert fields <= set(Notice.DETAILS)


def test_a_call_that_is_not_open_has_a_reason():
    assert "why the call is not open" in missing(method="direct")
    assert missing(method="direct", method_reason="One holds the rights") == ""


def test_questions_end_in_time():
    assert "Questions end in the past" in missing(questions_until=AT - timedelta(hours=1))
    late = missing(deadline=FAR, questions_until=FAR + timedelta(hours=1))
    assert "Questions end before bids close." in late
    assert missing(deadline=FAR, questions_until=FAR) == ""


@pytest.mark.parametrize(
    ("address", "personal"),
    [
        ("jane.doe@ministry.example", True),
        ("amina_otieno@ministry.example", True),
        ("luca.marchetti@ministry.example", True),
        ("abidemi.okafor@ministry.example", True),
        ("bids.2027@ministry.example", False),
        ("tenders@ministry.example", False),
        ("procurement.office@ministry.example", False),
        ("procurement@ministry.example", False),
        ("procurement.unit@ministry.example", False),
        ("marches.publics@ministere.example", False),
        ("tenders-2027@ministry.example", False),
        ("", False),
    ],
)
def test_an_address_of_a_person_is_asked_about(address, personal):
    assert notice_check.personal(address) is personal
    tender = make.tender(contact_email=address)
    kinds = {warned.kind for warned in readiness.warnings(tender, at=AT)}
    assert ("personal" in kinds) is personal


def test_bids_taken_here_need_an_end(at):
    made = make.bids_tender(status="draft", deadline=None, method="limited", method_reason="Pilot")
    assert [words for words in notice_check.about_notice(made, at=at) if "here" in words] == [
        "Bids are taken here: say until when.",
    ]


def test_an_amendment_goes_on_taking_bids_where_some_may_be_in_hand(at):
    published = make.bids_tender()
    made = amend(published, by=published.person, at=at, reason="More is needed")
    elsewhere = {"bid_how": "online", "bid_address": "https://bids.ministry.example/"}
    made.state(by=published.person, at=at, **elsewhere)
    words = "Bids for the version before may be in hand here. Go on taking them here."
    assert words in notice_check.about_notice(made, at=at)
    made.state(by=published.person, at=at, bid_how="here", bid_address="")
    assert words not in notice_check.about_notice(made, at=at)


def test_no_contract_begins_before_bids_close(at, client):
    closes = at + timedelta(days=40)
    made = make.tender(deadline=closes, zone="Africa/Nairobi", contract_start=closes.date())
    (words,) = notice_check.about_notice(made, at=at)
    assert "The contract begins on" in words
    assert "bids close on" in words
    made.state(by=made.person, at=at, contract_start=closes.date() + timedelta(days=1))
    assert not notice_check.about_notice(made, at=at)
    client.force_login(made.person)
    said = {"title": "R", "language": "en", "wording": "neutral", "zone": "UTC"}
    said |= {"deadline": "2031-03-02T12:00", "contract_start": "2031-03-01"}
    page = client.post(reverse("tender-details", args=[made.reference]), said)
    assert "The contract begins on 1 March 2031" in page.content.decode()


def test_no_contract_begins_in_the_past(at):
    made = make.tender(contract_start=at.date() - timedelta(days=1))
    words = "The contract begins in the past. Set a later day, or none."
    assert words in notice_check.about_notice(made, at=at)
    assert words not in notice_check.about_notice(made, at=at - timedelta(days=1))
