"""What becomes of the bids where a lot or a tender is cancelled; no further one is taken."""

from datetime import timedelta

import pytest
from django.urls import reverse

from certcentre.accounts.own_file import own_file
from certcentre.desk import notices
from certcentre.desk.record_check import differences
from certcentre.lifecycle import IllegalMove, NotReady
from certcentre.log.models import LogEntry
from certcentre.worklist import tasks
from tenders import readiness
from tenders.amending import amend
from tenders.bids import form_file
from tenders.bids.bid import Bid
from tenders.bids.opening import Opening
from tenders.cancelling import cancel_lot, cancel_tender
from tenders.models import Lot, Tender
from tenders.opportunities import outlook
from tests import make
from tests.make.bids import CLOSES
from tests.make.moment import AT

pytestmark = pytest.mark.django_db
LATER = CLOSES + timedelta(hours=1)
WHY = "No budget"
UNDER_WAY = ["draft", "handed_in", "opened", "awarded"]


def two_lots():
    """Two lots, so that the tender goes on without the first."""
    made = make.bids_tender(criteria=1, status="draft")
    by = {"by": made.person, "at": AT}
    made.add_lot(title="Training", about_products=False, **by).add_words(
        "Trains", justification="They learn", **by
    )
    made.publish(**by)
    return made


kept = make.kept(two_lots)


@pytest.fixture
def tender(kept, db):
    return kept()


def bid_in(state, tender):
    made = make.bid(tender, "opened" if state == "awarded" else state)
    if state == "awarded":
        by = {"by": tender.person, "at": LATER}
        make.award(first(tender), bid=made, reason="Best", **by)
        made.refresh_from_db()
    return made


def first(tender):
    lot = Lot.objects.get(tender=tender, number=1)
    lot.tender = tender
    return lot


def wrong():
    kinds = ("bid ", "lot ", "award ", "tender ", "opening ")
    return [words for words in differences() if words.startswith(kinds)]


def give_up(tender, at=LATER):
    cancel_lot(first(tender), by=tender.person, at=at, reason=WHY)


@pytest.mark.parametrize(
    ("before", "after"),
    list(zip(UNDER_WAY, ["draft", "unopened", "not_awarded", "not_awarded"], strict=True)),
)
def test_a_bid_ends_with_its_lot(tender, before, after):
    made = bid_in(before, tender)
    give_up(tender)
    made.refresh_from_db()
    assert (made.status, made.ended_because) == (after, WHY)
    entry = LogEntry.objects.about(made).filter(step="bid.lot_cancelled").get()
    assert (entry.reason, entry.organisation) == (WHY, made.organisation)
    assert not wrong()


@pytest.mark.parametrize("state", ["taken_back", "excluded"])
def test_what_had_ended_before_is_told_nothing_more(tender, state):
    made = make.bid(tender, "opened" if state == "excluded" else state)
    if state == "excluded":
        made.exclude(by=tender.person, at=LATER, reason="No French")
    give_up(tender)
    made.refresh_from_db()
    assert made.status == state
    assert not LogEntry.objects.about(made).filter(step="bid.lot_cancelled")


def test_who_was_not_chosen_is_told_that_the_award_fell(client, tender, mailoutbox):
    chosen, other = make.bid(tender, "handed_in"), make.bid(tender, "handed_in")
    make.opened(tender)
    make.award(first(tender), bid=chosen, reason="Best", by=tender.person, at=LATER)
    give_up(tender)
    other.refresh_from_db()
    assert (other.status, other.ended_because, other.standing[0]) == (
        *("not_awarded", WHY),
        "Lot cancelled",
    )
    assert LogEntry.objects.about(other).filter(step="bid.lot_cancelled").count() == 1
    notices.send_notices(at=LATER)
    (mail,) = [each for each in mailoutbox if each.to == [other.person.email]][-1:]
    assert f"your bid {other.number} is not awarded either" in mail.body
    assert not wrong()


def test_the_order_of_the_log_does_not_say_how_many_bids_were_sealed(tender):
    for _ in range(2):
        make.bid(tender, "handed_in")
    lots = Lot.objects.filter(tender=tender).order_by("-number")
    for lot in lots:
        cancel_lot(lot, by=tender.person, at=AT, reason=WHY)
    steps = LogEntry.objects.order_by("pk").values_list("step", flat=True)
    assert list(steps)[-4:] == ["lot.cancelled", "tender.cancelled", *["bid.lot_cancelled"] * 2]


def test_what_was_never_opened_stays_sealed_from_the_buyer(client, tender):
    made = make.bid(tender, "handed_in")
    draft = make.bid(tender)
    give_up(tender, at=AT)
    made.refresh_from_db()
    for bid in (made, draft):
        client.force_login(tender.person)
        assert client.get(bid.get_absolute_url()).status_code == 404
        for name in ("tender-bids", "tender-award", "tender"):
            page = client.get(reverse(name, args=[tender.reference])).content.decode()
            assert made.organisation.name not in page
            assert made.number not in page
        assert str(bid.pk) not in str(own_file(tender.person, at=AT))
        client.force_login(bid.person)
        assert WHY in client.get(bid.get_absolute_url()).content.decode()


def test_the_opening_leaves_a_cancelled_lot_closed(tender):
    sealed = make.bid(tender, "handed_in")
    give_up(tender, at=AT)
    assert make.opened(tender).content["bids"] == []
    sealed.refresh_from_db()
    assert (sealed.status, sealed.opened_at) == ("unopened", None)


