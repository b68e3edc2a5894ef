"""XLSX: the same rows as CSV, a sheet for each kind; and the template to fill in."""

import io
import zipfile
from typing import Any

import openpyxl
import xlsxwriter
from django.utils.translation import gettext
from openpyxl.utils.exceptions import InvalidFileException

from standards.catalogue.files import table
from standards.catalogue.files.shape import Document, Loss, Read, Refused

LARGEST_UNPACKED = 100 * 1024 * 1024
MOST_SHEETS = 20
LONGEST = 32_000  # a cell holds 32,767 characters
NAMES = {"standard": "Standard", "level": "Levels", "group": "Groups", "criterion": "Criteria"}
WIDE = {"title": 36, "statement": 70, "guidance": 50, "evidence_hint": 40, "ref": 14}


def read(data: bytes, name: str = "") -> Read:
    """Every sheet that has headings of ours; values only, no formula is worked out."""
    refuse_bombs(data)
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheets = [table.Sheet(sheet.title, cells(sheet)) for sheet in book.worksheets]
    except Refused:
        raise
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, TypeError) as error:
        raise Refused(gettext("The file is not an XLSX workbook that can be opened.")) from error
    return table.read(sheets)


def refuse_bombs(data: bytes) -> None:
    """A small file may unpack to an endless one."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            size = sum(part.file_size for part in packed.infolist())
    except zipfile.BadZipFile as error:
        raise Refused(gettext("The file is not an XLSX workbook that can be opened.")) from error
    if size > LARGEST_UNPACKED:
        raise Refused(
            gettext("The workbook unpacks to %(value)s MB; at most 100 MB.")
            % {"value": size // (1024 * 1024)}
        )


def cells(sheet: Any) -> list[list[str]]:
    found: list[list[str]] = []
    for row in sheet.iter_rows(values_only=True, max_col=200):
        found.append([said(value) for value in row])
        if len(found) > table.MOST_ROWS:
            raise Refused(
                gettext("%(title)s has more than %(most_rows)s rows.")
                % {"title": sheet.title, "most_rows": table.MOST_ROWS}
            )
    return found


def said(value: Any) -> str:
    """A cell as text; whole numbers without the decimals that a spreadsheet gives them."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def write(said: Document) -> tuple[bytes, list[Loss]]:
    """A workbook with the standard, its levels, groups and criteria."""
    found = list(table.rows(said))
    cut = [
        each.get("ref", "")
        for each in found
        for text in each.values()
        if len(table.inert(text)) > LONGEST
    ]
    out = io.BytesIO()
    book = workbook(out)
    for kind, title in NAMES.items():
        rows = [{**each, "kind": ""} for each in found if each["kind"] == kind]
        if rows:
            fill(book, title, table.columns(rows), rows)
    book.close()
    why = gettext("a cell holds at most %(longest)s characters") % {"longest": f"{LONGEST:,}"}
    return out.getvalue(), [Loss(gettext("The end of long texts"), why, tuple(cut))] if cut else []


def workbook(out: io.BytesIO) -> Any:
    plain = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    return xlsxwriter.Workbook(out, plain)


def fill(book: Any, title: str, names: list[str], rows: list[dict[str, str]]) -> Any:
    sheet = book.add_worksheet(title)
    head = book.add_format({"bold": True, "bg_color": "#E6EEF0", "border": 1, "text_wrap": True})
    cell = book.add_format({"text_wrap": True, "valign": "top"})
    for at, name in enumerate(names):
        sheet.set_column(at, at, WIDE.get(name.partition(" (")[0], 16))
        sheet.write_string(0, at, name, head)
    for place, each in enumerate(rows, start=1):
        for at, name in enumerate(names):
            if text := each.get(name, ""):
                sheet.write_string(place, at, table.inert(text)[:LONGEST], cell)
    sheet.freeze_panes(1, 0)
    return sheet
