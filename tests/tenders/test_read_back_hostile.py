"""No value in a file of a tender makes a fault, or a draft that no page can show."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from certcentre.lifecycle import NotReady
from tenders import call_data
from tenders.models import Tender
from tests import make

pytestmark = pytest.mark.django_db
FAR = "9999-12-31T23:59:59-14:00"
BEGINS = {"startDate": "2027-01-01T00:00:00+00:00"}


def asked(**more):
    row = {"id": "L1-001", "title": "Offline", "description": "Runs offline", **more}
    return {"criteria": [{"id": "c", "requirementGroups": [{"requirements": [row]}]}]}


def lot(**award):
    return {"lots": [{"id": "1", "title": "Readers", "certcentre_award": award}]}


CALLS = {
    "a zone that is a list": {"certcentre_zone": ["Europe/Paris"]},
    "a zone that is a path": {"certcentre_zone": "../../etc/passwd", "contractPeriod": BEGINS},
    "a zone with NUL": {"certcentre_zone": "\0", "contractPeriod": BEGINS},
    "the first year": {"contractPeriod": {"startDate": "0001-01-01T00:00:00+14:00"}},
    "the last year": {"contractPeriod": {"startDate": FAR}, "tenderPeriod": {"endDate": FAR}},
    "the last day there": {
        "tenderPeriod": {"endDate": "9999-12-31T23:59:59+00:00"},
        "certcentre_zone": "Pacific/Kiritimati",
    },
    "countries as text": {"certcentre_countries": "KE", "certcentre_languages": "en"},
    "a law as list": {"certcentre_wording": ["eu"]},
    "words as object": {"description": {"a": ["b"]}, "procurementMethod": ["open"]},
    "months as truth": {"certcentre_contractMonths": True, "certcentre_bidsHoldDays": 10**30},
    "half a letter in words": {"description": "\ud800"},
    "half a letter in a name": {"\ud800": 1, "a\0b": 2},
    "a long number": asked(id="L1-" + "9" * 5000),
    "a long number alone": asked(id="9" * 5000),
    "signs of numbers": asked(id="²"),
    "NUL in keys": asked(
        certcentre_source={"criterion": "a\0b"}, certcentre_accepted=[{"criterion": "\0"}]
    ),
    "NUL in scores": lot(price={"weight": 60}, quality={"earns": "full"}, scores=["\0", *"bcdef"]),
    "one score": lot(scores=["only"]),
    "weights that leave nothing": lot(price={"kind": "z", "weight": 100}, quality={"threshold": 9}),
    "an amount beyond all": {"value": {"amount": "1e999999", "currency": ["EUR"]}},
    "no amount": {"value": {"amount": "sNaN", "currency": "EUR"}, "items": [None]},
}
FILES = {name: {"tender": {"title": "Odd", **asked(), **call}} for name, call in CALLS.items()}
NO_TENDERS = {
    "a record that is text": {"records": [{"compiledRelease": "x"}]},
    "a record that is a list": {"records": [{"compiledRelease": [1]}]},
    "releases that are text": {"releases": "abc"},
    "a tender that is a list": {"tender": [{"title": "Odd"}]},
    "a tender that is called by half a letter": {"tender": {"title": "\ud800"}},
}
FILES |= {
    "a language that is a list": {"tender": {"title": "Odd"}, "language": ["en"]},
    "a buyer that is odd": {
        "tender": {"title": "Odd"},
        "buyer": {"id": 1, "name": {"a": 1}},
        "parties": [{"id": 1, "contactPoint": {"name": [1], "email": {"a": 1}}}, None],
    },
}


def bring(client, file):
    buyer = make.organisation("buyer")
    client.force_login(make.member(buyer, "editor"))
    sent = {"buyer": buyer.pk, "title": "", "language": "en", "wording": "neutral"}
    upload = SimpleUploadedFile("call.json", json.dumps(file).encode())
    return client.post(reverse("tender-new"), sent | {"file": upload})


@pytest.mark.parametrize("name", FILES)
def test_what_a_file_says_is_taken_as_far_as_it_fits(client, name):
    assert bring(client, FILES[name]).status_code == 302
    made = Tender.objects.get()
    shown = [made.get_absolute_url(), reverse("tender-details", args=[made.reference])]
    for address in (*shown, reverse("tenders"), "/"):
        assert client.get(address).status_code == 200, address
    kinds = [type(value) for value in (made.countries, made.languages, made.bid_languages)]
    assert kinds == [list] * 3
    texts = [made.zone, made.wording, made.summary, made.method]
    assert not [text for text in texts if "[" in text or "{" in text]
    assert "\0" not in json.dumps([each.scores for each in made.lots.all()])


@pytest.mark.parametrize("name", NO_TENDERS)
def test_what_is_no_tender_makes_none(client, name):
    answer = bring(client, NO_TENDERS[name])
    assert (answer.status_code, Tender.objects.count()) == (422, 0)
    assert "in the file has no title" in answer.text or "The file is no tender" in answer.text


def test_a_file_of_very_many_parts_is_refused_before_it_is_read(monkeypatch):
    monkeypatch.setattr(call_data, "MOST_PARTS", 1000)
    rows = [{}] * 1001
    call = {"title": "Odd", "criteria": [{"requirementGroups": [{"requirements": rows}]}]}
    with pytest.raises(NotReady, match="more than 1,000 values"):
        call_data.read(json.dumps({"tender": call}).encode())
