"""What became of a bid: on the work list and the page of its bidder, for a while."""

from datetime import timedelta
from functools import partial

import pytest
from django.urls import reverse
from django.utils import timezone

from certcentre.worklist import tasks
from tenders.abilities import LATELY
from tenders.bids.opening import Opening
from tenders.cancelling import cancel_lot, cancel_tender
from tenders.models import Tender
from tests import make
from tests.abilities.people import belong
from tests.make.bids import CLOSES
from tests.make.moment import AT
from tests.markup import text

pytestmark = [pytest.mark.django_db, pytest.mark.alike]
LATER = CLOSES + timedelta(hours=2)
WHY = "It is out of the budget of this year."


def award(tender, bid, by):
    make.award(tender.lot, bid=bid, reason=WHY, **by)


def award_another(tender, bid, by):
    award(tender, tender.rival, by)


def exclude(tender, bid, by):
    bid.exclude(reason=WHY, **by)


def cancel(tender, bid, by):
    cancel_lot(tender.lot, reason=WHY, **by)


def cancel_all(tender, bid, by):
    cancel_tender(tender, reason=WHY, **by)


def award_then_cancel(tender, bid, by):
    award(tender, bid, {**by, "at": by["at"] - timedelta(days=20)})
    cancel(tender, bid, by)


ENDS = [
    ("opened", award, "Awarded"),
    ("opened", award_another, "Not awarded"),
    ("opened", exclude, "Excluded"),
    ("opened", cancel, "Lot cancelled"),
    ("opened", cancel_all, "Lot cancelled"),
    ("opened", award_then_cancel, "Lot cancelled"),
    ("handed_in", cancel, "Lot cancelled"),
    ("draft", cancel, "Lot cancelled"),
]


def with_rival(state):
    """A tender and two bids, the first of them in this state."""
    tender = make.bids_tender(criteria=1)
    bid = make.bid(tender, "draft" if state == "draft" else "handed_in")
    tender.rival = make.bid(tender, "handed_in")
    if state == "opened":
        make.opened(tender)
        for each in (bid, tender.rival):
            each.refresh_from_db()
    return tender, bid


draft, handed_in, opened = (
    make.kept(partial(with_rival, state)) for state in ("draft", "handed_in", "opened")
)


@pytest.fixture
def tender(handed_in, db):
    """One whose `.bid` is handed in, and so is a rival's."""
    made, made.bid = handed_in()
    return made


@pytest.fixture
def ended(draft, handed_in, opened, db):
    """Called, a bid that came to its end."""
    kept = {"draft": draft, "handed_in": handed_in, "opened": opened}

    def come(state, end, at=LATER + timedelta(days=30)):
        tender, bid = kept[state]()
        end(tender, bid, {"by": tender.person, "at": at})
        bid.refresh_from_db()
        return bid

    return come


def told(bid, person, at):
    lines = tasks(person, at=at, turn=False)
    return [(task.tag, WHY in task.text) for task in lines if task.url == bid.get_absolute_url()]


@pytest.mark.parametrize(("state", "end", "words"), ENDS)
def test_the_bidder_sees_what_became_of_a_bid_for_fourteen_days(ended, state, end, words):
    at = LATER + timedelta(days=30)
    bid = ended(state, end, at)
    member = make.member(bid.organisation, "manager")
    assert told(bid, member, at) == [(words, True)]
    assert told(bid, member, at + LATELY - timedelta(seconds=1)) == [(words, True)]
    assert told(bid, member, at + LATELY) == []
    assert told(bid, make.member(bid.tender.buyer, "editor"), at) == []


@pytest.mark.parametrize("amended", [True, False])
@pytest.mark.parametrize("what", ["tender", "lot"])
def test_what_was_in_hand_when_bids_did_not_end_yet_waits_for_nothing(
    client, tender, what, amended
):
    bid = tender.bid
    client.force_login(bid.person)
    newest = make.amended(tender) if amended else tender

    def seen():
        lines = [task.url for task in tasks(bid.person, at=AT, turn=False)]
        page = client.get(bid.get_absolute_url()).text
        return bid.get_absolute_url() in lines, "It was never opened." in page

    assert seen() == (True, False)
    if what == "tender":
        Tender.objects.filter(pk=newest.pk).update(status="cancelled")
    else:
        newest.lots.update(status="cancelled")
    assert seen() == (False, True)


@pytest.mark.parametrize(("state", "end", "words"), ENDS)
def test_its_page_says_so_and_leads_on(client, ended, monkeypatch, state, end, words):
    bid = ended(state, end)
    monkeypatch.setattr(timezone, "now", lambda: bid.ended_at)
    client.force_login(bid.person)
    page = client.get(bid.get_absolute_url()).text
    assert words in page
    assert WHY in page
    assert reverse("tender-award", args=[bid.tender.reference]) in page


@pytest.mark.parametrize(("cancelled", "closed"), [(AT, False), (LATER, True)])
def test_bids_closed_is_said_where_their_end_came_alone(
    client, tender, monkeypatch, cancelled, closed
):
    bid = tender.bid
    cancel_all(tender, bid, {"by": tender.person, "at": cancelled})
    for at in (cancelled, LATER):
        monkeypatch.setattr(timezone, "now", lambda at=at: at)
        client.force_login(bid.person)
        bids = text(client.get(reverse("tender-bids", args=[tender.reference])))
        for page in (bids, text(client.get(bid.get_absolute_url()))):
            assert ("Bids closed" in page) is closed
            assert ("Cancelled" in page.split("Lot 1:")[0]) is not closed
        assert f"Lot 1: {tender.lot.title} Cancelled What became of it" in bids


@pytest.mark.parametrize("opening", ["", "called", "held"])
def test_no_opening_is_promised_once_the_tender_is_cancelled(client, tender, monkeypatch, opening):
    monkeypatch.setattr(timezone, "now", lambda: LATER)
    bid = tender.bid
    if opening == "called":
        Opening.call(tender, by=tender.person, at=LATER)
    if opening == "held":
        make.opened(tender)
    cancel_all(tender, bid, {"by": tender.person, "at": LATER})
    client.force_login(tender.person)
    page = text(client.get(reverse("tender-bids", args=[tender.reference])))
    assert ("Bids were never opened." in page) is (opening != "held")
    assert "opens the bids" not in page
    assert "before the bids are opened" not in page


@pytest.mark.parametrize("but", ["", "tender", "lot", "role", "provider", "part"])
def test_another_bid_is_begun_where_one_is_taken_alone(client, tender, monkeypatch, but):
    monkeypatch.setattr(timezone, "now", lambda: AT)
    bid = tender.bid
    bid.take_back(by=bid.person, at=AT)
    newest, reader = make.amended(tender), bid.person
    if but == "tender":
        Tender.objects.filter(pk=newest.pk).update(status="cancelled")
    if but == "lot":
        newest.lots.update(status="cancelled")
    if but in ("role", "provider"):
        reader = make.member(bid.organisation, "manager")
    if but == "provider":
        belong(reader, make.organisation("provider"))
    if but == "part":
        belong(reader, tender.buyer)
    client.force_login(reader)
    assert ("Begin another from it" in text(client.get(bid.get_absolute_url()))) is (not but)
