"""Bids side by side: what each says, which fail a must, and the points so far."""

import csv
import io
import json
import re
import subprocess
from datetime import timedelta

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tenders.bids.bid import Bid
from tenders.bids.comparison import compared
from tenders.bids.scores import questions
from tenders.tender import Tender
from tests import make
from tests.make.bids import CLOSES
from tests.make.moment import AT
from tests.markup import text

pytestmark = [pytest.mark.django_db, pytest.mark.alike]
LATER = CLOSES + timedelta(hours=2)


def scored(*, own="", must="", criteria=3, each=20, least=None, earns="full"):
    """A tender of one must and shoulds of `each` points; with more in the buyer's words, of which
    `least` is the least score. `earns`: what a should earns."""
    tender = make.bids_tender(status="draft", criteria=criteria, own=must)
    by = {"by": tender.person, "at": AT}
    if own:
        tender.lot.add_words(own, obligation="should", **by)
    rows = tender.lot.requirements.select_related("lot__tender").order_by("position")
    shoulds = [row for row in rows if row.position > 1 and (not must or row.words != must)]
    for row in shoulds:
        row.change(revision=row.revision, obligation="should", **by)
    weights = {str(row.pk): each for row in shoulds}
    price = 100 - sum(weights.values())
    least_scores = {str(row.pk): least for row in shoulds if row.words}
    more = {"least_scores": least_scores, "earns": earns}
    tender.lot.state_award(price_weight=price, weights=weights, **more, **by)
    tender.publish(**by)
    return tender


def bid(tender, price, *, level=1, proves=False, **said):
    """One that was handed in; `L1_002="equivalent"`: what it says of a requirement, for which
    nothing stands then, unless it `proves` all."""
    provider = make.organisation("provider")
    otherwise = {int(ref[-3:]) for ref, answer in said.items() if answer == "equivalent"}
    without = set() if proves else otherwise
    release = make.offered(tender, provider, level=level, without=without)
    made = make.bid(tender, provider=provider, release=release, price=price)
    by = {"by": made.person, "at": AT}
    for line in made.lines(at=AT):
        if response := said.get(line.ref.replace("-", "_")):
            revision = line.reply.revision if line.reply else 0
            words = "As in our file."
            made.say(line.requirement, revision=revision, response=response, words=words, **by)
    made.hand_in(**make.SIGNED, **by)
    return made


def points(tender):
    """Price, quality, total and place of each bid, in the order of handing in."""
    return [
        each.placed and (each.placed.price, each.quality, each.placed.total, each.placed.place)
        for each in compared(tender.lot).columns
    ]


def page(client, tender, person=None):
    client.force_login(person or tender.person)
    return client.get(reverse("lot-compare", args=[tender.reference, tender.lot.pk]))


def test_points_and_order_come_from_what_was_handed_in(client):
    tender = scored()
    bid(tender, 2000), bid(tender, 1000)
    make.opened(tender)
    assert points(tender) == [(30, 40, 70, 2), (60, 40, 100, 1)]
    words = text(page(client, tender))
    assert "Points and order" in words
    assert "Points and order" in words
    assert "Bids side by side, lot 1 Reading" in words


def test_what_people_score_is_said_and_leaves_the_order_open(client, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: LATER)
    tender = scored(own="Prints a report")
    bid(tender, 1000, L1_002="equivalent"), bid(tender, 800)
    make.opened(tender)
    made = compared(tender.lot)
    assert [(each.open, each.quality) for each in made.columns] == [(2, 20), (1, 40)]
    assert not made.complete
    words = text(page(client, tender))
    assert "There is no order. 2 scores of evaluators are still to come." in words
    assert "1 answer stands on words alone: evaluators say" in words
    close = client.get(reverse("evaluation-close", args=[tender.reference, tender.lot.pk]))
    assert "3 answers were scored or judged by nobody: L1-002, L1-004." in text(close)
    assert "Equivalent: to read" in words
    assert "As in our file." in words
    assert "to be scored In ours too." in words


def test_a_bid_that_fails_a_must_is_named_and_moves_nobodys_points(client):
    tender = scored(must="Runs offline")
    bid(tender, 100, L1_004="not"), bid(tender, 1000)
    make.opened(tender)
    assert points(tender) == [None, (60, 40, 100, 1)]
    made = compared(tender.lot)
    assert [row.asked.ref for row in made.fails] == ["L1-004"]
    words = text(page(client, tender))
    assert "fails 1 must" in words
    assert "Fails a must 1 " in words


