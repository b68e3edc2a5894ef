"""Bids of bidders who are not here: brought, frozen, compared and awarded."""

import io
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from certcentre.desk.record_check import differences
from certcentre.lifecycle import IllegalMove, NotAllowed, NotReady
from certcentre.log.models import LogEntry
from tenders import readiness
from tenders.amending import amend
from tenders.bids.bringing import bring
from tenders.bids.comparison import compared
from tenders.candidates import Candidates
from tenders.frozen_body import moment
from tenders.models import Bid, Tender
from tenders.report import Evaluated, evaluation
from tests import make
from tests.abilities.people import belong
from tests.assessment.threads import at_once
from tests.make.bids import CLOSES
from tests.make.moment import AT
from tests.make.returned import saved
from tests.tenders.unlike import unlike

pytestmark = pytest.mark.django_db
OWN = "Prints a report"


@pytest.fixture
def tender():
    """One lot of two criteria and a must in the buyer's words; bids go by post until CLOSES."""
    made = make.tender(deadline=CLOSES, criteria=2)
    made.lot.add_words(OWN, obligation="must", justification="They read", by=made.person, at=AT)
    made.publish(by=made.person, at=AT)
    return made


def problems(tender, *files):
    return [form.problems for form in make.read_returned(tender, *files)]


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
    bids = bring(tender, make.read_returned(tender, first), by=tender.person, at=CLOSES)
    (bid,) = make.confirm(bids)
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
    came = make.came()
    told = {"received": moment(came.at), "way": "post", "late": ""}
    assert content["brought"] == {"by": tender.person.name, "file": "form-1.xlsx", **told}
    assert content["form_digest"] == bid.form_digest
    assert [line["response"] for line in content["requirements"]] == ["complies"] * 3
    entry = LogEntry.objects.get(step="bid.brought")
    assert (entry.to_state, entry.organisation) == ("brought", tender.buyer)
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
        make.award(tender.lots.get(), **given)
    make.opened(tender, at=CLOSES)
    assert make.award(Tender.objects.get(pk=tender.pk).lots.get(), **given).bids == 2
    sealed.refresh_from_db()
    assert sealed.status == "not_awarded"


def test_a_supplier_is_still_named_where_no_form_is_of_it(tender):
    (bid,) = make.brought(tender)
    given = {"supplier": "On Paper Ltd", "bids": 4, "reason": "Best"}
    made = make.award(tender.lot, **given, by=tender.person, at=CLOSES)
    bid.refresh_from_db()
    assert (made.supplier, made.bids, bid.status) == ("On Paper Ltd", 4, "not_awarded")


def test_prices_in_two_currencies_are_no_order(tender, client, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: CLOSES)
    dear = make.brought(tender, bidder="Away", price=900, currency="KES")[0]
    cheap = make.brought(tender, bidder="Beyond", price=7, currency="EUR")[0]
    assert dear.number < cheap.number
    candidates = Candidates.where_read(tender.lot)
    assert candidates.to_choose == [dear, cheap]
    client.force_login(tender.person)
    where = [tender.reference, tender.lot.pk]
    given = {"bid": dear.pk, "currency": "KES", "reason": "Best"}
    make.closed(tender.lot)
    award = reverse("lot-award", args=where)
    pages = client.get(reverse("lot-compare", args=where)), client.get(award)
    assert "No bidder is told by e-mail." in pages[1].text
    for stale in ("Those who bid here are told", "those who were not chosen get it by e-mail"):
        assert stale not in pages[1].text
    check = client.post(award, given)
    assert "No day is set before which no contract is signed." in check.text
    for page in (*pages, check):
        assert page.text.count("Prices are in several currencies.") == 1
    assert "rest on the bidders’ words alone" not in pages[1].text  # read before it was closed
    lot = next(evaluation(Evaluated.of(tender.lot)))
    assert any("Prices are in several currencies." in line for line in lot.lead)
