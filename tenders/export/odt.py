"""The annex as an OpenDocument text (ODF 1.3), for LibreOffice and whatever else reads it."""

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from lxml import etree
from lxml.etree import _Element

from certcentre.places import spelling
from tenders.annex import Annex, Tell, silent
from tenders.export.printed import EMPTY, Cell, Paper, Part, Table, isolated, paper

MEDIA_TYPE = "application/vnd.oasis.opendocument.text"
OASIS = "urn:oasis:names:tc:opendocument:xmlns"
NAMES = {
    "office": f"{OASIS}:office:1.0",
    "style": f"{OASIS}:style:1.0",
    "text": f"{OASIS}:text:1.0",
    "table": f"{OASIS}:table:1.0",
    "fo": f"{OASIS}:xsl-fo-compatible:1.0",
    "svg": f"{OASIS}:svg-compatible:1.0",
    "meta": f"{OASIS}:meta:1.0",
    "manifest": f"{OASIS}:manifest:1.0",
    "xlink": "http://www.w3.org/1999/xlink",
    "dc": "http://purl.org/dc/elements/1.1/",
}
WIDTH, LYING_WIDTH = 166, 261  # millimetres between the margins
SHEET = ("297mm", "210mm")
INK, ACCENT, SUNK = "#10242c", "#0b5a70", "#eef3f4"
RULE = "0.5pt solid #9fb0b5"
HEADINGS = {1: "16pt", 2: "12pt", 3: "10.5pt"}
ROOMS = (0, 12, 26)  # millimetres, of rows that are written in
BOXES: dict[str, tuple[tuple[str, ...], dict[str, str]]] = {  # the sides of a cell that are ruled
    "Head": (("left", "top", "bottom"), {"fo:background-color": SUNK}),
    "Box": (("left", "bottom"), {}),
    "Pair": (("bottom",), {}),
}
MIRROR = {"left": "right", "right": "left"}
Column = tuple[int, bool]  # hundredths of the line, and whether the page lies
FAMILIES = {
    "fo:font-family": "Noto Sans, sans-serif",
    "style:font-family-complex": "Noto Sans Arabic, sans-serif",
}
MEMBERS = ("content.xml", "styles.xml", "meta.xml")
GAPS = re.compile(r"(\n|\t| {2,})")
SCRIPTS = ("fo:{}", "style:{}-asian", "style:{}-complex")  # a property counts for one of them


def letters(size: str = "", *, bold: bool = False) -> dict[str, str]:
    """Size and weight, the same in every script."""
    values = {name.format("font-size"): size for name in SCRIPTS if size}
    return values | {name.format("font-weight"): "bold" for name in SCRIPTS if bold}


def write(annex: Annex, tell: Tell = silent) -> bytes:
    return set_out(paper(annex), tell)


