"""What a notice says: written on pages, in files and data; and what stays with the buyer."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from certcentre.log.models import LogEntry
from tenders import exporting, frozen_body, version_diff
from tenders.export import FORMATS
from tenders.notice import Notice
from tenders.notice_forms import TenderForm
from tenders.voice import Voice
from tests import make
from tests.make.moment import AT

pytestmark = pytest.mark.django_db
FAR = AT + timedelta(days=900)
VALUE = {"value": Decimal("7654321.00"), "currency": "KES"}
SAID = {
    "title": "Reading",
    "language": "en",
    "wording": "kenya",
    "zone": "Africa/Nairobi",
    "deadline": "2029-05-12T12:00",
}


@pytest.fixture
def details(client):
    """A draft, and a way to send its details."""
    tender = make.tender()
    client.force_login(tender.person)
    address = reverse("tender-details", args=[tender.reference])

    def send(**more):
        answer = client.post(address, SAID | more)
        tender.refresh_from_db()
        return answer

    send.tender = tender
    return send


def test_all_of_it_is_said_and_kept(details):
    more = {
        "method": "limited", "method_reason": "Two makers", "category": "goods", "scheme": "CPV",
        "code": "48190000-6", "value": "1200.50", "currency": "kes", "value_public": "on",
        "contract_start": "2029-09-01", "contract_months": "24", "contact_office": "Unit",
        "contact_email": "unit@example.org", "bid_how": "online", "valid_days": "90",
        "bid_address": "https://bids.example.org/", "bid_languages": "English, Swahili",
        "questions_until": "2029-05-01T12:00",
    }  # fmt: skip
    assert details(**more).status_code == 302
    tender = details.tender
    assert (tender.value, tender.currency, tender.bid_languages) == (
        Decimal("1200.50"), "KES", ["en", "sw"],
    )  # fmt: skip
    assert tender.deadline.isoformat() == "2029-05-12T09:00:00+00:00"
    assert tender.questions_until.isoformat() == "2029-05-01T09:00:00+00:00"


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"code": "48190000-6"}, "from which list"),
        ({"scheme": "CPV", "code": "4819"}, "it has eight digits"),
        ({"scheme": "UNSPSC", "code": "43232502-1"}, "it has eight digits"),
        ({"value": "12", "currency": "XQQ"}, "code of three letters"),
        ({"bid_how": "online", "bid_address": "bids"}, "valid URL"),
        ({"bid_how": "email", "bid_address": "bids"}, "valid email"),
        ({"bid_how": "online"}, "Say where bids go"),
        ({"bid_address": "Room 4"}, "Say how bids are handed in"),
        ({"questions_until": "2029-05-13T12:00"}, "Questions end before bids close"),
        ({"zone": "Europe/Paris", "deadline": "2029-03-25T02:30"}, "skip this time"),
        ({"zone": "Europe/Paris", "deadline": "2029-10-28T02:30"}, "twice"),
        ({"deadline": "9999-12-31T23:59", "zone": "America/New_York"}, "between the years 2000"),
        ({"questions_until": "0001-01-01T00:00"}, "between the years 2000"),
        ({"contract_start": "9999-12-31"}, "between the years 2000"),
        ({"contact_email": f"{'x' * 60}@{'y' * 60}.{'z' * 60}.{'w' * 60}.{'v' * 60}.org"}, "254"),
    ],
)
def test_what_does_not_fit_is_said_and_nothing_typed_is_lost(details, more, said):
    answer = details(contact_office="Typed with care", **more)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page
    for value in ("Typed with care", *more.values()):
        assert value in page
    assert details.tender.contact_office == "Procurement Unit"


def test_an_address_of_a_person_is_asked_about_where_it_is_said(details, client):
    details(contact_email="jane.doe@ministry.example")
    page = client.get(details.tender.get_absolute_url()).content.decode()
    assert "looks like a person’s address" in page
    details(contact_email="tenders@ministry.example")
    assert "looks like a person’s" not in client.get("/tenders/").content.decode()


def test_a_country_of_several_zones_is_asked(client):
    buyer = make.organisation("buyer", country="BR")
    client.force_login(buyer.person)
    new = {k: v for k, v in SAID.items() if k != "zone"} | {"buyer": buyer.pk}
    answer = client.post(reverse("tender-new"), new)
    assert answer.status_code == 422
    assert "Say in which place’s time" in answer.content.decode()
    assert "The buyer’s country has several: choose one" in answer.content.decode()
    assert client.post(reverse("tender-new"), {**new, "zone": "America/Manaus"}).status_code == 302


def test_where_the_buyer_is_not_known_no_country_is_spoken_of():
    assert TenderForm().fields["zone"].choices[0] == ("", "Choose one")


def test_a_code_is_taken_however_it_is_spaced(details):
    assert details(scheme="CPV", code="48 19 00 00 - 6").status_code == 302
    assert details.tender.code == "48190000-6"


def test_page_list_and_data_say_how_to_bid_and_until_when(client):
    tender = make.tender(
        status="published", deadline=FAR, zone="Africa/Nairobi", questions_until=FAR - timedelta(3)
    )
    closes = "12 May 2029, 12:00 East Africa Time (09:00 UTC)"
    page = client.get(tender.get_absolute_url()).content.decode()
    for words in (closes, "https://bids.ministry.example/", "procurement@ministry.example"):
        assert words in page
    assert "9 May 2029, 12:00 East Africa Time (09:00 UTC)" in page
    assert closes in client.get("/tenders/").content.decode()
    notice = client.get(f"/api/v1/tenders/{tender.reference}/").json()["notice"]
    assert notice["bidding"]["address"] == "https://bids.ministry.example/"
    assert (notice["zone"], notice["contract"]["months"]) == ("Africa/Nairobi", 24)


def test_every_term_is_frozen_compared_asked_for_and_shown_in_the_form(details, client):
    public = set(Notice.TERMS) - {"value_public"}
    assert set(frozen_body.terms(details.tender, Voice("en"))) == public
    assert set(version_diff.TERMS) == public
    assert set(version_diff.ABOUT) == set(Notice.DETAILS) - set(Notice.TERMS)
    form = TenderForm()
    assert set(form.fields) == set(Notice.DETAILS)
    page = client.get(reverse("tender-details", args=[details.tender.reference])).content.decode()
    assert [name for name in form.fields if f'name="{name}"' not in page] == []


def everything(client, tender):
    """Every byte that others may read of a tender, and what the log holds of it."""
    for key in FORMATS:
        if key not in ("pdf", "docx", "odt", "xlsx"):
            yield exporting.export(tender, key)[0]
    tree = exporting.tree_of(tender)
    yield repr(tree).encode()
    yield bytes(tender.body)
    page = tender.get_absolute_url()
    for address in (page, f"{page}ocds.json", f"{page}record.json", "/tenders/", "/api/v1/tenders/",
                    f"/api/v1/tenders/{tender.reference}/"):  # fmt: skip
        yield client.get(address).content
    for entry in LogEntry.objects.about(tender):
        yield repr(vars(entry)).encode()


def telling(client, tender):
    return [text for text in everything(client, tender) if b"7654321" in text.replace(b",", b"")]


def test_a_value_that_is_not_public_reaches_nobody(client):
    assert not telling(client, make.tender(status="published", **VALUE))
    shown = make.tender(status="published", value_public=True, **VALUE)
    assert len(telling(client, shown)) >= 4  # the same look finds it where it is public


def test_before_publishing_the_buyer_reads_the_value_as_every_amount_is_written(client):
    tender = make.tender(**VALUE)
    client.force_login(tender.person)
    page = client.get(reverse("tender-publish", args=[tender.reference]))
    assert "7,654,321 KES" in page.text


def test_the_next_version_takes_it_over_and_says_what_changed(client):
    earlier = make.tender(status="published", zone="Africa/Nairobi", deadline=FAR, **VALUE)
    made = make.amended(earlier)
    assert made.bid_address == earlier.bid_address
    assert made.value == earlier.value
    before, after = frozen_body.written(earlier), frozen_body.written(made)
    after["notice"] |= {"bid_address": "https://new.example.org/", "method": "limited"}
    about = version_diff.changes(before, after).about
    assert set(about) == {"bid_address", "method"}


def test_a_version_from_before_terms_were_said_is_still_read(client):
    body = frozen_body.written(make.tender(deadline=FAR))
    del body["notice"]
    assert version_diff.changes(body, body).about == {}
