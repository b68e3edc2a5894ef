"""The report as a Word file: built-in styles and real tables, so that the parties can use it."""

import io
from collections.abc import Iterable, Sequence
from copy import deepcopy

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.table import CT_Row
from docx.shared import Mm

from standards.attestation.report import Report

LOCALES = {"en": "en-GB", "fr": "fr-FR"}
WIDE = 14288  # twentieths of a point: 252 mm, inside the margins of A4 on its side
FINDINGS = (24, 12, 12, 30, 22)  # widths of the columns, in hundredths
COUNTS = (75, 25)
SMALL = "18"  # half points


def docx(report: Report) -> bytes:
    document = Document()
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    section.left_margin = section.right_margin = Mm(22)
    describe(document, report)
    words = report.labels
    document.add_paragraph(report.title, style="Title")
    document.add_paragraph(report.name, style="Subtitle")
    document.add_heading(words["decision"], 1)
    document.add_paragraph().add_run(report.outcome).bold = True
    document.add_paragraph(report.reason)
    document.add_heading(words["facts"], 1)
    for term, value in report.facts:
        line = document.add_paragraph()
        line.add_run(f"{term}: ").bold = True
        line.add_run(value)
    if report.summary:
        document.add_heading(words["summary"], 1)
        document.add_paragraph(report.summary)
    document.add_heading(words["counts"], 1)
    table(document, (words["result"], words["number"]), COUNTS, report.counts, wide=WIDE // 2)
    document.add_heading(words["findings"], 1)
    for part in report.parts:
        document.add_heading(part.heading, 2)
        table(document, report.columns, FINDINGS, part.rows)
    document.add_paragraph()
    document.add_paragraph(report.note)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def describe(document: WordDocument, report: Report) -> None:
    """Title, author and language, which readers of the file announce."""
    about = document.core_properties
    about.title, about.author = f"{report.title}: {report.name}"[:255], report.author[:255]
    about.language = LOCALES[report.language]
    about.comments = ""
    fonts = document.styles.element.find(qn("w:docDefaults")).find(qn("w:rPrDefault"))
    fonts.find(qn("w:rPr")).find(qn("w:lang")).set(qn("w:val"), LOCALES[report.language])


def table(
    document: WordDocument,
    head: Sequence[str],
    widths: Sequence[int],
    rows: Iterable[Sequence[str]],
    *,
    wide: int = WIDE,
) -> None:
    """A table whose first row is its header, repeated on each page; no row is split.

    Rows are copies of one: python-docx looks through the whole table for each row it adds.
    """
    made = document.add_table(rows=1, cols=len(head), style="Table Grid")
    made.autofit = False
    grid = made._tbl.tblGrid.findall(qn("w:gridCol"))
    for column, share in zip(grid, widths, strict=True):
        column.set(qn("w:w"), str(wide * share // 100))
    first = made._tbl.tr_lst[0]
    for cell, share in zip(first.tc_lst, widths, strict=True):
        cell.width = wide * share // 100 * 635
    model = deepcopy(first)
    mark(first, "w:cantSplit", "w:tblHeader")
    mark(model, "w:cantSplit")
    fill(first, head, bold=True)
    for row in rows:
        copy = deepcopy(model)
        fill(copy, row)
        made._tbl.append(copy)


def mark(row: CT_Row, *names: str) -> None:
    properties = row.get_or_add_trPr()
    for name in names:
        properties.append(OxmlElement(name))


def fill(row: CT_Row, cells: Sequence[str], *, bold: bool = False) -> None:
    for cell, text in zip(row.tc_lst, cells, strict=True):
        paragraph = cell.p_lst[0]
        for place, line in enumerate(text.split("\n")):
            run = paragraph.add_r()
            style = run.get_or_add_rPr()
            if bold:
                style.append(OxmlElement("w:b"))
            size = OxmlElement("w:sz")
            size.set(qn("w:val"), SMALL)
            style.append(size)
            if place:
                run.add_br()
            run.add_t(line)
