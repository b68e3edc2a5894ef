"""Tenders read back from files: the draft asks for what the file asks for, word for word."""

import json
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import reverse

from certcentre.lifecycle import NotReady
from standards.catalogue.editions import Criterion
from tenders import annex, frozen_body
from tenders.asking_grounds import ask
from tenders.call_data import read
from tenders.export import FORMATS
from tenders.models import Tender
from tenders.notice_forms import TenderForm
from tenders.read_back import fill, unlike_file
from tests import make
from tests.make.moment import AT

pytestmark = pytest.mark.django_db
GROUNDS = {"crime-org": "", "gen-year-to": "500,000 KES a year"}


def two_lots():
    """Two lots: musts, shoulds with points, facts, own words, grounds and terms."""
    made = make.tender(
        criteria=3,
        countries=["KE", "UG"],
        languages=["en"],
        summary="Reading practice",
        currency="KES",
        value="150000.00",
        value_public=True,
        contract_months=24,
        contact_office="Purchasing",
        contact_email="buy@example.org",
        valid_days=90,
    )
    by = {"by": made.person, "at": AT}
    first = made.lot
    rows = list(first.requirements.select_related("criterion", "lot__tender").order_by("position"))
    rows[0].change(
        revision=rows[0].revision, justification="Minors", evidence_asked="A report", least=3, **by
    )
    rows[1].change(revision=rows[1].revision, obligation="should", must_be_present=True, **by)
    asked = first.add_words("Prints a report", obligation="should", **by)
    first.add_words("Runs offline", justification="No net", **by)
    weights = {str(rows[1].pk): 20, str(asked.pk): 20}
    first.state_award(
        price_weight=60, weights=weights, least_scores={str(asked.pk): 2}, earns="level", **by
    )
    first.add_fact("audience_age", ["6-9"], justification="Grades 1 to 3", **by)
    ask(made, GROUNDS, **by)
    second = made.add_lot(title="Paper", **by)
    second.state(about_products=False, countries=["KE"], all_countries=False, **by)
    second.add_words("A5", obligation="may", **by)
    made.refresh_from_db()
    made.person = by["by"]
    made.publish(**by)
    return made


kept = make.kept(two_lots, over="shipped")


@pytest.fixture
def tender(kept, db):
    return kept()


def written(tender, format):
    made = annex.build(json.loads(bytes(tender.body)), tender.digest)
    return FORMATS[format].write(made, annex.silent)


def begun(tender, data, title="Again"):
    """A draft of the same buyer from a file, with what is said of it."""
    release = read(data)
    draft = Tender.start(tender.buyer, by=tender.person, at=AT, title=title or release.title)
    problems = fill(draft, release, by=tender.person, at=AT)
    return draft, problems, unlike_file(draft, release)


def asked(body):
    """What a body asks for, without what is of one call alone."""
    own = ("reference", "address", "published", "changed", "deadline", "documents", "title")
    kept = {key: value for key, value in body.items() if key not in own}
    kept["notice"] = kept["notice"] | {"questions_until": None}
    lots = [
        {**lot, "requirements": [{**row, "id": ""} for row in lot["requirements"]]}
        for lot in body["lots"]
    ]
    return kept | {"lots": lots}


@pytest.mark.parametrize("format", ["json", "xlsx"])
def test_what_is_read_back_is_the_same_word_for_word(tender, format):
    draft, problems, different = begun(tender, written(tender, format), title="")
    assert (problems, different) == ([], [])
    assert draft.title == tender.title
    body = frozen_body.written(Tender.objects.get(pk=draft.pk))
    assert asked(body) == asked(json.loads(bytes(tender.body)))


def test_of_another_buyer_neither_office_nor_address_is_taken(tender):
    data = written(tender, "json")
    tender.buyer = make.organisation("buyer", name="Other Ministry")
    tender.person = make.member(tender.buyer, "editor")
    draft, problems, different = begun(tender, data)
    said = "The file is another buyer’s: say yourself who answers and how to bid."
    assert problems == [said]
    stated = (draft.contact_office, draft.contact_email, draft.bid_how, draft.bid_address)
    assert stated == ("", "", "", "")
    assert different == ["how to bid", "where bids go"]


def test_what_is_otherwise_than_in_the_file_is_named(tender):
    said = json.loads(written(tender, "json"))
    call = said["releases"][0]["tender"]
    call["procurementMethodRationale"] = "x" * 5000
    part = call["criteria"][0]["requirementGroups"][0]["requirements"][0]
    part["description"] = "Other words than those of the catalogue"
    draft, problems, different = begun(tender, json.dumps(said).encode())
    assert problems == [f"Left out, since it does not fit here: why it is not open, “{'x' * 60}”."]
    assert different == [part["id"], "why it is not open"]
    assert draft.lots.count() == 2


