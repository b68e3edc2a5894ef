"""The annex as a Word file, or inside the buyer's own.

Built-in styles, plain-text references, real tables; no macros, no content controls and, but for
the numbers of pages at the foot, no fields, so it can be pasted into any document.
"""

import io
from collections.abc import Callable, Sequence
from copy import deepcopy
from itertools import zip_longest
from typing import Any

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.section import Section
from docx.shared import Mm, Pt, RGBColor
from lxml.etree import SubElement, _Element

from certcentre.places import spelling
from certcentre.plain_text import reads_left
from tenders import paper_languages
from tenders.annex import Annex, Tell, silent
from tenders.export.printed import EMPTY, Cell, Paper, Part, Table, paper, parts, runs

TEXT_WIDTH = 9354  # twentieths of a point: 165 mm, inside the margins of A4 and Letter
LYING_WIDTH = 14790  # 261 mm, on the same sheets
SMALL = "17"  # half points: the size of what stands in tables
INK, ACCENT, LINE, SUNK = RGBColor(0x10, 0x24, 0x2C), "0B5A70", "9FB0B5", "EEF3F4"
SIZES = {"Title": 26, "Heading 1": 16, "Heading 2": 12, "Heading 3": 10.5}  # points
SHEET = (Mm(297), Mm(210))
SIDES_OF_ROWS = ("top", "left", "bottom", "right", "insideH", "insideV")
SIDES_OF_PAIRS = ("top", "bottom", "insideH")
NO_RULE = {"w:val": "nil"}


def write(annex: Annex, tell: Tell = silent) -> bytes:
    return set_out(paper(annex), tell)


def set_out(paper: Paper, tell: Tell = silent) -> bytes:
    """A Word file of its own on A4 (the tables fit Letter too): a cover, then the parts, those of
    requirements on pages that lie on their side."""
    document = Document()
    forget_picture(document)
    describe(document, paper)
    dress(document)
    sheet = document.sections[0]
    fit(sheet, lies=False)
    run_along(sheet, paper)
    if paper.rtl:
        turn_over(sheet)
    pen = Pen(document, paper.language, document.element.body.sectPr.addprevious)
    if paper.cover:
        cover(pen, paper)
        pen.turn(deepcopy(document.element.body.sectPr))
        sheet.different_first_page_header_footer = False
    else:
        head(pen, paper)
    lies = False
    done, total = 0, paper.asked
    for part, after in zip_longest(paper.parts, paper.parts[1:]):
        pen.part(part, fresh=part.fresh and paper.cover, marked=paper.cover)
        if part.table and part.table.asked:
            done += len(part.table.rows)
            tell(done, total)
        if after and after.lies != lies:
            pen.turn(deepcopy(document.element.body.sectPr))
            lies = after.lies
            fit(sheet, lies=lies)
            pen.lie(lies)
    return saved(document)


def cover(pen: "Pen", paper: Paper) -> None:
    """What is bought, by whom and until when, and what stands behind it."""
    head(pen, paper)
    if paper.draft:
        pen.paragraph(paper.draft, bold=True)
    for line in paper.opening.lines:
        pen.paragraph(line)
    if paper.opening.table:
        pen.table(paper.opening.table)
    pen.paragraph(paper.contents, bold=True)
    for part in paper.listed:
        pen.link(part.heading, part.anchor)


def head(pen: "Pen", paper: Paper) -> None:
    """From whom it is, about what, and what it is."""
    pen.paragraph(paper.buyer, space=60 if paper.cover else 1)
    pen.paragraph(paper.title, "Title" if paper.cover else "Heading 2")
    pen.paragraph(paper.about)


def dress(document: WordDocument) -> None:
    """The looks of the built-in styles: one family of letters, ink, sizes that lead the eye."""
    for name in ("Normal", *SIZES, "List Bullet", "Header", "Footer"):
        style = document.styles[name]
        style.font.name, style.font.color.rgb = "Arial", INK
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for script in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
            fonts.set(qn(script), "Arial")
        for theme in [key for key in fonts if key.endswith("Theme")]:
            del fonts.attrib[theme]
        style.font.size = Pt(SIZES.get(name, 8 if name in ("Header", "Footer") else 10))
        if name in SIZES:
            style.font.bold, style.paragraph_format.keep_with_next = True, True
    title = document.styles["Title"].element.get_or_add_pPr()
    for border in title.findall(qn("w:pBdr")):
        title.remove(border)
    document.styles["Heading 1"].paragraph_format.space_after = Pt(8)


def fit(sheet: Section, *, lies: bool) -> None:
    """A4, upright or on its side, with room for what runs along its edges."""
    sheet.orientation = WD_ORIENT.LANDSCAPE if lies else WD_ORIENT.PORTRAIT
    sheet.page_width, sheet.page_height = SHEET if lies else SHEET[::-1]
    sheet.left_margin = sheet.right_margin = Mm(18 if lies else 22)
    sheet.top_margin = sheet.bottom_margin = Mm(20)
    sheet.header_distance = sheet.footer_distance = Mm(10)


