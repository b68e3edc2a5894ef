"""The time in which one may object to an award, by law, and what is said of it (rule R72)."""

from datetime import datetime, timedelta

import pytest
from django.urls import reverse
from django.utils.formats import date_format

from certcentre.lifecycle import NotReady
from tenders.award import first_day
from tenders.models import Tender
from tests import make
from tests.make.bids import CLOSES
from tests.make.moment import AT
from tests.markup import text

LATER = CLOSES + timedelta(hours=1)
GIVEN = {"supplier": "Example Soma Labs", "reason": "Best of three", "bids": 3}


def the_lot(tender):
    lot = tender.lots.get()
    lot.tender = tender
    return lot


@pytest.mark.parametrize(
    ("law", "how", "days"),
    [
        ("eu", "here", 11),  # ten days from the day after
        ("eu", "paper", 16),
        ("france", "online", 11),  # eleven days with that of sending
        ("france", "paper", 16),
        ("kenya", "here", 15),
        ("neutral", "here", None),
        ("wto", "here", None),
    ],
)
def test_the_law_says_when_a_contract_may_be_signed(law, how, days):
    tender = Tender(wording=law, bid_how=how)
    assert first_day(tender, at=AT) == (days and AT.date() + timedelta(days=days))


@pytest.mark.parametrize(
    ("begins", "over"), [("2027-03-01", "2027-03-11"), ("2027-03-06", "2027-03-18")]
)
def test_working_days_of_the_uk_count_the_day_of_the_notice(begins, over):
    at = datetime.fromisoformat(f"{begins}T12:00+00:00")
    assert str(first_day(Tender(wording="uk", bid_how="here"), at=at)) == over


def test_less_than_the_laws_time_to_object_wants_a_reason_that_everybody_reads(client, db):
    tender = make.tender(
        wording="eu", deadline=CLOSES, status="published", review_body="High Court"
    )
    lot = the_lot(tender)
    by = {"by": tender.person, "at": LATER}
    least = LATER.date() + timedelta(days=11)
    for day in (None, least - timedelta(days=1)):
        with pytest.raises(NotReady, match="The law gives time to object"):
            make.award(lot, **GIVEN, **by, standstill_until=day)
    why = "Only one bid came, so nobody could object"
    made = make.award(lot, **GIVEN, **by, standstill_until=None, standstill_reason=why)
    page = text(client.get(made.get_absolute_url()))
    assert why in page
    assert "Whoever bid may object at: High Court" in page


def test_while_one_may_object_the_page_says_what_comes_next_and_the_data_pending(client, db):
    tender = make.tender(
        wording="eu", deadline=CLOSES, status="published", review_body="High Court"
    )
    lot = the_lot(tender)
    least = LATER.date() + timedelta(days=11)
    by = {"by": tender.person, "at": LATER}
    made = make.award(lot, **GIVEN, **by, standstill_until=least)
    client.force_login(tender.person)
    page = text(client.get(made.get_absolute_url()))
    assert f"from {date_format(least)} on a signatory records the contract here" in page
    client.logout()
    data = client.get(reverse("tender-ocds", args=[tender.reference])).json()["releases"]
    assert [each["status"] for each in data[-1]["awards"]] == ["pending"]
    assert {"id": "review-body", "name": "High Court", "roles": ["reviewBody"]} in data[-1][
        "parties"
    ]
    assert data[-1]["tender"]["reviewDetails"] == "High Court"
    later = LATER + timedelta(days=12)
    made.contract(by=tender.person, at=later, contracted_on=later.date())
    data = client.get(reverse("tender-ocds", args=[tender.reference])).json()["releases"]
    assert [each["status"] for each in data[-1]["awards"]] == ["active"]
    assert [each["status"] for each in data[-1]["contracts"]] == ["active"]
