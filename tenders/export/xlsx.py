"""The annex as the bidder's form: references locked, answers from a list, nothing executable."""

import io
from collections.abc import Sequence
from typing import Any

import xlsxwriter

from tenders.annex import Annex, Row, Tell, silent

FORMULA = ("=", "+", "-", "@", "\t", "\r")
COLUMNS = (
    ("ref", 9),
    ("lot", 15),
    ("requirement", 56),
    ("obligation", 12),
    ("weight", 8),
    ("assurance", 16),
    ("evidence", 32),
    ("response", 28),
    ("proof", 48),
    ("offered", 48),
)
SCALE = 85  # hundredths: what is asked fills a printed page, and the answers the one beside it
ANSWERED = 7  # the response, and what is right of it, is the bidder's
LONGEST = 32_000  # a cell holds 32,767 characters
LINE, TALLEST = 15, 405  # points: of a line of text, and of the highest row there may be


def write(annex: Annex, tell: Tell = silent) -> bytes:
    """The workbook: instructions, the requirements to answer, evidence, sources."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    title = f"{annex.reference} {annex.title}"[:255]
    created = annex.dated.replace(tzinfo=None)
    book.set_properties({"title": title, "author": annex.buyer[:255], "created": created})
    for name, value in annex.record:
        book.set_custom_property(name, value[:255])
    forms = formats(book)
    instructions(book, forms, annex)
    requirements(book, forms, annex, tell)
    words = annex.labels
    if annex.schedule:
        listed(book, forms, words["schedule"], annex.schedule_head, annex.schedule)
    if annex.sources:
        listed(book, forms, words["sources"], annex.sources_head, annex.sources)
    book.close()
    return out.getvalue()


def formats(book: Any) -> dict[str, Any]:
    cell = {"text_wrap": True, "valign": "top", "border": 1, "border_color": "#808080"}
    return {
        "title": book.add_format({"bold": True, "font_size": 16}),
        "head": book.add_format({**cell, "bold": True, "bg_color": "#E6EEF0"}),
        "bold": book.add_format({**cell, "bold": True}),
        "cell": book.add_format(cell),
        "line": book.add_format({"text_wrap": True, "valign": "top"}),
        "open": book.add_format({**cell, "locked": False, "bg_color": "#FFFBE6"}),
    }


def instructions(book: Any, forms: dict[str, Any], annex: Annex) -> None:
    """How to answer, who answers, and what the record says."""
    words = annex.labels
    sheet = page(book, words["instructions"], (34, 90))
    lines: list[tuple[str, str, str]] = [("title", annex.title, "")]
    if annex.draft:
        lines.append(("title", words["draft"], ""))
    lines += [("pair", name, value) for name, value in annex.facts]
    lines += [("line", words["how"] if not index else "", text) for index, text in pieces(annex)]
    lines += [("ask", words["bidder"], ""), ("ask", words["solution"], "")]
    lines += [("line", words["clause"] if not i else "", t) for i, t in enumerate(annex.clause)]
    lines += [("pair", name, value) for name, value in annex.record]
    for place, (kind, name, value) in enumerate(lines):
        sheet.set_row(place, 24 if kind == "title" else height((name, value), (34, 90)))
        if kind == "title":
            put(sheet, place, 0, name, forms["title"])
        else:
            put(sheet, place, 0, name, forms["bold"])
            put(sheet, place, 1, value, forms["open" if kind == "ask" else "cell"])
    sheet.protect()


def pieces(annex: Annex) -> list[tuple[int, str]]:
    return list(enumerate((annex.summary, *annex.how) if annex.summary else annex.how))


def requirements(book: Any, forms: dict[str, Any], annex: Annex, tell: Tell) -> None:
    """One line a requirement; only the bidder's columns can be written."""
    words, place, total = annex.labels, 0, len(annex.rows)
    sheet = page(book, words["requirements"], [width for _, width in COLUMNS])
    for column, name in enumerate(heads(words)):
        put(sheet, 0, column, name, forms["head"])
    for lot in annex.lots:
        for group in lot.groups:
            for row in group.rows:
                place += 1
                cells = values(row, lot.title, words)
                sheet.set_row(place, height(cells, [width for _, width in COLUMNS]))
                for column, value in enumerate(cells):
                    put(sheet, place, column, value, forms["cell"])
                for column in range(ANSWERED, len(COLUMNS)):
                    sheet.write_blank(place, column, None, forms["open"])
            tell(place, total)
    if place:
        sheet.data_validation(
            1,
            ANSWERED,
            place,
            ANSWERED,
            {
                "validate": "list",
                "source": list(annex.answers),
                "error_title": words["response"],
                "error_message": " · ".join(annex.answers),
            },
        )
        sheet.autofilter(0, 0, place, len(COLUMNS) - 1)
    sheet.freeze_panes(1, 1)
    sheet.repeat_rows(0)
    sheet.repeat_columns(0)
    sheet.set_print_scale(SCALE)
    sheet.set_v_pagebreaks([ANSWERED])
    sheet.print_across()
    sheet.print_area(0, 0, place, len(COLUMNS) - 1)
    sheet.protect("", {"autofilter": True, "format_columns": True, "format_rows": True})


def heads(words: dict[str, str]) -> list[str]:
    """What stands above each column."""
    return [words[name].format(weight="").strip().capitalize() for name, _ in COLUMNS]


def values(row: Row, lot: str, words: dict[str, str]) -> list[Any]:
    text = "\n".join(part for part in (row.title, *row.paragraphs) if part)
    level = words[f"al{row.least}"] if row.least else ""
    return [row.ref, lot, text, words[row.kind], row.weight, level, "\n".join(row.evidence)]


def listed(
    book: Any,
    forms: dict[str, Any],
    name: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
) -> None:
    widths = (34, 50, 40, 60)
    sheet = page(book, name, widths)
    for place, row in enumerate([columns, *rows]):
        sheet.set_row(place, height(row, widths))
        for column, value in enumerate(row):
            put(sheet, place, column, value, forms["cell" if place else "head"])
    sheet.freeze_panes(1, 0)
    sheet.protect()


def page(book: Any, name: str, widths: Sequence[int]) -> Any:
    """A sheet that prints on the width of one page, across."""
    sheet = book.add_worksheet(name[:31])
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.set_margins(0.4, 0.4, 0.6, 0.6)
    sheet.set_footer("&L&8&F&R&8&P / &N")
    sheet.fit_to_pages(1, 0)
    return sheet


def height(cells: Sequence[Any], widths: Sequence[int]) -> int:
    """Points that a row needs so that no text is cut: not every program works it out itself."""
    lines = [
        sum(1 + len(line) // max(1, width - 2) for line in str(value or "").split("\n"))
        for value, width in zip(cells, widths, strict=False)
    ]
    return min(TALLEST, LINE * max(lines, default=1))


def put(sheet: Any, row: int, column: int, value: Any, form: Any) -> None:
    if isinstance(value, int):
        sheet.write_number(row, column, value, form)
    elif value:
        sheet.write_string(row, column, harmless(value)[:LONGEST], form)
    else:
        sheet.write_blank(row, column, None, form)


def harmless(text: str) -> str:
    """The text so that no program takes it for a formula, not even after saving as CSV."""
    return f"'{text}" if text.startswith(FORMULA) else text
