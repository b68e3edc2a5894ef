"""The annex as a Word file, or inside the buyer's own.

Built-in styles, plain-text references, real tables; no macros, fields or content controls, so it
can be pasted into any document.
"""

import io
from collections.abc import Callable, Sequence
from typing import Any

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm
from lxml.etree import SubElement, _Element

from tenders.annex import Annex, Tell, silent
from tenders.export.printed import Cell, Table, parts

LOCALES = {"en": "en-GB", "fr": "fr-FR"}
TEXT_WIDTH = 9354  # twentieths of a point: 165 mm, inside the margins of A4 and Letter
SMALL = "17"  # half points: the size of what stands in tables


def write(annex: Annex, tell: Tell = silent) -> bytes:
    """A Word file of its own, A4 upright (the tables fit Letter too)."""
    document = Document()
    forget_picture(document)
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(22)
    section.top_margin = section.bottom_margin = Mm(20)
    describe(document, annex)
    body = document.element.body
    pen = Pen(document, annex, body.sectPr.addprevious)
    pen.paragraph(annex.title, "Title")
    write_parts(pen, annex, tell)
    return saved(document)


def describe(document: WordDocument, annex: Annex) -> None:
    """Title, author and language, which readers of the file announce."""
    about = document.core_properties
    about.title = f"{annex.reference} {annex.title}"[:255]
    about.author = annex.buyer[:255]
    about.language = LOCALES[annex.language]
    about.last_modified_by = annex.buyer[:255]
    about.created = about.modified = annex.dated.replace(tzinfo=None)
    about.comments = ""
    fonts = document.styles.element.find(qn("w:docDefaults")).find(qn("w:rPrDefault"))
    fonts.find(qn("w:rPr")).find(qn("w:lang")).set(qn("w:val"), LOCALES[annex.language])


def forget_picture(document: WordDocument) -> None:
    """The library's template carries the picture of another page, which file managers show."""
    links = document.part.package.rels
    for key in [key for key, link in links.items() if link.reltype.endswith("/thumbnail")]:
        del links[key]


def saved(document: WordDocument) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def write_parts(pen: "Pen", annex: Annex, tell: Tell) -> None:
    """The parts of the annex, one after the other."""
    done, total = 0, len(annex.rows)
    if annex.draft:
        pen.paragraph(annex.labels["draft"], bold=True)
    for part in parts(annex):
        if part.heading:
            pen.heading(part.heading, part.level)
        for line in part.bullets:
            pen.paragraph(line, "List Bullet")
        if part.table:
            pen.table(part.table)
            if part.table.asked:
                done += len(part.table.rows)
                tell(done, total)
        for line in part.lines:
            pen.paragraph(line)


class Pen:
    """Writes headings, paragraphs and tables one after the other where `add` puts them."""

    def __init__(
        self,
        document: WordDocument,
        annex: Annex,
        add: Callable[[Any], None],
        *,
        depth: int = 0,
        width: int = TEXT_WIDTH,
    ) -> None:
        self.styles, self.add, self.depth, self.width = document.styles, add, depth, width
        self.locale = LOCALES[annex.language]

    def heading(self, text: str, level: int) -> None:
        self.paragraph(text, f"Heading {min(level + self.depth, 9)}")

    def paragraph(self, text: str, style: str = "Normal", *, bold: bool = False) -> None:
        made = self._paragraph(text, bold)
        properties = make("w:pPr")
        make("w:pStyle", properties, {"w:val": self._style(style, WD_STYLE_TYPE.PARAGRAPH)})
        made.insert(0, properties)
        self.add(made)

    def table(self, table: Table) -> None:
        """One real table; its first row is marked as header and repeated on each page."""
        widths = [self.width * part // 100 for part in table.widths]
        name = table.name or " · ".join(table.head or [words for words, _ in table.rows[0][0]])
        made = self._frame(widths, name, head=bool(table.head))
        if table.head:
            made.append(self._row([((text, True),) for text in table.head], widths, head=True))
        for row in table.rows:
            made.append(self._row(row, widths))
        self.add(made)
        self.add(make("w:p"))  # two tables without one between would become one

    def _frame(self, widths: Sequence[int], name: str, *, head: bool) -> Any:
        made = make("w:tbl")
        properties = make("w:tblPr", made)
        style = self._style("Table Grid", WD_STYLE_TYPE.TABLE)
        make("w:tblStyle", properties, {"w:val": style})
        make("w:tblW", properties, {"w:w": str(sum(widths)), "w:type": "dxa"})
        borders(properties)
        make("w:tblLayout", properties, {"w:type": "fixed"})
        margins = make("w:tblCellMar", properties)
        for side in ("left", "right"):
            make(f"w:{side}", margins, {"w:w": "70", "w:type": "dxa"})
        look = {"w:val": "0420" if head else "0400", "w:firstRow": str(int(head))}
        make("w:tblLook", properties, look)
        make("w:tblCaption", properties, {"w:val": name})
        grid = make("w:tblGrid", made)
        for width in widths:
            make("w:gridCol", grid, {"w:w": str(width)})
        return made

    def _row(self, row: Sequence[Cell], widths: Sequence[int], *, head: bool = False) -> Any:
        made = make("w:tr")
        properties = make("w:trPr", made)
        make("w:cantSplit", properties)
        if head:
            make("w:tblHeader", properties)
        for cell, width in zip(row, widths, strict=True):
            box = make("w:tc", made)
            make("w:tcW", make("w:tcPr", box), {"w:w": str(width), "w:type": "dxa"})
            for text, bold in cell:
                box.append(self._paragraph(text, bold, size=SMALL))
        return made

    def _paragraph(self, text: str, bold: bool, size: str = "") -> Any:
        """A paragraph in the language of the annex; a line end in the text makes a line."""
        made = make("w:p")
        if not text:
            return made
        run = make("w:r", made)
        properties = make("w:rPr", run)
        if bold:
            make("w:b", properties)
            make("w:bCs", properties)  # what counts for Arabic and its like
        if size:
            make("w:sz", properties, {"w:val": size})
            make("w:szCs", properties, {"w:val": size})
        make("w:lang", properties, {"w:val": self.locale})
        for index, line in enumerate(text.split("\n")):
            if index:
                make("w:br", run)
            make("w:t", run, {"xml:space": "preserve"}).text = line
        return made

    def _style(self, name: str, kind: WD_STYLE_TYPE) -> str:
        """The id of a built-in style; a file that lacks it gets Word's own."""
        if name not in self.styles:
            self.styles.add_style(name, kind, builtin=True)
        return str(self.styles[name].style_id)


def make(tag: str, parent: _Element = None, values: dict[str, str] | None = None) -> Any:
    """An element of Word's markup, inside `parent` where one is given."""
    named = {qn(name): value for name, value in values.items()} if values else None
    if parent is None:
        return OxmlElement(tag, attrs=named)
    return SubElement(parent, qn(tag), named)


def borders(parent: _Element) -> None:
    """Thin rules round every cell, for a file whose table style has none."""
    made = make("w:tblBorders", parent)
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        make(f"w:{side}", made, {"w:val": "single", "w:sz": "4", "w:color": "808080"})
