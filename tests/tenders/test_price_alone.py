"""A lot that nothing is scored in: the lowest price wins, and nothing says points."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tenders.bids.comparison import compared
from tenders.letters import letters
from tenders.report import Evaluated, evaluation
from tests import make
from tests.make.bids import CLOSES
from tests.tenders.test_bringing_pages import text

pytestmark = pytest.mark.django_db


@pytest.fixture
def tender():
    """One lot of a must, with two bids that were opened."""
    made = make.bids_tender(criteria=1)
    made.handed_in = [make.bid(made, "handed_in", price=price) for price in (2000, 1000)]
    make.opened(made)
    return made


def words_of(parts):
    return str([(part.lead, part.table) for part in parts])


def test_page_report_and_letters_have_no_points(client, tender):
    client.force_login(tender.person)
    page = text(client.get(reverse("lot-compare", args=[tender.reference, tender.lot.pk])))
    assert "the lowest price wins" in page
    assert "Points" not in page
    told = words_of(evaluation(Evaluated.of(tender.lot)))
    assert "Points" not in told
    assert "1,000 KES" in told
    standing = compared(tender.lot).standing
    assert standing[tender.handed_in[1].pk] == "Place 1"
    best = tender.handed_in[1]
    make.award(tender.lot, bid=best, reason="Lowest", by=tender.person, at=CLOSES)
    tender.lot.refresh_from_db()
    letter = words_of(letters(tender.lot, at=CLOSES).parts)
    assert "Place" in letter
    assert "Points" not in letter


def test_an_award_to_another_than_the_first_names_places_alone(client, tender, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: CLOSES + timedelta(hours=2))
    client.force_login(tender.person)
    make.closed(tender.lot)
    url = reverse("lot-award", args=[tender.reference, tender.lot.pk])
    dear, cheap = tender.handed_in
    page = text(client.post(url, {"bid": str(dear.pk), "reason": "Known to us"}))
    assert f"{dear.number} is not first: it has place 2, {cheap.number} has place 1." in page
    assert "points" not in page


def test_where_something_is_scored_points_stay(client):
    scored = make.scored_tender()
    make.bid(scored, "opened")
    assert not compared(scored.lot).price_alone
