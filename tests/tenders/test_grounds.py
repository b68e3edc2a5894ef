"""Grounds for exclusion and selection: picked from content, frozen, printed and declared."""

import hashlib
import io
import json
from copy import deepcopy as copy_of
from datetime import timedelta

import openpyxl
import pytest
import yaml
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from certcentre.desk.record_check import differences
from certcentre.lifecycle import Conflict, NotReady
from standards.catalogue.content import BrokenContent
from tenders import annex, grounds
from tenders.amending import amend, copy
from tenders.asking_grounds import ask
from tenders.bids import self_declaration
from tenders.bids.bid import Bid
from tenders.bids.comparison import compared
from tenders.export import FORMATS
from tenders.export.printed import paper
from tenders.frozen_body import as_logged
from tenders.tender import Tender
from tests import make
from tests.make.bids import CLOSES
from tests.tenders import bodies

TURNOVER = "At least KES 5,000,000 a year"
ASKED = {"tax-pay": "", "gen-year-to": TURNOVER}
CLEAN = {
    "tax-pay": {"answer": "clear", "words": ""},
    "gen-year-to": {"answer": "met", "words": "KES 9,000,000 in 2025"},
}
# what the list says, by the day it is dated, as `test_packs` has it of packs
DIGESTS = {"2026-11-29": "35bb44"}


@pytest.fixture
def draft(db):
    return make.bids_tender(status="draft")


@pytest.fixture
def tender(db):
    return make.bids_tender(grounds=ASKED)


def declare(bid, declared, at):
    bid.state(by=bid.person, at=at, revision=bid.revision, declared=declared)


def handed_in(tender, at, declared=CLEAN, **more):
    bid = make.bid(tender, declares=False, **more)
    declare(bid, declared, at)
    bid.hand_in(by=bid.person, at=at, **make.SIGNED)
    return bid


def wrong(bid):
    """What the check of records says of it."""
    return [words for words in differences() if bid.number in words]


def page(tender):
    return reverse("tender-grounds", args=[tender.reference])


def of_bid(bid):
    return reverse("bid-self-declaration", args=[bid.pk])


@pytest.mark.alike
def test_the_list_is_not_edited_in_place():
    words = grounds.LIST.model_dump_json(exclude={"last_checked"})
    digest = hashlib.sha256(words.encode()).hexdigest()[:6]
    assert DIGESTS[grounds.LIST.dated.isoformat()] == digest, "give it a new `dated`"


@pytest.mark.alike
def test_the_list_has_the_codes_of_the_espd():
    kinds = [group.kind for group, _ground in grounds.BY_CODE.values()]
    assert (kinds.count("exclusion"), kinds.count("selection")) == (24, 12)
    assert {"crime-org", "tax-pay", "misinterpr", "nati-ground", "aver-year-to"} <= set(
        grounds.BY_CODE
    )
    assert set(grounds.LABELS["en"]) == set(grounds.LABELS["fr"])
    assert set(self_declaration.Answer.values) == {
        answer for answers in grounds.ANSWERS.values() for answer in answers
    }


@pytest.mark.alike
@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"dated": "soon"}, "`dated`"),
        ({"other": 1}, "`other` is not a key that we know"),
        ({"twice": True}, "has a code twice"),
        ({"unasked": True}, "`asks`"),
    ],
)
def test_a_broken_list_names_file_and_reason(tmp_path, change, words):
    data = yaml.safe_load(grounds.FILE.read_text())
    if change.pop("twice", False):
        data["groups"].append(copy_of(data["groups"][0]))
    if change.pop("unasked", False):
        del data["groups"][-1]["grounds"][0]["asks"]
    (tmp_path / "espd.yaml").write_text(yaml.safe_dump(data | change))
    with pytest.raises(BrokenContent) as refused:
        grounds.load(tmp_path / "espd.yaml")
    assert "espd.yaml" in str(refused.value)
    assert words in str(refused.value)