def run_along(sheet: Section, paper: Paper) -> None:
    """The head and the foot of every page but the cover; the page and their number count."""
    sheet.different_first_page_header_footer = True
    sheet.header.paragraphs[0].text = paper.running
    foot = sheet.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    foot.add_run(f"{paper.buyer} · ")
    for before, field in (("", "PAGE"), (" / ", "NUMPAGES")):
        foot.add_run(before)
        counted = make("w:fldSimple", foot._p, {"w:instr": field})
        make("w:t", make("w:r", counted)).text = "1"


def turn_over(sheet: Section) -> None:
    """The pages, and what runs along them, read from right to left."""
    for paragraph in (sheet.header.paragraphs[0], sheet.footer.paragraphs[0]):
        properties = paragraph._p.get_or_add_pPr()
        properties.insert_element_before(make("w:bidi"), "w:spacing", "w:ind", "w:jc", "w:rPr")
    sheet._sectPr.insert_element_before(make("w:bidi"), "w:rtlGutter", "w:docGrid")


def describe(document: WordDocument, paper: Paper) -> None:
    """Title, author and language, which readers of the file announce."""
    about = document.core_properties
    about.title = f"{paper.reference} {paper.title}"[:255]
    about.author = paper.buyer[:255]
    about.language = "-".join(spelling(paper.language))
    about.last_modified_by = paper.buyer[:255]
    about.created = about.modified = paper.dated.replace(tzinfo=None)
    about.comments = ""
    fonts = document.styles.element.find(qn("w:docDefaults")).find(qn("w:rPrDefault"))
    fonts.find(qn("w:rPr")).find(qn("w:lang")).set(qn("w:val"), "-".join(spelling(paper.language)))


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
    """The parts of the annex, one after the other, on pages as they are."""
    done, total = 0, len(annex.rows)
    if annex.draft:
        pen.paragraph(annex.labels["draft"], bold=True)
    for part in parts(annex):
        pen.part(part)
        if part.table and part.table.asked:
            done += len(part.table.rows)
            tell(done, total)


