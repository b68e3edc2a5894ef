"""The report of an evaluation and the letters to bidders, as files."""

import io
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from docx import Document
from odfdo import Document as OpenDocument
from pypdf import PdfReader

from certcentre.log.models import digest
from certcentre.zones import written
from tenders.award import Award
from tenders.bids.bid import Bid
from tenders.bids.comparison import compared
from tenders.bids.given import Consensus, read
from tenders.bids.scores import questions
from tenders.cancelling import cancel_lot, cancel_tender
from tenders.letters import letters
from tenders.models import Bringing, Opening, Tender
from tenders.report import report
from tests import make
from tests.make.bids import CLOSES
from tests.make.moment import AT

pytestmark = [pytest.mark.django_db, pytest.mark.alike]
GIVEN = {"reason": "Best of all that was offered"}


def scored_twice():
    """Two bids, opened; two evaluators lay far apart and agreed."""
    made = make.scored_tender()
    made.handed_in = [make.bid(made, "handed_in", price=price) for price in (2000, 1000)]
    make.opened(made)
    made.second = make.member(made.buyer, "evaluator")
    for person, score in ((made.person, 5), (made.second, 1)):
        sheet = make.scores(made.lot, score, by=person)
        sheet.hand_in(by=person, at=CLOSES)
    for bid, requirement in questions(compared(made.lot)):
        words = {
            "score": 4,
            "words": "Seen again: it prints.",
            "bid": bid,
            "requirement": requirement,
        }
        Consensus.reach(made.lot, by=made.second, at=CLOSES, **words)
    return made


kept = make.kept(scored_twice)


@pytest.fixture
def tender(kept, db):
    return kept()


def award(tender, place=1):
    made = make.award(tender.lot, by=tender.person, at=CLOSES, bid=tender.handed_in[place], **GIVEN)
    for bid in tender.handed_in:
        bid.refresh_from_db()
    tender.lot.refresh_from_db()
    return made


def text(content):
    """All that a Word file says, part by part."""
    document = Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(line.text for line in document.paragraphs), *cells])


def fetched(client, person, name, *args, format="docx"):
    client.force_login(person)
    return client.get(reverse(name, args=[*args, format]))


def test_the_report_says_what_happened_from_the_call_to_the_award(client, tender):
    award(tender)
    words = text(fetched(client, tender.person, "tender-report", tender.reference).content)
    for bid in tender.handed_in:
        assert {bid.number, bid.bidder, f"SHA-256 {bid.digest}"} <= set(words.split("\n"))
    for column in compared(tender.lot, read(tender.lot).shown_to(tender.person)).columns:
        assert f"{column.placed.total}" in words
    course = ["Published, version 1.", "Bids closed.", "Bids were opened by two people"]
    course += [f"{name} handed in scores" for name in (tender.person.name, tender.second.name)]
    course += [f"Awarded to {tender.handed_in[1].bidder}"]
    assert [each for each in course if each not in words] == []
    assert words.count("Seen again: it prints.") == 2
    assert f"Awarded to\n{tender.handed_in[1].bidder}" in words
    assert GIVEN["reason"] in words
    assert f"{tender.reference}, SHA-256 {tender.digest}" in words


def test_what_colleagues_gave_is_left_out_until_one_may_see_it(tender):
    reader = make.member(tender.buyer, "editor")
    kept = "What colleagues gave is left out here"
    for person, shown in ((reader, False), (tender.second, True)):
        words = said(report(tender, person, at=CLOSES))
        assert ("handed in scores" in words) is ("Who evaluated" in words) is shown
        assert ("Scores of" in words) is ("4.00" in words) is shown
        assert ("Seen again: it prints." in words) is shown
        assert (kept in words) is not shown
    award(tender)
    tender.refresh_from_db()
    words = said(report(tender, reader, at=CLOSES))
    assert "4.00" in words
    assert "\n4\nSeen again: it prints." in words
    assert kept not in words


def test_scores_are_shown_to_all_who_read_bids_once_the_call_is_cancelled(client, tender):
    reader = make.member(tender.buyer, "editor")
    assert read(tender.lot).shown_to(reader) == {}
    cancel_tender(tender, by=tender.person, at=CLOSES, reason="No budget")
    words = said(report(tender, reader, at=CLOSES))
    assert "\n4\nSeen again: it prints." in words
    assert "What colleagues gave is left out here" not in words
    client.force_login(reader)
    page = client.get(reverse("lot-scores", args=of_lot(tender)))
    assert "Seen again: it prints." in page.text


def said(paper):
    """All that a document says."""
    rows = [row for part in paper.parts if part.table for row in part.table.rows]
    cells = [words for row in rows for cell in row for words, _ in cell]
    return "\n".join(
        [*(line for part in paper.parts for line in (part.heading, *part.lead)), *cells]
    )


