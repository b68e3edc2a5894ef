"""Workbooks for translators: out with the originals beside an empty column, and in again."""

import io
import zipfile
from dataclasses import dataclass, field
from typing import Any

import openpyxl
from django.utils.translation import gettext
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill, Protection
from openpyxl.utils.exceptions import InvalidFileException

from standards.catalogue.files.shape import Refused
from standards.catalogue.files.xlsx import refuse_bombs
from standards.catalogue.translation_sets import Said, Scope, Text, differs, wrong
from standards.catalogue.translations import HUMAN, MACHINE, MISSING, digest

HEAD = ("Record", "Field", "Original", "Translation", "Made by", "State", "Fingerprint")
WIDTHS = (16, 16, 60, 60, 12, 14, 20)
LARGEST = 5 * 1024 * 1024
MOST_ROWS = 20_000
TEXTS, ABOUT = "Texts", "About"


class Unreadable(ValueError):
    """The workbook as a whole is not one of ours; the words say why."""


@dataclass
class Preview:
    """What a workbook would change, by key of the text; what is refused, and why."""

    given: dict[str, Said] = field(default_factory=dict)
    new: int = 0
    changed: int = 0
    same: int = 0
    outdated: int = 0
    refused: list[str] = field(default_factory=list)


def write(where: Scope, language: str, texts: list[Text]) -> bytes:
    """A workbook in which only translation and maker may be written."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet(TEXTS)
    sheet.protection.sheet = True
    sheet.freeze_panes = "D2"
    for column, width in zip("ABCDEFG", WIDTHS, strict=True):
        sheet.column_dimensions[column].width = width
    sheet.append([cell(sheet, word, bold=True) for word in HEAD])
    for text in texts:
        said = text.wording
        who = MACHINE if said.state == MACHINE else HUMAN if said.said else ""
        values = (text.name, said.field, said.source, said.said, who, said.state, said.print)
        sheet.append(
            [cell(sheet, value, free=place in (3, 4)) for place, value in enumerate(values)]
        )
    about = book.create_sheet(ABOUT)
    for row in (
        ("Scope", where.key),
        ("Language", language),
        ("Name", where.title),
        ("Written in", where.language),
        ("Write only in", "Translation, Made by (human or machine)"),
        ("Licence", where.edition.catalogue_licence if where.edition else ""),
        ("Notice", where.edition.notice if where.edition else ""),
    ):
        about.append([cell(about, value) for value in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def cell(sheet: Any, value: str, *, free: bool = False, bold: bool = False) -> Any:
    """A cell of text, never a formula."""
    made = WriteOnlyCell(sheet, value=value)
    made.data_type = "s"
    made.alignment = Alignment(wrap_text=True, vertical="top")
    made.protection = Protection(locked=not free)
    if bold:
        made.font = Font(bold=True)
    if free:
        made.fill = PatternFill("solid", fgColor="FFF6DB")
    return made


def read(data: bytes, where: Scope, language: str, texts: list[Text]) -> Preview:
    """Compare a workbook with what stands. Unreadable if it is not for this scope and language."""
    by_key = {text.key: text for text in texts}
    found = Preview()
    for number, row in rows_of(data, where, language):
        take(found, number, row, by_key)
    return found


def rows_of(data: bytes, where: Scope, language: str) -> list[tuple[int, list[Any]]]:
    if len(data) > LARGEST:
        raise Unreadable(gettext("it is larger than 5 MB"))
    try:
        refuse_bombs(data)
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=False)
        about = {
            row[0]: row[1] for row in book[ABOUT].iter_rows(max_col=2, max_row=20, values_only=True)
        }
        if (about.get("Scope"), about.get("Language")) != (where.key, language):
            words = gettext("it is for “%(scope)s” in “%(language)s”")
            said = {"scope": about.get("Scope"), "language": about.get("Language")}
            raise Unreadable(words % said)
        sheet = book[TEXTS]
        head = [str(each.value or "") for each in next(sheet.iter_rows(max_row=1, max_col=7))]
        if tuple(head) != HEAD:
            raise Unreadable(gettext("its columns were changed"))
        rows = sheet.iter_rows(min_row=2, max_col=7, max_row=MOST_ROWS)
        return [(number, list(row)) for number, row in enumerate(rows, start=2)]
    except (Refused, InvalidFileException, zipfile.BadZipFile, KeyError, StopIteration) as error:
        raise Unreadable(gettext("it is not a workbook that this page gave out")) from error
    except (ValueError, TypeError, IndexError, AttributeError) as error:
        if isinstance(error, Unreadable):
            raise
        raise Unreadable(gettext("it is not a workbook that this page gave out")) from error


def take(found: Preview, number: int, row: list[Any], texts: dict[str, Text]) -> None:
    """One row: counted, or refused with its number and the reason."""
    values = [str(each.value) if each.value is not None else "" for each in row]
    if not any(values):
        return
    name, field_name, source, said, who, _state, fingerprint = (values + [""] * 7)[:7]
    text = texts.get(f"{name}|{field_name}")
    given = Said(said.strip(), who.strip().lower() or HUMAN, fingerprint)
    if text is None:
        problem = gettext("there is no text “%(name)s %(field)s”") % {
            "name": name,
            "field": field_name,
        }
    elif row[3].data_type == "f":
        problem = gettext("the translation is a formula")
    elif digest(source) != fingerprint:
        problem = gettext("the original was changed in the file; only translations may change")
    else:
        problem = wrong(text, given)
    if problem or text is None:
        found.refused.append(gettext("Row %(n)s: %(problem)s") % {"n": number, "problem": problem})
        return
    if not given.text and not text.wording.said:
        return
    old = fingerprint != text.wording.print
    if given.text == text.wording.said and (old or not differs(text, given)):
        found.same += 1
        return
    found.given[text.key] = given
    found.outdated += old
    if text.wording.state == MISSING:
        found.new += 1
    else:
        found.changed += 1
