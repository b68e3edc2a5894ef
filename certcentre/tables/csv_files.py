"""CSV in any usual dress: what encoding, what separator, and which row is broken."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice

from django.utils.translation import gettext

from certcentre.tables.encodings import CP1252, decoded
from certcentre.tables.rows import (
    LONGEST_CELL,
    MOST_COLUMNS,
    Book,
    Remark,
    Row,
    Sheet,
    Tally,
    Unreadable,
    place,
)

SEPARATORS = ";,\t|"
SEPARATOR_LINE = re.compile(r'"?sep=(.)"?\r?\n?', re.I)
LOOKED_AT = 60_000  # characters in which the separator is looked for
csv.field_size_limit(LONGEST_CELL)


def read(data: bytes) -> Book:
    """The one sheet of a CSV file."""
    text, guessed = decoded(data)
    book = from_text(text)
    if guessed == CP1252:
        odd = re.finditer(r"\w*[^\W\x00-\x7f]\w*", text)
        words = tuple(dict.fromkeys(match.group()[:40] for match in islice(odd, 30)))[:3]
        why = gettext("the file does not say it is UTF-8; see whether these words are right")
        book.remarks.append(Remark(gettext("Read as Windows-1252"), why, words))
    return book


def from_text(text: str) -> Book:
    """The one sheet of a CSV text, by the separator that it names or that parts it best."""
    text = text.removeprefix("\ufeff")
    named = SEPARATOR_LINE.match(text)
    text = text[named.end() :] if named else text
    separator = named.group(1) if named else separator_of(text)
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
    best, likeliest = (0.0, 0), ","
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
                best, likeliest = score, separator
    return likeliest


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