def test_nothing_is_said_of_a_bid_that_the_log_contradicts(client, tender):
    forged = tender.handed_in[0]
    Bid.objects.filter(pk=forged.pk).update(price=1)
    words = said(report(tender, tender.person, at=CLOSES))
    assert "not to be relied on: our log holds something else" in words
    assert "2,000" not in words
    assert f"SHA-256 {forged.digest}" not in words


def test_nothing_is_said_of_minutes_that_the_log_contradicts(tender):
    """Neither who opened or confirmed, nor a digest as if it could be checked."""
    make.brought(tender)
    words = said(report(tender, tender.person, at=CLOSES))
    both = ("Bids were opened by two people", "who saw its paper")
    assert [each in words for each in both] == [True, True]
    for model in (Opening, Bringing):
        (row,) = model.objects.all()
        other = bytes(row.body).replace(tender.person.name.encode(), b"Somebody Else")
        model.objects.update(body=other, digest=digest(other))
    words = said(report(tender, tender.person, at=CLOSES))
    assert [each in words for each in (*both, digest(other))] == [False] * 3
    assert words.count("not to be relied on: our log holds something else") == 2


def test_no_letter_is_about_a_bid_that_the_log_contradicts(client, tender):
    award(tender)
    forged, good = tender.handed_in
    Bid.objects.filter(pk=forged.pk).update(ended_because="Another reason", price=1)
    words = text(fetched(client, tender.person, "lot-letters", *of_lot(tender)).content)
    assert f"your bid {good.number}" in words
    assert f"your bid {forged.number}" not in words
    assert f"{forged.number}\nnot to be relied on: our log holds something else" in words
    assert "Another reason" not in words
    assert fetched(client, tender.person, "bid-letter", forged.pk).status_code == 409
    assert fetched(client, tender.person, "bid-letter", good.pk).status_code == 200


def test_nothing_is_given_out_of_an_award_that_the_log_contradicts(client, tender):
    award(tender)
    Award.objects.update(supplier="Another")
    about = [("tender-report", tender.reference), ("lot-letters", *of_lot(tender))]
    for name, *args in [*about, ("bid-letter", tender.handed_in[0].pk)]:
        answer = fetched(client, tender.person, name, *args)
        assert (answer.status_code, "Our records disagree" in answer.text) == (409, True)


def of_lot(tender):
    return tender.reference, tender.lot.pk


def test_nothing_is_given_out_of_a_tender_that_the_log_contradicts(client, tender):
    body = bytes(Tender.objects.get(pk=tender.pk).body).replace(
        b"Prints a report", b"Paints a report"
    )
    Tender.objects.filter(pk=tender.pk).update(body=body)
    answer = fetched(client, tender.person, "tender-report", tender.reference)
    assert answer.status_code == 409
    assert "Our records disagree" in answer.content.decode()


def test_each_who_bid_has_a_letter_with_what_their_own_bid_was_given(client, tender):
    made = award(tender, place=1)
    page = fetched(client, tender.person, "lot-letters", tender.reference, tender.lot.pk)
    words = text(page.content)
    loser, winner = tender.handed_in
    assert f"{winner.bidder}: your bid {winner.number}" in words
    assert "Your bid was chosen." in words
    assert f"the lot is awarded to {winner.bidder}, for 1,000 KES." in words
    totals = {
        str(column.bid.pk): f"{column.placed.total}"
        for column in compared(tender.lot, read(tender.lot).shown_to(tender.person)).columns
    }
    own = text(fetched(client, loser.person, "bid-letter", loser.pk).content)
    assert totals[str(loser.pk)] in own
    assert "Points by criterion" in own
    assert totals[str(winner.pk)] in own
    assert "Dear Sir or Madam," in own
    assert made.reason in own
    assert winner.number not in own


def test_a_letter_of_a_bid_left_out_says_why_and_nothing_else(client, tender):
    by = {"by": tender.person, "at": CLOSES}
    left = Bid.objects.get(pk=tender.handed_in[0].pk)
    left.exclude(**by, reason="It is signed by nobody")
    own = text(fetched(client, tender.handed_in[0].person, "bid-letter", left.pk).content)
    assert "It is signed by nobody" in own
    whole = said(report(tender, tender.person, at=CLOSES))
    assert f"{left.number} was excluded: It is signed by nobody" in whole
    assert "What your bid was given" not in own


def test_a_letter_says_that_the_lot_was_cancelled(tender):
    cancel_lot(tender.lot, by=tender.person, at=CLOSES, reason="No budget")
    tender.lot.refresh_from_db()
    words = said(letters(tender.lot, at=CLOSES))
    assert words.count("The lot was cancelled: nobody gets it.") == 2
    assert words.count("No budget") >= 2
    assert "The law of this call" not in words