def test_a_bid_left_out_has_no_points(client):
    tender = scored()
    out, _other = bid(tender, 100), bid(tender, 1000)
    make.opened(tender)
    out.refresh_from_db()
    out.exclude(by=tender.person, at=LATER, reason="No French")
    assert points(tender) == [None, (60, 40, 100, 1)]
    assert re.search(r"<p>\s*<span class=.tag[^>]*>\s*Excluded", page(client, tender).text)


def test_rows_that_differ_come_before_those_that_do_not(client):
    tender = scored()
    bid(tender, 1000), bid(tender, 1000, level=3, L1_002="equivalent")
    make.opened(tender)
    made = compared(tender.lot)
    assert [row.asked.ref for row in made.differs] == ["L1-001", "L1-002", "L1-003"]
    assert [cell.best for cell in made.differs[0].cells] == [False, True]
    shown = page(client, tender)
    assert "best proof" in text(shown)
    for column in made.columns:  # where there is room for one column only
        assert f'data-label="{column.bid.number} ' in shown.text


def test_bids_alike_are_said_once(client):
    tender = scored()
    bid(tender, 1000), bid(tender, 900)
    make.opened(tender)
    assert len(compared(tender.lot).same) == 3
    assert "Same in all bids 3" in text(page(client, tender))


def test_nothing_is_read_of_a_bid_that_the_log_contradicts(client):
    tender = scored()
    forged, _other = bid(tender, 1000), bid(tender, 1000)
    make.opened(tender)
    body = json.loads(bytes(forged.body)) | {"price": "1.00"}
    Bid.objects.filter(pk=forged.pk).update(body=json.dumps(body).encode())
    assert points(tender) == [None, (60, 40, 100, 1)]
    shown = text(page(client, tender))
    assert "Not to be relied on" in shown
    assert " 1 KES" not in shown


def test_points_of_a_tender_that_the_log_contradicts_are_not_given(client):
    tender = scored()
    bid(tender, 1000)
    make.opened(tender)
    body = bytes(tender.body).replace(b'"weight":60', b'"weight":50')
    Tender.objects.filter(pk=tender.pk).update(body=body)
    shown = text(page(client, tender))
    assert "Our records disagree" in shown
    assert "60.00" not in shown


def test_a_bid_for_an_earlier_version_answers_what_was_asked_of_it(client):
    tender = make.bids_tender()
    bid(tender, 1000)
    newer = make.amended(tender)
    newer.lot, newer.edition = newer.lots.get(), tender.edition
    bid(newer, 900)
    make.opened(newer)
    old, new = compared(newer.lot).columns
    assert [bool(cell.content) for cell in old.cells] == [True, True, True, False]
    assert all(cell.content for cell in new.cells)
    assert "Was not asked of this bid" in text(page(client, newer))


def test_the_form_of_the_award_says_totals_and_places(client, monkeypatch):
    tender = scored(must="Runs offline")
    bid(tender, 2000), bid(tender, 1000), bid(tender, 500, L1_004="not")
    make.opened(tender)
    monkeypatch.setattr(timezone, "now", lambda: LATER)
    client.force_login(tender.person)
    make.closed(tender.lot)
    shown = text(client.get(reverse("lot-award", args=[tender.reference, tender.lot.pk])))
    places = ("100.00 points, place 1", "70.00 points, place 2")
    for words in (*places, "fails a must: L1-004"):
        assert words in shown
    assert shown.index(places[0]) < shown.index(places[1])
    compare = reverse("lot-compare", args=[tender.reference, tender.lot.pk])
    assert compare in client.get(reverse("tender-bids", args=[tender.reference])).text


def workbook_of(client, tender, person=None):
    client.force_login(person or tender.person)
    return client.get(reverse("lot-compare-file", args=[tender.reference, tender.lot.pk])).content


