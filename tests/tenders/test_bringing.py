"""Returned forms of bidders who are not here: read cell by cell, brought, compared and awarded."""

import io
import re
from datetime import timedelta
from decimal import Decimal
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from certcentre.desk.record_check import differences
from certcentre.lifecycle import IllegalMove, NotAllowed, NotReady
from certcentre.log.models import LogEntry
from tenders import readiness
from tenders.amending import amend
from tenders.award import Award
from tenders.bids import forms as returned_forms
from tenders.bids.bringing import bring
from tenders.bids.comparison import compared
from tenders.bids.forms import MOST_FORMS
from tenders.exporting import export
from tenders.models import Bid, Tender
from tenders.pages import bringing
from tests import make
from tests.abilities.people import belong
from tests.assessment.threads import at_once
from tests.make.bids import CLOSES
from tests.make.moment import AT
from tests.make.returned import saved

pytestmark = pytest.mark.django_db
OWN = "Prints a report"


@pytest.fixture
def tender():
    """One lot of two criteria and a must in the buyer's words; bids go by post until CLOSES."""
    made = make.tender(deadline=CLOSES, criteria=2)
    made.lot.add_words(OWN, obligation="must", justification="They read", by=made.person, at=AT)
    made.publish(by=made.person, at=AT)
    return made


@pytest.fixture
def clock(monkeypatch):
    """The pages stand where bids have closed."""
    monkeypatch.setattr(timezone, "now", lambda: CLOSES)


def unlike():
    """What of bids, lots and awards is not as the log has it."""
    kinds = ("bid", "lot", "award")
    return [words for words in differences() if words.startswith(kinds)]


def problems(tender, *files):
    return [form.problems for form in make.read_returned(tender, *files)]


def edited(data, change):
    """The workbook after `change` of its sheet of answers."""
    book = load_workbook(io.BytesIO(data))
    change(book.worksheets[1])
    return saved(book)


def text(page):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page.content.decode())).split())


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


def test_a_file_or_a_bidder_comes_once_for_a_lot(tender):
    first = make.returned(tender, bidder="Société Loin")
    given = problems(tender, first, first, make.returned(tender, bidder="SOCIETE LOIN", price=7))
    again = "Lot 1: “form-1.xlsx”, which you bring too, is of “SOCIETE LOIN”."
    assert given == [[], ["Lot 1: this file was brought already."], [again]]
    make.brought(tender, bidder="Société Loin")
    (again,) = problems(tender, make.returned(tender, bidder="societe loin", price=9))
    assert again == ["Lot 1: a bid of “societe loin” stands there already."]


def test_a_bidder_whose_form_was_left_out_is_brought_again(tender):
    first = make.returned(tender, bidder="Away")
    (bid,) = bring(tender, make.read_returned(tender, first), by=tender.person, at=CLOSES)
    bid.exclude(by=tender.person, at=CLOSES, reason="Its price is of another year.")
    given = problems(tender, first, make.returned(tender, bidder="Away", price=9))
    assert given == [["Lot 1: this file was brought already."], []]
    make.brought(tender, bidder="Away", price=9)
    assert sorted(Bid.objects.values_list("bidder_name", "status")) == [
        ("Away", "excluded"),
        ("Away", "opened"),
    ]


def test_a_provider_whose_bid_was_left_out_is_not_brought_instead():
    asked = make.bids_tender(criteria=1)
    own = make.bid(asked, "opened")
    own.exclude(by=asked.person, at=CLOSES + timedelta(days=1), reason="It has no French.")
    (given,) = problems(asked, make.returned(asked, bidder=own.organisation.name))
    assert "stands there already" in given[0]