def test_what_a_draft_cannot_have_of_a_file_is_said(tender):
    said = json.loads(written(tender, "json"))
    said["releases"][0]["language"] = "es"
    said["releases"][0]["tender"]["tenderPeriod"] = {"endDate": "2020-01-01T00:00:00Z"}
    draft, problems, _different = begun(tender, json.dumps(said).encode())
    assert problems == [
        "The file is in “es”, in which no annex is written here: choose one.",
        "Left out: times that are past. Say until when bids are taken.",
    ]
    assert (draft.language, draft.deadline) == ("en", None)


def test_what_the_catalogue_does_not_hold_stands_in_its_own_words(tender):
    said = json.loads(written(tender, "json"))
    call = said["releases"][0]["tender"]
    part = call["criteria"][1]["requirementGroups"][0]["requirements"][0]
    part["certcentre_source"]["criterion"] = "elsewhere-1"
    draft, problems, different = begun(tender, json.dumps(said).encode())
    assert part["id"] in different
    assert problems[0].startswith("The catalogue here does not hold what these rest on")
    row = draft.lots.get(number=1).requirements.get(position=int(part["id"][-3:]))
    assert (row.criterion, part["description"] in row.words) == (None, True)


def test_data_of_another_portal_is_taken_in_its_own_words(tender):
    call = {
        "id": "x-1",
        "title": "Tablets",
        "lots": [{"id": 7, "title": "For schools"}],
        "criteria": [
            {
                "id": "1",
                "relatedLots": [7],
                "requirementGroups": [
                    {
                        "requirements": [
                            {"id": "a", "title": "Battery", "description": "8 hours", "minValue": 8}
                        ]
                    }
                ],
            }
        ],
    }
    call |= {"milestones": [{"id": "m"}], "awardPeriod": {}, "hasEnquiries": True, "x\ny": 1}
    draft, problems, different = begun(tender, json.dumps({"tender": call}).encode(), title="")
    assert (draft.title, problems) == ("Tablets", [])
    unread = "what is not read here (the file calls it awardPeriod, hasEnquiries, milestones, …)"
    assert [part for part in different if "milestones" in part or "x" in part] == [unread]
    (row,) = draft.lots.get().requirements.all()
    words = "Battery\n8 hours\nminValue 8"
    assert (draft.lots.get().title, row.words, row.obligation) == ("For schools", words, "must")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (b"{'tender': 1}", "Line 1 is not JSON"),
        (b"%PDF-1.7", "This is PDF. Bring the JSON"),
        (b'{"tender": {}, "tender": {"title": "Two"}}', "stands twice"),
        (b'{"tender": {"title": "\xff"}}', "not UTF-8"),
        (b"1" * 5000, "a number that is too long"),
        (b"[1, 2]", "has no “tender”"),
        (b"[" * 100_000, "more than 30 levels deep"),
        (b'{"tender": ' + b"[" * 60 + b"]" * 60 + b"}", "more than 30 levels deep"),
        (b'{"records": [{}, {}]}', "several tenders"),
        (b'{"tender": {"lots": "many"}}', "does not fit"),
        (b'{"tender": {"lots": []}}', "no title"),
        (b"PK\x03\x04 no workbook", "damaged"),
        (b'{"tender": {"title": "\\u0000"}}', "no title"),
    ],
)
def test_what_is_no_tender_is_refused_in_words(data, words):
    with pytest.raises(NotReady, match=words):
        read(data)


def test_the_workbook_of_a_tender_that_is_not_published_here_is_refused(tender):
    data = written(tender, "xlsx")
    Tender.objects.filter(pk=tender.pk).update(digest="0" * 64)
    with pytest.raises(NotReady, match="not the response form of a tender that is published here"):
        read(data)


def test_the_page_takes_a_file_and_says_how_far_both_agree(client, tender):
    client.force_login(tender.person)
    file = SimpleUploadedFile("call.json", written(tender, "json"))
    sent = {"buyer": tender.buyer_id, "title": "", "language": "en", "wording": "neutral"}
    answer = client.post(reverse("tender-new"), sent | {"file": file}, follow=True)
    assert "What it asks for is what the file says, word for word." in answer.text
    made = Tender.objects.exclude(pk=tender.pk).get()
    assert (made.title, made.lots.count(), made.status) == (tender.title, 2, "draft")
    file.seek(0)
    about = sent | {"file": file, "title": "Mine", "summary": "Typed", "countries": "Estonia"}
    answer = client.post(reverse("tender-new"), about, follow=True)
    mine = Tender.objects.get(title="Mine")
    assert (mine.summary, mine.countries, mine.lots.count()) == ("Typed", ["EE"], 2)
    assert "parts are not as in the file" in answer.text
    mine.delete()
    wrong = SimpleUploadedFile("call.json", b"{}")
    refused = client.post(reverse("tender-new"), sent | {"file": wrong})
    assert (refused.status_code, Tender.objects.count()) == (422, 2)
    assert "The file is no tender" in refused.text
    none = client.post(reverse("tender-new"), sent)
    assert (none.status_code, "This field is required." in none.text) == (422, True)


