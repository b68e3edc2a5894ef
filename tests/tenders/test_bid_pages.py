"""The pages of bids: writing one, its receipt, the opening, and who reads what."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tenders.bids.bid import Bid
from tenders.models import Opening
from tests import make
from tests.make.moment import AT
from tests.markup import text

pytestmark = [pytest.mark.django_db, pytest.mark.alike]
OWN = "Prints a report"


@pytest.fixture
def clock(monkeypatch):
    """`clock(moment)` sets what the pages take for now."""

    def set_to(moment):
        monkeypatch.setattr(timezone, "now", lambda: moment)

    set_to(AT)
    return set_to


@pytest.fixture
def tender(clock):
    return make.bids_tender(own=OWN)


def url(name, *args):
    return reverse(name, args=args)


def test_a_bid_from_the_tender_to_the_receipt(client, tender, provider):
    release = make.offered(tender, provider)
    client.force_login(provider.person)
    assert url("tender-bids", tender.reference) in client.get(tender.get_absolute_url()).text
    started = client.post(url("bid-start", tender.reference, tender.lot.pk))
    bid = Bid.objects.get()
    assert started["Location"] == bid.get_absolute_url()
    offer = {"releases": [release.pk], "price": "1200.50", "currency": "kes", "revision": 0}
    assert client.post(url("bid-offer", bid.pk), offer)["Location"] == bid.get_absolute_url()
    page = client.get(bid.get_absolute_url())
    assert "Answer L1-004." in text(page)
    own = tender.lot.requirements.get(position=4)
    reply = url("bid-reply", bid.pk, own.pk)
    saved = client.post(
        reply,
        {"response": "complies", "words": "As PDF", "revision": 0},
        headers={"X-Autosave": "1"},
    )
    assert (saved.status_code, saved["X-Saved"]) == (200, "1")
    assert "Nothing is missing." in text(client.get(bid.get_absolute_url()))
    signed = client.post(url("bid-hand-in", bid.pk), make.SIGNED | {"agreed": "on"}, follow=True)
    bid.refresh_from_db()
    assert "1,200.50 KES" in text(signed)
    assert bid.digest in text(signed)
    assert client.get(url("bid-data", bid.pk)).content == bytes(bid.body)


def test_a_late_hand_in_keeps_the_draft_and_says_when_bids_closed(client, tender, clock):
    made = make.bid(tender)
    clock(tender.deadline)
    client.force_login(made.person)
    late = client.post(url("bid-hand-in", made.pk), make.SIGNED | {"agreed": "on"})
    assert late.status_code == 409
    assert "Bids closed" in text(late)
    made.refresh_from_db()
    assert made.status == "draft"


def test_a_reply_without_script_is_kept_where_it_conflicts(client, tender, at):
    made = make.bid(tender)
    client.force_login(made.person)
    line = made.lines(at=at)[-1]
    reply = url("bid-reply", made.pk, line.requirement.pk)
    stale = {"response": "partly", "words": "Mine", "revision": 0}
    page = client.post(reply, stale)
    assert page.status_code == 409
    assert "Mine" in text(page)
    assert "In ours too." in text(page)
    assert client.post(reply, stale | {"revision": 1}).status_code == 302


def test_an_offer_that_a_colleague_changed_shows_both(client, tender):
    made = make.bid(tender)
    client.force_login(made.person)
    page = client.post(
        url("bid-offer", made.pk), {"price": "7", "currency": "KES", "revision": 0, "offer": "Mine"}
    )
    assert page.status_code == 409
    assert "1,000 KES" in text(page)
    assert "Mine" in page.text
    wrong = client.post(url("bid-offer", made.pk), {"price": "-1", "currency": "KESX"})
    assert wrong.status_code == 422


def test_what_was_not_right_does_not_hide_what_a_colleague_changed(client, tender):
    made = make.bid(tender)
    client.force_login(made.person)
    assert made.revision > 0
    offer = {"price": "7", "currency": "KESX", "revision": 0}
    page = client.post(url("bid-offer", made.pk), offer)
    assert page.status_code == 422
    assert '<input type="hidden" name="revision" value="0">' in page.text
    assert client.post(url("bid-offer", made.pk), offer | {"currency": "KES"}).status_code == 409


def test_the_buyer_reads_nothing_before_the_opening_and_all_of_it_after(client, tender, clock):
    made = make.bid(tender, "handed_in")
    listed = url("tender-bids", tender.reference)
    for closed in (False, True):
        clock(tender.deadline if closed else AT)
        client.force_login(tender.person)
        assert client.get(made.get_absolute_url()).status_code == 404
        page = client.get(listed)
        assert made.organisation.name not in page.text
        assert (url("opening-call", tender.reference) in page.text) is closed
    client.post(url("opening-call", tender.reference))
    assert Opening.objects.get().status == "called"
    assert client.post(url("opening-open", tender.reference)).status_code == 403
    client.force_login(make.member(tender.buyer, "evaluator"))
    opened = client.post(url("opening-open", tender.reference), follow=True)
    assert made.organisation.name in text(opened)
    assert "unchanged" in text(client.get(url("opening", tender.reference)))
    assert OWN in text(client.get(made.get_absolute_url()))


def test_a_forged_bid_is_shown_as_not_to_be_relied_on(client, tender, clock):
    made = make.bid(tender, "opened")
    client.force_login(tender.person)
    assert "Our records disagree" not in text(client.get(made.get_absolute_url()))
    body = json.loads(bytes(made.body)) | {"price": "1.00"}
    Bid.objects.filter(pk=made.pk).update(body=json.dumps(body).encode())
    assert "Our records disagree" in text(client.get(made.get_absolute_url()))


def test_after_an_amendment_the_page_leads_to_the_newer_version(client, tender):
    made = make.bid(tender, "handed_in")
    newer = make.amended(tender)
    client.force_login(made.person)
    page = client.get(made.get_absolute_url())
    assert "Version 2 of the tender has taken the place" in text(page)
    assert url("tender-bids", newer.reference) in page.text
    assert made.number in text(client.get(url("tender-bids", newer.reference)))


def test_a_sheet_takes_the_same_statements_at_any_number(client, provider, clock):
    client.force_login(provider.person)
    counts = []
    for criteria in (2, 40):
        made = make.bid(make.bids_tender(criteria=criteria), provider=provider)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(made.get_absolute_url()).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 24


def test_lists_of_bids_take_the_same_statements_for_any_number(
    client, tender, django_assert_max_num_queries, clock
):
    for _ in range(2):
        for _ in range(2):
            made = make.bid(tender, "handed_in")
        client.force_login(made.person)
        with django_assert_max_num_queries(23):
            client.get(url("tender-bids", tender.reference))
    make.opened(tender, at=tender.deadline + timedelta(hours=1))
    client.force_login(tender.person)
    with django_assert_max_num_queries(20):
        assert client.get(url("tender-bids", tender.reference)).status_code == 200
    with django_assert_max_num_queries(22):
        assert client.get(url("opening", tender.reference)).status_code == 200


def test_what_is_signed_says_in_words_which_musts_are_not_met(client, tender):
    made = make.bid(tender, price=0)
    client.force_login(made.person)
    line = made.lines(at=AT)[-1]
    made.say(line.requirement, by=made.person, at=AT, revision=1, response="not", words="")
    page = text(client.get(url("bid-hand-in", made.pk)))
    assert "L1-004. The buyer may refuse the bid for it." in page
    assert "The price is 0." in page
    assert "Line(" not in page


def test_what_is_signed_says_what_is_called_equivalent(client, tender):
    made = make.bid(tender)
    client.force_login(made.person)
    assert "Called equivalent" not in text(client.get(url("bid-hand-in", made.pk)))
    line = made.lines(at=AT)[-1]
    said = {"response": "equivalent", "words": "By our norm."}
    made.say(line.requirement, by=made.person, at=AT, revision=1, **said)
    page = " ".join(text(client.get(url("bid-hand-in", made.pk))).split())
    assert "Called equivalent to what is asked: L1-004." in page


def test_the_buyer_is_led_to_the_opening_before_the_award(client, tender, clock):
    make.bid(tender, "handed_in")
    clock(tender.deadline)
    client.force_login(tender.person)
    page = client.get(tender.get_absolute_url())
    assert "Two people open them first" in text(page)
    assert url("tender-bids", tender.reference) in page.text
    assert f'href="{url("tender-award", tender.reference)}"' not in page.text
    make.opened(tender)
    page = client.get(tender.get_absolute_url())
    assert f'href="{url("tender-award", tender.reference)}"' in page.text


def test_a_bidder_finds_their_bid_from_the_tender_after_the_award(client, tender, clock):
    made = make.bid(tender, "opened")
    clock(tender.deadline + timedelta(hours=2))
    client.force_login(made.person)
    assert "Your bids" in text(client.get(tender.get_absolute_url()))
    assert "not possible now" not in text(client.get(url("tender-bids", tender.reference)))


def test_what_stands_in_the_way_is_no_mistake_of_the_reader(client, tender, provider):
    made = Bid.start(tender.lot, organisation=provider, by=provider.person, at=AT)
    client.force_login(provider.person)
    page = text(client.get(url("bid-hand-in", made.pk)))
    assert "This stands in the way:" in page
    assert "Everything you wrote was kept" not in page


def test_another_bid_is_begun_from_one_that_was_taken_back(client, tender, clock):
    made = make.bid(tender, "taken_back")
    client.force_login(made.person)
    assert "Begin another from it" in text(client.get(made.get_absolute_url()))
    clock(tender.deadline)
    client.force_login(made.person)
    assert "Begin another from it" not in text(client.get(made.get_absolute_url()))


def test_the_page_of_handing_in_reads_the_answers_once(client, tender, clock):
    made = make.bid(tender)
    client.force_login(made.person)
    with CaptureQueriesContext(connection) as asked:
        page = client.get(url("bid-hand-in", made.pk))
    assert "is answered as it stands" in text(page) or "are answered as they stand" in text(page)
    read = [each for each in asked if 'FROM "tenders_requirement"' in each["sql"]]
    assert len(read) == 1


def test_a_draft_asks_for_products_first_and_judges_nothing_before(client, tender):
    provider = make.organisation("provider")
    bid = Bid.start(tender.lot, organisation=provider, by=provider.person, at=AT)
    client.force_login(provider.person)
    words = text(client.get(bid.get_absolute_url()))
    assert "Choose your products first" in words
    assert "Your products say nothing of it" not in words
    assert "musts are not met" not in words
    about = {"releases": [make.listed("Example Empty", organisation=provider).current_release]}
    bid.state(revision=0, by=provider.person, at=AT, **about)
    words = text(client.get(bid.get_absolute_url()))
    assert "Choose your products first" not in words
    assert "Your products say nothing of it" in words
    assert "musts are not met" in words
