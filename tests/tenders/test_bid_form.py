"""A draft bid as a workbook: out filled with what stands, checked cell by cell, and back in."""

import io
import re
from functools import partial

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from certcentre.lifecycle import Conflict
from certcentre.tables.rows import Unreadable
from tenders.bids import form_file
from tenders.bids.bid import Bid
from tenders.exporting import export
from tests import make
from tests.make.moment import AT
from tests.markup import text

pytestmark = pytest.mark.django_db
OWN = "Prints a report"
PRODUCT, WORDS = 2, 5  # rows of the sheet: one that a product answers, one in the buyer's words
RESPONSE, PROOF, OFFERED = "H", "I", "J"


kept_tender = make.kept(partial(make.bids_tender, own=OWN))


@pytest.fixture
def tender(kept_tender, db):
    return kept_tender()


@pytest.fixture
def bid(tender, provider):
    """A draft of which a colleague said in words why one product answer is equivalent."""
    made = make.bid(tender, provider=provider)
    second = made.lines(at=AT)[1].requirement
    made.say(
        second,
        revision=0,
        response="equivalent",
        words="=Our dossier,\npage 3",
        by=made.person,
        at=AT,
    )
    return made


def form_of(bid):
    return form_file.write(bid, bid.lines(at=AT))


def read(bid, data):
    return form_file.read(data, bid, bid.lines(at=AT))


def edited(data, cells, sheet=1):
    """The workbook with cells of one sheet written over."""
    book = load_workbook(io.BytesIO(data))
    for cell, value in cells.items():
        book.worksheets[sheet][cell] = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def file(data, name="form.xlsx"):
    return {"file": SimpleUploadedFile(name, data)}


def test_the_form_says_what_the_bid_says(bid):
    sheet = load_workbook(io.BytesIO(form_of(bid))).worksheets[1]
    cells = {(cell.coordinate): cell.value for row in sheet for cell in row}
    number = bid.lines(at=AT)[0].claim.source
    assert (cells["A2"], cells["H2"], cells["I2"]) == (
        "L1-001",
        "complies",
        f"{number}, AL1 declared",
    )
    assert (cells["H3"], cells["J3"]) == ("complies by an equivalent", "'=Our dossier,\npage 3")
    assert (cells["H5"], cells["I5"]) == ("complies", "In ours too.")


def test_a_round_trip_changes_nothing(bid):
    for data in (form_of(bid), edited(form_of(bid), {})):
        preview = read(bid, data)
        assert (preview.changes, preview.problems, preview.same) == ([], [], 4)
    blank, _name = export(bid.tender, "xlsx")
    assert read(bid, blank).changes == []


@pytest.mark.parametrize(
    ("name", "written", "told"),
    [
        ("Price", "1,100.00", True),
        ("Price", 1100, True),
        ("Price", "cheap", True),
        ("Currency", "EUR", True),
        ("Price", "1 000,00", False),
        ("Price", None, False),
        ("Currency", "kes", False),
    ],
)
def test_a_price_that_the_file_says_otherwise_is_told_to_stay(bid, name, written, told):
    book = load_workbook(io.BytesIO(form_of(bid)))
    for row in book.worksheets[0].iter_rows(max_col=2):
        if row[0].value == f"{name}, lot 1":
            row[1].value = written
    out = io.BytesIO()
    book.save(out)
    preview = read(bid, out.getvalue())
    assert (preview.changes, preview.problems) == ([], [])
    assert [each.what for each in preview.remarks] == ["Price and currency"] * told


def test_answers_are_read_in_every_language_and_any_case(bid):
    cells = {"H5": " CONFORME par un  Équivalent", "J5": "Par écran", "H3": "Complies", "J3": None}
    changes = read(bid, edited(form_of(bid), cells)).changes
    assert [(each.line.ref, each.response, each.words) for each in changes] == [
        ("L1-002", "", ""),
        ("L1-004", "equivalent", "In ours too.\n\nPar écran"),
    ]


