"""The award of each lot, the standstill, the contract, and what becomes of tender and bids."""

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from certcentre.desk.record_check import differences
from certcentre.lifecycle import IllegalMove, NotAllowed, NotReady
from certcentre.log.models import LogEntry
from tenders.award import Award
from tenders.bids.bid import Bid
from tenders.cancelling import cancel_lot
from tenders.models import Lot, Tender
from tests import make
from tests.make.bids import CLOSES
from tests.make.moment import AT
from tests.markup import text

pytestmark = pytest.mark.django_db
LATER = CLOSES + timedelta(hours=1)
GIVEN = {"supplier": "Example Soma Labs", "reason": "Best of three", "bids": 3}
ALLOWED = {
    ("open", "award"): "awarded",
    ("open", "cancel"): "cancelled",
    ("awarded", "contract"): "contracted",
    ("awarded", "cancel"): "cancelled",
}


def two_lots():
    """Two lots; bids go elsewhere."""
    made = make.tender()
    second = made.add_lot(title="Training", by=made.person, at=AT, about_products=False)
    second.add_words("Trains", by=made.person, at=AT, justification="They learn")
    made.publish(by=made.person, at=AT)
    return made


def two_bids():
    """Two that were opened, and the tender; the first asks for more."""
    tender = make.bids_tender(criteria=1)
    made = [make.bid(tender, "handed_in", price=price) for price in (900, 700)]
    make.opened(tender)
    for bid in made:
        bid.refresh_from_db()
    return tender, *made


kept = make.kept(lambda: (two_lots(), two_bids()))


@pytest.fixture
def tender(kept, db):
    return kept()[0]


@pytest.fixture
def bids(kept, db):
    return kept()[1]


def lots(tender):
    made = list(tender.lots.order_by("number"))
    for lot in made:
        lot.tender = tender
    return made


def take(lot, step, by):
    match step:
        case "award":
            make.award(lot, **GIVEN, **by)
        case "cancel":
            cancel_lot(lot, reason="No budget", **by)
        case "contract":
            Award.objects.get(lot=lot).contract(contracted_on=by["at"].date(), **by)


@pytest.mark.parametrize("step", ["award", "cancel", "contract"])
@pytest.mark.parametrize("state", Lot.Status.values)
def test_a_lot_moves_as_designed(tender, state, step, at):
    lot, by = lots(tender)[0], {"by": tender.person, "at": at}
    make.award(lot, **GIVEN, **by)
    if state == "open":
        Award.objects.filter(lot=lot).delete() if step == "award" else None
    Lot.objects.filter(pk=lot.pk).update(status=state)
    lot.refresh_from_db()
    if (state, step) in ALLOWED:
        take(lot, step, by)
        assert Lot.objects.get(pk=lot.pk).status == ALLOWED[state, step]
    else:
        with pytest.raises(IllegalMove):
            take(lot, step, by)
        assert Lot.objects.get(pk=lot.pk).status == state


def test_the_tender_is_awarded_when_each_lot_is_awarded_or_cancelled(tender, at):
    first, second = lots(tender)
    by = {"by": tender.person, "at": at}
    make.award(first, **GIVEN, value=Decimal(1200), currency="KES", **by)
    assert Tender.objects.get(pk=tender.pk).status == "published"
    cancel_lot(second, reason="No budget", **by)
    tender.refresh_from_db()
    assert (tender.status, tender.awarded_at) == ("awarded", at)
    assert tender.outcome.splitlines() == [
        "Lot 1, Reading: Example Soma Labs, 1,200 KES. Best of three",
        "Lot 2, Training: cancelled. No budget",
    ]


def test_where_every_lot_is_cancelled_so_is_the_tender(tender, at):
    for lot in lots(tender):
        cancel_lot(lot, reason="No budget", by=tender.person, at=at)
    assert Tender.objects.get(pk=tender.pk).status == "cancelled"


def test_a_bid_is_chosen_and_the_others_are_told(bids):
    tender, dear, cheap = bids
    made = make.award(tender.lot, bid=cheap, reason="Lowest price", by=tender.person, at=LATER)
    for bid in (dear, cheap):
        bid.refresh_from_db()
    assert (cheap.status, dear.status) == ("awarded", "not_awarded")
    assert (made.supplier, made.value, made.bids) == (cheap.organisation.name, 700, 2)
    assert dear.ended_because == "Lowest price"
    assert Tender.objects.get(pk=tender.pk).status == "awarded"