@pytest.mark.parametrize("state", ["here", "here and brought", "by post", "brought"])
def test_whoever_ends_bids_reads_who_is_told_of_it(client, clock, state):
    asked = make.bids_tender(criteria=1, by_post="here" not in state)
    if "here" in state:
        make.bid(asked, "handed_in")
        make.opened(asked)
    own = Bid.objects.first()
    bid = make.brought(asked)[0] if "brought" in state else None
    client.force_login(asked.person)
    for door, about in (("tender-cancel", []), ("lot-cancel", [asked.lot.pk])):
        page = text(client.get(reverse(door, args=[asked.reference, *about])))
        assert ("bidders are told" in page) is ("here" in state)
        assert ("whose form you brought: tell them yourself" in page) is ("brought" in state)
    for each in filter(None, (own, bid)):
        page = text(client.get(reverse("bid-exclude", args=[each.pk])))
        assert ("The bidder is told why" in page) is (each == own)
        assert ("The bidder reads it." in page) is (each == own)
        assert ("tell the bidder why" in page) is (each == bid)
        assert "The public reads it." not in page


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("same", ["file", "bidder"])
def test_two_people_who_press_at_once_bring_a_form_once(tender, same):
    data = make.returned(tender)
    other = data if same == "file" else make.returned(tender, price=800)
    forms = [make.read_returned(tender, each) for each in (data, other)]
    people = tender.person, make.member(tender.buyer, "editor")

    def press(person, forms):
        return lambda: bring(Tender.objects.get(), forms, by=person, at=CLOSES)

    results = at_once(*(press(*each) for each in zip(people, forms, strict=True)))
    (refused,) = (each for each in results if isinstance(each, Exception))
    assert isinstance(refused, NotReady)
    words = "this file was brought already" if same == "file" else "stands there already"
    assert words in str(refused)
    assert Bid.objects.count() == LogEntry.objects.filter(step="bid.brought").count() == 1


def test_only_a_lot_that_is_answered_gets_a_bid():
    asked = make.tender(deadline=CLOSES, criteria=1)
    second = asked.add_lot(title="Training", by=asked.person, at=AT, about_products=False)
    second.add_words("Trains", by=asked.person, at=AT, justification="They learn")
    asked.publish(by=asked.person, at=AT)
    book = load_workbook(io.BytesIO(make.returned(asked)))
    for row in book.worksheets[0].iter_rows(min_col=1, max_col=2):
        if "lot 2" in str(row[0].value):
            row[1].value = None
    for cell in ("H3", "I3"):
        book.worksheets[1][cell].value = None
    (form,) = make.read_returned(asked, saved(book))
    assert (form.problems, list(form.parts)) == ([], [1])
    (bid,) = bring(asked, [form], by=asked.person, at=CLOSES)
    assert bid.lot.number == 1


def test_what_is_brought_is_frozen_numbered_and_in_the_log(tender):
    (bid,) = make.brought(tender)
    assert (bid.status, bid.brought, bid.bidder, bid.handed_in_by) == (
        "opened",
        True,
        "Example Away Ltd",
        tender.person,
    )
    content = Bid.objects.get().content
    assert content["bidder"] == {
        "id": None,
        "name": "Example Away Ltd",
        "country": "",
        "register_number": "",
    }
    assert content["brought"] == {"by": tender.person.name, "file": "form-1.xlsx"}
    assert content["form_digest"] == bid.form_digest
    assert [line["response"] for line in content["requirements"]] == ["complies"] * 3
    entry = LogEntry.objects.get(step="bid.brought")
    assert (entry.to_state, entry.organisation) == ("opened", tender.buyer)
    assert unlike() == []


@pytest.mark.parametrize("forged", [{"bidder_name": "Other"}, {"form_digest": "0"}, {"price": 1}])
def test_a_forged_column_is_found(tender, forged):
    make.brought(tender)
    Bid.objects.update(**forged)
    assert [words for words in differences() if words.startswith("bid")]
    (column,) = compared(Tender.objects.get().lots.get()).columns
    assert not column.vouched


def test_forms_are_brought_after_closing_by_those_without_a_tie(tender):
    with pytest.raises(IllegalMove, match="Bring returned forms after that"):
        tender.may_bring(by=tender.person, at=AT)
    tender.may_bring(by=make.member(tender.buyer, "editor"), at=CLOSES)
    sells = make.member(tender.buyer, "editor")
    belong(sells, make.organisation("provider"), days=30)
    for person in (sells, make.member(tender.buyer, "evaluator"), make.user("stranger")):
        with pytest.raises(NotAllowed):
            tender.may_bring(by=person, at=CLOSES)


def test_where_bids_come_in_here_nothing_is_brought_before_the_opening():
    asked = make.bids_tender(criteria=1)
    own = make.bid(asked, "handed_in")
    with pytest.raises(IllegalMove, match="Open them first"):
        asked.may_bring(by=asked.person, at=CLOSES)
    make.opened(asked)
    (bid,) = make.brought(asked)
    columns = compared(asked.lot).columns
    assert [column.bid.bidder for column in columns] == [own.organisation.name, bid.bidder]


