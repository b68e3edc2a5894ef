"""Returned forms of bidders who are not here, read cell by cell."""

import io
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from tenders.exporting import export
from tests import make
from tests.make.bids import CLOSES
from tests.make.moment import AT
from tests.make.returned import saved

pytestmark = pytest.mark.django_db


OWN = "Prints a report"


def by_post():
    """One lot of two criteria and a must in the buyer's words; bids go by post until CLOSES."""
    made = make.tender(deadline=CLOSES, criteria=2)
    made.lot.add_words(OWN, obligation="must", justification="They read", by=made.person, at=AT)
    made.publish(by=made.person, at=AT)
    return made


kept = make.kept(by_post)


@pytest.fixture
def tender(kept, db):
    return kept()


def problems(tender, *files):
    return [form.problems for form in make.read_returned(tender, *files)]


def edited(data, change):
    """The workbook after `change` of its sheet of answers."""
    book = load_workbook(io.BytesIO(data))
    change(book.worksheets[1])
    return saved(book)


def test_a_returned_form_is_read_as_the_bidder_filled_it(tender):
    form, late = make.read_returned(
        tender,
        make.returned(tender, bidder=" Away  Ltd ", price="1 234,50", currency="eur", H3="PARTLY"),
        make.returned(tender, bidder="Late Ltd", price=700, J2="Our own norm"),
    )
    part = form.parts[1]
    assert (form.problems, form.bidder, form.offer) == ([], "Away Ltd", "Away Reader 3")
    assert (part.price, part.currency) == (Decimal("1234.50"), "EUR")
    assert part.counted == [("Complies", 2), ("Partly complies", 1)]
    assert late.parts[1].price == 700
    assert next(iter(late.parts[1].answers.values()))[1] == "See page 3.\n\nOur own norm"


def test_another_kind_of_file_is_told_what_comes_back(tender):
    (told,) = problems(tender, b"%PDF-1.7 the form, printed")
    assert told == ["This is PDF. Bring the form as a workbook (XLSX)."]


WRONG = {
    "letters in the price": ({"price": "ten"}, "“ten” is no amount"),
    "two readings": ({"price": "1.234"}, "“1.234” may be 1234 or 1.234; write it without"),
    "two readings of a comma": ({"price": "150,000"}, "“150,000” may be 150000 or 150.000"),
    "thousands and no amount": ({"price": "1,234,567,89"}, "“1,234,567,89” is no amount"),
    "three places": ({"price": 1234.567}, "“1234.567” is no amount"),
    "a negative price": ({"price": "-5"}, "“-5” is no amount"),
    "no price": ({"price": None}, "the price is missing"),
    "no currency": ({"currency": None}, "the currency is missing"),
    "an unknown currency": ({"currency": "XQZ"}, "Use the code of three letters"),
    "no name": ({"bidder": None}, "the name of the bidder is missing"),
    "nothing that is seen": ({"bidder": "\u200b \u00a0"}, "the name of the bidder is missing"),
    "a long name": ({"bidder": "a" * 201}, "201 letters in the name; at most 200"),
    "a formula as name": ({"bidder": "=1+1"}, "the cell is a formula"),
    "a formula as price": ({"price": "=500*2"}, "the cell is a formula"),
    "a formula as answer": ({"H2": "=H3"}, "row 2, column H (Response): the cell is a formula"),
    "no answer": ({"H3": None}, "row 3, column H (Response): no answer"),
    "another answer": ({"H3": "perhaps"}, "“perhaps” is none of the answers"),
    "an equivalent without words": (
        {"H3": "complies by an equivalent", "I3": None},
        "row 3, column I (Reference to proof): no words",
    ),
    "too many words": ({"J4": "a" * 4001}, "column J (Standard or proof offered instead): 4,0"),
    "another reference": ({"A4": "L9-009"}, "row 4, column A (Ref): “L9-009” is none of the ref"),
    "a reference twice": ({"A4": "L1-001"}, "row 4, column A (Ref): “L1-001” stands twice"),
    "a reference less": ({"A4": "L1-001"}, "the row of L1-003 is missing"),
}


@pytest.mark.parametrize(
    ("written", "format", "amount"),
    [
        (1234.56, "#,##0", "1234.56"),
        (1234.56, '#,##0.0" KES"', "1234.56"),
        (150000, "#,##0", "150000"),
        (0.1 + 0.2, "0.00", "0.3"),
        ("1,234,567", "@", "1234567"),
        ("1.234.567", "@", "1234567"),
        ("150,000.00", "@", "150000"),
        ("150.000,00", "@", "150000"),
        ("150 000", "@", "150000"),
        ("1234,5", "@", "1234.5"),
    ],
)
def test_a_price_is_what_it_counts_and_what_has_one_reading(tender, written, format, amount):
    book = load_workbook(io.BytesIO(make.returned(tender, price=written)))
    (cell,) = (row[1] for row in book.worksheets[0].iter_rows() if row[0].value == "Price, lot 1")
    cell.number_format = format
    (form,) = make.read_returned(tender, saved(book))
    assert (form.problems, form.parts[1].price) == ([], Decimal(amount))


def test_another_currency_than_that_of_the_tender_is_told_and_taken():
    asked = make.bids_tender(criteria=1, by_post=True)
    euro, own = make.read_returned(
        asked,
        make.returned(asked, bidder="Away", currency="EUR"),
        make.returned(asked, bidder="Beyond", currency="kes"),
    )
    assert (euro.problems, own.problems, own.remarks) == ([], [], [])
    assert [(each.what, each.why) for each in euro.remarks] == [
        ("Currency", "not KES; bids in several currencies get no points")
    ]


def test_another_sheet_says_nothing_of_the_bidder(tender):
    book = load_workbook(io.BytesIO(make.returned(tender)))
    notes = book.create_sheet("Notes", 0)
    notes.append(["Bidder", "Somebody else"])
    notes.append(["Price, lot 1", "7"])
    (form,) = make.read_returned(tender, saved(book))
    assert (form.problems, form.bidder, form.parts[1].price) == ([], "Example Away Ltd", 1000)


@pytest.mark.parametrize("wrong", WRONG)
def test_what_does_not_fit_is_said_by_cell(tender, wrong):
    filled, words = WRONG[wrong]
    (given,) = problems(tender, make.returned(tender, **filled))
    assert words in "\n".join(given)


def test_rows_may_be_sorted_and_not_deleted(tender):
    data = make.returned(tender)

    def turned(sheet):
        rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
        for at, row in enumerate(reversed(rows), start=2):
            for column, value in enumerate(row, start=1):
                sheet.cell(at, column).value = value

    assert problems(tender, edited(data, turned)) == [[]]
    (given,) = problems(tender, edited(data, lambda sheet: sheet.delete_rows(3)))
    assert given == ["“Requirements”: the row of L1-002 is missing"]


def test_the_form_of_another_tender_version_or_draft_is_refused(tender):
    other = make.tender(status="published")
    draft = make.tender(title="Draft")
    given = problems(
        tender,
        make.returned(other),
        export(draft, "xlsx")[0],
        b"Ref,Response\nL1-001,complies\n",
        b"%PDF-1.7",
        export(tender, "xlsx")[0],
    )
    words = [f"is the form of {other.reference}", "of a draft", "not the form of a tender", "PDF"]
    for each, expected in zip(given, [*words, "Nothing is answered"], strict=True):
        assert expected in "\n".join(each)
