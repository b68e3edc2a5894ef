"""The page on which returned forms are brought, and a purchase by post."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from tenders.award import Award
from tenders.bids import forms as returned_forms
from tenders.bids.forms import MOST_FORMS
from tenders.models import Bid
from tenders.pages import bringing
from tests import make
from tests.make.bids import CLOSES
from tests.make.moment import AT
from tests.markup import text
from tests.tenders.unlike import unlike

pytestmark = pytest.mark.django_db


OWN = "Prints a report"


def built_tender():
    """One lot of two criteria and a must in the buyer's words; bids go by post until CLOSES."""
    made = make.tender(deadline=CLOSES, criteria=2)
    made.lot.add_words(OWN, obligation="must", justification="They read", by=made.person, at=AT)
    made.publish(by=made.person, at=AT)
    return made


kept_tender = make.kept(built_tender)


@pytest.fixture
def tender(kept_tender, db):
    return kept_tender()


@pytest.fixture
def clock(monkeypatch):
    """The pages stand where bids have closed."""
    monkeypatch.setattr(timezone, "now", lambda: CLOSES)


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


def came(number, received="2026-12-24T10:00", way="hand", late=""):
    """What is posted of so many forms."""
    return {
        f"form{each}-{name}": value
        for each in range(1, number + 1)
        for name, value in (("received", received), ("way", way), ("late", late))
    }


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
    page = client.post(address, {"kept": kept, **came(1)})
    assert (page.status_code, Bid.objects.count()) == (422, 0)
    assert 'name="kept"' in page.text
    assert "Away" in text(page)
    sent = {"kept": kept, **came(2)}
    taken = client.post(address, sent)
    assert taken["Location"] == reverse("tender-bids", args=[tender.reference])
    assert set(Bid.objects.values_list("bidder_name", flat=True)) == {"Away", "Beyond"}
    again = client.post(address, sent)
    assert (again.status_code, Bid.objects.count()) == (422, 2)
    assert "this file was brought already. Nothing is taken in." in text(again)
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
    assert "what is offered changes no more" not in page
    page = text(client.post(address, files(make.returned(tender, price="much"))))
    assert "Bids have closed, so what is offered changes no more." in page
    assert "The bidder mends" not in page


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
    close = reverse("evaluation-close", args=[tender.reference, tender.lot.pk])
    assert "scored or judged by nobody" in client.post(close).text
    make.closed(tender.lot)
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
