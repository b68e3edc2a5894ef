"""The one writer of tables: CSV and XLSX, in which no text is taken for a formula.

A formula is one only where the code says `Formula`; nothing that somebody typed is put in one.
A `Page` says what is written and not how, so that another form needs one function here.
"""

import codecs
import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import xlsxwriter
from xlsxwriter.utility import quote_sheetname, xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from certcentre.plain_text import RTL
from certcentre.tables.guard import guarded

OOXML = "application/vnd.openxmlformats-officedocument."
XLSX = OOXML + "spreadsheetml.sheet"
LONGEST = 32_000  # a cell of a spreadsheet holds 32,767 characters
SCALE = 85  # hundredths: of a sheet that is printed on two pages beside each other
LINE, TALLEST = 15, 405  # points: of a line of text, and of the highest row there may be
WORKBOOK = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
CELL = {"text_wrap": True, "valign": "top", "border": 1, "border_color": "#808080"}
TURNED = " rtl"  # behind the name of a look: a cell that is read from right to left
STYLES: dict[str, dict[str, Any]] = {
    "cell": CELL,
    "head": {**CELL, "bold": True, "bg_color": "#E6EEF0"},
    "bold": {**CELL, "bold": True},
    "open": {**CELL, "locked": False, "bg_color": "#FFFBE6"},
    "title": {"bold": True, "font_size": 16},
}


@dataclass(frozen=True)
class Styled:
    """A value with a look of its own: one of `STYLES`."""

    value: str | int | None
    style: str


@dataclass(frozen=True)
class Formula:
    """Worked out by whatever opens the workbook; `value` is what it comes to when it is written.

    `text` names cells, numbers and functions alone, never words that somebody wrote.
    """

    text: str
    value: Decimal | int | str = ""


Value = str | int | Decimal | None | Styled | Formula


def letters(column: int) -> str:
    """What formulas call a column: A, B, …, by its number from 0."""
    return str(xl_col_to_name(column))


def quoted(name: str) -> str:
    """What formulas call a sheet."""
    return str(quote_sheetname(name[:31]))


@dataclass(frozen=True)
class Column:
    """How wide a column is, whether readers may write in it, and from which words they choose."""

    width: int = 16
    open: bool = False
    choices: tuple[str, ...] = ()
    asked: str = ""  # what the message says above the choices


@dataclass
class Page:
    """A sheet: its rows, the headings first if it has any."""

    name: str
    rows: Iterable[Sequence[Value]]
    columns: Sequence[Column] = ()
    heading: bool = True
    frozen: int = 0  # columns that stay in sight
    protected: bool = False  # what is not open cannot be changed
    filtered: bool = False
    tall: bool = False  # rows are as high as their text: not every program works it out itself
    rtl: bool = False  # columns run from right to left
    parted: int = 0  # the column with which a second printed page begins, beside the first


def as_csv(rows: Iterable[Sequence[str | int | None]]) -> bytes:
    """UTF-8 with its mark, without which spreadsheets take it for something else."""
    return b"".join(csv_lines(rows))


def csv_lines(rows: Iterable[Sequence[str | int | None]]) -> Iterator[bytes]:
    """The same, row by row."""
    out = io.StringIO(newline="")
    table = csv.writer(out)
    yield codecs.BOM_UTF8
    for row in rows:
        table.writerow([written(value) for value in row])
        yield out.getvalue().encode()
        out.seek(0)
        out.truncate()


def written(value: str | int | None) -> str:
    """A value as a cell of text; numbers are not guarded, they are what they look like."""
    return guarded(value) if isinstance(value, str) else "" if value is None else str(value)


