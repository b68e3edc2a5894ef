"""Bids that came on paper: when and how, and the second person who saw them (rule R88)."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from certcentre import zones
from certcentre.lifecycle import IllegalMove, NotAllowed, NotReady
from certcentre.log.models import LogEntry, detail_of
from tenders.bids.body import written
from tenders.bids.bringing import bring
from tenders.bids.comparison import compared
from tenders.bids.minutes import of_brought
from tenders.bids.received import Received
from tenders.bids.returned_form import Returned
from tenders.cancelling import cancel_lot
from tenders.models import Bid, Bringing
from tenders.pages import bringing as page_module
from tenders.report import Evaluated, bids, course, witnessed
from tests import make
from tests.abilities.people import belong
from tests.make.bids import CLOSES
from tests.make.moment import AT
from tests.tenders.test_bringing_pages import came, files, text
from tests.tenders.unlike import unlike

pytestmark = pytest.mark.django_db
LATER = CLOSES + timedelta(hours=2)
HOW = "Its courier was stopped by a flood."


def built_tender():
    """One lot of a criterion; bids go by post until CLOSES."""
    return make.tender(deadline=CLOSES, criteria=1, status="published")


kept_tender = make.kept(built_tender)


@pytest.fixture
def tender(kept_tender, db):
    return kept_tender()


@pytest.fixture
def waiting(tender):
    """A bid that was brought, and that nobody confirmed yet."""
    return make.brought(tender, confirmed=False)[0]


def second(tender):
    return make.member(tender.buyer, "evaluator")


def test_until_a_colleague_confirms_a_bid_it_has_no_points_and_no_award(tender, waiting):
    given = {"bid": waiting, "reason": "Best", "by": tender.person, "at": LATER}
    assert waiting.status == "brought"
    assert (compared(tender.lot).columns, compared(tender.lot).waiting) == ([], [waiting])
    with pytest.raises(NotReady, match=f"waits for a colleague to confirm it: {waiting.number}"):
        make.award(tender.lot, **given)
    with pytest.raises(NotReady, match="waits for a colleague"):
        make.award(tender.lot, **{**given, "bid": None, "supplier": "Other", "bids": 2})
    waiting.bringing.confirm(by=second(tender), at=LATER)
    assert make.award(tender.lot, **given).bid == waiting
    assert unlike() == []


def test_whoever_brought_a_bid_or_has_a_tie_to_a_provider_does_not_confirm_it(tender, waiting):
    tied = second(tender)
    belong(tied, make.organisation("provider"), days=30)
    for person in (tender.person, tied, make.organisation("buyer").person):
        with pytest.raises(NotAllowed):
            waiting.bringing.confirm(by=person, at=LATER)
    waiting.bringing.confirm(by=second(tender), at=LATER)
    with pytest.raises(IllegalMove):
        waiting.bringing.refuse(by=tender.person, at=LATER, reason="So.")


def test_minutes_say_who_brought_and_who_confirmed_what(tender, waiting):
    person = second(tender)
    waiting.bringing.confirm(by=person, at=LATER)
    made = Bringing.objects.get()
    (line,) = made.content["bids"]
    assert made.content["by"] == [tender.person.name, person.name]
    assert (line["number"], line["unchanged"]) == (waiting.number, True)
    assert line["brought"]["way"] == "post"
    entry = LogEntry.objects.get(step="bringing.confirmed")
    assert detail_of(entry.body) == {"digest": made.digest, "bids": 1}
    assert unlike() == []
    Bringing.objects.update(body=b"{}")
    assert unlike()


def test_what_is_taken_back_may_be_brought_again(tender):
    form = make.returned(tender)
    (first,) = bring(tender, make.read_returned(tender, form), by=tender.person, at=CLOSES)
    first.bringing.refuse(by=tender.person, at=LATER, reason="The hour was wrong.")
    first.refresh_from_db()
    assert (first.status, first.ended_because) == ("taken_back", "The hour was wrong.")
    forms = make.read_returned(tender, form)
    assert forms[0].problems == []
    make.confirm(bring(tender, forms, by=tender.person, at=LATER), at=LATER)
    assert [column.bid.status for column in compared(tender.lot).columns] == ["opened"]
    assert unlike() == []


def test_a_bid_ends_with_its_lot_and_nobody_confirms_it(client, tender, waiting):
    cancel_lot(tender.lot, by=tender.person, at=LATER, reason="No budget")
    waiting.refresh_from_db()
    assert (waiting.status, waiting.ended_with_lot) == ("unopened", True)
    with pytest.raises(IllegalMove):
        waiting.bringing.confirm(by=second(tender), at=LATER)
    assert not Bringing.objects.to_confirm_by(second(tender), at=LATER).exists()
    assert unlike() == []
    client.force_login(tender.person)
    page = text(client.get(waiting.bringing.get_absolute_url()))
    assert "Their lots were cancelled before a colleague had confirmed them." in page
    assert not [words for words in ("To be confirmed", "confirms them") if words in page]
    assert [each.standing for each in Bringing.objects.on(tender)] == ["Never confirmed"]


@pytest.mark.parametrize(
    ("received", "words"),
    [
        (None, "Say when and how “form-1.xlsx” was received"),
        (Received(LATER + timedelta(minutes=1), "post", HOW), "Nothing is received after now"),
        (Received(AT - timedelta(days=1), "post"), "it cannot come before"),
        (Received(CLOSES - timedelta(hours=1), "pigeon"), "Say how it came"),
        (Received(CLOSES, "post"), "it is late. Say why it is taken all the same"),
        (Received(CLOSES - timedelta(seconds=1), "post", HOW), "It is not late"),
    ],
)
def test_when_and_how_a_bid_came_is_said_and_can_be(tender, received, words):
    forms = make.read_returned(tender, make.returned(tender))
    forms[0].received = received
    with pytest.raises(NotReady, match=words):
        bring(tender, forms, by=tender.person, at=LATER)
    assert not Bid.objects.exists()
    assert not Bringing.objects.exists()


def test_why_a_late_bid_is_taken_stands_beside_it_and_in_the_report(tender, client):
    late = make.came(at=CLOSES + timedelta(minutes=5), late=HOW)
    (bid,) = make.brought(tender, at=LATER, received=late)
    evaluated = Evaluated.of(tender.lot)
    (row,) = bids(evaluated)
    assert "Received late" in row[3]
    assert HOW in row[3]
    told = [words for _at, words in course(evaluated)]
    assert any(f"{bid.number} was received late" in words and HOW in words for words in told)
    ((_at, words),) = witnessed(of_brought(tender))
    assert words.startswith(f"1 bid that {tender.person.name} had brought was confirmed by")
    client.force_login(tender.person)
    page = text(client.get(bid.get_absolute_url()))
    assert HOW in page
    assert "saw the paper and confirmed it" in page
    compare = client.get(reverse("lot-compare", args=[tender.reference, tender.lot.pk]))
    assert "brought by the buyer late" in text(compare)


def test_a_bid_from_before_says_that_it_was_not_asked(tender, client):
    (bid,) = make.brought(tender)
    Bid.objects.update(bringing=None)
    client.force_login(tender.person)
    page = text(client.get(bid.get_absolute_url()))
    assert "No second person was asked when it was brought." in page


def test_the_page_asks_for_the_reason_of_a_late_form(tender, client, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: LATER)
    client.force_login(tender.person)
    address = reverse("bids-bring", args=[tender.reference])
    page = client.post(address, files(make.returned(tender, price=0)))
    assert "The price is 0." in text(page)
    assert "form1-late" not in page.text
    assert "A second person is missing." in text(page)
    kept = re.search('name="kept" value="([^"]+)"', page.text)[1]
    shown = zones.wall(CLOSES + timedelta(minutes=1), tender.zone).strftime("%Y-%m-%dT%H:%M")
    page = client.post(address, {"kept": kept, **came(1, received=shown)})
    assert page.status_code == 422
    assert "form1-late" in page.text
    assert "it is late" in text(page)
    sent = {"kept": kept, **came(1, received=shown, late=HOW)}
    assert client.post(address, sent).status_code == 302
    assert Bid.objects.get().received == Received(CLOSES + timedelta(minutes=1), "hand", HOW)


def test_a_colleague_confirms_on_the_page_that_the_work_list_names(tender, waiting, client):
    colleague = second(tender)
    client.force_login(colleague)
    address = waiting.bringing.get_absolute_url()
    assert f"that {tender.person.name} brought" in text(client.get(reverse("work")))
    assert "Confirm what was brought" in text(client.get(address))
    assert page_module.CONFIRM.weighty
    assert client.post(f"{address}confirm/").status_code == 302
    assert "saw the paper and confirmed them" in text(client.get(address))
    assert "You brought these forms" not in text(client.get(address))
    client.force_login(tender.person)
    assert "confirmed" in text(client.get(reverse("tender-bids", args=[tender.reference])))


def test_beside_the_minutes_of_the_opening_stands_what_was_brought(client):
    asked = make.bids_tender(criteria=1)
    make.bid(asked, "handed_in")
    make.opened(asked)
    make.brought(asked, at=LATER)
    client.force_login(asked.person)
    page = text(client.get(reverse("opening", args=[asked.reference])))
    assert "Bids that came on paper" in page
    assert f"{asked.person.name} brought 1 bid" in page


def test_a_preview_keeps_what_the_file_says_alone():
    form = Returned("a.xlsx", "0" * 64, received=make.came())
    assert Returned.again(form.written()).received is None


def test_what_is_brought_asks_for_no_products_and_files(django_assert_num_queries, waiting):
    with django_assert_num_queries(0):
        assert written(waiting, [])["products"] == []


def test_papers_are_read_for_the_page_alone(client, tender, waiting):
    """Whoever takes the forms back, or has confirmed them, reads none."""
    client.force_login(second(tender))
    read = []
    for name in ("bringing-confirm", "bringing-refuse"):
        address = reverse(name, args=[tender.reference, waiting.bringing_id])
        with CaptureQueriesContext(connection) as statements:
            client.get(address)
        log = [each["sql"] for each in statements if 'FROM "log_logentry"' in each["sql"]]
        read.append(sum("'bid'" in sql or "tenders.bid'" in sql for sql in log))
    assert read == [1, 0]


def test_whoever_confirms_reads_each_answer_as_it_was_taken_in(client, tender, waiting):
    """And nothing of a bid that the log contradicts."""
    client.force_login(second(tender))
    address = reverse("bringing-confirm", args=[tender.reference, waiting.bringing_id])
    (answer,) = waiting.content["requirements"]
    shown = client.get(address)
    assert f"{waiting.number}: 1 answer as it was taken in" in text(shown)
    assert f"{answer['ref']} Criterion 1 Complies" in text(shown)
    Bid.objects.filter(pk=waiting.pk).update(body=waiting.body.replace(b"complies", b"equivalent"))
    assert "as it was taken in" not in text(client.get(address))
