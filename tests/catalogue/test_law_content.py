"""What the laws and standards of the content ask: what they had wrong, and the kinds of it."""

import re
from pathlib import Path

import pytest
import yaml

from standards.catalogue.content import CONTENT, collect
from standards.catalogue.rules import applied
from standards.models import Criterion, Edition

EXAMPLES = yaml.safe_load((Path(__file__).parent / "examples.yaml").read_text())["products"]
# words that leave to the reader what is asked
VAGUE = re.compile(
    r"\b(suitable|appropriate|adequate|sufficient|properly|reasonable|well|good|enough|"
    r"as needed|where possible|(?:is|are) (?:managed|protected|controlled|secured))\b"
)
NUMBER = re.compile(r"\d|\b(one|two|three|four|five|ten|each|every|none|once)\b")
ADDED = [
    *("gdpr:GDPR-5.1.f", "gdpr:GDPR-10", "gdpr:GDPR-29"),
    *("kenya-dpa:REG-26.2.e", "kenya-dpa:43.1.b", "ferpa:99.31a6", "ferpa:99.35"),
    *("ppra:consent", "eu-ai-act-edu:AIA-5.1.c", "iso-27001-2022:6.1.3.d"),
    *("lti-advantage-1.3:LTI-DYN", "lti-advantage-1.3:LTI-P-DEPLOY", "child-safety-ethics:CSE-15"),
]
VOLUNTARY = [
    *("gdpr:GDPR-40", "gdpr:GDPR-42"),
    *(f"eu-ai-act-edu:AIA-III.3.{letter}" for letter in "abcd"),
]


def criteria(key):
    return {item.ref: item for item in collect(CONTENT).of("edition")[key].record.items}


def test_what_was_missing_is_there(catalogue):
    there = Criterion.objects.filter(key__in=ADDED, edition__status="published")
    assert set(there.values_list("key", flat=True)) == set(ADDED)


def test_what_is_voluntary_or_a_declaration_binds_nobody(catalogue):
    rows = Criterion.objects.filter(key__in=VOLUNTARY)
    assert set(rows.values_list("level__obligation")) == {("may",)}
    assert Criterion.objects.get(key="eu-ai-act-edu:AIA-50.4").level.obligation == "should"


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["id"])
def test_no_law_asks_for_what_is_voluntary(example, catalogue, at):
    got = applied(example["facts"], at=at)
    law = [key for key, effect in got.criteria.items() if effect == "mandatory_by_law"]
    voluntary = Criterion.objects.filter(
        key__in=law, level__obligation="may", edition__nature="law"
    )
    assert list(voluntary.values_list("key", flat=True)) == []


@pytest.mark.parametrize("country", ["KE", "US", "IN", "BR"])
def test_no_product_is_held_by_a_law_of_elsewhere(country, catalogue, at):
    facts = {"ai_use": ["emotion_recognition"], "countries_offered": [country]}
    held = [r.edition for r in applied(facts, at=at).rules if r.effect == "blocks_listing"]
    places = dict(Edition.objects.filter(key__in=held).values_list("key", "jurisdictions"))
    assert held
    assert all({"global", country} & set(each) for each in places.values())


def test_in_the_union_its_law_holds(catalogue, at):
    facts = {"ai_use": ["emotion_recognition"], "countries_offered": ["DE"]}
    held = [r.edition for r in applied(facts, at=at).rules if r.effect == "blocks_listing"]
    assert "eu-ai-act-edu" in held


@pytest.mark.parametrize("key", ["iso-27001-2022", "pqa-core"])
def test_nothing_is_left_to_the_reader(key):
    vague = {ref: item.statement for ref, item in criteria(key).items()}
    assert {ref: text for ref, text in vague.items() if VAGUE.search(text)} == {}


def test_a_vague_word_is_found():
    assert VAGUE.search("Risks are managed where possible.")


def test_clauses_of_iso_27001_stand_one_by_one():
    clauses = [ref for ref in criteria("iso-27001-2022") if re.match(r"\d", ref)]
    assert len(clauses) == 31
    assert {ref.partition(".")[0] for ref in clauses} == {str(n) for n in range(4, 11)}
    assert all("." in ref for ref in clauses)


def test_thresholds_of_teaching_are_numbers_and_units_name_the_curriculum():
    asked = criteria("pqa-core")
    assert [ref for ref, item in asked.items() if not NUMBER.search(item.statement.lower())] == []
    assert "curriculum" in asked["PQA-4"].statement


def test_a_keyboard_need_not_draw_a_path():
    assert "path" in criteria("wcag-2.2")["2.1.1"].statement


def test_a_token_without_signature_is_turned_away():
    assert 'algorithm "none" is turned away' in criteria("owasp-asvs-5-l1")["V9.1.2"].statement


def test_a_marked_self_assessment_is_evidence_and_a_test_is_a_certificate():
    schemes = {key: each.record for key, each in collect(CONTENT).of("scheme").items()}
    assert schemes["cyber-essentials"].imports_as == "AL2"
    assert schemes["cyber-essentials-plus"].imports_as == "AL4"
