"""What bidders declare of themselves: on their bid, in its bytes, beside each other."""

import io
import re
from datetime import timedelta
from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from certcentre.desk.record_check import differences
from certcentre.lifecycle import NotReady
from tenders.amending import amend
from tenders.asking_grounds import ask
from tenders.bids import self_declaration
from tenders.bids.bid import Bid
from tenders.bids.comparison import compared
from tenders.grounds import called_here
from tenders.report import Evaluated, evaluation
from tests import make
from tests.make.bids import CLOSES

TURNOVER = "At least KES 5,000,000 a year"


ASKED = {"tax-pay": "", "gen-year-to": TURNOVER}


CLEAN = {
    "tax-pay": {"answer": "clear", "words": ""},
    "gen-year-to": {"answer": "met", "words": "KES 9,000,000 in 2025"},
}


kept_tender = make.kept(partial(make.bids_tender, grounds=ASKED))


@pytest.fixture
def tender(kept_tender, db):
    return kept_tender()


def declare(bid, declared, at):
    bid.state(by=bid.person, at=at, revision=bid.revision, declared=declared)


def handed_in(tender, at, declared=CLEAN, **more):
    bid = make.bid(tender, declares=False, **more)
    declare(bid, declared, at)
    bid.hand_in(by=bid.person, at=at, **make.SIGNED)
    return bid


def wrong(bid):
    """What the check of records says of it."""
    return [words for words in differences() if bid.number in words]


def of_bid(bid):
    return reverse("bid-self-declaration", args=[bid.pk])


def test_a_bid_is_handed_in_only_when_each_is_declared(tender, at):
    bid = make.bid(tender, declares=False)
    assert bid.declared == {}
    taxes, turnover = (called_here(code) for code in ASKED)
    for declared, missing in (
        ({}, f"2 grounds that the buyer asks for: {taxes}; {turnover}."),
        ({"tax-pay": CLEAN["tax-pay"]}, f"1 ground that the buyer asks for: {turnover}."),
    ):
        declare(bid, declared, at)
        with pytest.raises(NotReady, match=re.escape(f"Declare {missing}")):
            bid.hand_in(by=bid.person, at=at, **make.SIGNED)
    declare(bid, CLEAN, at)
    bid.hand_in(by=bid.person, at=at, **make.SIGNED)
    assert bid.content["declared"][1] == {
        "code": "gen-year-to",
        "kind": "selection",
        "asked": TURNOVER,
        "answer": "met",
        "words": "KES 9,000,000 in 2025",
    }


def test_an_exclusion_that_applies_wants_words(tender, at):
    bid = make.bid(tender, declares=False)
    declare(bid, CLEAN | {"tax-pay": {"answer": "applies", "words": " "}}, at)
    with pytest.raises(NotReady, match="Declare 1 ground"):
        bid.hand_in(by=bid.person, at=at, **make.SIGNED)


@pytest.mark.parametrize(
    "declared",
    [
        {"fraud": {"answer": "clear", "words": ""}},
        {"tax-pay": {"answer": "met", "words": ""}},
        {"gen-year-to": {"answer": "clear", "words": ""}},
    ],
)
def test_what_is_not_asked_and_no_answer_to_it_are_refused(tender, at, declared):
    bid = make.bid(tender, declares=False)
    with pytest.raises(NotReady):
        declare(bid, declared, at)


def test_the_bidder_declares_on_the_page_and_half_of_it_is_kept(tender, client):
    bid = make.bid(tender, declares=False)
    client.force_login(bid.person)
    shown = client.get(of_bid(bid)).content.decode()
    assert "checked" not in shown.split("<main", 1)[1]
    assert "Needed where it applies" in shown
    half = {"revision": bid.revision, "answer-tax-pay": "clear", "words-gen-year-to": "KES 6m"}
    assert client.post(of_bid(bid), half).status_code == 302
    bid.refresh_from_db()
    assert bid.declared["gen-year-to"] == {"answer": "", "words": "KES 6m"}
    assert "Declare 1 ground" in client.get(bid.get_absolute_url()).content.decode()
    stale = client.post(of_bid(bid), half | {"answer-gen-year-to": "met"})
    assert stale.status_code == 409
    assert "What stands now" in stale.content.decode()


def test_where_nothing_is_asked_there_is_no_page(db, client):
    bid = make.bid(make.bids_tender())
    client.force_login(bid.person)
    assert client.get(of_bid(bid)).status_code == 404
    assert "elf-declaration" not in client.get(bid.get_absolute_url()).content.decode()


def test_an_earlier_bids_declarations_come_along_where_the_same_is_asked(tender, at):
    bid = handed_in(tender, at)
    later = amend(tender, by=tender.person, at=at, reason="Less is asked")
    asked = {"tax-pay": "", "fraud": "", "gen-year-to": "At least KES 1 a year"}
    ask(later, asked, by=tender.person, at=at)
    later.publish(by=tender.person, at=at)
    lot = later.lots.get()
    again = Bid.start(lot, by=bid.person, at=at, organisation=bid.organisation)
    assert again.declared == {"tax-pay": CLEAN["tax-pay"]}