def as_xlsx(
    pages: Iterable[Page],
    *,
    properties: Mapping[str, str] = {},
    custom: Mapping[str, str] = {},
    created: datetime | None = None,
) -> bytes:
    """A workbook of text and numbers: no links, and no formula but a `Formula`."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, WORKBOOK)
    about: dict[str, Any] = {name: value[:255] for name, value in properties.items()}
    if created:
        about["created"] = created.replace(tzinfo=None)
    book.set_properties(about)
    for name, value in custom.items():
        book.set_custom_property(name, value[:255])
    styles = {name: book.add_format(style) for name, style in STYLES.items()}
    for name, style in STYLES.items():
        styles[f"{name}{TURNED}"] = book.add_format(style | {"reading_order": 2})
    for page in pages:
        write_page(book.add_worksheet(page.name[:31]), page, styles)
    book.close()
    return out.getvalue()


def write_page(sheet: Worksheet, page: Page, styles: Mapping[str, Any]) -> None:
    """One sheet, its rows in order."""
    if page.rtl:
        sheet.right_to_left()
    for at, column in enumerate(page.columns):
        sheet.set_column(at, at, column.width)
    last = -1
    for last, row in enumerate(page.rows):
        write_row(sheet, page, styles, last, row)
    if page.heading:
        sheet.freeze_panes(1, page.frozen)
        sheet.repeat_rows(0)
    if last > 0:
        choices(sheet, page, last)
        if page.filtered:
            sheet.autofilter(0, 0, last, len(page.columns) - 1)
    if page.protected:
        allowed = {"autofilter": True, "format_columns": True, "format_rows": True}
        sheet.protect("", allowed)
    printed(sheet, page, last)


def printed(sheet: Worksheet, page: Page, last: int) -> None:
    """On paper a sheet is as wide as one page across, or as two beside each other."""
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.set_margins(0.4, 0.4, 0.6, 0.6)
    sheet.set_footer("&L&8&F&R&8&P / &N")
    if not page.parted:
        sheet.fit_to_pages(1, 0)
        return
    sheet.repeat_columns(0)
    sheet.set_print_scale(SCALE)
    sheet.set_v_pagebreaks([page.parted])
    sheet.print_across()
    sheet.print_area(0, 0, max(last, 0), len(page.columns) - 1)


def write_row(
    sheet: Worksheet, page: Page, styles: Mapping[str, Any], at: int, row: Sequence[Value]
) -> None:
    head = page.heading and at == 0
    if page.tall:
        sheet.set_row(at, height(row, page.columns))
    for column in range(max(len(row), len(page.columns))):
        value = row[column] if column < len(row) else None
        free = column < len(page.columns) and page.columns[column].open
        style = "head" if head else "open" if free else "cell"
        if isinstance(value, Styled):
            style = value.style
            value = value.value
        elif column >= len(row) and not free:
            continue
        if page.rtl and isinstance(value, str) and RTL.search(value):
            style += TURNED
        if isinstance(value, Formula):
            result = value.value if isinstance(value.value, str) else float(value.value)
            sheet.write_formula(at, column, value.text, styles[style], result)
        elif isinstance(value, int | Decimal):
            sheet.write_number(at, column, value, styles[style])
        elif value:
            sheet.write_string(at, column, guarded(value)[:LONGEST], styles[style])
        else:
            sheet.write_blank(at, column, None, styles[style])


def choices(sheet: Worksheet, page: Page, last: int) -> None:
    """The words that may stand in a column, as a list to choose from."""
    for at, column in enumerate(page.columns):
        if column.choices:
            rule = {
                "validate": "list",
                "source": list(column.choices),
                "error_title": column.asked,
                "error_message": " · ".join(column.choices),
            }
            sheet.data_validation(1, at, last, at, rule)


def height(row: Sequence[Value], columns: Sequence[Column]) -> int:
    """Points that a row needs so that no text is cut."""
    first = row[0] if row else None
    if isinstance(first, Styled) and first.style == "title":
        return 24
    lines = 1
    for value, column in zip(row, columns, strict=False):
        shown = value.value if isinstance(value, Styled | Formula) else value
        text = str(shown or "")
        wide = max(1, column.width - 2)
        lines = max(lines, sum(1 + len(line) // wide for line in text.split("\n")))
    return min(TALLEST, LINE * lines)
