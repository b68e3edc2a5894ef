"""Invitations: who may bid where a call is not open to all, and who reads who was invited."""

import json
from datetime import timedelta
from functools import partial

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from certcentre.desk.home import waiting_for
from certcentre.desk.notices import send_notices
from certcentre.lifecycle import Disagrees, IllegalMove, NotAllowed, NotReady
from tenders.amending import amend
from tenders.bids.bid import Bid
from tenders.models import Invitee, Tender
from tenders.readiness import missing, warnings
from tenders.report import report
from tests import make
from tests.abilities.people import belong, outsiders
from tests.make.bids import CLOSES
from tests.make.moment import AT
from tests.markup import text

pytestmark = [pytest.mark.django_db, pytest.mark.alike]
LIMITED = {"method": "limited", "method_reason": "Two makers know the braille code of this land."}
LINE = "Bid on “Reading”, or say that you will not"


def limited(*, invited=1, status="published", **more):
    """A call to so many providers (`.invited`), and a draft of it before (`status`)."""
    made = make.bids_tender(status="draft", **LIMITED | more)
    made.invited = [make.organisation("provider") for _ in range(invited)]
    for provider in made.invited:
        make.invited(made, provider)
    if status != "draft":
        made.publish(by=made.person, at=AT)
    return made


kept = make.kept(limited)
draft_kept = make.kept(partial(limited, status="draft", invited=0))


@pytest.fixture
def tender(kept, db):
    return kept()


@pytest.fixture
def draft(draft_kept, db):
    return draft_kept()


@pytest.fixture
def rival(db):
    return make.organisation("provider")


def url(name, *args):
    return reverse(name, args=args)


def row_of(tender):
    return Invitee.objects.on(tender).get()


def todo(provider, at=AT):
    return [task.title for task in waiting_for(provider.person, at=at).todo if "“" in task.title]


def test_a_limited_call_is_published_once_somebody_is_invited(draft, rival):
    assert any(words.startswith("Nobody is invited") for words in missing(draft, at=AT))
    make.invited(draft, rival)
    assert missing(draft, at=AT) == []
    assert any("1 provider is invited" in each.words for each in warnings(draft, at=AT))


def test_a_direct_call_asks_one(draft, rival):
    draft.state(by=draft.person, at=AT, method="direct")
    make.invited(draft, rival)
    with pytest.raises(NotReady, match="one supplier is asked"):
        make.invited(draft, make.organisation("provider"))


def test_only_the_invited_bid_by_page_verb_and_list(tender, rival, client, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: AT)
    (provider,) = tender.invited
    start = url("bid-start", tender.reference, tender.lot.pk)
    client.force_login(rival.person)
    assert client.post(start).status_code == 403
    assert "that the buyer invited" in text(client.get(url("tender-bids", tender.reference)))
    with pytest.raises(NotAllowed, match="the buyer invited"):
        Bid.start(tender.lot, organisation=rival, by=rival.person, at=AT)
    assert (todo(rival), todo(provider)) == ([], [LINE])
    client.force_login(provider.person)
    assert f"{provider} is invited." in text(client.get(tender.get_absolute_url()))
    assert client.post(start).status_code == 302
    assert LINE not in todo(provider)


def test_who_acts_for_two_bids_for_the_invited_one_alone(tender, rival):
    person = tender.invited[0].person
    belong(person, rival)
    with pytest.raises(NotAllowed, match="not invited"):
        Bid.start(tender.lot, organisation=rival, by=person, at=AT)


def test_nobody_else_reads_who_was_invited_before_the_opening(tender, client, rival):
    address = url("tender-invited", tender.reference)
    people = outsiders() | {"the invited": tender.invited[0].person}
    for person in people.values():
        if person.is_authenticated:
            client.force_login(person)
            assert client.get(address).status_code == 404
    client.force_login(rival.person)
    name = tender.invited[0].name
    record = url("tender-record", tender.reference)
    for place in (tender.get_absolute_url(), url("api-tender", tender.reference), record):
        assert name not in client.get(place).text