WRONG = {
    "H2": ("does not", "column H (Response): your products answer this with “complies”."),
    "I2": ("D-1, AL4 certified", "column I (Reference to proof): what stands for it is"),
    "H4": ("=1+1", "row 4, column H (Response): the cell is a formula"),
    "A5": ("L9-009", "row 5, column A (Ref): “L9-009” is none of the references"),
    "J3": ("a" * 4001, "column J (Standard or proof offered instead): 4,001 letters"),
    "A6": ("L1-001", "row 6, column A (Ref): “L1-001” stands twice"),
    "H6": ("yes", ""),
}


def test_what_does_not_fit_is_said_by_cell_and_nothing_is_taken(bid, client):
    data = edited(form_of(bid), {cell: value for cell, (value, _) in WRONG.items()})
    client.force_login(bid.person)
    page = client.post(reverse("bid-form-file", args=[bid.pk]), file(data))
    assert page.status_code == 422
    for _, words in WRONG.values():
        assert words in text(page)
    assert "6 things do not fit" in text(page)
    assert 'name="kept"' not in page.text
    other = edited(form_of(bid), {"H5": "perhaps"})
    (problem,) = read(bid, other).problems
    assert "“perhaps” is none of the answers" in problem


def test_another_version_draft_or_tender_is_refused_in_words(bid):
    old = form_of(bid)
    newer = make.amended(bid.tender)
    other = make.bids_tender(own=OWN)
    draft, _name = export(make.bids_tender(status="draft"), "xlsx")
    data = {
        f"version 1 ({bid.tender.reference}); what is answered is version 2": old,
        f"is the form of {other.reference}": export(other, "xlsx")[0],
        "is of a draft of": draft,
        "is not the form of a tender": b"Ref,Response\nL1-001,complies\n",
    }
    second = Bid.start(newer.lots.get(), organisation=bid.organisation, by=bid.person, at=AT)
    for words, content in data.items():
        with pytest.raises(Unreadable, match=re.escape(words)):
            read(second, content)


def test_all_is_taken_at_once_or_nothing_where_the_bid_changed_since(bid, client):
    address = reverse("bid-form-file", args=[bid.pk])
    client.force_login(bid.person)
    assert client.get(bid.get_absolute_url()).text.count(address) == 1
    given = client.get(reverse("bid-form", args=[bid.pk]))
    data = edited(given.content, {"I5": "As PDF", "H3": "complies", "J3": None})
    page = client.post(address, file(data))
    assert "2 answers would change" in text(page)
    kept = re.search('name="kept" value="([^"]+)"', page.text)[1]
    assert client.post(address, {"kept": kept})["Location"] == bid.get_absolute_url()
    assert [line.words for line in bid.lines(at=AT)] == ["", "", "", "As PDF"]
    late = client.post(address, {"kept": kept})
    assert late.status_code == 409
    assert "was changed since you looked" in text(late)
    assert client.post(address, {"kept": kept[:-1]}).status_code == 404


def test_nothing_is_half_done(bid):
    lines, by = bid.lines(at=AT), {"by": bid.person, "at": AT}
    first, third = (lines[at].requirement.pk for at in (0, 2))
    answers = {first: ("equivalent", "A"), third: ("not", "B")}
    with pytest.raises(Exception, match="answered by what your products declare"):
        form_file.say_all(bid, answers, since=form_file.written(bid), **by)
    with pytest.raises(Conflict):
        form_file.say_all(bid, {}, since=0, **by)
    assert bid.lines(at=AT)[0].words == ""


def test_the_words_of_the_page_are_answers_too(bid):
    for words in ("Partly complies", "Conforme en partie"):
        (change,) = read(bid, edited(form_of(bid), {f"{RESPONSE}{WORDS}": words})).changes
        assert change.response == "partly"


def test_without_a_product_the_cause_is_named_once(bid):
    data = form_of(bid)
    bid.releases.clear()
    with pytest.raises(Unreadable, match="Choose the products that you offer first"):
        read(bid, data)