def test_what_was_excluded_stays_out(bids):
    tender, dear, cheap = bids
    cheap.exclude(by=tender.person, at=LATER, reason="It has no French.")
    with pytest.raises(NotReady, match="cannot be chosen: Excluded"):
        make.award(tender.lot, bid=cheap, reason="Lowest price", by=tender.person, at=LATER)
    make.award(tender.lot, bid=dear, reason="The only one left", by=tender.person, at=LATER)
    cheap.refresh_from_db()
    assert (cheap.status, cheap.ended_because) == ("excluded", "It has no French.")


def test_nothing_is_awarded_before_the_opening():
    tender = make.bids_tender(criteria=1)
    made = make.bid(tender, "handed_in")
    for at, words in ((AT, "Bids close"), (LATER, "not opened yet")):
        with pytest.raises(IllegalMove, match=words):
            make.award(tender.lot, bid=made, reason="Best", by=tender.person, at=at)


def test_a_bid_for_another_tender_is_not_chosen(bids):
    tender, *_rest = bids
    other = make.bid(make.bids_tender(criteria=1), "opened")
    with pytest.raises(NotReady, match="Choose one of the bids"):
        make.award(tender.lot, bid=other, reason="Best", by=tender.person, at=LATER)
    assert not Award.objects.exists()


def test_no_contract_before_the_standstill_is_over(tender, at):
    lot, over = lots(tender)[0], at + timedelta(days=10)
    by = {"by": tender.person}
    made = make.award(lot, **GIVEN, at=at, standstill_until=over.date(), **by)
    with pytest.raises(IllegalMove, match="The standstill lasts"):
        made.contract(at=over - timedelta(days=1), contracted_on=at.date(), **by)
    with pytest.raises(NotReady, match="between"):
        made.contract(at=over, contracted_on=at.date(), **by)
    made.contract(at=over, contracted_on=over.date(), **by)
    assert (made.contracted_on, Lot.objects.get(pk=lot.pk).status) == (over.date(), "contracted")


def test_only_an_independent_signatory_awards(tender, at):
    lot = lots(tender)[0]
    for person in (make.member(tender.buyer, "editor"), make.user("stranger")):
        with pytest.raises(NotAllowed):
            make.award(lot, **GIVEN, by=person, at=at)


def test_an_award_is_held_against_the_log(tender, at):
    made = make.award(lots(tender)[0], **GIVEN, by=tender.person, at=at)
    entry = LogEntry.objects.get(step="lot.awarded")
    assert (entry.visibility, entry.reason) == ("public", "Best of three")
    assert not [words for words in differences() if words.startswith(("award", "lot"))]
    for forged in ({"supplier": "Somebody else"}, {"value": 1}, {"reason": "None"}):
        was = {name: getattr(made, name) for name in forged}
        Award.objects.filter(pk=made.pk).update(**forged)
        assert [words for words in differences() if words.startswith("award")]
        Award.objects.filter(pk=made.pk).update(**was)


def test_everybody_reads_what_became_of_each_lot(client, tender, at):
    first, second = lots(tender)
    make.award(first, **GIVEN, value=Decimal(1200), currency="KES", by=tender.person, at=at)
    page = client.get(reverse("tender-award", args=[tender.reference]))
    for words in ("Example Soma Labs", "1,200 KES", "3 bids were received", "Best of three"):
        assert words in page.text
    assert "Award the lot" not in page.text
    client.force_login(tender.person)
    page = client.get(reverse("tender-award", args=[tender.reference]))
    assert reverse("lot-award", args=[tender.reference, second.pk]) in page.text
    assert reverse("lot-award", args=[tender.reference, first.pk]) not in page.text


def test_a_lot_that_ended_with_its_tender_says_when_and_why(client, tender, at):
    first, second = lots(tender)
    cancel_lot(first, reason="Nobody trains", by=tender.person, at=at)
    tender.call_off(by=tender.person, at=at, outcome="Money is gone")
    assert Lot.objects.get(pk=second.pk).status == "open"
    page = client.get(reverse("tender-award", args=[tender.reference])).text
    assert page.count("Cancelled on") == 2
    assert page.count("Nobody trains") == 1
    assert page.count("Money is gone") == 1
    assert ">Open<" not in re.sub(r"\s", "", page)


def test_a_forged_award_is_shown_as_not_to_be_relied_on(client, tender, at):
    made = make.award(lots(tender)[0], **GIVEN, by=tender.person, at=at)
    address = reverse("tender-award", args=[tender.reference])
    assert "Our records disagree" not in client.get(address).text
    Award.objects.filter(pk=made.pk).update(supplier="Somebody else")
    assert "Our records disagree" in client.get(address).text