def test_after_the_opening_the_report_and_the_data_say_who_was_invited(tender, client):
    bid = make.bid(tender, "handed_in", provider=tender.invited[0])
    make.opened(tender)
    make.award(tender.lot, bid=bid, reason="Best", by=tender.person, at=CLOSES + timedelta(hours=3))
    page = client.get(url("tender-record", tender.reference))
    first, *_more, last = json.loads(page.content)["records"][0]["releases"]
    named = [{"id": str(tender.invited[0].pk), "name": tender.invited[0].name}]
    assert "certcentre_invited" not in first["tender"]
    assert last["tender"]["certcentre_invited"] == named
    tender.refresh_from_db()
    paper = report(tender, tender.person, at=CLOSES + timedelta(hours=4))
    (part,) = [each for each in paper.parts if "Invited providers" in each.heading]
    assert "They make readers." in str(part.table.rows[0])
    Invitee.objects.update(reason="Forged")
    with pytest.raises(Disagrees):
        report(tender, tender.person, at=CLOSES + timedelta(hours=4))


def test_the_buyer_learns_nothing_of_bids_from_the_list(tender, client):
    client.force_login(tender.person)
    address = url("tender-invited", tender.reference)

    def page():
        return text(client.get(address)).split("Invited providers", 1)[1]

    before = page()
    make.bid(tender, "handed_in", provider=tender.invited[0])
    assert page() == before


def test_who_declines_is_off_the_list_and_the_buyer_is_told(tender):
    row, provider = row_of(tender), tender.invited[0]
    row.decline(by=provider.person, at=AT, reason="No capacity")
    assert todo(provider) == []
    with pytest.raises(NotAllowed, match="the buyer invited"):
        Bid.start(tender.lot, organisation=provider, by=provider.person, at=AT)
    send_notices(at=AT)
    (letter, *_more) = [each for each in mail.outbox if "will not bid" in each.subject]
    assert "No capacity" in letter.body
    make.invited(tender, provider)
    assert todo(provider) == [LINE]


def test_who_has_a_bid_does_not_decline(tender):
    row, bid = row_of(tender), make.bid(tender, provider=tender.invited[0])
    with pytest.raises(IllegalMove, match="You have a bid"):
        row.decline(by=bid.person, at=AT)
    bid.discard(by=bid.person, at=AT)
    row_of(tender).decline(by=bid.person, at=AT)
    assert row_of(tender).status == "declined"


@pytest.mark.parametrize(
    ("law", "days", "may"),
    [("neutral", 11, True), ("neutral", 9, False), ("kenya", 11, True)],
)
def test_later_ones_have_the_time_that_follows_a_change(draft_kept, law, days, may, rival):
    tender = draft_kept()
    make.invited(tender, rival)
    tender.state(by=tender.person, at=AT, wording=law)
    tender.publish(by=tender.person, at=AT)
    later = make.organisation("provider")
    if may:
        make.invited(tender, later, at=CLOSES - timedelta(days=days))
        assert LINE in todo(later)
    else:
        with pytest.raises(IllegalMove, match="Nobody is invited any more"):
            make.invited(tender, later, at=CLOSES - timedelta(days=days))


def test_the_page_finds_names_invites_and_takes_off(draft, rival, client):
    client.force_login(draft.person)
    address = url("tender-invited", draft.reference)
    assert rival.name in client.get(address, {"q": rival.name[:12]}).text
    sent = {"providers": [rival.pk], "reason": ""}
    assert client.post(f"{address}?q={rival.name}", sent).status_code == 422
    assert client.post(address, sent | {"reason": "They make readers."}).status_code == 302
    assert client.post(address, sent | {"reason": "Again"}).status_code == 422
    row = row_of(draft)
    assert client.post(url("invitee-remove", draft.reference, row.pk)).status_code == 302
    assert not Invitee.objects.on(draft).exists()


def test_the_list_asks_the_same_however_long(client):
    counts = []
    for number in (1, 3):
        tender = limited(invited=number)
        client.force_login(tender.person)
        with CaptureQueriesContext(connection) as asked:
            client.get(url("tender-invited", tender.reference))
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_an_amendment_does_not_shut_out_who_could_bid():
    earlier = make.bids_tender(status="published")
    version = amend(earlier, by=earlier.person, at=AT, reason="Fewer")
    version.state(by=earlier.person, at=AT, **LIMITED)
    assert any("Let it stay open" in words for words in missing(version, at=AT))
    assert Tender.objects.get(pk=earlier.pk).invited_only is False
