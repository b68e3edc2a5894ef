"""Each export opened with a program that did not write it, and read row by row."""

import csv
import io
import time
from datetime import UTC, datetime

import openpyxl
import pikepdf
import pytest
from docx import Document
from docx.oxml.ns import qn
from lxml import html
from pypdf import PdfReader

from tenders import annex
from tenders.export import FORMATS, file_name
from tests.tenders import bodies

pytestmark = pytest.mark.alike


def written(format, body):
    tree = annex.build(body, "f" * 64)
    return tree, FORMATS[format].write(tree, lambda done, total: None)


def opened(body):
    tree, made = written("docx", body)
    return tree, Document(io.BytesIO(made))


def tables(document, tree):
    """The tables of requirements: those whose header row is the annex's columns."""
    columns = list(tree.columns)
    return [t for t in document.tables if [c.text for c in t.rows[0].cells] == columns]


@pytest.mark.parametrize("make_body", bodies.EACH)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_word_has_every_row(make_body, language):
    tree, document = opened(make_body(language=language))
    rows = [[cell.text for cell in row.cells] for t in tables(document, tree) for row in t.rows[1:]]
    assert [row[0] for row in rows] == [row.ref for row in tree.rows]
    for found, asked in zip(rows, tree.rows, strict=True):
        assert found[2] == "\n".join(asked.obligation)
        assert found[1] == "\n".join(part for part in (asked.title, *asked.paragraphs) if part)
        assert found[3] == "\n".join(asked.evidence)


def test_word_tables_are_marked_repeated_and_unsplit():
    tree, document = opened(bodies.body())
    [table] = tables(document, tree)
    assert table._tbl.tr_lst[0].trPr.find(qn("w:tblHeader")) is not None
    assert all(row.trPr.find(qn("w:cantSplit")) is not None for row in table._tbl.tr_lst)
    widths = [int(col.get(qn("w:w"))) for col in table._tbl.tblGrid.findall(qn("w:gridCol"))]
    assert sum(widths) <= 9354  # 165 mm


def test_word_has_no_fields_controls_or_automatic_numbers():
    _, document = opened(bodies.body())
    body = document.element.body
    for tag in ("w:sdt", "w:fldSimple", "w:instrText", "w:numPr"):
        assert next(body.iter(qn(tag)), None) is None, tag
    assert "vbaProject" not in str(list(document.part.package.iter_parts()))


def test_word_says_its_language_title_and_styles():
    tree, document = opened(bodies.body(language="fr"))
    assert document.core_properties.language == "fr-FR"
    assert document.core_properties.title == "TD-2026-000001 Reading"
    used = {line.style.name for line in document.paragraphs}
    assert used <= {"Title", "Heading 1", "Heading 2", "Heading 3", "List Bullet", "Normal"}
    assert tree.labels["how"] in {line.text for line in document.paragraphs}


@pytest.mark.parametrize("make_body", bodies.EACH)
def test_csv_has_every_row_and_no_formula(make_body):
    tree, made = written("csv", make_body())
    assert made.startswith(b"\xef\xbb\xbf")
    heads, *rows = csv.reader(io.StringIO(made.decode("utf-8-sig"), newline=""))
    lines = [dict(zip(heads, row, strict=True)) for row in rows]
    assert [line["Ref"] for line in lines] == [row.ref for row in tree.rows]
    assert [line["Obligation"] for line in lines] == [tree.labels[row.kind] for row in tree.rows]
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("make_body", bodies.EACH)
def test_the_page_has_every_row_and_part(make_body, language):
    tree, made = written("html", make_body(language=language))
    page = html.document_fromstring(made.decode())
    assert page.get("lang") == language
    assert page.xpath("//tr[@id]/th/text()") == [row.ref for row in tree.rows]
    cells = page.xpath("//tr[@id]/td[1]")
    for found, asked in zip(cells, tree.rows, strict=True):
        assert plainly(found.text_content()) == plainly(
            f"{asked.title} {' '.join(asked.paragraphs)}"
        )
    titles = page.xpath("//h2/text()")
    parts = ("how", "definitions", "requirements", "schedule", "clause", "sources", "record")
    assert titles == [tree.labels[name] for name in parts]


def plainly(text):
    return "".join(text.split())


@pytest.mark.long
def test_the_page_needs_nothing_else_and_runs_nothing():
    _, made = written("html", bodies.hostile())
    page = html.document_fromstring(made.decode())
    assert not page.xpath("//script | //link | //img | //iframe | //b")
    assert not page.xpath("//@src | //@href | //@onclick")
    assert b"&lt;b&gt;bold&lt;/b&gt;" in made


def sheets(body):
    tree, made = written("xlsx", body)
    return tree, openpyxl.load_workbook(io.BytesIO(made))


@pytest.mark.parametrize("make_body", bodies.EACH)
def test_excel_has_every_row(make_body):
    tree, book = sheets(make_body())
    rows = list(book["Requirements"].iter_rows(min_row=2, values_only=True))
    assert [row[0] for row in rows] == [row.ref for row in tree.rows]
    for found, asked in zip(rows, tree.rows, strict=True):
        assert found[3] == tree.labels[asked.kind]
        assert found[4] == asked.weight
        if asked.title:
            assert "or equivalent" in found[2]


@pytest.mark.long
def test_excel_holds_no_formula_and_nothing_that_becomes_one():
    _, book = sheets(bodies.hostile())
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n", "inlineStr"}
    texts = [cell.value for cell in cells if isinstance(cell.value, str)]
    assert not [text for text in texts if text.startswith(("=", "+", "-", "@", "\t"))]
    assert any(text.startswith("'=HYPERLINK") for text in texts)


