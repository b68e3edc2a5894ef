"""CSV in any usual dress: what encoding, what separator, and which row is broken."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator

from django.utils.translation import gettext

from certcentre.tables.rows import (
    LONGEST_CELL,
    MOST_COLUMNS,
    Book,
    Row,
    Sheet,
    Tally,
    Unreadable,
    place,
)

SEPARATORS = ";,\t|"
SEPARATOR_LINE = re.compile(r'"?sep=(.)"?\r?\n?', re.I)
LOOKED_AT = 60_000  # characters in which the separator is looked for
BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
NO_TEXT = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]")
csv.field_size_limit(LONGEST_CELL)


def decoded(data: bytes) -> tuple[str, str]:
    """A file's text, and the encoding where it had to be guessed."""
    encoding = next((name for mark, name in BOMS if data.startswith(mark)), "")
    guessed = "" if encoding else guess(data)
    try:
        text = data.decode(encoding or guessed or "utf-8")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise Unreadable(
            gettext(
                "Line %(line)s is not UTF-8. Save the file again as UTF-8 (in a "
                "spreadsheet: “CSV UTF-8”), then bring it here again."
            )
            % {"line": line}
        ) from error
    if not text.strip():
        raise Unreadable(gettext("The file is empty."))
    if NO_TEXT.search(text):
        raise Unreadable(gettext("The file holds bytes that are not text. Is it the right file?"))
    return text, guessed


def guess(data: bytes) -> str:
    """The encoding of a file without a mark; empty for UTF-8."""
    head = data[:4096]
    for name, zeros in (("utf-16-le", head[1::2]), ("utf-16-be", head[::2])):
        if len(head) > 3 and zeros.count(0) > len(zeros) * 0.6:
            return name
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        try:
            data.decode("cp1252")
        except UnicodeDecodeError:
            return ""
        return "cp1252"
    return ""


def read(data: bytes) -> Book:
    """The one sheet of a CSV file."""
    text, guessed = decoded(data)
    book = from_text(text)
    if guessed:
        odd = next(re.finditer(r"\w*[^\W\x00-\x7f]\w*", text), None)
        book.remarks.append(
            gettext(
                "The file does not say its encoding; it was read as %(encoding)s. See whether "
                "“%(word)s” is right, else save it again as “CSV UTF-8”."
            )
            % {
                "encoding": "Windows-1252" if guessed == "cp1252" else "UTF-16",
                "word": odd.group()[:40] if odd else "",
            }
        )
    return book


def from_text(text: str) -> Book:
    """The one sheet of a CSV text, by the separator that it names or that parts it best."""
    text = text.removeprefix("\ufeff")
    said = SEPARATOR_LINE.match(text)
    text = text[said.end() :] if said else text
    separator = said.group(1) if said else separator_of(text)
    tally, sheet = Tally(), Sheet()
    tally.look(text.count("\n"))
    for number, cells in numbered(text, separator):
        tally.look(len(cells))
        if any(cell and not cell.isspace() for cell in cells):
            while not cells[-1]:
                cells.pop()
            tally.row(sheet, tuple(cells))
            sheet.rows.append(Row(number, tuple(cells)))
    return Book("csv", [sheet])


def separator_of(text: str) -> str:
    """The separator by which most rows have the same number of cells, more than one."""
    head = text[:LOOKED_AT]
    best, found = (0.0, 0), ","
    for separator in SEPARATORS:
        try:
            rows = list(csv.reader(io.StringIO(head, newline=""), delimiter=separator))
        except csv.Error:
            continue
        rows = [row for row in rows[: -1 if len(text) > LOOKED_AT else None] if any(row)]
        widths = Counter(len(row) for row in rows if len(row) > 1)
        if widths:
            width, number = widths.most_common(1)[0]
            score = (number / len(rows), width)
            if score > best:
                best, found = score, separator
    return found


def numbered(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Rows by their number, counted as a spreadsheet counts them. Unreadable with the row."""
    lines = refuse_wide(io.StringIO(text, newline=""), separator)
    rows = csv.reader(lines, delimiter=separator, strict=True)
    number = 0
    while True:
        number += 1
        try:
            yield number, next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            raise Unreadable(broken(number, str(error))) from error


def refuse_wide(lines: io.StringIO, separator: str) -> Iterator[str]:
    """The lines of a text, until one has more cells than could be read sensibly."""
    for line in lines:
        if line.count(separator) > 25 * MOST_COLUMNS:
            raise Unreadable(
                gettext("A row has more than %(most_columns)s cells.")
                % {"most_columns": MOST_COLUMNS}
            )
        yield line


def broken(number: int, error: str) -> str:
    """What is wrong with the quotation marks of a row."""
    if "unexpected end" in error:
        words = gettext(
            "%(place)s: a quotation mark is opened here and never closed. Close it, or write it "
            "twice where it is part of the words."
        )
    elif "expected after" in error:
        words = gettext(
            "%(place)s: words follow a closing quotation mark. Write it twice where it is part of "
            "the words, and put the whole cell in quotation marks."
        )
    elif "field larger" in error:
        words = gettext(
            "%(place)s: a cell has more than 200,000 characters. Is a quotation mark not closed?"
        )
    else:
        words = gettext("%(place)s cannot be read. Open the file in a spreadsheet and save again.")
    return words % {"place": place("", number)}