def recalculated(data, folder, **typed):
    """The sheet of points as LibreOffice works it out, after `typed` into the other one."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    for name, value in typed.items():
        book["Requirements"][name] = value
    path = folder / "points.xlsx"
    book.save(path)  # without what the formulas came to
    profile = f"-env:UserInstallation=file://{folder}/profile"
    convert = ["soffice", profile, "--headless", "--convert-to", "csv", "--outdir", folder, path]
    subprocess.run(convert, check=True, capture_output=True, timeout=120)
    return [row[3:] for row in csv.reader((folder / "points.csv").open())][1:]


def test_the_workbook_says_the_currency_and_its_rows_are_as_high_as_what_they_show(client):
    tender = scored()
    bid(tender, 2000), bid(tender, 1000)
    make.opened(tender)
    sheet = openpyxl.load_workbook(io.BytesIO(workbook_of(client, tender)))["Points"]
    assert sheet["C1"].value == "Price KES"
    assert all((sheet.row_dimensions[line].height or 15) <= 45 for line in (2, 3))


@pytest.mark.long
def test_the_workbook_comes_to_the_same_points(client, tmp_path):
    """Each total is a formula, and takes the scores that people type."""
    tender = scored(own="Prints a report", must="Runs offline")
    bid(tender, 2000), bid(tender, 1000), bid(tender, 500, L1_004="not")
    make.opened(tender)
    data = workbook_of(client, tender)
    shown = openpyxl.load_workbook(io.BytesIO(data), data_only=True)["Points"]
    assert [shown[cell].value for cell in ("G2", "G3")] == [60, 80]
    assert recalculated(data, tmp_path, G6=5, J6=2) == [  # nobody has read what they say of a must
        ["60", "2000", "20", "80", "", "1", ""],
        ["48", "1000", "40", "88", "", "1", ""],
        [*[""] * 6, "fails a must: L1-004"],
    ]


@pytest.mark.long
def test_the_workbook_gives_places_once_all_is_scored(client, tmp_path):
    tender = scored(own="Prints a report")
    bid(tender, 2000), bid(tender, 1000)
    make.opened(tender)
    data = workbook_of(client, tender)
    rows = recalculated(data, tmp_path, G5=5, J5=2)
    assert [row[3:6] for row in rows] == [["80", "2", "0"], ["88", "1", "0"]]
    assert recalculated(data, tmp_path, G5=5, J5=7)[0][4:] == ["", "0", ""]


@pytest.mark.long
def test_the_workbook_leaves_out_what_scores_below_the_least(client, tmp_path):
    """The cheaper sets the lowest price no longer once its score is too low."""
    tender = scored(own="Prints a report", least=3)
    bid(tender, 2000), bid(tender, 1000)
    make.opened(tender)
    data = workbook_of(client, tender)
    assert recalculated(data, tmp_path, G5=3, J5=3) == [
        ["52", "2000", "20", "72", "2", "0", ""],
        ["52", "1000", "40", "92", "1", "0", ""],
    ]
    assert recalculated(data, tmp_path, G5=3, J5=2) == [
        ["52", "2000", "40", "92", "1", "0", ""],
        ["48", "", "0", "48", "", "0", "scores below the least of L1-004"],
    ]


@pytest.mark.long
def test_the_workbook_knows_the_scores_that_were_handed_in(client, tmp_path):
    tender = scored(own="Prints a report", least=3)
    made = [bid(tender, 2000), bid(tender, 1000)]
    make.opened(tender)
    sheet = make.scores(tender.lot, by=tender.person, given=False)
    keys = {bid: (bid, asked) for bid, asked in questions(compared(tender.lot))}
    given = {keys[str(each.pk)]: (score, "Seen.") for each, score in zip(made, (4, 1), strict=True)}
    sheet.say(by=tender.person, at=LATER, revision=0, given=given)
    sheet.hand_in(by=tender.person, at=LATER)
    data = workbook_of(client, tender)
    shown = openpyxl.load_workbook(io.BytesIO(data), data_only=True)["Points"]
    written = [[cell.value or "" for cell in row[7:]] for row in shown.iter_rows(min_row=2)]
    why = "scores below the least of L1-004"
    assert written == [[1, "", ""], ["", "", why]]
    worked_out = recalculated(data, tmp_path)
    assert [row[4:] for row in worked_out] == [["1", "0", ""], ["", "0", why]]


def test_the_page_is_for_the_buyer_once_bids_are_opened(client):
    tender = scored()
    made = bid(tender, 1000)
    assert page(client, tender).status_code == 404
    make.opened(tender)
    people = (tender.person, made.person, make.organisation("provider").person)
    assert [page(client, tender, each).status_code for each in people] == [200, 404, 404]


def test_a_page_takes_the_same_statements_at_any_number_of_bids_and_rows(client):
    counts = []
    for bids, criteria in ((1, 2), (3, 30)):
        tender = scored(criteria=criteria, each=1)
        for price in range(1, 1 + bids):
            bid(tender, 1000 * price)
        make.opened(tender)
        client.force_login(tender.person)
        with CaptureQueriesContext(connection) as asked:
            url = reverse("lot-compare", args=[tender.reference, tender.lot.pk])
            assert client.get(url).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 14