class Pen:
    """Writes headings, paragraphs and tables one after the other where `add` puts them."""

    def __init__(
        self,
        document: WordDocument,
        language: str,
        add: Callable[[Any], None],
        *,
        depth: int = 0,
        width: int = TEXT_WIDTH,
    ) -> None:
        self.styles, self.add, self.depth, self.width = document.styles, add, depth, width
        self.locale, self.lies, self.marks = "-".join(spelling(language)), False, 0
        self.rtl = paper_languages.of(language).rtl

    def part(self, part: Part, *, fresh: bool = False, marked: bool = False) -> None:
        """`fresh`: on a new page. `marked`: a list of parts leads to it; never in somebody else's
        file, whose bookmarks have numbers of their own."""
        if part.heading:
            anchor = part.anchor if marked and part.level == 1 else ""
            self.heading(part.heading, part.level, anchor, fresh=fresh)
        for line in part.bullets:
            self.paragraph(line, "List Bullet")
        for line in part.lead:
            self.paragraph(line, follows=bool(part.table))
        if part.table:
            self.table(part.table)
        for line in part.lines:
            self.paragraph(line)

    def lie(self, lies: bool) -> None:
        """From here on pages lie on their side, or stand."""
        self.lies, self.width = lies, LYING_WIDTH if lies else TEXT_WIDTH

    def turn(self, section: _Element) -> None:
        """Ends a section here, in a line too low to fill a page of its own."""
        line = make("w:p")
        properties = make("w:pPr", line)
        make("w:spacing", properties, {"w:before": "0", "w:after": "0", "w:line": "20"})
        properties.append(section)
        self.add(line)

    def heading(self, text: str, level: int, anchor: str = "", *, fresh: bool = False) -> None:
        style = f"Heading {min(level + self.depth, 9)}"
        self.paragraph(text, style, anchor=anchor, fresh=fresh)

    def paragraph(
        self,
        text: str,
        style: str = "Normal",
        *,
        bold: bool = False,
        anchor: str = "",
        follows: bool = False,
        fresh: bool = False,
        space: int = 0,
    ) -> None:
        """`follows`: it stays with what stands beneath it. `fresh`: on a new page. `space`: above
        it, in points, with a rule."""
        made = self._paragraph(text, bold)
        properties = make("w:pPr")
        make("w:pStyle", properties, {"w:val": self._style(style, WD_STYLE_TYPE.PARAGRAPH)})
        if follows:
            make("w:keepNext", properties)
        if fresh:
            make("w:pageBreakBefore", properties)
        if space:
            rule = {"w:val": "single", "w:sz": "48", "w:space": "12", "w:color": ACCENT}
            make("w:top", make("w:pBdr", properties), rule)
        self._place(properties, text, {"w:before": str(space * 20)} if space else {})
        if anchor:
            self.marks += 1
            mark = {"w:id": str(self.marks)}
            made.insert(0, make("w:bookmarkStart", values={**mark, "w:name": anchor}))
            made.append(make("w:bookmarkEnd", values=mark))
        made.insert(0, properties)
        self.add(made)

    def link(self, text: str, anchor: str) -> None:
        """A line of the contents, which leads to its part."""
        made = make("w:p")
        self._place(make("w:pPr", made), text, {"w:after": "0"})
        place = make("w:hyperlink", made, {"w:anchor": anchor, "w:history": "1"})
        place.extend(self._paragraph(text, False).findall(qn("w:r")))
        self.add(made)

    def table(self, table: Table) -> None:
        """One real table; its first row is marked as header and repeated on each page."""
        parts = table.lying if self.lies and table.lying else table.widths
        widths = [self.width * part // 100 for part in parts]
        name = table.name or " · ".join(table.head or [words for words, _ in table.rows[0][0]])
        made = self._frame(widths, name, head=bool(table.head))
        if table.head:
            made.append(self._row([((text, True),) for text in table.head], widths, head=True))
        for row in table.rows:
            made.append(self._row(row, widths, room=table.room))
        self.add(made)
        self.add(self._gap())

    def _gap(self) -> Any:
        """A low line: two tables without one between would become one."""
        made = make("w:p")
        low = {"w:before": "0", "w:after": "0", "w:line": "160", "w:lineRule": "exact"}
        make("w:spacing", make("w:pPr", made), low)
        return made

    def _frame(self, widths: Sequence[int], name: str, *, head: bool) -> Any:
        made = make("w:tbl")
        properties = make("w:tblPr", made)
        style = self._style("Table Grid", WD_STYLE_TYPE.TABLE)
        make("w:tblStyle", properties, {"w:val": style})
        if self.rtl:
            make("w:bidiVisual", properties)
        make("w:tblW", properties, {"w:w": str(sum(widths)), "w:type": "dxa"})
        borders(properties, SIDES_OF_ROWS if head else SIDES_OF_PAIRS)
        make("w:tblLayout", properties, {"w:type": "fixed"})
        margins = make("w:tblCellMar", properties)
        for side, room in (("top", "40"), ("left", "70"), ("bottom", "40"), ("right", "70")):
            make(f"w:{side}", margins, {"w:w": room, "w:type": "dxa"})
        look = {"w:val": "0420" if head else "0400", "w:firstRow": str(int(head))}
        make("w:tblLook", properties, look)
        make("w:tblCaption", properties, {"w:val": name})
        grid = make("w:tblGrid", made)
        for width in widths:
            make("w:gridCol", grid, {"w:w": str(width)})
        return made

    def _row(
        self, row: Sequence[Cell], widths: Sequence[int], *, head: bool = False, room: int = 0
    ) -> Any:
        made = make("w:tr")
        properties = make("w:trPr", made)
        make("w:cantSplit", properties)
        if room:
            height = {"w:val": str(Mm(room).twips), "w:hRule": "atLeast"}
            make("w:trHeight", properties, height)
        if head:
            make("w:tblHeader", properties)
        for cell, width in zip(row, widths, strict=True):
            box = make("w:tc", made)
            about = make("w:tcPr", box)
            make("w:tcW", about, {"w:w": str(width), "w:type": "dxa"})
            if head:
                make("w:shd", about, {"w:val": "clear", "w:color": "auto", "w:fill": SUNK})
            for text, bold in cell or EMPTY:  # Word opens no file with a cell without a paragraph
                box.append(self._paragraph(text, bold, size=SMALL))
        return made

    def _paragraph(self, text: str, bold: bool, size: str = "") -> Any:
        """A paragraph in the language of the annex; a line end in the text makes a line."""
        made = make("w:p")
        if size:
            self._place(make("w:pPr", made), text, {"w:before": "0", "w:after": "20"})
        for words, turned in runs(text, rtl=self.rtl):
            self._run(made, words, bold, size, turned=turned)
        return made

    def _place(self, properties: _Element, text: str, spacing: dict[str, str]) -> None:
        """A paragraph runs from right to left in such a paper, but where none of its letters do;
        each begins at the same side."""
        left = self.rtl and reads_left(text)
        if self.rtl and not left:
            make("w:bidi", properties)
        if spacing:
            make("w:spacing", properties, spacing)
        if left:
            make("w:jc", properties, {"w:val": "right"})

    def _run(self, made: _Element, text: str, bold: bool, size: str, *, turned: bool) -> None:
        if not text:
            return
        run = make("w:r", made)
        properties = make("w:rPr", run)
        if bold:
            make("w:b", properties)
            make("w:bCs", properties)  # what counts for Arabic and its like
        if size:
            make("w:sz", properties, {"w:val": size})
            make("w:szCs", properties, {"w:val": size})
        if turned:
            make("w:rtl", properties)
        make("w:lang", properties, {"w:bidi" if self.rtl else "w:val": self.locale})
        for index, line in enumerate(text.split("\n")):
            if index:
                make("w:br", run)
            make("w:t", run, {"xml:space": "preserve"}).text = line

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


def borders(parent: _Element, ruled: Sequence[str]) -> None:
    """Thin rules on these sides, for a file whose table style has none; else none, where it has."""
    made = make("w:tblBorders", parent)
    for side in SIDES_OF_ROWS:
        drawn = {"w:val": "single", "w:sz": "4", "w:color": LINE} if side in ruled else NO_RULE
        make(f"w:{side}", made, drawn)