def test_a_bid_for_an_earlier_version_ends_too(tender):
    made = make.bid(tender, "handed_in")
    newer = amend(tender, by=tender.person, at=AT, reason="More time")
    newer.state(by=tender.person, at=AT, deadline=CLOSES + timedelta(days=9))
    newer.publish(by=tender.person, at=AT)
    newer.person = tender.person
    give_up(newer, at=AT)
    made.refresh_from_db()
    assert made.status == "unopened"


@pytest.mark.parametrize("state", ["draft", "handed_in", "opened"])
def test_bids_end_with_the_whole_tender(tender, state):
    made = make.bid(tender, state)
    cancel_tender(tender, by=tender.person, at=LATER, reason=WHY)
    made.refresh_from_db()
    ended = {"draft": "draft", "handed_in": "unopened", "opened": "not_awarded"}
    assert (made.status, made.ended_because) == (ended[state], WHY)
    assert not wrong()


def test_a_draft_is_told_once_though_lots_and_tender_end_together(tender):
    draft = make.bid(tender)
    for lot in Lot.objects.filter(tender=tender).order_by("number"):
        cancel_lot(lot, by=tender.person, at=AT, reason=WHY)
    assert Tender.objects.get(pk=tender.pk).status == "cancelled"
    assert LogEntry.objects.about(draft).filter(step="bid.lot_cancelled").count() == 1


def test_a_tender_is_not_cancelled_once_a_lot_is_awarded(tender):
    bid_in("awarded", tender)
    with pytest.raises(IllegalMove, match="one by one"):
        cancel_tender(tender, by=tender.person, at=LATER, reason=WHY)


@pytest.mark.parametrize("state", ["cancelled", "awarded", "contracted"])
def test_no_bid_is_taken_for_a_lot_that_ended(tender, state):
    draft, provider = make.bid(tender), make.organisation("provider")
    lines = draft.lines(at=AT)
    answers = {line.requirement.pk: ("equivalent", "See annex") for line in lines}
    Lot.objects.filter(pk=first(tender).pk).update(status=state)
    draft = Bid.objects.whole().get(pk=draft.pk)
    by = {"by": draft.started_by, "at": AT}
    for refused in (
        lambda: Bid.start(first(tender), by=provider.person, at=AT, organisation=provider),
        lambda: draft.state(revision=draft.revision, price=7, **by),
        lambda: draft.hand_in(**make.SIGNED, **by),
        lambda: form_file.say_all(draft, answers, since=0, **by),
    ):
        with pytest.raises(IllegalMove, match="no bid is taken for it"):
            refused()
    assert not [task for task in tasks(draft.started_by, at=AT) if "Your bid" in task.title]


def test_handing_in_asks_the_lot_as_it_stands_now(tender):
    draft = make.bid(tender)
    give_up(tender, at=AT)
    with pytest.raises(IllegalMove, match="no bid is taken for it"):
        draft.hand_in(by=draft.person, at=AT, **make.SIGNED)


def test_no_page_offers_a_bid_for_a_cancelled_lot(client, tender):
    provider = make.organisation("provider")
    release = make.offered(tender, provider)
    client.force_login(provider.person)
    url = reverse("tender-bids", args=[tender.reference])
    start = reverse("bid-start", args=[tender.reference, first(tender).pk])
    assert start in client.get(url).content.decode()
    assert [chance.lot.number for chance in outlook(release, at=AT).ready] == [1]
    give_up(tender, at=AT)
    page = client.get(url).content.decode()
    assert start not in page
    assert "Cancelled" in page
    assert outlook(release, at=AT).ready == []
    assert client.post(start).status_code == 409
    assert "Lot 1 is cancelled" in client.get(tender.get_absolute_url()).content.decode()


@pytest.mark.parametrize("state", ["cancelled", "awarded"])
def test_nothing_is_amended_once_a_lot_has_ended(tender, state):
    Lot.objects.filter(pk=first(tender).pk).update(status=state)
    with pytest.raises(IllegalMove, match="A lot of it is awarded or cancelled"):
        amend(tender, by=tender.person, at=AT, reason="More time")


def test_an_amendment_begun_before_a_lot_ended_is_not_published(client, tender, monkeypatch):
    newer = amend(tender, by=tender.person, at=AT, reason="More time")
    newer.state(by=tender.person, at=AT, deadline=CLOSES + timedelta(days=9))
    give_up(tender, at=AT)
    with pytest.raises(NotReady, match="can no longer be amended"):
        newer.publish(by=tender.person, at=AT)
    client.force_login(tender.person)
    assert "can no longer be amended" in client.get(newer.get_absolute_url()).content.decode()
    monkeypatch.setattr(readiness, "missing", lambda *_, **__: [])  # cancelled a moment later
    with pytest.raises(IllegalMove, match="A lot of it is awarded or cancelled"):
        newer.publish(by=tender.person, at=AT)


def test_an_amendment_takes_out_its_own_lots_alone(client, tender):
    newer = amend(tender, by=tender.person, at=AT, reason="Another lot")
    kept = Lot.objects.get(tender=newer, number=1)
    with pytest.raises(IllegalMove, match="cancelled, never taken out"):
        kept.remove(by=tender.person, at=AT)
    added = newer.add_lot(title="Devices", by=tender.person, at=AT)
    client.force_login(tender.person)
    for lot, offered in ((kept, False), (added, True)):
        page = client.get(reverse("lot", args=[newer.reference, lot.pk])).content.decode()
        assert (reverse("lot-remove", args=[newer.reference, lot.pk]) in page) == offered
    added.remove(by=tender.person, at=AT)
    assert newer.lots.count() == 2


def test_an_opening_that_was_called_is_not_offered_again(client, tender):
    Opening.call(tender, by=tender.person, at=LATER)
    with pytest.raises(IllegalMove, match="called already"):
        tender.may_call_opening(by=tender.person, at=LATER)