def bad(answer="applies"):
    return CLEAN | {"tax-pay": {"answer": answer, "words": "Paid since; receipt <b>7</b>"}}


def test_nobody_of_the_buyer_reads_it_before_the_opening(tender, client, at):
    bid = handed_in(tender, at, bad())
    client.force_login(tender.person)
    assert client.get(bid.get_absolute_url()).status_code == 404
    assert client.get(of_bid(bid)).status_code == 404


def test_the_buyer_reads_first_what_applies_and_nothing_excludes_by_itself(tender, client, at):
    good, poor = handed_in(tender, at), handed_in(tender, at, bad())
    make.opened(tender)
    poor.refresh_from_db()
    assert (good.content["declared"] != poor.content["declared"], poor.status) == (True, "opened")
    client.force_login(tender.person)
    shown = client.get(poor.get_absolute_url()).content.decode()
    assert "Paid since; receipt &lt;b&gt;7&lt;/b&gt;" in shown
    assert shown.index("Applies to us") < shown.index("KES 9,000,000 in 2025")
    side = client.get(reverse("lot-compare", args=[tender.reference, tender.lot.pk]))
    assert "Paid since" in side.content.decode()
    poor.exclude(by=tender.person, at=CLOSES + timedelta(hours=3), reason="It owes taxes")
    assert poor.status == "excluded"


def test_beside_each_other_what_is_not_met_stands_first(tender, at):
    handed_in(tender, at)
    worse = CLEAN | {"gen-year-to": {"answer": "not_met", "words": ""}}
    handed_in(tender, at, worse)
    make.opened(tender)
    first, second = compared(tender.lot).declared
    assert (first.ground["code"], second.ground["code"]) == ("gen-year-to", "tax-pay")
    assert [said.label for _column, said in first.pairs] == ["Met", "Not met"]


def test_report_and_workbook_say_what_each_declares(tender, client, at, monkeypatch):
    """What is not met first; of a bid that the log contradicts nothing."""
    worse = CLEAN | {"gen-year-to": {"answer": "not_met", "words": "KES 1m, we grow"}}
    first, second = handed_in(tender, at), handed_in(tender, at, worse)
    make.opened(tender)

    def told():
        page = next(
            part.table.rows
            for part in evaluation(Evaluated.of(tender.lot))
            if part.heading == "Self-declaration"
        )
        return [[str(cell) for cell in row] for row in page]

    lines = told()
    assert ["KES 1m, we grow" in str(line) for line in lines] == [False, True, False, False]
    monkeypatch.setattr(timezone, "now", lambda: CLOSES + timedelta(hours=2))
    client.force_login(tender.person)
    file = client.get(reverse("lot-compare-file", args=[tender.reference, tender.lot.pk]))
    sheet = load_workbook(io.BytesIO(file.content))["Self-declaration"]
    rows = [[cell or "" for cell in row] for row in sheet.iter_rows(values_only=True)][1:]
    assert [row[1:] for row in rows][:2] == [
        [first.number, "Met", "KES 9,000,000 in 2025"],
        [second.number, "Not met", "KES 1m, we grow"],
    ]
    Bid.objects.filter(pk=second.pk).update(price=1)
    assert [second.number in str(line) for line in told()] == [False, False]


def test_a_bid_for_other_words_says_nothing_of_these():
    ground = {"code": "gen-year-to", "asked": TURNOVER}
    other = {"code": "gen-year-to", "asked": "Less", "answer": "met", "words": ""}
    [line] = self_declaration.read([ground], {"declared": [other]})
    assert (line.answer, line.falls_short) == ("", False)


def test_a_declaration_that_was_changed_is_found_by_the_log(tender, client, at):
    bid = handed_in(tender, at, bad())
    assert wrong(bid) == []
    Bid.objects.filter(pk=bid.pk).update(declared=CLEAN)
    assert wrong(bid)
    Bid.objects.filter(pk=bid.pk).update(declared={})
    assert wrong(bid)
    forged = bytes(bid.body).replace(b"applies", b"clear")
    Bid.objects.filter(pk=bid.pk).update(body=forged, declared=CLEAN)
    make.opened(tender)
    client.force_login(tender.person)
    shown = client.get(bid.get_absolute_url()).content.decode()
    assert "Paid since" not in shown
    assert wrong(bid)


def statements(client, at, asked):
    """How many the public page, the bid's page and the comparison ask."""
    made = make.bids_tender(grounds=asked)
    bid = handed_in(made, at, {code: CLEAN[code] for code in asked})
    make.opened(made)
    client.force_login(made.person)
    side = reverse("lot-compare", args=[made.reference, made.lot.pk])
    counts = []
    for url in (made.get_absolute_url(), bid.get_absolute_url(), side):
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        counts.append(len(queries))
    return counts


def test_the_pages_ask_as_often_with_grounds_as_without(db, client, at):
    assert statements(client, at, {}) == statements(client, at, ASKED)