def test_nothing_is_ticked_beforehand_and_an_editor_picks_on_the_page(draft, client):
    client.force_login(draft.person)
    shown = client.get(page(draft)).content.decode()
    assert "checked" not in shown.split("<main", 1)[1]
    data = {"pick-tax-pay": "on", "pick-gen-year-to": "on", "asked-gen-year-to": TURNOVER}
    assert client.post(page(draft), data).status_code == 302
    draft.refresh_from_db()
    assert draft.grounds == [
        {"code": "tax-pay", "kind": "exclusion", "asked": ""},
        {"code": "gen-year-to", "kind": "selection", "asked": TURNOVER},
    ]
    assert TURNOVER in client.get(page(draft)).content.decode()
    ready = client.get(reverse("tender-publish", args=[draft.reference])).content.decode()
    assert f"Taxes; Yearly turnover ({TURNOVER})" in ready


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"pick-gen-year-to": "on"}, "Say in your words what you ask for."),
        ({"pick-nati-ground": "on", "asked-nati-ground": " "}, "Say in your words"),
        ({"asked-gen-year-to": TURNOVER}, "Tick it, or empty the words below it."),
    ],
)
def test_a_ground_without_words_or_words_without_a_tick_are_refused(draft, client, data, words):
    client.force_login(draft.person)
    answer = client.post(page(draft), data)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    draft.refresh_from_db()
    assert draft.grounds == []


@pytest.mark.parametrize("asked", [{"no-such": ""}, {"gen-year-to": "  "}])
def test_the_verb_refuses_what_is_not_in_the_list_or_has_no_words(draft, at, asked):
    with pytest.raises(NotReady):
        ask(draft, asked, by=draft.person, at=at)


def test_two_who_pick_at_once_are_told(draft, client, at):
    seen = draft.grounds_print
    ask(draft, {"fraud": ""}, by=draft.person, at=at, seen=seen)
    with pytest.raises(Conflict):
        ask(draft, ASKED, by=draft.person, at=at, seen=seen)
    client.force_login(draft.person)
    answer = client.post(page(draft), {"pick-tax-pay": "on", "seen": seen})
    assert answer.status_code == 409
    assert "Fraud" in answer.content.decode()


def test_they_are_frozen_with_their_words_and_compared_with_the_log(tender):
    [first, second] = json.loads(bytes(tender.body))["grounds"]
    assert (first["code"], first["title"], first["asked"]) == ("tax-pay", "Taxes", "")
    assert (second["kind"], second["asked"]) == ("selection", TURNOVER)
    assert as_logged(tender)
    Tender.objects.filter(pk=tender.pk).update(grounds=tender.grounds[:1])
    assert not as_logged(Tender.objects.get(pk=tender.pk))


def test_a_standard_that_is_named_is_open_to_equivalents(db):
    made = make.bids_tender(grounds={"qu-certif-indep": "Certified to ISO 9001"})
    [ground] = json.loads(bytes(made.body))["grounds"]
    assert ground["asked"] == "Certified to ISO 9001 (or equivalent)"
    assert as_logged(made)


def test_a_body_from_before_asks_for_none(tender, client):
    body = bodies.body()
    assert "grounds" not in body
    assert grounds.sections(body) == []
    for key in ("html", "xlsx", "json", "csv"):
        assert FORMATS[key].write(annex.build(body, "f" * 64), annex.silent)
    assert self_declaration.read([], {"requirements": []}) == []


def test_copies_and_amendments_carry_them_and_say_what_went_and_came(tender, client, at):
    other = Tender.start(tender.buyer, by=tender.person, at=at, title="Another")
    copy(tender, other, by=tender.person, at=at)
    other.refresh_from_db()
    assert other.grounds == tender.grounds
    later = amend(tender, by=tender.person, at=at, reason="More is asked")
    assert Tender.objects.get(pk=later.pk).grounds == tender.grounds
    ask(later, {"fraud": "", "gen-year-to": TURNOVER}, by=tender.person, at=at)
    later.publish(by=tender.person, at=at)
    shown = client.get(later.get_absolute_url()).content.decode()
    assert '<del dir="auto">Taxes</del>' in shown
    assert '<ins dir="auto">Fraud</ins>' in shown


def test_everybody_reads_them_on_the_page_of_the_tender(tender, client):
    shown = client.get(tender.get_absolute_url()).content.decode()
    assert "Grounds and self-declaration" in shown
    assert "The bidder owes taxes" in shown
    assert TURNOVER in shown


def tree(*asked, language="en"):
    picks = grounds.picked(dict(asked or ASKED.items()))
    body = bodies.body(language=language)
    return annex.build(body | {"grounds": grounds.written(picks, language)}, "f" * 64)


