"""Bids that stay in hand while newer versions take the place of the one they answer."""

from datetime import timedelta
from functools import partial

import pytest
from django.urls import reverse
from django.utils import timezone

from certcentre import zones
from certcentre.desk.notices import people_told
from certcentre.worklist import tasks
from tenders.amending import amend
from tenders.bids.bid import Bid
from tenders.bids.opening import Opening
from tenders.cancelling import cancel_tender
from tenders.models import Tender
from tests import make
from tests.make.bids import CLOSES
from tests.make.moment import AT
from tests.markup import text

pytestmark = [pytest.mark.django_db, pytest.mark.alike]
SOON, LATER = (CLOSES + timedelta(days=days) for days in (3, 20))
WRITE = ("write a bid for the newer version", "write a bid for the version in force")
READ = "Read what changed in “Reading”"


kept = make.kept(partial(make.bids_tender, criteria=1, zone="Pacific/Auckland"))


@pytest.fixture
def tender(kept, db):
    return kept()


def moved(tender, to):
    """The next version, which closes later."""
    made = amend(tender, by=tender.person, at=AT, reason="More time")
    made.person = tender.person
    made.state(by=tender.person, at=AT, deadline=to)
    made.publish(by=tender.person, at=AT)
    return made


def asked_to_write(client, bid, newest):
    """Whether the page of a bid, and that of all bids, ask for one for the newest version."""
    client.force_login(bid.person)
    pages = bid.get_absolute_url(), reverse("tender-bids", args=[newest.reference])
    return [
        words in text(client.get(page)).lower() for words, page in zip(WRITE, pages, strict=True)
    ]


def titles(person, *, turn=True):
    return [task.title for task in tasks(person, at=AT, turn=turn)]


def test_a_bidder_on_an_earlier_version_reads_the_minutes(client, tender):
    made, other = make.bid(tender, "handed_in"), make.bid(tender)
    newest = moved(moved(tender, SOON), LATER)
    make.opened(newest, at=LATER)
    assert list(Opening.objects.visible_to(made.person)) == [newest.opening]
    assert not Opening.objects.visible_to(other.person)
    client.force_login(made.person)
    for version in (tender, newest):
        assert client.get(reverse("opening", args=[version.reference])).status_code == 200


def test_a_bidder_elsewhere_reads_no_minutes_of_another_tender_of_the_buyer(tender):
    make.bid(tender, "handed_in")
    tender.buyer.person = tender.person
    other = make.bid(make.bids_tender(criteria=1, buyer=tender.buyer), "opened")
    make.opened(tender)
    assert not Opening.objects.visible_to(other.person).filter(tender=tender)


@pytest.mark.parametrize("state", ["draft", "handed_in"])
def test_pages_and_lists_say_when_bids_for_the_newest_version_close(client, tender, state):
    made = make.bid(tender, state)
    moved(moved(tender, SOON), LATER)
    now, then = (zones.written(at, tender.zone) for at in (LATER, CLOSES))
    client.force_login(made.person)
    for url in (made.get_absolute_url(), reverse("tender-bids", args=[tender.reference])):
        page = client.get(url).content.decode()
        assert now in page
        assert then not in page
    if state == "handed_in":
        (waits,) = [task for task in tasks(made.person, at=AT, turn=False) if "Bid " in task.title]
        assert now in waits.text


@pytest.mark.parametrize("state", ["draft", "handed_in", "taken_back"])
def test_a_bidder_is_told_of_an_amendment_and_finds_it_on_the_work_list(tender, state):
    made = make.bid(tender, state)
    signs = make.member(made.organisation, "signatory")
    assert READ not in titles(signs)
    newer = moved(tender, LATER)
    concerned = state != "taken_back"
    assert (signs in people_told("tender.published", newer, at=AT)) == concerned
    for person in (made.person, signs):
        assert (READ in titles(person)) == concerned
    assert READ not in titles(tender.person)


@pytest.mark.parametrize("state", ["draft", "handed_in"])
def test_the_first_version_is_no_change_to_who_bids_at_once(tender, state):
    """Nor is a newer one to whoever began with it, before its notices went out."""
    quick = make.bid(tender, state)
    assert people_told("tender.published", tender, at=AT) == []
    newer = moved(tender, LATER)
    newer.edition = tender.edition
    later = make.bid(newer, state)
    told = people_told("tender.published", newer, at=AT)
    assert (quick.person in told, later.person in told) == (True, False)


def test_it_leaves_the_list_with_a_bid_for_the_newer_version(tender):
    provider = make.organisation("provider")
    made = make.bid(tender, "handed_in", provider=provider)
    make.bid(moved(tender, LATER), "handed_in", provider=provider, release=made.release)
    assert READ not in titles(made.person)


def test_a_draft_that_ended_asks_nobody_to_read_what_changed(tender):
    made = make.bid(tender)
    moved(tender, LATER)
    assert READ in titles(made.person)
    Bid.objects.update(ended_at=AT, ended_because="No budget", ended_with_lot=True)
    assert READ not in titles(made.person)


@pytest.mark.parametrize("state", ["draft", "handed_in"])
@pytest.mark.parametrize("newer", ["open", "closed", "cancelled"])
def test_a_bid_for_the_newer_version_is_asked_for_while_it_can_be_written(
    client, monkeypatch, tender, state, newer
):
    made, newest = make.bid(tender, state), moved(tender, LATER)
    if newer == "cancelled":
        cancel_tender(newest, by=tender.person, at=AT, reason="No budget")
    monkeypatch.setattr(timezone, "now", lambda: LATER if newer == "closed" else AT)
    assert asked_to_write(client, made, newest) == [newer == "open"] * 2
    assert "Version 2 of the tender has taken" in text(client.get(made.get_absolute_url()))


def test_nobody_is_asked_for_a_bid_that_is_handed_in(client, monkeypatch, tender):
    monkeypatch.setattr(timezone, "now", lambda: AT)
    provider = make.organisation("provider")
    made, newest = make.bid(tender, "handed_in", provider=provider), moved(tender, LATER)
    make.bid(newest, "handed_in", provider=provider, release=made.release)
    assert asked_to_write(client, made, newest) == [False, False]


def test_bids_are_compared_on_the_version_in_force_alone(client, monkeypatch, tender):
    monkeypatch.setattr(timezone, "now", lambda: LATER + timedelta(days=1))
    make.bid(tender, "handed_in")
    newest = moved(tender, LATER)
    make.opened(newest, at=LATER)
    make.brought(newest, at=LATER)
    client.force_login(tender.person)
    for version, code in ((tender, 404), (newest, 200)):
        about = [version.reference, version.lots.get().pk]
        for door in ("lot-compare", "lot-compare-file", "lot-scores"):
            assert client.get(reverse(door, args=about)).status_code == code
        page = client.get(reverse("tender-bids", args=[version.reference])).text
        assert (reverse("lot-compare", args=about) in page) is (code == 200)


def test_of_each_line_one_version_stands(tender):
    newest = moved(moved(tender, SOON), LATER)
    moved_on = Tender.objects.get(pk=tender.pk)
    assert moved_on.newest == newest
    assert list(Tender.objects.newest()) == [newest]
    assert newest.newest == newest
    assert Bid(tender=moved_on).newest == newest
