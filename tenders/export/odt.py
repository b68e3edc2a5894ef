"""The annex as an OpenDocument text (ODF 1.3), for LibreOffice and whatever else reads it."""

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from itertools import product
from typing import Any

from lxml import etree
from lxml.etree import _Element

from tenders.annex import Annex, Tell, silent
from tenders.export.printed import Cell, Part, Table, parts

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
    "dc": "http://purl.org/dc/elements/1.1/",
}
LOCALES = {"en": ("en", "GB"), "fr": ("fr", "FR")}
WIDTH = 166  # millimetres between the margins
RULE = "0.5pt solid #808080"
HEADINGS = {1: "14pt", 2: "12pt", 3: "10.5pt"}
MEMBERS = ("content.xml", "styles.xml", "meta.xml")
GAPS = re.compile(r"(\n|\t| {2,})")
SCRIPTS = ("fo:{}", "style:{}-asian", "style:{}-complex")  # a property counts for one of them


def letters(size: str = "", *, bold: bool = False) -> dict[str, str]:
    """Size and weight, the same in every script."""
    values = {name.format("font-size"): size for name in SCRIPTS if size}
    return values | {name.format("font-weight"): "bold" for name in SCRIPTS if bold}


def write(annex: Annex, tell: Tell = silent) -> bytes:
    """A zip whose first member is its media type, as the standard asks."""
    members = {
        "content.xml": content(annex, tell),
        "styles.xml": styles(annex),
        "meta.xml": meta(annex),
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


def content(annex: Annex, tell: Tell) -> Any:
    root = make("office:document-content", values={"office:version": "1.3"})
    drawn = make("office:automatic-styles", root)
    body = make("office:text", make("office:body", root))
    paragraph(body, annex.title, "Title")
    if annex.draft:
        paragraph(body, annex.labels["draft"], "Strong")
    done, total, widths = 0, len(annex.rows), set()
    for part in parts(annex):
        written(body, part)
        if part.table:
            widths |= set(part.table.widths)
            done += len(part.table.rows) if part.table.asked else 0
            tell(done, total)
    table_styles(drawn, sorted(widths))
    return root


def written(body: Any, part: Part) -> None:
    """A heading and what stands under it."""
    if part.heading:
        level = str(part.level)
        values = {"text:style-name": f"Heading_20_{level}", "text:outline-level": level}
        lines(make("text:h", body, values), part.heading)
    if part.bullets:
        items = make("text:list", body, {"text:style-name": "Bullets"})
        for line in part.bullets:
            paragraph(make("text:list-item", items), line, "Bullet")
    if part.table:
        table(body, part.table, f"{part.heading} {len(body)}".strip())
    for line in part.lines:
        paragraph(body, line, "Standard")


def table(body: Any, made: Table, name: str) -> None:
    """A real table, its header repeated on each page; a table's name stands once in a file."""
    values = {"table:name": name, "table:style-name": "Table"}
    grid = make("table:table", body, values)
    for width in made.widths:
        make("table:table-column", grid, {"table:style-name": f"C{width}"})
    if made.head:
        head = make("table:table-header-rows", grid)
        cells(head, [((words, True),) for words in made.head], top=True)
    for place, row in enumerate(made.rows):
        cells(grid, row, top=not (place or made.head))
    paragraph(body, "", "Standard")


def cells(grid: Any, row: Sequence[Cell], *, top: bool = False) -> None:
    """A row; each rule between cells belongs to one of them, for two would be drawn as two."""
    made = make("table:table-row", grid, {"table:style-name": "Row"})
    for place, cell in enumerate(row, start=1):
        name = f"Box{'Top' if top else ''}{'End' if place == len(row) else ''}"
        values = {"table:style-name": name, "office:value-type": "string"}
        box = make("table:table-cell", made, values)
        for words, strong in cell:
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


def table_styles(drawn: Any, widths: Iterable[int]) -> None:
    """The looks of tables, and a style for each width of a column, in hundredths of the line."""
    size = {"style:width": f"{WIDTH}mm", "table:align": "left"}
    style(drawn, "Table", "table", "table", size)
    style(drawn, "Row", "table-row", "table-row", {"fo:keep-together": "always"})
    for top, end in product(("", "Top"), ("", "End")):
        sides = {"left": True, "right": end, "top": top, "bottom": True}
        box = {f"fo:border-{side}": RULE if ruled else "none" for side, ruled in sides.items()}
        style(drawn, f"Box{top}{end}", "table-cell", "table-cell", {**box, "fo:padding": "1mm"})
    for width in widths:
        size = {"style:column-width": f"{WIDTH * width / 100:.2f}mm"}
        style(drawn, f"C{width}", "table-column", "table-column", size)


def style(parent: _Element, name: str, family: str, kind: str, values: dict[str, str]) -> Any:
    made = make("style:style", parent, {"style:name": name, "style:family": family})
    make(f"style:{kind}-properties", made, values)
    return made


def styles(annex: Annex) -> Any:
    """Named styles, as a reader's list of styles shows them, and the page: A4 with its number."""
    root = make("office:document-styles", values={"office:version": "1.3"})
    named = make("office:styles", root)
    language, country = LOCALES[annex.language]
    spoken = {"fo:language": language, "fo:country": country, **letters("10pt")}
    plain = make("style:default-style", named, {"style:family": "paragraph"})
    make("style:paragraph-properties", plain, {"style:writing-mode": "page"})
    make("style:text-properties", plain, {**spoken, "fo:font-family": "Noto Sans, sans-serif"})
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
    page(root, annex)
    return root


def looks() -> Iterable[tuple[str, str, dict[str, str], dict[str, str]]]:
    """Each paragraph style: its name, the one it builds on, its spacing, its letters."""
    below = {"fo:margin-bottom": "2mm"}
    none = {"fo:margin-top": "0mm", "fo:margin-bottom": "0mm"}
    yield "Standard", "", below, {}
    yield "Title", "Standard", {"fo:margin-bottom": "5mm"}, letters("20pt", bold=True)
    yield "Strong", "Standard", below, letters(bold=True)
    for level, size in HEADINGS.items():
        spacing = {"fo:margin-top": "6mm", **below, "fo:keep-with-next": "always"}
        yield f"Heading_20_{level}", "Standard", spacing, letters(size, bold=True)
    yield "Bullet", "Standard", {"fo:margin-bottom": "1mm"}, {}
    yield "Cell", "Standard", none, letters("8.5pt")
    yield "Cell_20_strong", "Cell", none, letters(bold=True)
    yield "Small", "Standard", none, letters("8pt")


def page(root: _Element, annex: Annex) -> None:
    drawn = make("office:automatic-styles", root)
    layout = make("style:page-layout", drawn, {"style:name": "A4"})
    edges = {f"fo:margin-{side}": "22mm" for side in ("left", "right")}
    edges |= {f"fo:margin-{side}": "15mm" for side in ("top", "bottom")}
    size = {"fo:page-width": "210mm", "fo:page-height": "297mm"}
    make("style:page-layout-properties", layout, {**size, **edges})
    for part, side in (("header", "bottom"), ("footer", "top")):
        gap = {f"fo:margin-{side}": "5mm", "fo:min-height": "5mm"}
        make("style:header-footer-properties", make(f"style:{part}-style", layout), gap)
    masters = make("office:master-styles", root)
    values = {"style:name": "Standard", "style:page-layout-name": "A4"}
    master = make("style:master-page", masters, values)
    head = annex.labels["draft"] if annex.draft else annex.title
    paragraph(make("style:header", master), f"{annex.reference} · {head}", "Small")
    numbers = make("text:p", make("style:footer", master), {"text:style-name": "Small"})
    now = make("text:page-number", numbers, {"text:select-page": "current"})
    now.tail = " / "
    make("text:page-count", numbers)


def meta(annex: Annex) -> Any:
    root = make("office:document-meta", values={"office:version": "1.3"})
    about = make("office:meta", root)
    moment = annex.dated.replace(tzinfo=None).isoformat()
    for tag, words in (
        ("dc:title", f"{annex.reference} {annex.title}"),
        ("meta:initial-creator", annex.buyer),
        ("dc:creator", annex.buyer),
        ("meta:creation-date", moment),
        ("dc:date", moment),
        ("dc:language", "-".join(LOCALES[annex.language])),
    ):
        make(tag, about).text = words
    return root


def manifest() -> Any:
    root = make("manifest:manifest", values={"manifest:version": "1.3"})
    for path, kind in (("/", MEDIA_TYPE), *((name, "text/xml") for name in MEMBERS)):
        values = {"manifest:full-path": path, "manifest:media-type": kind}
        make("manifest:file-entry", root, values)
    return root
