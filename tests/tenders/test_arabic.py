"""A tender in Arabic: its files run from right to left, and other words keep their order."""

import io
import re
import zipfile

import pytest
from django.utils.translation import override
from openpyxl import load_workbook
from pypdf import PdfReader

from tenders import annex, paper_languages, readiness
from tenders.export import FORMATS, printed
from tenders.neutrality import flags, open_up, uncovered
from tenders.notice_facts import lasting
from tenders.notice_terms import SIGNED, Terms
from tests import make
from tests.make.moment import AT
from tests.tenders import bodies

TEXT = "تتيح المنصة القراءة وفق EN 301 549."


@pytest.fixture
def tree():
    asked = [bodies.requirement(1, language="ar", text=TEXT), bodies.requirement(2, language="ar")]
    return annex.build(bodies.body(asked, language="ar", title="منصة للقراءة"), "f" * 64)


def member(data, name):
    return zipfile.ZipFile(io.BytesIO(data)).read(name).decode()


@pytest.mark.alike
@pytest.mark.parametrize(
    ("text", "opened"),
    [
        ("تلتزم المنصة بـ WCAG 2.2.", "تلتزم المنصة بـ WCAG 2.2 (أو ما يعادله)."),
        ("WCAG 2.2 المستوى AA هنا", "WCAG 2.2 المستوى AA (أو ما يعادله) هنا"),
        ("تلتزم بـ WCAG 2.2 أو ما يعادله.", "تلتزم بـ WCAG 2.2 أو ما يعادله."),
        ("وفق WCAG 2.2 أو أي معيار معادل", "وفق WCAG 2.2 أو أي معيار معادل"),
        ("يعمل على Exemplia", "يعمل على Exemplia (أو ما يعادله)"),
    ],
)
def test_what_is_cited_is_opened_in_arabic(text, opened):
    assert open_up(text, "ar", own=True) == opened
    assert uncovered(opened, "ar") == []


@pytest.mark.alike
def test_a_standard_alone_is_told_in_arabic():
    assert [flag.kind for flag in flags("مطابق للمعيار ISO 27001")] == ["name_only"]


@pytest.mark.alike
def test_word_runs_from_right_to_left_but_for_what_is_not_arabic(tree):
    document = member(FORMATS["docx"].write(tree), "word/document.xml")
    assert document.count("<w:bidiVisual/>") == document.count("<w:tbl>")
    assert document.count("<w:sectPr") == document.count("<w:bidi/><w:docGrid")
    (cell,) = [p for p in document.split("<w:p>") if "تتيح" in p]
    runs = [(run.count("<w:rtl/>"), run.split(">")[-1]) for run in cell.split("</w:t>")[:-1]]
    assert runs == [(1, "تتيح المنصة القراءة وفق "), (0, "EN 301 549"), (1, " (أو ما يعادله).")]
    (left,) = [p for p in document.split("<w:p>") if "Does a thing." in p]
    assert "<w:bidi/>" not in left
    assert '<w:jc w:val="right"/>' in left


@pytest.mark.alike
def test_open_document_page_and_sheet_run_from_right_to_left(tree):
    data = FORMATS["odt"].write(tree)
    assert member(data, "styles.xml").count('writing-mode="rl-tb"') == 3
    assert 'writing-mode="rl-tb"' in member(data, "content.xml")
    assert "\u2066Does a thing.\u2069" in member(data, "content.xml")
    page = FORMATS["html"].write(tree).decode()
    assert '<html lang="ar" dir="rtl">' in page
    assert 'dir="auto"' not in page
    book = load_workbook(io.BytesIO(FORMATS["xlsx"].write(tree)))
    assert all(sheet.sheet_view.rightToLeft for sheet in book)
    orders = {cell.value: cell.alignment.readingOrder for row in book.worksheets[1] for cell in row}
    assert (orders["L1-001"], orders["المرجع"]) == (0, 2)


@pytest.mark.alike
def test_the_pdf_is_of_its_language(tree):
    pdf = PdfReader(io.BytesIO(FORMATS["pdf"].write(tree)))
    assert pdf.trailer["/Root"]["/Lang"] == "ar"
    assert "L1-001" in "".join(page.extract_text() for page in pdf.pages)


@pytest.mark.alike
def test_dates_and_telephones_keep_their_order(tree):
    assert re.search("\u200e202\\d-\\d\\d-\\d\\d", " ".join(tree.clause))
    paper = printed.paper(tree)
    first = printed.Part(lines=("هاتف +254 20 555-0100", "+254 20 555-0100", "في L1-001"))
    turned = printed.in_order(printed.replace(paper, opening=first)).opening.lines
    assert turned == ("هاتف ‎+254 20 555-0100", "+254 20 555-0100", "في L1-001")
    assert (lasting(90, "day", "ar"), lasting(24, "month", "ar")) == ("90 يومًا", "24 شهرًا")


@pytest.mark.alike
@pytest.mark.parametrize("language", ["en", "fr"])
def test_what_stands_on_pages_too_is_the_same_there(language):
    words = paper_languages.of(language)
    with override(language):
        assert words.annex["declared"] == SIGNED
        chosen = {*Terms.Method.choices, *Terms.Category.choices}
        assert words.choices == {value: str(label) for value, label in chosen}


def test_before_publishing_it_is_told_that_a_machine_made_the_words(db):
    tender = make.tender(status="draft", language="ar")
    told = [each for each in readiness.warnings(tender, at=AT) if each.kind == "machine_made"]
    assert [str(each.words).split(" in ")[1].split(",")[0] for each in told] == ["Arabic"]
    tender.language = "fr"
    assert "machine_made" not in {each.kind for each in readiness.warnings(tender, at=AT)}
