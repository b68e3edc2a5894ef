"""The opening of bids: when, by whom, and what its minutes say."""

from datetime import timedelta

import pytest
from django.utils import timezone

from certcentre.desk.record_check import differences
from certcentre.lifecycle import IllegalMove, NotAllowed
from certcentre.worklist import tasks
from tenders.bids.opening import Opening
from tenders.cancelling import cancel_tender
from tenders.models import Bid, Tender
from tests import make
from tests.abilities.people import belong
from tests.make.bids import CLOSES

pytestmark = pytest.mark.django_db
LATER = CLOSES + timedelta(hours=1)


@pytest.fixture
def tender():
    return make.bids_tender(criteria=1)


@pytest.fixture
def second(tender):
    return make.member(tender.buyer, "evaluator")


def test_nobody_opens_before_bids_close(tender):
    with pytest.raises(IllegalMove, match="Nobody opens them before"):
        Opening.call(tender, by=tender.person, at=CLOSES - timedelta(seconds=1))
    assert Opening.call(tender, by=tender.person, at=CLOSES).pk


def test_what_comes_next_is_said_to_everybody_once_bids_have_closed(client, tender, second):
    words = "Two people of the buyer open them together."
    assert words not in client.get(tender.get_absolute_url()).text
    over = timezone.now() - timedelta(hours=1)
    Tender.objects.filter(pk=tender.pk).update(deadline=over)
    assert words in client.get(tender.get_absolute_url()).text
    tender.refresh_from_db()
    Opening.call(tender, by=tender.person, at=over).open(by=second, at=over)
    assert "The buyer compares what came" in client.get(tender.get_absolute_url()).text


def test_two_people_open(tender, second):
    made = make.bid(tender, "handed_in")
    opening = Opening.call(tender, by=tender.person, at=LATER)
    with pytest.raises(NotAllowed, match="Somebody else opens with you"):
        opening.open(by=tender.person, at=LATER)
    opening.open(by=second, at=LATER)
    made.refresh_from_db()
    assert (made.status, made.opened_at, opening.status) == ("opened", LATER, "held")


def test_only_a_signatory_calls_and_only_an_independent_member_opens(tender, second):
    with pytest.raises(NotAllowed, match="signatory"):
        Opening.call(tender, by=second, at=LATER)
    opening = Opening.call(tender, by=tender.person, at=LATER)
    sells = make.member(tender.buyer, "editor")
    belong(sells, make.organisation("provider"), days=30)
    for person in (sells, make.user("stranger"), make.centre().officer):
        with pytest.raises(NotAllowed):
            opening.open(by=person, at=LATER)


def test_the_minutes_say_who_bid_for_what(tender, second):
    late, soon = (make.bid(tender, price=price) for price in (900, 700))
    for bid, minutes in ((soon, 1), (late, 2)):
        bid.hand_in(by=bid.person, at=CLOSES - timedelta(minutes=9 - minutes), **make.SIGNED)
    make.bid(tender, "taken_back")
    make.bid(tender)
    opening = Opening.call(tender, by=tender.person, at=LATER)
    opening.open(by=second, at=LATER)
    lines = opening.content["bids"]
    assert [(line["number"], line["price"], line["unchanged"]) for line in lines] == [
        (soon.number, "700.00", True),
        (late.number, "900.00", True),
    ]
    assert opening.content["by"] == [tender.person.name, second.name]
    assert not [words for words in differences() if words.startswith(("bid", "opening"))]


@pytest.mark.parametrize("forged", [{"price": 1}, {"body": b"{}"}])
def test_the_minutes_name_a_bid_that_is_not_what_was_handed_in(tender, forged):
    made = make.bid(tender, "handed_in")
    Bid.objects.filter(pk=made.pk).update(**forged)
    (line,) = make.opened(tender).content["bids"]
    assert line["unchanged"] is False


def test_forged_minutes_are_found(tender):
    make.bid(tender, "handed_in")
    opening = make.opened(tender)
    Opening.objects.filter(pk=opening.pk).update(body=opening.body.replace(b"1000.00", b"9000.00"))
    assert [words for words in differences() if words.startswith("opening")]


def test_bids_for_an_earlier_version_are_opened_too_and_said_to_be(tender, second):
    made = make.bid(tender, "handed_in")
    newer = make.amended(tender)
    opening = Opening.call(newer, by=tender.person, at=LATER)
    opening.open(by=second, at=LATER)
    (line,) = opening.content["bids"]
    assert (line["number"], line["version"]) == (made.number, 1)


def test_a_cancelled_tender_is_not_opened(tender, second):
    made = make.bid(tender, "handed_in")
    opening = Opening.call(tender, by=tender.person, at=LATER)
    cancel_tender(tender, by=tender.person, at=LATER, reason="No budget")
    with pytest.raises(IllegalMove):
        Opening.objects.get(pk=opening.pk).open(by=second, at=LATER)
    made.refresh_from_db()
    assert (made.status, made.opened_at) == ("unopened", None)


def test_an_opening_is_called_once(tender):
    Opening.call(tender, by=tender.person, at=LATER)
    with pytest.raises(IllegalMove, match="called already"):
        Opening.call(tender, by=tender.person, at=LATER)


def test_where_nobody_bid_the_minutes_say_so(tender):
    assert make.opened(tender).content["bids"] == []


def test_the_minutes_are_for_the_buyer_and_for_those_who_bid(tender):
    made = make.bid(tender, "handed_in")
    make.opened(tender)
    for person, sees in (
        (tender.person, True),
        (made.person, True),
        (make.organisation("provider").person, False),
        (make.centre().officer, False),
    ):
        assert Opening.objects.visible_to(person).exists() == sees


def test_whoever_called_it_sees_that_a_colleague_is_awaited(tender, second):
    opening = Opening.call(tender, by=tender.person, at=LATER)
    awaited = "The bids on “Reading” wait for a second person"
    assert awaited in [task.title for task in tasks(tender.person, at=LATER, turn=False)]
    opening.open(by=second, at=LATER)
    assert awaited not in [task.title for task in tasks(tender.person, at=LATER, turn=False)]


def test_a_bid_in_hand_names_no_time_that_is_past_as_if_it_were_to_come(tender):
    """Before, "It is opened after" named a day that was over."""
    bid = make.bid(tender, "handed_in")

    def line(at):
        tasks_of = tasks(bid.person, at=at, turn=False)
        (task,) = [task for task in tasks_of if task.url == bid.get_absolute_url()]
        return task

    assert line(CLOSES - timedelta(hours=1)).text.startswith("Handed in. It is opened after")
    assert line(LATER).text.startswith("Bids closed on")
    assert line(LATER).due is None