def set_out(paper: Paper, tell: Tell = silent) -> bytes:
    """A zip whose first member is its media type, as the standard asks."""
    paper = isolated(paper)
    members = {
        "content.xml": content(paper, tell),
        "styles.xml": styles(paper),
        "meta.xml": meta(paper),
        "META-INF/manifest.xml": manifest(),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(zipfile.ZipInfo("mimetype"), MEDIA_TYPE)
        for name, root in members.items():
            data = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
            packed.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def make(tag: str, parent: _Element = None, values: dict[str, str] | None = None) -> Any:
    """An element named as the standard writes it, such as text:p, inside `parent`."""
    attributes = {qualified(name): value for name, value in (values or {}).items()}
    if parent is None:
        return etree.Element(qualified(tag), attributes, NAMES)
    return etree.SubElement(parent, qualified(tag), attributes)


def qualified(name: str) -> str:
    prefix, _, local = name.partition(":")
    return f"{{{NAMES[prefix]}}}{local}"


def content(paper: Paper, tell: Tell) -> Any:
    root = make("office:document-content", values={"office:version": "1.3"})
    drawn = make("office:automatic-styles", root)
    body = make("office:text", make("office:body", root))
    widths = cover(body, paper)
    done, total, sheet = 0, paper.asked, ""
    for part in paper.parts:
        now = "Lying" if part.lies else "Standing"
        turned = paper.cover and (now != sheet or part.fresh)
        turn, sheet = now if turned else "", now
        widths |= written(body, part, turn)
        if part.table:
            done += len(part.table.rows) if part.table.asked else 0
            tell(done, total)
    table_styles(drawn, sorted(widths), rtl=paper.rtl)
    return root


def cover(body: _Element, paper: Paper) -> set[Column]:
    """What is bought, by whom and until when; and the parts with their pages."""
    paragraph(body, paper.buyer, "Cover" if paper.cover else "Letter")
    paragraph(body, paper.title, "Title" if paper.cover else "Strong")
    paragraph(body, paper.about, "Standard")
    if not paper.cover:
        return set()
    if paper.draft:
        paragraph(body, paper.draft, "Strong")
    for line in paper.opening.lines:
        paragraph(body, line, "Standard")
    widths = written(body, replace(paper.opening, lines=()))
    paragraph(body, paper.contents, "Strong")
    for part in paper.listed:
        line = make("text:p", body, {"text:style-name": "Contents"})
        link = {"xlink:type": "simple", "xlink:href": f"#{part.anchor}"}
        lines(make("text:a", line, link), part.heading)
        make("text:tab", line)
        page = {"text:reference-format": "page", "text:ref-name": part.anchor}
        make("text:bookmark-ref", line, page)
    return widths


def written(body: _Element, part: Part, turn: str = "") -> set[Column]:
    """A heading and what stands under it; `turn`: on a new page of that kind. The columns of its
    table, which want a style each."""
    if part.heading:
        level = str(part.level)
        look = f"Heading_20_{level}{turn}"
        head = make("text:h", body, {"text:style-name": look, "text:outline-level": level})
        mark = {"text:name": part.anchor}
        if part.level == 1:
            make("text:bookmark-start", head, mark)
        lines(head, part.heading)
        if part.level == 1:
            make("text:bookmark-end", head, mark)
    if part.bullets:
        items = make("text:list", body, {"text:style-name": "Bullets"})
        for line in part.bullets:
            paragraph(make("text:list-item", items), line, "Bullet")
    for line in part.lead:
        paragraph(body, line, "Lead")
    widths = table(body, part.table, f"{part.heading} {len(body)}", part) if part.table else ()
    for line in part.lines:
        paragraph(body, line, "Standard")
    return set(widths)


def table(body: Any, made: Table, name: str, part: Part) -> list[Column]:
    """A real table, its header repeated on each page; a table's name stands once in a file."""
    lies = part.lies and bool(made.lying)
    look = "TableLying" if lies else "Table"
    grid = make("table:table", body, {"table:name": name.strip(), "table:style-name": look})
    columns = [(width, lies) for width in (made.lying if lies else made.widths)]
    for column in columns:
        make("table:table-column", grid, {"table:style-name": column_name(column)})
    if made.head:
        head = make("table:table-header-rows", grid)
        cells(head, [((words, True),) for words in made.head], "Head")
    for row in made.rows:
        cells(grid, row, "Box" if made.head else "Pair", f"Row{made.room or ''}")
    paragraph(body, "", "Gap")
    return columns


def cells(grid: Any, row: Sequence[Cell], look: str, height: str = "Row") -> None:
    """A row; each rule between cells belongs to one of them, for two would be drawn as two."""
    made = make("table:table-row", grid, {"table:style-name": height})
    for place, cell in enumerate(row, start=1):
        name = f"{look}{'End' if place == len(row) else ''}"
        values = {"table:style-name": name, "office:value-type": "string"}
        box = make("table:table-cell", made, values)
        for words, strong in cell or EMPTY:
            paragraph(box, words, "Cell_20_strong" if strong else "Cell")


def paragraph(parent: _Element, words: str, style: str) -> None:
    lines(make("text:p", parent, {"text:style-name": style}), words)


def lines(made: _Element, words: str) -> None:
    """The words in an element: what readers would run together has elements of its own."""
    for piece in GAPS.split(words):
        if piece == "\n":
            make("text:line-break", made)
        elif piece == "\t":
            make("text:tab", made)
        elif piece.startswith("  "):
            make("text:s", made, {"text:c": str(len(piece))})
        elif len(made):
            made[-1].tail = piece
        else:
            made.text = piece


def column_name(column: Column) -> str:
    width, lies = column
    return f"C{width}{'Lying' * lies}"


def table_styles(drawn: Any, columns: Iterable[Column], *, rtl: bool) -> None:
    """The looks of tables, and a style for each width of a column, in hundredths of the line."""
    for name, width in (("Table", WIDTH), ("TableLying", LYING_WIDTH)):
        align, mode = ("right", "rl-tb") if rtl else ("left", "lr-tb")
        size = {"style:width": f"{width}mm", "table:align": align, "style:writing-mode": mode}
        style(drawn, name, "table", "table", size)
    for room in ROOMS:
        high = {"style:min-row-height": f"{room}mm"} if room else {}
        values = {"fo:keep-together": "always", **high}
        style(drawn, f"Row{room or ''}", "table-row", "table-row", values)
    for name, (sides, more) in BOXES.items():
        for end in ("", "End"):
            last = ("right",) if end and "left" in sides else ()
            drawn_at = {MIRROR.get(side, side) if rtl else side for side in (*sides, *last)}
            rules = {
                f"fo:border-{side}": RULE if side in drawn_at else "none"
                for side in ("left", "right", "top", "bottom")
            }
            box = {**rules, **more, "fo:padding": "1mm"}
            style(drawn, f"{name}{end}", "table-cell", "table-cell", box)
    for column in columns:
        width, lies = column
        millimetres = (LYING_WIDTH if lies else WIDTH) * width / 100
        values = {"style:column-width": f"{millimetres:.2f}mm"}
        style(drawn, column_name(column), "table-column", "table-column", values)


def style(parent: _Element, name: str, family: str, kind: str, values: dict[str, str]) -> Any:
    made = make("style:style", parent, {"style:name": name, "style:family": family})
    make(f"style:{kind}-properties", made, values)
    return made


def styles(paper: Paper) -> Any:
    """Named styles, as a reader's list of styles shows them, and the pages."""
    root = make("office:document-styles", values={"office:version": "1.3"})
    named = make("office:styles", root)
    language, country = spelling(paper.language)
    named_as = "style:{}-complex" if paper.rtl else "fo:{}"
    spoken = {named_as.format("language"): language, named_as.format("country"): country}
    spoken |= letters("10pt")
    plain = make("style:default-style", named, {"style:family": "paragraph"})
    make("style:paragraph-properties", plain, {"style:writing-mode": "page"})
    make("style:text-properties", plain, {**spoken, **FAMILIES})
    for name, parent, paragraph_values, text_values in looks():
        made = style(named, name, "paragraph", "paragraph", paragraph_values)
        made.set(qualified("style:display-name"), name.replace("_20_", " "))
        if parent:
            made.set(qualified("style:parent-style-name"), parent)
        make("style:text-properties", made, text_values)
    bullets = make("text:list-style", named, {"style:name": "Bullets"})
    values = {"text:level": "1", "text:bullet-char": "•"}
    bullet = make("text:list-level-style-bullet", bullets, values)
    make("style:list-level-properties", bullet, {"text:min-label-width": "5mm"})
    for name in ("Standing", "Lying"):  # a heading that begins a page of its kind
        turn = {"style:parent-style-name": "Heading_20_1", "style:master-page-name": name}
        made = style(named, f"Heading_20_1{name}", "paragraph", "paragraph", {})
        for key, value in turn.items():
            made.set(qualified(key), value)
    tabs = make("style:tab-stops", contents_line(named))
    values = {"style:position": f"{WIDTH}mm", "style:type": "right", "style:leader-style": "dotted"}
    make("style:tab-stop", tabs, values | {"style:leader-text": "."})
    pages(root, paper)
    return root


def contents_line(named: _Element) -> Any:
    """The looks of a line of the contents."""
    (made,) = (each for each in named if each.get(qualified("style:name")) == "Contents")
    return made[0]


def looks() -> Iterable[tuple[str, str, dict[str, str], dict[str, str]]]:
    """Each paragraph style: its name, the one it builds on, its spacing, its letters."""
    below = {"fo:margin-bottom": "2mm"}
    none = {"fo:margin-top": "0mm", "fo:margin-bottom": "0mm"}
    yield "Standard", "", below, {"fo:color": INK}
    rule = {"fo:border-top": f"4.5pt solid {ACCENT}", "fo:padding-top": "4mm"}
    yield "Cover", "Standard", {"fo:margin-top": "22mm", **below, **rule}, {}
    yield "Letter", "Standard", {**below, **rule}, {}
    yield "Title", "Standard", {"fo:margin-bottom": "5mm"}, letters("26pt", bold=True)
    yield "Strong", "Standard", {"fo:margin-top": "3mm", **below}, letters(bold=True)
    yield "Lead", "Standard", {**below, "fo:keep-with-next": "always"}, {}
    for level, size in HEADINGS.items():
        spacing = {"fo:margin-top": "6mm", **below, "fo:keep-with-next": "always"}
        yield f"Heading_20_{level}", "Standard", spacing, letters(size, bold=True)
    yield "Bullet", "Standard", {"fo:margin-bottom": "1mm"}, {}
    yield "Contents", "Standard", {"fo:margin-bottom": "0.5mm"}, {}
    yield "Cell", "Standard", none, letters("8.5pt")
    yield "Cell_20_strong", "Cell", none, letters(bold=True)
    yield "Small", "Standard", none, letters("8pt")
    yield "Foot", "Small", {**none, "fo:text-align": "end"}, {}
    yield "Gap", "Standard", none, letters("6pt")


def pages(root: _Element, paper: Paper) -> None:
    """A4: the cover, and pages that stand or lie, each with what runs along its edges."""
    drawn = make("office:automatic-styles", root)
    masters = make("office:master-styles", root)
    for name, lies in (("Standard", False), ("Standing", False), ("Lying", True)):
        layout = make("style:page-layout", drawn, {"style:name": f"Page{name}"})
        side, size = ("18mm", SHEET) if lies else ("22mm", SHEET[::-1])
        values = {"fo:page-width": size[0], "fo:page-height": size[1]}
        values |= {f"fo:margin-{edge}": side for edge in ("left", "right")}
        values |= {f"fo:margin-{edge}": "12mm" for edge in ("top", "bottom")}
        values["style:writing-mode"] = "rl-tb" if paper.rtl else "lr-tb"
        values["style:print-orientation"] = "landscape" if lies else "portrait"
        make("style:page-layout-properties", layout, values)
        for part, edge in (("header", "bottom"), ("footer", "top")):
            gap = {f"fo:margin-{edge}": "5mm", "fo:min-height": "5mm"}
            make("style:header-footer-properties", make(f"style:{part}-style", layout), gap)
        values = {"style:name": name, "style:page-layout-name": f"Page{name}"}
        master = make("style:master-page", masters, values)
        if name == "Standard":  # the cover has neither
            continue
        paragraph(make("style:header", master), paper.running, "Small")
        foot = make("text:p", make("style:footer", master), {"text:style-name": "Foot"})
        foot.text = f"{paper.buyer} · "
        now = make("text:page-number", foot, {"text:select-page": "current"})
        now.tail = " / "
        make("text:page-count", foot)


def meta(paper: Paper) -> Any:
    root = make("office:document-meta", values={"office:version": "1.3"})
    about = make("office:meta", root)
    moment = paper.dated.replace(tzinfo=None).isoformat()
    for tag, words in (
        ("dc:title", f"{paper.reference} {paper.title}"),
        ("meta:initial-creator", paper.buyer),
        ("dc:creator", paper.buyer),
        ("meta:creation-date", moment),
        ("dc:date", moment),
        ("dc:language", "-".join(spelling(paper.language))),
    ):
        make(tag, about).text = words
    return root


def manifest() -> Any:
    root = make("manifest:manifest", values={"manifest:version": "1.3"})
    for path, kind in (("/", MEDIA_TYPE), *((name, "text/xml") for name in MEMBERS)):
        values = {"manifest:full-path": path, "manifest:media-type": kind}
        make("manifest:file-entry", root, values)
    return root
