"""Grounds for exclusion and selection: picked from content, frozen and printed."""

import hashlib
import io
import json
from copy import deepcopy as copy_of

import openpyxl
import pytest
import yaml
from django.urls import reverse

from certcentre.lifecycle import Conflict, NotReady
from standards.catalogue.content import BrokenContent
from tenders import annex, grounds
from tenders.amending import amend, copy
from tenders.asking_grounds import ask
from tenders.bids import self_declaration
from tenders.export import FORMATS
from tenders.export.printed import paper
from tenders.frozen_body import as_logged
from tenders.tender import Tender
from tenders.voice import Voice
from tests import make
from tests.tenders import bodies
from tests.tenders.test_packs import read_by_people

TURNOVER = "At least KES 5,000,000 a year"
ASKED = {"tax-pay": "", "gen-year-to": TURNOVER}
# what the list says, by the day it is dated, as `test_packs` has it of packs
DIGESTS = {"2026-11-29": "35bb44"}


@pytest.fixture
def draft(db):
    return make.bids_tender(status="draft")


@pytest.fixture
def tender(db):
    return make.bids_tender(grounds=ASKED)


def page(tender):
    return reverse("tender-grounds", args=[tender.reference])


@pytest.mark.alike
def test_the_list_is_not_edited_in_place():
    words = read_by_people(grounds.LIST.model_dump(mode="json", exclude={"last_checked"}))
    text = json.dumps(words, ensure_ascii=False, separators=(",", ":"))
    digest = hashlib.sha256(text.encode()).hexdigest()[:6]
    assert DIGESTS[grounds.LIST.dated.isoformat()] == digest, "give it a new `dated`"


@pytest.mark.alike
def test_the_list_has_the_codes_of_the_espd():
    kinds = [group.kind for group, _ground in grounds.BY_CODE.values()]
    assert (kinds.count("exclusion"), kinds.count("selection")) == (24, 12)
    assert {"crime-org", "tax-pay", "misinterpr", "nati-ground", "aver-year-to"} <= set(
        grounds.BY_CODE
    )
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


def test_what_was_not_right_does_not_hide_what_a_colleague_picked(draft, client, at):
    seen = draft.grounds_print
    ask(draft, {"fraud": ""}, by=draft.person, at=at, seen=seen)
    client.force_login(draft.person)
    sent = {"pick-gen-year-to": "on", "seen": seen}
    answer = client.post(page(draft), sent)
    assert answer.status_code == 422
    assert f'name="seen" value="{seen}"' in answer.text
    assert client.post(page(draft), sent | {"asked-gen-year-to": "A lot"}).status_code == 409


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
    return annex.build(body | {"grounds": grounds.written(picks, Voice(language))}, "f" * 64)


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