def test_what_was_cancelled_with_its_tender_is_reported_so(client, tender):
    cancel_tender(tender, by=tender.person, at=CLOSES, reason="No budget")
    bid = tender.handed_in[0]
    own = text(fetched(client, bid.person, "bid-letter", bid.pk).content)
    assert "The lot was cancelled: nobody gets it.\nNo budget" in own
    all_of_them = text(fetched(client, tender.person, "lot-letters", *of_lot(tender)).content)
    assert all_of_them.count("The lot was cancelled: nobody gets it.") == 2
    whole = text(fetched(client, tender.person, "tender-report", tender.reference).content)
    assert f"Cancelled: Lot 1: {tender.lot.title}. No budget" in whole
    assert "State\nCancelled" in whole
    page = client.get(reverse("tender-award", args=[tender.reference])).text
    assert reverse("lot-letters", args=[*of_lot(tender), "pdf"]) in page


def test_a_letter_bears_the_day_of_what_it_says(tender):
    award(tender)
    later = CLOSES + timedelta(days=20)
    assert written(CLOSES, tender.zone, tender.language) in said(letters(tender.lot, at=later))
    cancel_lot(tender.lot, by=tender.person, at=later, reason="No budget")
    tender.lot.refresh_from_db()
    words = said(letters(tender.lot, at=later))
    assert written(CLOSES, tender.zone, tender.language) not in words
    assert words.count(written(later, tender.zone, tender.language)) == 2


def test_a_letter_is_for_its_bidder_and_the_buyer_once_the_lot_has_ended(client, tender):
    bid, other = tender.handed_in
    people = (bid.person, tender.person, other.person)

    def codes(name, *args):
        return [fetched(client, each, name, *args).status_code for each in people]

    assert codes("bid-letter", bid.pk) == [404, 404, 404]
    assert codes("lot-letters", tender.reference, tender.lot.pk) == [404, 404, 404]
    award(tender)
    assert codes("bid-letter", bid.pk) == [200, 200, 404]
    assert codes("lot-letters", tender.reference, tender.lot.pk) == [404, 200, 404]
    assert codes("tender-report", tender.reference) == [404, 200, 404]


def test_nothing_is_reported_before_the_opening_nor_of_a_version_replaced(client):
    tender = make.bids_tender(criteria=1)
    make.bid(tender, "handed_in")
    assert fetched(client, tender.person, "tender-report", tender.reference).status_code == 404
    make.opened(tender)
    assert fetched(client, tender.person, "tender-report", tender.reference).status_code == 200
    Tender.objects.filter(pk=tender.pk).update(replaced_at=CLOSES)
    assert fetched(client, tender.person, "tender-report", tender.reference).status_code == 404


def test_it_comes_in_each_format_and_in_the_language_of_the_tender(client):
    tender = make.bids_tender(criteria=1, language="fr")
    bid = make.bid(tender, "opened")
    page = fetched(client, tender.person, "tender-report", tender.reference)
    assert "Rapport d’évaluation" in text(page.content)
    pdf = fetched(client, tender.person, "tender-report", tender.reference, format="pdf").content
    assert bid.number in "".join(each.extract_text() for each in PdfReader(io.BytesIO(pdf)).pages)
    odt = fetched(client, tender.person, "tender-report", tender.reference, format="odt").content
    assert bid.number in OpenDocument(io.BytesIO(odt)).get_formatted_text()
    for other in ("xlsx", "exe"):
        answer = fetched(client, tender.person, "tender-report", tender.reference, format=other)
        assert answer.status_code == 404


def test_it_takes_the_same_statements_for_any_number_of_bids():
    taken = []
    for bids in (1, 4):
        tender = make.bids_tender(criteria=1)
        for _ in range(bids):
            make.bid(tender, "handed_in")
        make.opened(tender)
        with CaptureQueriesContext(
            connection,
        ) as statements:
            report(Tender.objects.select_related("buyer").get(pk=tender.pk), tender.person, at=AT)
        taken.append(len(statements))
    assert taken[0] == taken[1] < 20


def test_pages_lead_to_the_files(client, tender):
    award(tender)
    client.force_login(tender.person)
    bids = client.get(reverse("tender-bids", args=[tender.reference])).content.decode()
    assert reverse("tender-report", args=[tender.reference, "pdf"]) in bids
    ended = reverse("tender-award", args=[tender.reference])
    letters = reverse("lot-letters", args=[tender.reference, tender.lot.pk, "docx"])
    assert letters in client.get(ended).content.decode()
    bid = tender.handed_in[0]
    client.force_login(bid.person)
    assert letters not in client.get(ended).content.decode()
    own = client.get(bid.get_absolute_url()).content.decode()
    assert reverse("bid-letter", args=[bid.pk, "docx"]) in own
