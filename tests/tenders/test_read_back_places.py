"""Times and lots that a file does not place: by the clocks of the draft, in the first lot."""

import json
from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from tenders.call_data import read
from tenders.models import Tender
from tenders.read_back import fill
from tests import make
from tests.make.moment import AT

pytestmark = pytest.mark.django_db
CLOSES = datetime(2031, 3, 1, 10, tzinfo=UTC)
TIMES = {
    "tenderPeriod": {"endDate": "2031-03-01T10:00:00Z"},
    "enquiryPeriod": {"endDate": "2031-02-01T10:00:00Z"},
    "contractPeriod": {"startDate": "2031-04-01T20:00:00Z"},
}


def begun(buyer, call, **details):
    made = Tender.start(buyer, by=buyer.person, at=AT, title="Odd", **details)
    release = read(json.dumps({"tender": {"title": "Odd", **call}}).encode())
    return made, fill(made, release, by=buyer.person, at=AT)


@pytest.mark.parametrize("more", [{}, {"certcentre_zone": "US/Eastern"}])
def test_times_of_a_file_are_the_same_moments_by_the_clocks_of_the_draft(buyer, more):
    made, problems = begun(buyer, TIMES | more, zone="Asia/Tokyo")
    assert (made.zone, made.deadline) == ("Asia/Tokyo", CLOSES)
    assert made.questions_until == CLOSES.replace(month=2)
    assert made.contract_start == date(2031, 4, 2)
    assert len(problems) == len(more)


def test_times_that_no_place_is_known_for_are_said_to_be_left_out():
    buyer = make.organisation("buyer", country="BR")
    made, problems = begun(buyer, TIMES)
    assert (made.zone, made.deadline, made.questions_until) == ("", None, None)
    assert len([words for words in problems if "2031-0" in words]) == 2


def test_two_times_and_no_place_are_refused_in_words(client):
    made = make.tender(buyer=make.organisation("buyer", country="BR"))
    client.force_login(made.person)
    times = {"deadline": "2031-03-01T10:00", "questions_until": "2031-02-01T10:00"}
    sent = {"title": "Odd", "language": "en", "wording": "eu", "zone": "", **times}
    answer = client.post(reverse("tender-details", args=[made.reference]), sent)
    assert answer.status_code == 422
    assert "Say in which place’s time bids close." in answer.text


def test_what_is_asked_in_a_lot_that_is_not_there_is_asked_in_the_first(buyer):
    parts = [
        {"relatedLots": lots, "requirementGroups": [{"requirements": [{"title": title}]}]}
        for lots, title in ((["none"], "Offline"), (["2", "none"], "Paper"))
    ]
    lots = [{"id": "1", "title": "One"}, {"id": "2", "title": "Two"}]
    made, problems = begun(buyer, {"lots": lots, "criteria": parts})
    assert [lot.requirements.count() for lot in made.lots.order_by("number")] == [1, 1]
    assert problems == ["Asked in lots that the file does not have, so in the first: Offline."]
