"""The annex as a Word file, or inside the buyer's own.

Built-in styles, plain-text references, real tables; no macros, fields or content controls, so it
can be pasted into any document.
"""

import io
from collections.abc import Callable, Sequence
from typing import Any

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm
from lxml.etree import SubElement

from tenders.annex import Annex, Row, Tell, silent

Cell = Sequence[tuple[str, bool]]  # paragraphs, and whether each is bold
LOCALES = {"en": "en-GB", "fr": "fr-FR"}
TEXT_WIDTH = 9354  # twentieths of a point: 165 mm, inside the margins of A4 and Letter
REQUIREMENTS = (10, 31, 13, 22, 12, 12)  # widths of the columns, in hundredths
EMPTY: Cell = (("", False),)
SMALL = "17"  # half points: the size of what stands in tables


def write(annex: Annex, tell: Tell = silent) -> bytes:
    """A Word file of its own, A4 upright (the tables fit Letter too)."""
    document = Document()
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


def describe(document: Any, annex: Annex) -> None:
    """Title, author and language, which readers of the file announce."""
    about = document.core_properties
    about.title = f"{annex.reference} {annex.title}"[:255]
    about.author = annex.buyer[:255]
    about.language = LOCALES[annex.language]
    about.comments = ""
    fonts = document.styles.element.find(qn("w:docDefaults")).find(qn("w:rPrDefault"))
    fonts.find(qn("w:rPr")).find(qn("w:lang")).set(qn("w:val"), LOCALES[annex.language])


def saved(document: Any) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def write_parts(pen: "Pen", annex: Annex, tell: Tell) -> None:
    """The parts of the annex, in the order of interop.md section 2."""
    words, done, total = annex.labels, 0, len(annex.rows)
    if annex.draft:
        pen.paragraph(words["draft"], bold=True)
    pen.table((words["reference"], words["title"]), (30, 70), pairs(annex.facts), head=False)
    if annex.summary:
        pen.paragraph(annex.summary)
    pen.heading(words["how"], 1)
    for line in annex.how:
        pen.paragraph(line, "List Bullet")
    pen.heading(words["definitions"], 1)
    pen.table((words["term"], words["meaning"]), (25, 75), pairs(annex.definitions))
    pen.heading(words["requirements"], 1)
    for lot in annex.lots:
        pen.heading(lot.title, 2)
        for group in lot.groups:
            pen.heading(group.title, 3)
            pen.table(annex.columns, REQUIREMENTS, map(cells, group.rows), name=group.title)
            done += len(group.rows)
            tell(done, total)
    pen.heading(words["schedule"], 1)
    named = [words[name] for name in ("assurance", "counts", "issuer", "age")]
    pen.table(named, (18, 42, 20, 20), plain(annex.schedule))
    pen.heading(words["clause"], 1)
    for line in annex.clause:
        pen.paragraph(line)
    pen.heading(words["form"], 2)
    named = [words[name] for name in ("ref", "offered", "why", "documents")]
    pen.table(named, (12, 28, 35, 25), [[EMPTY] * 4 for _ in range(5)])
    pen.heading(words["sources"], 1)
    named = [words[name] for name in ("standard", "publisher", "date", "licence")]
    pen.table(named, (28, 18, 22, 32), plain(annex.sources))
    pen.heading(words["record"], 1)
    pen.table((words["record"], words["meaning"]), (30, 70), pairs(annex.record), head=False)


def cells(row: Row) -> list[Cell]:
    """The six cells of one requirement; the last two are the bidder's."""
    requirement = [(row.title, True)] if row.title else []
    requirement += [(text, False) for text in row.text]
    obligation = [(text, index == 0) for index, text in enumerate(row.obligation)]
    evidence = [(text, False) for text in row.evidence]
    return [[(row.ref, True)], requirement, obligation, evidence, EMPTY, EMPTY]


def pairs(found: Sequence[tuple[str, str]]) -> list[list[Cell]]:
    return [[[(name, True)], [(value, False)]] for name, value in found]


def plain(rows: Sequence[Sequence[str]]) -> list[list[Cell]]:
    return [[[(text, False)] for text in row] for row in rows]


class Pen:
    """Writes headings, paragraphs and tables one after the other where `add` puts them."""

    def __init__(
        self,
        document: Any,
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

    def table(
        self,
        columns: Sequence[str],
        hundredths: Sequence[int],
        rows: Any,
        *,
        head: bool = True,
        name: str = "",
    ) -> None:
        """One real table; its first row is marked as header and repeated on each page."""
        widths = [self.width * part // 100 for part in hundredths]
        made = self._frame(widths, name or " · ".join(columns), head=head)
        if head:
            made.append(self._row([[(text, True)] for text in columns], widths, head=True))
        for row in rows:
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
        if size:
            make("w:sz", properties, {"w:val": size})
        make("w:lang", properties, {"w:val": self.locale})
        for index, line in enumerate(text.split("\n")):
            if index:
                make("w:br", run)
            make("w:t", run, {"xml:space": "preserve"}).text = line
        return made

    def _style(self, name: str, kind: Any) -> str:
        """The id of a built-in style; a file that lacks it gets Word's own."""
        if name not in self.styles:
            self.styles.add_style(name, kind, builtin=True)
        return str(self.styles[name].style_id)


def make(tag: str, parent: Any = None, values: dict[str, str] | None = None) -> Any:
    """An element of Word's markup, inside `parent` where one is given."""
    named = {qn(name): value for name, value in values.items()} if values else None
    if parent is None:
        return OxmlElement(tag, attrs=named)
    return SubElement(parent, qn(tag), named)


def borders(parent: Any) -> None:
    """Thin rules round every cell, for a file whose table style has none."""
    made = make("w:tblBorders", parent)
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        make(f"w:{side}", made, {"w:val": "single", "w:sz": "4", "w:color": "808080"})