@pytest.mark.alike
def test_they_are_printed_with_boxes_before_price_and_signature():
    parts = list(paper(tree()).parts)
    headings = [part.heading for part in parts if part.level == 1]
    place = next(n for n, words in enumerate(headings) if words.endswith("self-declaration"))
    assert headings[place + 1].endswith("Price and signature")
    [exclusion, selection] = [
        part.table for part in parts if part.table and part.table.head[:1] == ("Ground",)
    ]
    assert exclusion.rows[0][1][0][0] == "☐ does not apply to us\n☐ applies to us"
    assert selection.rows[0][1][0][0] == "☐ met\n☐ not met"
    assert (f"Asked for: {TURNOVER}", False) in selection.rows[0][0]
    assert not exclusion.room + selection.room  # a height that is set cuts long words in a PDF


@pytest.mark.alike
@pytest.mark.parametrize("words", bodies.HOSTILE)
@pytest.mark.parametrize("key", ["docx", "odt", "html", "xlsx", "json", "csv"])
def test_hostile_words_break_no_file(key, words):
    made = tree(("gen-year-to", words))
    assert FORMATS[key].write(made, annex.silent)


@pytest.mark.alike
def test_the_workbook_has_a_sheet_for_information():
    book = openpyxl.load_workbook(io.BytesIO(FORMATS["xlsx"].write(tree(), annex.silent)))
    sheet = book["Grounds"]
    assert sheet.protection.sheet
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert "on the page of the bid" in rows[0][2]
    assert ["tax-pay", "Taxes"] in [row[:2] for row in rows]


@pytest.mark.alike
def test_ocds_has_a_criterion_for_each_about_the_tenderer():
    [release] = json.loads(FORMATS["json"].write(tree(), annex.silent))["releases"]
    mine = [each for each in release["tender"]["criteria"] if "certcentre_code" in each]
    assert [each["certcentre_code"] for each in mine] == ["tax-pay", "gen-year-to"]
    assert {(each["relatesTo"], each["source"]) for each in mine} == {("tenderer", "tenderer")}
    [asked] = mine[1]["requirementGroups"][0]["requirements"]
    assert (asked["dataType"], asked["expectedValue"]) == ("boolean", True)
    assert TURNOVER in asked["description"]


def test_a_bid_is_handed_in_only_when_each_is_declared(tender, at):
    bid = make.bid(tender, declares=False)
    assert bid.declared == {}
    for declared, missing in (({}, 2), ({"tax-pay": CLEAN["tax-pay"]}, 1)):
        declare(bid, declared, at)
        with pytest.raises(NotReady, match=f"Declare {missing} ground"):
            bid.hand_in(by=bid.person, at=at, **make.SIGNED)
    declare(bid, CLEAN, at)
    bid.hand_in(by=bid.person, at=at, **make.SIGNED)
    assert bid.content["declared"][1] == {
        "code": "gen-year-to",
        "kind": "selection",
        "asked": TURNOVER,
        "answer": "met",
        "words": "KES 9,000,000 in 2025",
    }


def test_an_exclusion_that_applies_wants_words(tender, at):
    bid = make.bid(tender, declares=False)
    declare(bid, CLEAN | {"tax-pay": {"answer": "applies", "words": " "}}, at)
    with pytest.raises(NotReady, match="Declare 1 ground"):
        bid.hand_in(by=bid.person, at=at, **make.SIGNED)


@pytest.mark.parametrize(
    "declared",
    [
        {"fraud": {"answer": "clear", "words": ""}},
        {"tax-pay": {"answer": "met", "words": ""}},
        {"gen-year-to": {"answer": "clear", "words": ""}},
    ],
)
def test_what_is_not_asked_and_no_answer_to_it_are_refused(tender, at, declared):
    bid = make.bid(tender, declares=False)
    with pytest.raises(NotReady):
        declare(bid, declared, at)


def test_the_bidder_declares_on_the_page_and_half_of_it_is_kept(tender, client):
    bid = make.bid(tender, declares=False)
    client.force_login(bid.person)
    shown = client.get(of_bid(bid)).content.decode()
    assert "checked" not in shown.split("<main", 1)[1]
    half = {"revision": bid.revision, "answer-tax-pay": "clear", "words-gen-year-to": "KES 6m"}
    assert client.post(of_bid(bid), half).status_code == 302
    bid.refresh_from_db()
    assert bid.declared["gen-year-to"] == {"answer": "", "words": "KES 6m"}
    assert "Declare 1 ground" in client.get(bid.get_absolute_url()).content.decode()
    stale = client.post(of_bid(bid), half | {"answer-gen-year-to": "met"})
    assert stale.status_code == 409
    assert "What stands now" in stale.content.decode()


