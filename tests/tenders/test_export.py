"""Each export opened with a program that did not write it, and read row by row."""

import csv
import io
import time
from datetime import UTC, datetime

import openpyxl
import pikepdf
import pytest
from django.utils.translation import override
from docx import Document
from docx.oxml.ns import qn
from lxml import html
from pypdf import PdfReader

from tenders import annex
from tenders.bids.forms import HandInForm
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
    """The tables of requirements: those whose header row is the annex's columns, but for the
    example."""
    columns = list(tree.columns)
    return [t for t in document.tables if [c.text for c in t.rows[0].cells] == columns][1:]


def asked_in(tree):
    """Each requirement with the words of its second cell."""
    for lot in tree.lots:
        for group in lot.groups:
            for row in group.rows:
                title = " ".join(part for part in (row.number, row.title) if part)
                yield row, "\n".join(part for part in (title, *group.paragraphs(row)) if part)


@pytest.mark.parametrize("make_body", bodies.EACH)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_word_has_every_row(make_body, language):
    tree, document = opened(make_body(language=language))
    rows = [[cell.text for cell in row.cells] for t in tables(document, tree) for row in t.rows[1:]]
    assert [row[0] for row in rows] == [row.ref for row in tree.rows]
    for found, (asked, words) in zip(rows, asked_in(tree), strict=True):
        assert found[2] == "\n".join(asked.obligation)
        assert found[1] == words
        assert found[3] == "\n".join(asked.evidence)
        assert found[4] == "\n".join(f"☐ {answer}" for answer in tree.answers)


def test_what_is_true_of_a_whole_group_is_said_once():
    tree, document = opened(bodies.body())
    text = "\n".join(line.text for line in document.paragraphs)
    assert "Why these are asked for, where a row says nothing else: Needed" in text
    assert "Example Standard (WCAG) 2.2, or equivalent" in text
    rows = [cell.text for t in tables(document, tree) for row in t.rows[1:] for cell in row.cells]
    assert not [words for words in rows if "Needed" in words or "or equivalent" in words]


@pytest.mark.parametrize("other", [{"justification": "Another"}, {"number": ""}])
def test_what_is_true_of_one_row_alone_stands_in_it(other):
    asked = [bodies.requirement(n) for n in (1, 2, 3)]
    asked[1] |= other
    tree, document = opened(bodies.body(asked))
    rows = [row.cells[1].text for t in tables(document, tree) for row in t.rows[1:]]
    said = ("Why it is asked for: Another", "Standard: Example Standard (WCAG) 2.2, 2, or")
    assert [any(words in row for words in said) for row in rows] == [False, True, False]


def test_a_reason_is_no_groups_where_a_row_has_none():
    asked = [bodies.requirement(n) for n in (1, 2, 3)]
    asked[1]["justification"] = ""
    tree = annex.build(bodies.body(asked))
    assert tree.lots[0].groups[0].why == ""


@pytest.mark.parametrize("make_body", bodies.EACH)
def test_word_has_a_paragraph_in_every_cell(make_body):
    """Word calls a file without one unreadable."""
    asked = bodies.requirement(1, edition=None, evidence="")
    for body in (make_body(), bodies.body([asked])):
        _, document = opened(body)
        cells = list(document.element.body.iter(qn("w:tc")))
        assert [cell for cell in cells if cell[-1].tag != qn("w:p")] == []


def test_word_begins_with_a_cover_and_lays_requirements_on_their_side():
    tree, document = opened(bodies.body(title="Reading practice"))
    assert document.paragraphs[1].text == "Reading practice"
    assert document.paragraphs[1].style.name == "Title"
    wide = [sheet.page_width > sheet.page_height for sheet in document.sections]
    assert wide == [False, False, True, False]
    first, *others = document.sections
    assert first.different_first_page_header_footer
    assert "TD-2026-000001, version 1" in others[-1].header.paragraphs[0].text
    columns = tables(document, tree)[0]._tbl.tblGrid.findall(qn("w:gridCol"))
    millimetres = [int(column.get(qn("w:w"))) / 56.7 for column in columns]
    assert min(millimetres[4:]) >= 40
    assert sum(millimetres) <= 262


def words_of(element):
    return "".join(part.text for part in element.iter(qn("w:t")))