def test_text_standard_and_reason_have_a_column_each():
    asked = bodies.requirement(1, alternatives=[{"criterion": "o:1", "cites": "Other, 1"}])
    _, made = written("csv", bodies.body([asked]))
    heads, row = csv.reader(io.StringIO(made.decode("utf-8-sig"), newline=""))
    line = dict(zip(heads, row, strict=True))
    assert (line["Title"], line["Requirement"]) == ("Criterion 1", "Does a thing.")
    assert line["Standard"] == "Example Standard (WCAG) 2.2, 1, or equivalent"
    assert (line["Accepted instead"], line["Why it is asked for"]) == ("Other, 1", "Needed")


def test_word_and_pdf_are_dated_by_the_tender_and_show_no_other_picture():
    _, document = opened(bodies.body())
    about = document.core_properties
    assert {about.created, about.modified} == {datetime(2026, 11, 24, 9, tzinfo=UTC)}
    assert not [part for part in document.part.package.iter_parts() if "thumbnail" in part.partname]
    _, made = written("pdf", bodies.body())
    with pikepdf.open(io.BytesIO(made)) as pdf:
        assert str(pdf.docinfo["/CreationDate"]).startswith("D:20261124090000")


def test_excel_prints_what_is_asked_on_one_page_and_the_answers_on_the_next():
    _, book = sheets(bodies.body())
    sheet = book["Requirements"]
    assert (sheet.page_setup.scale, sheet.page_setup.pageOrder) == (85, "overThenDown")
    assert [mark.id for mark in sheet.col_breaks.brk] == [7]
    asked = sum(sheet.column_dimensions[name].width for name in "ABCDEFG")
    pixels = asked * 7 + 7 * 5
    assert pixels / 96 * 0.85 < 11.69 - 0.8  # inches of A4 on its side, within its margins


def test_excel_locks_all_but_the_answers():
    tree, book = sheets(bodies.body())
    sheet = book["Requirements"]
    assert sheet.protection.sheet
    assert [cell.protection.locked for cell in sheet[2]] == [True] * 7 + [False] * 3
    [choices] = sheet.data_validations.dataValidation
    assert choices.formula1 == f'"{",".join(tree.answers)}"'
    assert str(choices.sqref) == "H2:H7"


def outline(item):
    """The structure tags of a PDF, as a flat list."""
    for kid in item.get("/K", []) if isinstance(item.get("/K", None), pikepdf.Array) else []:
        if isinstance(kid, pikepdf.Dictionary):
            if "/S" in kid:
                yield str(kid["/S"])
            yield from outline(kid)


def test_pdf_is_tagged_and_says_language_and_title():
    _, made = written("pdf", bodies.body(language="fr"))
    with pikepdf.open(io.BytesIO(made)) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang) == "fr"
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
        meta = pdf.open_metadata()
        assert meta["dc:title"] == "TD-2026-000001 Reading"
        assert meta["pdfuaid:part"] == "1"
        assert outline(pdf.Root.StructTreeRoot)


def test_pdf_has_one_table_a_group_with_header_cells():
    _, made = written("pdf", bodies.body())
    with pikepdf.open(io.BytesIO(made)) as pdf:
        tags = [str(item.S) for item in pdf.objects if is_element(item)]
    assert tags.count("/TH") >= 6
    assert tags.count("/Table") == 5  # definitions, requirements, schedule, form, sources


def is_element(item):
    return isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/StructElem"


@pytest.mark.long
def test_pdf_has_hostile_text_word_by_word():
    """As a reader takes it out again. Of other scripts it takes the signs in another order."""
    body = bodies.hostile()
    _, made = written("pdf", body)
    read = plainly("".join(page.extract_text() for page in PdfReader(io.BytesIO(made)).pages))
    asked = body["lots"][0]["requirements"]
    latin = [each for each in asked if all(ord(sign) < 0x300 for sign in each["text"])]
    assert len(latin) > len(asked) / 2
    assert [each["text"] for each in latin if plainly(each["text"]) not in read] == []
    assert [each["ref"] for each in asked if each["ref"] not in read] == []


@pytest.mark.parametrize("format", FORMATS)
def test_the_same_tender_gives_the_same_rows_when_drafted(format):
    tree, made = written(format, bodies.body(published=False))
    assert made
    assert file_name(tree, format) == f"TD-2026-000001-draft.{format}"


@pytest.mark.long
@pytest.mark.parametrize("format", ["docx", "xlsx"])
def test_a_thousand_requirements_take_seconds_of_work_at_most(format):
    body = bodies.body([bodies.requirement(n, text="It does. " * 30) for n in range(1, 1001)])
    started = time.process_time()
    written(format, body)
    assert time.process_time() - started < 2


def test_progress_is_told_to_the_end():
    said = []
    FORMATS["docx"].write(
        annex.build(bodies.body()), lambda done, total: said.append((done, total))
    )
    assert said[-1] == (6, 6)


def test_excel_cuts_no_long_text():
    long = "A requirement with many words. " * 40
    _, book = sheets(bodies.body([bodies.requirement(1, text=long), bodies.requirement(2)]))
    heights = book["Requirements"].row_dimensions
    assert heights[2].height > 15 * len(long) / 60 > heights[3].height
    assert heights[2].height <= 405
