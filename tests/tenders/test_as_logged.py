"""What the log contradicts of a published tender is not handed out, and said on its pages."""

from contextlib import contextmanager, suppress
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import NoReverseMatch, get_resolver, reverse
from django.utils import timezone

from certcentre.desk.record_check import differences
from certcentre.lifecycle import NotReady
from tenders.bids.bid import Bid
from tenders.cancelling import cancel_lot
from tenders.models import Requirement, Tender
from tests import make
from tests.make.bids import CLOSES
from tests.make.moment import AT

pytestmark = [pytest.mark.django_db, pytest.mark.alike]
RED = "Our records disagree"


def forge(statement, *values):
    """What somebody with the database in hand writes."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        assert cursor.rowcount == 1


def differing(kind):
    """What verify_records says of records of a kind."""
    return [words for words in differences() if words.startswith(kind)]


def given_out(tender):
    """The addresses that give out a tender for programs or as a file."""
    document = tender.documents.get()
    about = [tender.reference]
    return [
        reverse("api-tender", args=about),
        reverse("tender-ocds", args=about),
        reverse("tender-record", args=about),
        reverse("tender-file", args=[*about, "json"]),
        reverse("tender-document", args=[*about, document.pk]),
    ]


@pytest.fixture
def tender(db):
    """Awarded and contracted, with a document of the call."""
    made = make.tender(criteria=1, with_document=True, deadline=CLOSES, status="published")
    award = make.awarded(made, at=CLOSES)
    award.contract(by=made.person, at=CLOSES, contracted_on=made.day(CLOSES))
    return made


FORGED = {
    "words": "UPDATE tenders_tender SET body = %s",
    "digest": "UPDATE tenders_tender SET digest = 'a' || substr(digest, 2, 62) || 'z'",
    "column": "UPDATE tenders_tender SET title = 'Another'",
    "outcome": "UPDATE tenders_tender SET outcome = 'Another'",
    "state": "UPDATE tenders_tender SET status = 'cancelled', cancelled_at = awarded_at",
}


@pytest.mark.parametrize("what", FORGED)
def test_nothing_is_given_out_of_a_tender_that_the_log_contradicts(client, tender, what):
    page = reverse("tender", args=[tender.reference])
    for address in given_out(tender):
        assert client.get(address).status_code == 200, address
    assert RED not in client.get(page).content.decode()
    body = bytes(Tender.objects.get().body).replace(b"Reading", b"Writing")
    forge(FORGED[what], *[body] * (what == "words"))
    for address in given_out(tender):
        answer = client.get(address)
        assert (answer.status_code, "ecords disagree" in answer.content.decode()) == (409, True)
    assert RED in client.get(page).content.decode()
    assert differing("tender TD-")


def test_the_version_that_the_log_contradicts_is_the_one_that_is_named(client):
    first = make.tender(criteria=1, deadline=CLOSES, status="published")
    second = make.amended(first)
    page = reverse("tender-record", args=[first.reference])
    assert client.get(page).status_code == 200
    forge("UPDATE tenders_tender SET title = 'Another' WHERE version = 2")
    assert f"about {second.reference}," in client.get(page).content.decode()


OUTCOMES = {
    "supplier": "UPDATE tenders_award SET supplier = 'Another'",
    "contract": "UPDATE tenders_award SET contracted_on = '2031-05-06'",
    "state": "UPDATE tenders_lot SET status = 'awarded'",
    "end": "UPDATE tenders_lot SET status = 'cancelled', cancelled_because = 'Another'",
}


@pytest.mark.parametrize("what", OUTCOMES)
def test_what_became_of_a_lot_is_compared_with_the_log(client, tender, what):
    page = reverse("tender-award", args=[tender.reference])
    assert RED not in client.get(page).content.decode()
    assert not differing(("tender", "lot", "award"))
    forge(OUTCOMES[what])
    assert RED in client.get(page).content.decode()
    for name in ("tender-ocds", "tender-record"):
        assert client.get(reverse(name, args=[tender.reference])).status_code == 409
    assert differing(("lot ", "award "))


@pytest.mark.parametrize(
    ("kind", "wiped"),
    [
        ("tender TD-", "UPDATE tenders_tender SET outcome = ''"),
        ("lot ", "UPDATE tenders_award SET contracted_on = NULL"),
    ],
)
def test_what_was_wiped_of_an_end_is_found(tender, kind, wiped):
    assert not differing(kind)
    forge(wiped)
    assert len(differing(kind)) == 1


def test_the_reason_of_a_lot_that_was_given_up_is_compared_too(client):
    tender = make.tender(criteria=1, status="published")
    cancel_lot(tender.lots.get(), by=tender.person, at=AT, reason="No budget")
    page = reverse("tender-award", args=[tender.reference])
    assert RED not in client.get(page).content.decode()
    forge("UPDATE tenders_lot SET cancelled_because = 'No need'")
    assert RED in client.get(page).content.decode()
    assert len(differing("lot ")) == 1


def test_an_answer_that_the_log_contradicts_is_said_and_not_given_out(client):
    tender = make.tender(criteria=1, status="published")
    about = Requirement.objects.get(lot__tender=tender)
    made = make.enquiry(tender, requirement=about)
    made.answer(by=tender.person, at=AT, reply="Yes.", requirement=about)
    pages = [reverse(name, args=[tender.reference]) for name in ("tender", "tender-questions")]
    data = reverse("api-tender", args=[tender.reference])
    assert not any(RED in client.get(page).content.decode() for page in pages)
    assert client.get(data).status_code == 200
    forge("UPDATE tenders_enquiry SET reply = 'No'")
    for page in pages:
        assert RED in client.get(page).content.decode(), page
    assert client.get(data).status_code == 409


@pytest.fixture
def bids():
    """Two that were opened, the first asking for more, and their tender."""
    made = make.bids_tender(criteria=1)
    rows = [make.bid(made, "handed_in", price=price) for price in (900, 700)]
    make.opened(made)
    for bid in rows:
        bid.refresh_from_db()
    return made, *rows


def of_the_buyer(client, made, monkeypatch):
    """The pages on which the buyer reads bids, after the opening."""
    monkeypatch.setattr(timezone, "now", lambda: CLOSES + timedelta(hours=2))
    client.force_login(made.person)
    about = [made.reference]
    lot = made.lots.get()
    return [
        reverse("tender-bids", args=about),
        reverse("lot-compare", args=[*about, lot.pk]),
    ]


def test_a_bid_bears_the_name_under_which_it_was_handed_in(client, bids, monkeypatch):
    made, _dear, cheap = bids
    pages = [*of_the_buyer(client, made, monkeypatch), cheap.get_absolute_url()]
    signed = cheap.bidder
    forge("UPDATE accounts_organisation SET name = %s WHERE name = %s", "Another", signed)
    for page in pages:
        text = client.get(page).content.decode()
        assert (signed in text, "Another" in text) == (True, False), page
    bid = Bid.objects.get(pk=cheap.pk)
    award = make.award(made.lots.get(), by=made.person, at=CLOSES, reason="Cheapest", bid=bid)
    assert award.supplier == signed


STATES = {
    "left out": "UPDATE tenders_bid SET status = 'excluded' WHERE number = %s",
    "let in": "UPDATE tenders_bid SET status = 'opened', ended_because = '' WHERE number = %s",
    "hidden": "UPDATE tenders_bid SET status = 'taken_back' WHERE number = %s",
    "reason": "UPDATE tenders_bid SET ended_because = 'Another' WHERE number = %s",
    "price": "UPDATE tenders_bid SET price = 1 WHERE number = %s",
    "lot": "UPDATE tenders_bid SET ended_with_lot = NOT ended_with_lot WHERE number = %s",
}


@pytest.mark.parametrize("what", STATES)
def test_a_bid_at_another_state_than_the_log_says_is_not_relied_on(client, bids, monkeypatch, what):
    made, _dear, cheap = bids
    pages = of_the_buyer(client, made, monkeypatch)
    if what == "let in":
        cheap.exclude(by=made.person, at=CLOSES + timedelta(hours=1), reason="No warranty")
    for page in pages:
        assert "our log holds something else" not in client.get(page).content.decode()
    assert not differing("bid ")
    forge(STATES[what], cheap.number)
    for page in pages:
        assert "our log holds something else" in client.get(page).content.decode(), page
    about = {"by": made.person, "at": CLOSES, "reason": "Cheapest"}
    bid = Bid.objects.get(pk=cheap.pk)
    with pytest.raises(NotReady):
        make.award(made.lots.get(), bid=bid, **about)
    assert differing("bid ")


def test_bytes_that_say_nothing_of_a_bidder_break_no_page(client, bids, monkeypatch):
    made, _dear, cheap = bids
    pages = [*of_the_buyer(client, made, monkeypatch), cheap.get_absolute_url()]
    forge("UPDATE tenders_bid SET body = %s WHERE number = %s", b"[]", cheap.number)
    for page in pages:
        assert client.get(page).status_code == 200, page


def views():
    """Every view of tenders, by the name of its address."""
    every = {
        pattern.name: pattern.callback
        for part in get_resolver().url_patterns
        for pattern in getattr(part, "url_patterns", [part])
        if getattr(pattern, "name", None) in get_resolver().reverse_dict
    }
    return {name: view for name, view in every.items() if view.__module__.startswith("tenders.")}


def addresses(names, *about):
    """Every address of these names that takes one of these, once, with its name."""
    found = {}
    for name in sorted(names):
        for args in about:
            with suppress(NoReverseMatch):
                found[reverse(name, args=args)] = name
    return [(name, address) for address, name in found.items()]


def signed_in(person):
    client = Client()
    client.force_login(person)
    return client


def pages(visits):
    """Those that are opened by these visits (of whom, a name, an address), each with its text."""
    texts = {}
    for client, name, address in visits:
        answer = client.get(address)
        if answer["Content-Type"].startswith("text/html") and answer.status_code == 200:
            texts[client, name, address] = answer.content.decode()
    return texts


@contextmanager
def forged(table):
    """While the title says something else than what the log holds."""
    before = transaction.savepoint()
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET title = 'Forged'")  # noqa: S608 (our words)
        assert cursor.rowcount
    yield
    transaction.savepoint_rollback(before)


@pytest.mark.long
def test_every_page_that_shows_a_forged_title_is_red(monkeypatch):
    """Of every address of tenders what opens, for the buyer and both bidders."""
    made = make.scored_tender()
    bids = [make.bid(made, "handed_in"), make.bid(made)]
    make.opened(made)
    monkeypatch.setattr(timezone, "now", lambda: CLOSES + timedelta(hours=3))
    lot = made.lots.get()
    scores = make.scores(lot, by=made.person, given=False)
    about = [[made.reference], [made.reference, lot.pk], [scores.pk], *[[bid.pk] for bid in bids]]
    places = addresses(views(), *about)
    people = [signed_in(person) for person in (made.person, *[bid.person for bid in bids])]
    calm = pages((client, *place) for client in people for place in places)
    assert not [name for (_, name, _), text in calm.items() if RED in text]
    for table in ("tenders_tender", "tenders_lot"):
        with forged(table):
            showing = {visit: text for visit, text in pages(calm).items() if "Forged" in text}
            assert {"tender-bids", "bid"} <= {name for _, name, _ in showing}
            assert {name for (_, name, _), text in showing.items() if RED not in text} == set()
            assert differing("tender TD-")