def test_each_file_begins_a_draft_of_its_own(client, tender):
    """However soon after another of the same title; the same file sent twice begins one."""
    client.force_login(tender.person)
    sent = {"buyer": tender.buyer_id, "title": "", "language": "en", "wording": "neutral"}
    contents = [written(tender, key) for key in ("json", "json", "xlsx")]
    files = [SimpleUploadedFile("call", content) for content in [*contents, contents[1] + b"\n"]]
    addresses = [
        client.post(reverse("tender-new"), sent | {"file": file}).url
        for file in [*files, SimpleUploadedFile("call", contents[0])]
    ]
    same, again, *others, last = addresses
    assert same == again == last
    assert len({same, *others}) == 3


def test_hostile_values_make_no_fault(client, tender):
    said = json.loads(written(tender, "json"))
    call = said["releases"][0]["tender"]
    refused, brought = set(), set()
    for name in list(call):
        for value in (None, [], {}, "\x00", "٣", -1, 10**30, [[]], {"a": 1}, "x" * 30_000):
            try:
                release = read(json.dumps({"tender": call | {name: value}}).encode())
            except NotReady:
                refused.add(name)
                continue
            draft = Tender.start(tender.buyer, by=tender.person, at=AT, title="Odd")
            fill(draft, release, by=tender.person, at=AT)
            unlike_file(draft, release)
            brought.add(name)
    assert refused == {"title", "lots", "criteria"}  # those without which there is no tender
    assert brought >= set(call)


def test_a_file_that_asks_in_every_lot_is_held_to_the_limit_of_a_tender(tender, monkeypatch):
    monkeypatch.setattr("tenders.lot.MAX_REQUIREMENTS", 5)
    rows = [{"id": str(n), "description": f"Thing {n}"} for n in range(3)]
    part = {"relatedLots": ["a"], "requirementGroups": [{"requirements": rows}]}
    lots = [{"id": "a", "title": "One"}, {"id": "a", "title": "Two"}]
    data = json.dumps({"tender": {"title": "Odd", "lots": lots, "criteria": [part]}}).encode()
    before = Tender.objects.count()
    with pytest.raises(NotReady, match="at most 5 things"), transaction.atomic():
        begun(tender, data)
    assert Tender.objects.count() == before


def test_what_the_pages_refuse_no_file_brings(tender):
    said = json.loads(written(tender, "json"))
    call = said["releases"][0]["tender"]
    call |= {"certcentre_contractMonths": 5000, "certcentre_bidsHoldDays": 5000}
    call["items"] = [{"classification": {"scheme": "CPV", "id": "12", "description": "Odd"}}]
    draft, problems, _different = begun(tender, json.dumps(said).encode())
    assert (draft.contract_months, draft.valid_days, draft.code) == (None, None, "")
    assert len(problems) == 3
    form = TenderForm(of=tender.buyer, initial={})
    assert form.fields["contract_months"].max_value == 600


def test_what_is_not_in_force_any_more_stands_in_its_own_words(tender):
    data = written(tender, "json")
    first = tender.lots.get(number=1)
    keys = first.requirements.exclude(criterion=None).values_list("criterion", flat=True)
    Criterion.objects.filter(pk=keys[0]).update(force="withdrawn")
    draft, problems, _different = begun(tender, data)
    assert problems[0].startswith("The catalogue here does not hold what these rest on")
    asked = draft.lots.get(number=1).requirements
    assert not asked.filter(criterion=keys[0]).exists()
    assert asked.count() == first.requirements.count()


def test_a_typed_closing_day_is_not_called_past(tender):
    said = json.loads(written(tender, "json"))
    said["releases"][0]["tender"]["tenderPeriod"] = {"endDate": "2020-01-01T00:00:00Z"}
    release = read(json.dumps(said).encode())
    draft = Tender.start(
        tender.buyer, by=tender.person, at=AT, title="T", deadline=AT + timedelta(days=9)
    )
    problems = fill(draft, release, by=tender.person, at=AT, typed=["deadline"])
    assert not [words for words in problems if "past" in words]
    assert draft.deadline == AT + timedelta(days=9)