def test_nothing_is_brought_for_a_lot_that_ended(tender):
    forms = make.read_returned(tender, make.returned(tender))
    tender.lots.update(status="awarded")
    with pytest.raises(IllegalMove, match="no bid is taken for it"):
        bring(tender, forms, by=tender.person, at=CLOSES)
    assert problems(tender, make.returned(tender)) == [
        ["Lot 1 stands at “Awarded”; no bid is taken for it."]
    ]


def test_all_are_taken_or_none(tender):
    forms = make.read_returned(
        tender, *(make.returned(tender, bidder=name) for name in ("Away", "Beyond"))
    )
    forms[1].parts[1].answers.popitem()
    with pytest.raises(NotReady, match=r"“form-2\.xlsx” is not whole"):
        bring(tender, forms, by=tender.person, at=CLOSES)
    assert not Bid.objects.exists()


def test_nothing_is_amended_once_forms_are_brought():
    asked = make.tender(status="published", criteria=1)  # without a day on which bids close
    draft = amend(asked, by=asked.person, at=AT, reason="More")
    draft.lots.get().add_words(OWN, obligation="may", by=asked.person, at=AT)
    make.brought(asked)
    with pytest.raises(IllegalMove, match="You read bids for it already"):
        asked.may_amend(by=asked.person, at=AT)
    with pytest.raises(NotReady, match="can no longer be amended"):
        draft.publish(by=asked.person, at=AT)


def files(*contents):
    return {
        "returned": [
            SimpleUploadedFile(f"form-{number}.xlsx", data)
            for number, data in enumerate(contents, start=1)
        ]
    }


def test_the_page_shows_each_file_and_takes_those_that_fit(tender, client, clock):
    client.force_login(tender.person)
    address = reverse("bids-bring", args=[tender.reference])
    assert address in client.get(reverse("tender-bids", args=[tender.reference])).text
    good, bad, last = (
        make.returned(tender, bidder=name, price=price)
        for name, price in (("Away", 900), ("Bad", "much"), ("Beyond", 700))
    )
    page = client.post(address, files(good, bad, last))
    assert page.status_code == 422
    assert "“much” is no amount" in text(page)
    assert "form-2.xlsx Not taken" in text(page)
    assert "Take 2 forms in" in text(page)
    assert not Bid.objects.exists()
    kept = re.search('name="kept" value="([^"]+)"', page.text)[1]
    taken = client.post(address, {"kept": kept})
    assert taken["Location"] == reverse("tender-bids", args=[tender.reference])
    assert set(Bid.objects.values_list("bidder_name", flat=True)) == {"Away", "Beyond"}
    again = client.post(address, {"kept": kept})
    assert (again.status_code, Bid.objects.count()) == (422, 2)
    assert "Nothing is taken in." in text(again)
    assert client.post(address, {"kept": kept[:-1]}).status_code == 404


def test_too_many_files_no_file_and_odd_names_are_borne(tender, client, clock):
    client.force_login(tender.person)
    address = reverse("bids-bring", args=[tender.reference])
    page = client.post(address, files(*[b"x"] * (MOST_FORMS + 1)))
    assert f"21 files; at most {MOST_FORMS} in one go" in text(page)
    assert client.post(address, {}).status_code == 422
    odd = SimpleUploadedFile("a\0<b>\u202e.xlsx", make.returned(tender))
    page = client.post(address, {"returned": [odd]})
    assert page.status_code == 200
    assert "Take 1 form in" in text(page)


def test_what_no_bidder_can_mend_asks_none_to(tender, client, clock):
    client.force_login(tender.person)
    address = reverse("bids-bring", args=[tender.reference])
    page = text(client.post(address, files(make.returned(tender), b"", b"%PDF-1.7")))
    assert "form-2.xlsx Not taken Nothing of this file is taken. The file is empty." in page
    assert "Take 1 form in" in page
    assert "The bidder mends" not in page
    page = text(client.post(address, files(make.returned(tender, price="much"))))
    assert "The bidder mends what is said here" in page


def test_a_form_that_is_too_large_alone_is_not_told_to_come_next(
    tender, client, clock, monkeypatch
):
    client.force_login(tender.person)
    address = reverse("bids-bring", args=[tender.reference])
    kept = len(
        re.search(
            'name="kept" value="([^"]+)"', client.post(address, files(make.returned(tender))).text
        )[1]
    )
    two = [make.returned(tender, bidder=name) for name in ("Away", "Beyond")]
    monkeypatch.setattr(bringing, "MOST_KEPT", kept + 20)
    page = text(client.post(address, files(*two)))
    assert page.count("no room for it in this go") == 1
    monkeypatch.setattr(bringing, "MOST_KEPT", 100)
    page = text(client.post(address, files(two[0])))
    assert "It holds more words than can be taken." in page
    assert "no room for it" not in page


