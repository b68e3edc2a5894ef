"""The annex is built from the body alone, and cites nothing without "or equivalent"."""

import io
from dataclasses import fields, is_dataclass, replace

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from tenders import annex, frozen_body, notice_facts
from tenders.export import FORMATS
from tenders.export.pdf import set_out
from tenders.export.printed import Part, pairs, paper
from tenders.neutrality import uncovered
from tests import make
from tests.tenders import bodies


def texts(found):
    """Every text of the tree, labels apart."""
    if isinstance(found, str):
        yield found
    elif is_dataclass(found):
        for field in fields(found):
            if field.name != "labels":
                yield from texts(getattr(found, field.name))
    elif isinstance(found, tuple):
        for part in found:
            yield from texts(part)


def test_references_obligation_and_weight_stand_in_order():
    tree = annex.build(bodies.body(), "f" * 64)
    assert [row.ref for row in tree.rows] == [f"L1-00{n}" for n in range(1, 7)]
    assert tree.rows[0].obligation == ("Should", "weight 7")
    assert tree.rows[2].obligation == ("Must",)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["Limited: those who are asked may bid", "Goods", "from 1 September 2026, 1 month",
                "90 days"]),
        ("fr", ["Restreinte : les fournisseurs invités peuvent soumissionner", "Fournitures",
                "à partir du 1er septembre 2026, 1 mois", "90 jours"]),
    ],
)  # fmt: skip
def test_choices_and_lengths_are_said_in_the_language_asked(language, words):
    terms = {"method": "limited", "category": "goods", "contract_start": "2026-09-01"}
    terms |= {"contract_months": 1, "valid_days": 90}
    pairs = notice_facts.pairs(bodies.body() | {"notice": terms}, language)
    assert set(words) <= {said.replace("\xa0", " ") for _name, said in pairs}


def test_verified_and_certified_always_take_other_proof():
    rows = annex.build(bodies.body(), "").rows
    for row in rows:
        assert ("including a technical dossier" in row.evidence[0]) is (row.least >= 3)


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("make_body", bodies.EACH)
def test_no_text_of_the_tree_cites_a_standard_alone(make_body, language):
    tree = annex.build(make_body(language=language), "f" * 64)
    assert [t for t in texts(tree) if uncovered(t, language)] == []


def test_the_reason_stands_with_the_requirement():
    asked = bodies.requirement(1) | {"justification": "Our schools use Google Classroom."}
    (row,) = annex.build(bodies.body([asked]), "").rows
    why = "Why it is asked for: Our schools use Google Classroom (or equivalent)."
    assert row.paragraphs[-1] == why


def test_own_words_are_asked_for_at_no_assurance():
    own = bodies.requirement(1, edition=None, language="en", least=3, other_proof="")
    (row,) = annex.build(bodies.body([own])).rows
    assert (row.least, row.evidence) == (None, ("Record of the thing",))


def test_a_draft_says_where_the_reason_of_a_must_is_lacking():
    asked = [bodies.requirement(n, justification="") for n in (2, 3)]  # a may and a must
    may, must = annex.build(bodies.body(asked, published=False)).rows
    assert must.paragraphs[-1] == "DRAFT: the reason is still to be given."
    assert "DRAFT" not in " ".join(may.paragraphs)
    assert "DRAFT" not in " ".join(annex.build(bodies.body(asked)).rows[1].paragraphs)


def test_one_group_an_edition_and_one_for_own_words():
    asked = [*(bodies.requirement(n) for n in (1, 2)), bodies.requirement(3, edition=None)]
    groups = annex.build(bodies.body(asked)).lots[0].groups
    assert [len(group.rows) for group in groups] == [2, 1]
    assert groups[0].title == "Example Standard (WCAG) 2.2, or equivalent"
    assert groups[1].title == "In the buyer’s own words"


def test_the_record_names_time_digest_address_and_signatory():
    record = dict(annex.build(bodies.body(), "f" * 64).record)
    assert record["Published"] == "24 November 2026, 09:00 UTC"
    assert record["Digest (SHA-256)"] == "f" * 64
    assert record["Address to verify"].endswith("/tenders/TD-2026-000001/")
    assert record["Signed by"].startswith("A. Person, ")


def test_a_draft_says_so_and_is_not_signed():
    tree = annex.build(bodies.body(published=False))
    assert tree.draft
    assert "Signed by" not in dict(tree.record)


def test_sources_hold_edition_publisher_date_and_licence():
    source = annex.build(bodies.body()).sources[0]
    assert source[1:3] == ("Example Body", "5 October 2023; EX 22")
    assert source[3] == "Example licence. CC-BY-4.0. Copyright Example Body."


def test_draft_and_published_have_the_same_shape(db):
    draft = frozen_body.written(make.tender())
    signed = frozen_body.written(make.tender(), {"at": draft["changed"], "by": "x"})
    assert set(draft) == set(signed)
    assert annex.build(draft).rows[0].title == annex.build(signed).rows[0].title


def test_writing_takes_the_same_statements_for_any_number(db, django_assert_num_queries):
    for criteria in (2, 60):
        tender = make.tender(criteria=criteria)
        with django_assert_num_queries(3):
            assert frozen_body.written(tender)["lots"]


def test_no_long_word_leaves_a_page_of_a_pdf():
    """None of it stands in one line: each place breaks it."""
    long = "W" * 120
    part = Part(heading=long, lead=(long,), lines=(long,), bullets=(long,))
    first = Part(lines=(long,), table=pairs([(long, long)]))
    made = paper(annex.build(bodies.body()))
    for cover in (True, False):
        words = {"title": long, "buyer": long, "about": long, "running": long, "cover": cover}
        pdf = set_out(replace(made, **words, opening=first, parts=(part, part)))
        pages = PdfReader(io.BytesIO(pdf)).pages
        lines = [line for page in pages for line in page.extract_text().split("\n")]
        assert sum(line.count("W") for line in lines) >= 120 * 9
        assert max(line.count("W") for line in lines) < 70


def test_the_summary_stands_beside_what_is_asked_in_a_workbook():
    tree = annex.build({**bodies.body(), "summary": "Tablets for schools"})
    sheet = load_workbook(io.BytesIO(FORMATS["xlsx"].write(tree, lambda *_: None))).worksheets[0]
    lines = {row[0].value: row[1].value for row in sheet.iter_rows(max_col=2)}
    assert lines["What is asked"] == "Tablets for schools"
    assert lines["How to read and answer"] != "Tablets for schools"