def test_a_bid_is_awarded_on_the_page(client, bids, monkeypatch):
    tender, dear, cheap = bids
    make.closed(tender.lot)
    monkeypatch.setattr(timezone, "now", lambda: LATER)
    client.force_login(tender.person)
    address = reverse("lot-award", args=[tender.reference, tender.lot.pk])
    page = client.get(address).text
    assert page.index(cheap.number) < page.index(dear.number)
    sent = {"bid": cheap.pk, "reason": "Lowest price", "standstill_until": "2026-12-31"}
    assert client.post(address, {"reason": "Lowest"}).status_code == 422
    assert client.post(address, sent | {"confirm": "1"}).status_code == 302
    award = Award.objects.get()
    assert (award.bid, str(award.standstill_until)) == (cheap, "2026-12-31")
    assert "Awarded" in client.get(cheap.get_absolute_url()).text


def test_lots_take_the_same_statements_at_any_number(client, django_assert_max_num_queries):
    for number in (1, 6):
        tender = make.tender()
        for _ in range(number):
            lot = tender.add_lot(title="More", by=tender.person, at=AT, about_products=False)
            lot.add_words("Trains", by=tender.person, at=AT, justification="They learn")
        tender.publish(by=tender.person, at=AT)
        for lot in lots(tender)[1:]:
            make.award(lot, **GIVEN, by=tender.person, at=AT)
        with django_assert_max_num_queries(10):
            assert client.get(reverse("tender-award", args=[tender.reference])).status_code == 200


def test_a_tender_that_ended_before_lots_were_awarded_says_what_became_of_it(client, tender, at):
    Tender.objects.filter(pk=tender.pk).update(
        status="awarded", awarded_at=at, outcome="Example Reader, best of four"
    )
    page = client.get(reverse("tender-award", args=[tender.reference])).text
    assert "Example Reader, best of four" in page
    assert ">Open<" not in page.replace("\n", "").replace(" ", "")


def test_a_standstill_ends_after_the_day_of_the_award(tender, at):
    lot, by = lots(tender)[0], {"by": tender.person, "at": at}
    for day in (at.date(), at.date() - timedelta(days=2000)):
        with pytest.raises(NotReady, match="would be over today"):
            make.award(lot, **GIVEN, standstill_until=day, **by)
    assert not Award.objects.exists()


def test_another_value_than_the_price_stands_beside_it(client, bids):
    tender, dear, _cheap = bids
    more = {"value": Decimal(99_000), "currency": "KES"}
    make.award(tender.lot, bid=dear, reason="Best", by=tender.person, at=LATER, **more)
    page = client.get(reverse("tender-award", args=[tender.reference])).text
    assert "99,000 KES" in page
    assert "The price of the bid was 900 KES." in page


def test_the_same_number_in_another_currency_has_the_price_beside_it(client, bids):
    tender, dear, _cheap = bids
    other = {"value": Decimal(900), "currency": "EUR"}
    make.award(tender.lot, bid=dear, reason="Best", by=tender.person, at=LATER, **other)
    address = reverse("tender-award", args=[tender.reference])
    assert "The price of the bid was 900 KES." in client.get(address).text
    Bid.objects.filter(pk=dear.pk).update(price=1)  # not what the log says was handed in
    assert "The price of the bid" not in client.get(address).text


def test_an_award_is_shown_once_more_before_it_is_done(client, bids, monkeypatch):
    """What it says, and who is told; nothing is done until the second button, and words stay."""
    tender, dear, cheap = bids
    make.closed(tender.lot)
    monkeypatch.setattr(timezone, "now", lambda: LATER)
    client.force_login(tender.person)
    address = reverse("lot-award", args=[tender.reference, tender.lot.pk])
    sent = {"bid": dear.pk, "reason": "It reads aloud", "standstill_until": "2027-01-31"}
    asked = client.post(address, sent)
    words = " ".join(asked.text.split())
    for part in (
        "Nothing is done yet.",
        dear.organisation.name,
        "900 KES",
        f"No contract before {date_format(date(2027, 1, 31))}",
        "It reads aloud",
        f"was not chosen, with your reason: <bdi>{cheap.organisation.name}</bdi>",
        "the tender is awarded",
    ):
        assert part in words
    assert not Award.objects.exists()
    back = client.post(address, sent | {"change": "1"})
    assert (back.status_code, "It reads aloud" in back.text) == (200, True)
    late = client.post(address, sent | {"standstill_until": str(LATER.date())})
    assert (late.status_code, "would be over today" in late.text) == (422, True)
    assert not Award.objects.exists()
    assert client.post(address, sent | {"confirm": "1"}).status_code == 302
    assert Award.objects.get().bid == dear