def test_files_of_one_go_are_no_more_than_the_proxy_takes(tender, client, clock, monkeypatch):
    client.force_login(tender.person)
    address = reverse("bids-bring", args=[tender.reference])
    assert "with 25 MB together" in text(client.get(address))
    monkeypatch.setattr(returned_forms, "LARGEST_GO", 1000)
    page = client.post(address, files(b"a" * 600, b"b" * 600))
    assert page.status_code == 422
    assert "Bring fewer at once." in text(page)


def test_before_bids_close_the_page_is_refused(tender, client, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: AT)
    client.force_login(tender.person)
    assert client.get(reverse("bids-bring", args=[tender.reference])).status_code == 409
    assert client.post(reverse("bids-bring", args=[tender.reference])).status_code == 409


def test_a_purchase_by_post_goes_from_the_call_to_the_award(tender, client, clock):
    client.force_login(tender.person)
    compare = reverse("lot-compare", args=[tender.reference, tender.lot.pk])
    assert client.get(compare).status_code == 404
    (dear,) = make.brought(tender, bidder="Away", price=900)
    (cheap,) = make.brought(tender, bidder="Beyond", price=700, H2="does not")
    page = text(client.get(compare))
    assert "Away brought by the buyer" in page
    for bid in (dear, cheap):
        assert "from the file form-1.xlsx" in text(client.get(bid.get_absolute_url()))
    assert client.get(f"{compare[:-1]}.xlsx").status_code == 200
    address = reverse("lot-award", args=[tender.reference, tender.lot.pk])
    page = re.sub("[\u2068\u2069]", "", text(client.get(address)))
    assert "Away, 900 KES" in page
    assert f"{cheap.number}, Beyond : fails a must: L1-001" in page
    both = {"bid": dear.pk, "supplier": "Other", "bids": 2, "reason": "Best"}
    assert "not both" in text(client.post(address, both))
    assert "Say it, or choose" in text(client.post(address, {"reason": "Best"}))
    posted = {"bid": dear.pk, "reason": "The only one that meets all"}
    assert "Nobody is told by e-mail whose form you brought" in text(client.post(address, posted))
    assert client.post(address, posted | {"confirm": "1"}).status_code == 302
    award = Award.objects.get()
    assert (award.supplier, award.value, award.bids, award.bid) == ("Away", 900, 2, dear)
    assert set(Bid.objects.values_list("bidder_name", "status")) == {
        ("Away", "awarded"),
        ("Beyond", "not_awarded"),
    }
    ocds = client.get(reverse("tender-ocds", args=[tender.reference])).json()["releases"][0]
    (supplier,) = ocds["awards"][0]["suppliers"]
    assert supplier == {"id": "supplier-of-lot-1", "name": "Away"}
    assert unlike() == []


def test_what_was_brought_before_bids_came_in_here_opens_no_other_bid(monkeypatch):
    monkeypatch.setattr(readiness, "settled", lambda *_, **__: "")  # as it was amended before
    posted = make.tender(criteria=1, status="published")
    (brought,) = make.brought(posted)
    tender = amend(posted, by=posted.person, at=AT, reason="Bids come in here")
    tender.person, tender.edition = posted.person, posted.edition
    here = {"bid_how": "here", "bid_address": "", "currency": "KES", "deadline": CLOSES}
    tender.state(by=tender.person, at=AT, **here)
    tender.publish(by=tender.person, at=AT)
    sealed = make.bid(tender, "handed_in")
    given = {"bid": brought, "reason": "Best", "by": tender.person, "at": CLOSES}
    with pytest.raises(IllegalMove, match="not opened yet"):
        Award.give(tender.lots.get(), **given)
    make.opened(tender, at=CLOSES)
    assert Award.give(Tender.objects.get(pk=tender.pk).lots.get(), **given).bids == 2
    sealed.refresh_from_db()
    assert sealed.status == "not_awarded"


def test_a_supplier_is_still_named_where_no_form_is_of_it(tender):
    (bid,) = make.brought(tender)
    given = {"supplier": "On Paper Ltd", "bids": 4, "reason": "Best"}
    made = Award.give(tender.lot, **given, by=tender.person, at=CLOSES)
    bid.refresh_from_db()
    assert (made.supplier, made.bids, bid.status) == ("On Paper Ltd", 4, "not_awarded")
