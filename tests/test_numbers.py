"""Numbers of records are read alike at every door."""

import pytest
from django.urls import reverse

from certcentre.numbers import number_in, number_of, written
from tests import make

SPELLINGS = [
    "CC-2026-000008",
    "cc-2026-000008",
    " CC 2026 8 ",
    "CC–2026–8",
    "CC-2026-00008",
    "CC2026000008",
    "cc_2026_8",
    "CC - 2026 - 000 008",
    "ＣＣ－２０２６－８",
    "CC-٢٠٢٦-٨",
]


@pytest.mark.parametrize("typed", SPELLINGS)
def test_neither_spaces_nor_letters_nor_zeros_matter(typed):
    assert number_of(typed) == number_in(typed) == "CC-2026-000008"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("https://register.example/certificates/CC-2026-000008/", "CC-2026-000008"),
        ("https://register.example/credentials/CC-2026-000008.json", "CC-2026-000008"),
        ("See certificate CC 2026 8, page 12", "CC-2026-000008"),
        ("/tenders/TD-2026-000003-v2/", "TD-2026-000003-v2"),
    ],
)
def test_a_number_is_found_within_a_text(text, number):
    assert number_in(text) == number
    assert number_of(text) == ""


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("td 2026 3 v2", "TD-2026-000003-v2"),
        ("TD-2026-000003-v1", "TD-2026-000003"),
        ("en-2026-12", "EN-2026-000012"),
        ("DC-2026-1234567", "DC-2026-1234567"),
    ],
)
def test_every_kind_has_its_number(typed, number):
    assert number_of(typed) == number


NONE = ["", "CC", "CC-2026", "CC-26-8", "ACC-2026-8", "ZZ-2026-8", "CC-2026-8x", "CC-2026-8-v2"]


@pytest.mark.parametrize("typed", [*NONE, "日本", "CC-2026-" + "1" * 400])
def test_what_is_no_number(typed):
    assert number_in(typed) == ""


def test_a_number_is_written_as_it_is_read():
    assert number_of(written("TD", 2026, 3, 2)) == "TD-2026-000003-v2"


kept = make.kept(make.certificate)


@pytest.fixture
def certificate(kept, db):
    return kept()


def spelt(number):
    kind, year, count = number.split("-")
    return f"{kind.lower()} {year} {int(count)}"


@pytest.mark.parametrize("door", ["verify/?number=", "search/?q=", "log/?about="])
def test_every_page_that_asks_for_a_number_reads_it(client, certificate, door):
    page = client.get(f"/{door}{spelt(certificate.number)}", follow=True)
    assert certificate.number in page.content.decode()


def test_addresses_and_the_api_read_it(client, certificate):
    typed = spelt(certificate.number)
    for name in ("certificate", "credential", "certificate-badge", "api-certificate"):
        assert client.get(reverse(name, args=[typed])).status_code == 200
    assert client.get("/api/v1/certificates/", {"number": typed}).json()["count"] == 1
    answer = client.post("/api/v1/verify/", {"number": typed}, content_type="application/json")
    assert answer.json()["number"] == certificate.number


def test_an_engagement_is_found_by_its_parties_alone(client, certificate):
    engagement = certificate.engagement
    search = f"/search/?q={spelt(engagement.number)}"
    assert client.get(search).status_code == 200
    client.force_login(make.member(engagement.body, "evaluator"))
    assert client.get(search).headers["Location"] == engagement.get_absolute_url()


def test_verify_leads_to_the_tender_of_a_reference(client, db):
    tender = make.tender(status="published")
    page = client.get("/verify/", {"number": spelt(tender.reference)}, follow=True)
    assert page.redirect_chain[-1][0] == tender.get_absolute_url()