def test_where_nothing_is_asked_there_is_no_page(db, client):
    bid = make.bid(make.bids_tender())
    client.force_login(bid.person)
    assert client.get(of_bid(bid)).status_code == 404
    assert "elf-declaration" not in client.get(bid.get_absolute_url()).content.decode()


def test_an_earlier_bids_declarations_come_along_where_the_same_is_asked(tender, at):
    bid = handed_in(tender, at)
    later = amend(tender, by=tender.person, at=at, reason="Less is asked")
    asked = {"tax-pay": "", "fraud": "", "gen-year-to": "At least KES 1 a year"}
    ask(later, asked, by=tender.person, at=at)
    later.publish(by=tender.person, at=at)
    lot = later.lots.get()
    again = Bid.start(lot, by=bid.person, at=at, organisation=bid.organisation)
    assert again.declared == {"tax-pay": CLEAN["tax-pay"]}


def bad(answer="applies"):
    return CLEAN | {"tax-pay": {"answer": answer, "words": "Paid since; receipt <b>7</b>"}}


def test_nobody_of_the_buyer_reads_it_before_the_opening(tender, client, at):
    bid = handed_in(tender, at, bad())
    client.force_login(tender.person)
    assert client.get(bid.get_absolute_url()).status_code == 404
    assert client.get(of_bid(bid)).status_code == 404


def test_the_buyer_reads_first_what_applies_and_nothing_excludes_by_itself(tender, client, at):
    good, poor = handed_in(tender, at), handed_in(tender, at, bad())
    make.opened(tender)
    poor.refresh_from_db()
    assert (good.content["declared"] != poor.content["declared"], poor.status) == (True, "opened")
    client.force_login(tender.person)
    shown = client.get(poor.get_absolute_url()).content.decode()
    assert "Paid since; receipt &lt;b&gt;7&lt;/b&gt;" in shown
    assert shown.index("Applies to us") < shown.index("KES 9,000,000 in 2025")
    side = client.get(reverse("lot-compare", args=[tender.reference, tender.lot.pk]))
    assert "Paid since" in side.content.decode()
    poor.exclude(by=tender.person, at=CLOSES + timedelta(hours=3), reason="It owes taxes")
    assert poor.status == "excluded"


def test_beside_each_other_what_is_not_met_stands_first(tender, at):
    handed_in(tender, at)
    worse = CLEAN | {"gen-year-to": {"answer": "not_met", "words": ""}}
    handed_in(tender, at, worse)
    make.opened(tender)
    first, second = compared(tender.lot).declared
    assert (first.ground["code"], second.ground["code"]) == ("gen-year-to", "tax-pay")
    assert [said.label for _column, said in first.pairs] == ["Met", "Not met"]


def test_a_bid_for_other_words_says_nothing_of_these():
    ground = {"code": "gen-year-to", "asked": TURNOVER}
    other = {"code": "gen-year-to", "asked": "Less", "answer": "met", "words": ""}
    [line] = self_declaration.read([ground], {"declared": [other]})
    assert (line.answer, line.falls_short) == ("", False)


def test_a_declaration_that_was_changed_is_found_by_the_log(tender, client, at):
    bid = handed_in(tender, at, bad())
    assert wrong(bid) == []
    Bid.objects.filter(pk=bid.pk).update(declared=CLEAN)
    assert wrong(bid)
    Bid.objects.filter(pk=bid.pk).update(declared={})
    assert wrong(bid)
    forged = bytes(bid.body).replace(b"applies", b"clear")
    Bid.objects.filter(pk=bid.pk).update(body=forged, declared=CLEAN)
    make.opened(tender)
    client.force_login(tender.person)
    shown = client.get(bid.get_absolute_url()).content.decode()
    assert "Paid since" not in shown
    assert wrong(bid)


def statements(client, at, asked):
    """How many the public page, the bid's page and the comparison ask."""
    made = make.bids_tender(grounds=asked)
    bid = handed_in(made, at, {code: CLEAN[code] for code in asked})
    make.opened(made)
    client.force_login(made.person)
    side = reverse("lot-compare", args=[made.reference, made.lot.pk])
    counts = []
    for url in (made.get_absolute_url(), bid.get_absolute_url(), side):
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        counts.append(len(queries))
    return counts


def test_the_pages_ask_as_often_with_grounds_as_without(db, client, at):
    assert statements(client, at, {}) == statements(client, at, ASKED)