@pytest.mark.parametrize("forged", [{"price": 1}, {"body": b"{}"}, {"digest": "0" * 64}])
def test_a_bid_that_the_log_contradicts_is_not_awarded(client, bids, monkeypatch, forged):
    tender, dear, cheap = bids
    Bid.objects.filter(pk=cheap.pk).update(**forged)
    with pytest.raises(NotReady, match="our log holds something else"):
        make.award(tender.lot, bid=cheap, reason="Lowest", by=tender.person, at=LATER)
    monkeypatch.setattr(timezone, "now", lambda: LATER)
    client.force_login(tender.person)
    page = client.get(reverse("lot-award", args=[tender.reference, tender.lot.pk])).text
    assert f'value="{dear.pk}"' in page
    assert f'value="{cheap.pk}"' not in page
    assert "our log holds something else" in page


def test_of_a_bid_that_the_log_contradicts_nothing_is_shown(client, bids):
    tender, _dear, cheap = bids
    body = bytes(cheap.body).replace(b'"price":"700.00"', b'"price":"777.00"')
    Bid.objects.filter(pk=cheap.pk).update(body=body)
    for person in (tender.person, cheap.person):
        client.force_login(person)
        page = text(client.get(cheap.get_absolute_url()))  # a token in a form may hold any digits
        assert "Our records disagree" in page
        assert "777" not in page
        assert client.get(reverse("bid-data", args=[cheap.pk])).status_code == 409


@pytest.mark.parametrize("here", [True, False])
def test_nothing_is_awarded_on_a_tender_that_the_log_contradicts(client, here, at, monkeypatch):
    made = make.bids_tender(criteria=1) if here else make.tender(status="published")
    bid = make.bid(made, "opened") if here else None
    body = bytes(made.body).replace(made.lot.title.encode(), b"Writing")
    Tender.objects.filter(pk=made.pk).update(body=body)
    lot = Lot.objects.get(pk=made.lot.pk)
    now = LATER if here else at
    given = {"bid": bid, "reason": "Best"} if here else GIVEN
    with pytest.raises(NotReady, match="Our records disagree about this tender"):
        make.award(lot, **given, by=made.person, at=now)
    monkeypatch.setattr(timezone, "now", lambda: now)
    client.force_login(made.person)
    door = "evaluation-close" if here else "lot-award"
    page = client.get(reverse(door, args=[made.reference, lot.pk])).text
    assert "Our records disagree about this tender" in page
    if here:
        file = reverse("lot-compare-file", args=[made.reference, lot.pk])
        assert client.get(file).status_code == 409


def test_the_form_says_at_once_that_there_is_nothing_to_choose(client, bids, monkeypatch):
    tender, *made = bids
    for bid in made:
        bid.exclude(by=tender.person, at=LATER, reason="It has no French.")
    monkeypatch.setattr(timezone, "now", lambda: LATER)
    client.force_login(tender.person)
    page = client.get(reverse("lot-award", args=[tender.reference, tender.lot.pk])).text
    assert "No bid can be chosen. Cancel the lot." in page


def test_a_bid_is_excluded_only_while_its_lot_is_open(client, bids, monkeypatch):
    """Not once it is given up, whatever a page that was opened before says."""
    tender, dear, _cheap = bids
    monkeypatch.setattr(timezone, "now", lambda: LATER)
    client.force_login(tender.person)
    ask, by = reverse("bid-exclude", args=[dear.pk]), {"by": tender.person, "at": LATER}
    assert ask in client.get(dear.get_absolute_url()).text
    assert "It is not considered any more." in client.get(ask).text
    stale = Bid.objects.select_related("lot", "tender__buyer", "organisation").get(pk=dear.pk)
    stale.lot.tender = stale.tender
    cancel_lot(tender.lot, reason="No budget", **by)
    with pytest.raises(IllegalMove, match="stands at “Not awarded”"):
        stale.exclude(reason="It has no French.", **by)
    assert ask not in client.get(dear.get_absolute_url()).text
    assert client.get(ask).status_code == 409


def test_a_value_has_its_currency_and_no_currency_stands_alone(tender, at):
    first, second = lots(tender)
    by = {"by": tender.person, "at": at}
    with pytest.raises(NotReady, match="in which currency"):
        make.award(first, **GIVEN, value=Decimal(1200), **by)
    assert Lot.objects.get(pk=first.pk).status == "open"
    made = make.award(second, **GIVEN, currency="KES", **by)
    assert (made.value, made.currency) == (None, "")