def test_word_lists_its_parts_and_leads_to_them():
    _, document = opened(bodies.body())
    body = document.element.body
    links = [(link.get(qn("w:anchor")), words_of(link)) for link in body.iter(qn("w:hyperlink"))]
    heads = [line for line in document.paragraphs if line.style.name == "Heading 1"]
    assert [words for _, words in links] == [head.text for head in heads]
    marks = [mark.get(qn("w:name")) for mark in body.iter(qn("w:bookmarkStart"))]
    assert [anchor for anchor, _ in links] == marks
    assert [head.text.split()[0] for head in heads] == ["1", "2", "3", "4", "5", "6", "7"]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "☐ This bid holds for 90 days after bids close."),
        ("fr", "☐ Cette offre est valable 90 jours après la date limite des offres."),
    ],
)
def test_what_is_signed_on_paper_is_what_is_signed_here(language, said):
    _, document = opened(bodies.body(language=language) | {"notice": {"valid_days": 90}})
    lines = [line.text.replace("\xa0", " ") for line in document.paragraphs]
    with override(language):
        assert f"☐ {HandInForm().fields['agreed'].label}" in lines
    assert said in lines


def test_word_tables_are_marked_repeated_and_unsplit():
    tree, document = opened(bodies.body())
    [table] = tables(document, tree)
    assert table._tbl.tr_lst[0].trPr.find(qn("w:tblHeader")) is not None
    assert all(row.trPr.find(qn("w:cantSplit")) is not None for row in table._tbl.tr_lst)


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
    assert f"1 {tree.labels['how']}" in {line.text for line in document.paragraphs}


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
    for found, (_, words) in zip(cells, asked_in(tree), strict=True):
        assert plainly(found.text_content()) == plainly(words)
    titles = page.xpath("//h2[not(@id='contents')]/text()")
    parts = ("how", "requirements", "schedule", "clause", "price_form", "sources", "record")
    assert titles == [f"{at} {tree.labels[name]}" for at, name in enumerate(parts, start=1)]
    leads = [f"#{head.get('id')}" for head in page.xpath("//main//h2")]
    assert page.xpath("//nav//a/@href") == leads


def plainly(text):
    return "".join(text.split())


@pytest.mark.long
def test_the_page_needs_nothing_else_and_runs_nothing():
    _, made = written("html", bodies.hostile())
    page = html.document_fromstring(made.decode())
    assert not page.xpath("//script | //link | //img | //iframe | //b")
    assert not page.xpath("//@src | //@onclick | //@href[not(starts-with(., '#'))]")
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
    # example, definitions, requirements, schedule, form, prices, sources
    assert tags.count("/Table") == 7


def test_pdf_lays_requirements_on_their_side_and_lists_its_parts():
    tree, made = written("pdf", bodies.body())
    pages = PdfReader(io.BytesIO(made)).pages
    wide = [page.mediabox.width > page.mediabox.height for page in pages]
    assert True in wide
    asked = [any(f"{row.title}\n" in page.extract_text() for row in tree.rows) for page in pages]
    assert wide == asked
    assert "7 Record" in pages[0].extract_text()
    assert f"TD-2026-000001, version 1 · {tree.title}" in pages[1].extract_text()


@pytest.mark.parametrize(
    ("text", "sign", "times"), [("one q in many " * 700, "q", 700), ("q" * 3000, "q", 3000)]
)
def test_nothing_of_a_long_text_leaves_the_pages_of_a_pdf(text, sign, times):
    _, made = written("pdf", bodies.body([bodies.requirement(1, text=text)]))
    heights, read = [], []
    for page in PdfReader(io.BytesIO(made)).pages:

        def note(words, space, line, *_rest):
            heights.append(line[4] * space[1] + line[5] * space[3] + space[5])
            read.append(words)

        page.extract_text(visitor_text=note)
    assert min(heights) >= 0
    assert max(map(len, "".join(read).splitlines())) < 400  # a row across the page
    assert "".join(read).count(sign) >= times


def test_a_long_title_in_the_form_for_prices_covers_nothing():
    body = bodies.body()
    body["lots"][0]["title"] = "A lot with many words " * 16 + "Zebra"
    _, made = written("pdf", body)
    [page] = [
        page
        for page in PdfReader(io.BytesIO(made)).pages
        if "Price of each lot" in page.extract_text()
    ]
    lines = page.extract_text(extraction_mode="layout").splitlines()
    at = {word: next(n for n, line in enumerate(lines) if word in line)
          for word in ("Zebra", "Signed for the bidder")}  # fmt: skip
    assert at["Zebra"] < at["Signed for the bidder"]


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
    latin = [each for each in latin if len(each["text"]) < 500]  # on one page
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
