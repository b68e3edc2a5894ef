"""XLSX: every sheet row by row, as the sheet shows it: number formats, dates, hidden rows, merges.

openpyxl's streaming mode tells neither hidden rows nor merged cells nor the shown number, and took
five times as long as this reader; its other mode holds every cell as an object. See DECISIONS.md.
"""

import posixpath
import re
import zipfile
from dataclasses import dataclass, field

from certcentre.tables.number_formats import BUILT_IN, GENERAL, date_shown, is_date, shown
from certcentre.tables.packed import Broken, local, stream, unpacked
from certcentre.tables.rows import (
    MOST_CHARACTERS,
    Book,
    Kind,
    Row,
    Sheet,
    Tally,
    fill_down,
    letter,
)

MAIN = "xl/workbook.xml"
ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
AREA = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7}):\$?([A-Z]{1,3})\$?([0-9]{1,7})")
LETTERS = re.compile("[A-Z]+")
MOST_MERGES = 20_000
MOST_SHEETS = 50
SHEET = "/worksheet"  # how the type of a relation to a sheet of cells ends


@dataclass
class Styles:
    """What a cell's style says of its number."""

    formats: list[str] = field(default_factory=list)  # by style
    since_1904: bool = False
    dates: dict[str, bool] = field(default_factory=dict)  # by format

    def format(self, style: str) -> str:
        at = int(style or 0)
        return self.formats[at] if at < len(self.formats) else GENERAL

    def is_date(self, code: str) -> bool:
        if code not in self.dates:
            self.dates[code] = is_date(code)
        return self.dates[code]


def read(data: bytes) -> Book:
    """Every sheet of cells, hidden ones included; values only, no formula is worked out."""
    with unpacked(data) as packed:
        book = Book("xlsx", [])
        tally = Tally()
        sheets, since_1904 = listed(packed)
        strings = shared(packed)
        styles = styles_of(packed, since_1904)
        for name, part, hidden in sheets[:MOST_SHEETS]:
            sheet = Sheet(name, hidden=hidden)
            reader = Reader(sheet, strings, styles, tally)
            stream(packed, part, reader.start, reader.end, reader.data)
            fill_down(sheet, reader.merged)
            book.sheets.append(sheet)
        return book


def listed(packed: zipfile.ZipFile) -> tuple[list[tuple[str, str, bool]], bool]:
    """The sheets in their order: name, part, hidden or not; and which day the book counts from."""
    targets: dict[str, str] = {}
    sheets: list[tuple[str, str, bool]] = []
    since_1904 = False

    def relation(name: str, said: dict[str, str]) -> None:
        if local(name) == "Relationship" and said.get("Type", "").endswith(SHEET):
            target = posixpath.normpath(posixpath.join("/xl", said.get("Target", "")))
            targets[said.get("Id", "")] = target.lstrip("/")

    def part(name: str, said: dict[str, str]) -> None:
        nonlocal since_1904
        if local(name) == "workbookPr":
            since_1904 = said.get("date1904") in ("1", "true")
        elif local(name) == "sheet":
            named = next((value for key, value in said.items() if key.endswith(":id")), "")
            if named in targets:
                hidden = said.get("state", "visible") != "visible"
                sheets.append((said.get("name", ""), targets[named], hidden))

    stream(packed, "xl/_rels/workbook.xml.rels", relation)
    stream(packed, MAIN, part)
    if not sheets:
        raise Broken("no sheet")
    return sheets, since_1904


def shared(packed: zipfile.ZipFile) -> list[str]:
    """The texts that cells name by number, without readings aloud (`rPh`)."""
    if "xl/sharedStrings.xml" not in packed.namelist():
        return []
    strings: list[str] = []
    pieces: list[str] = []
    inside = {"t": False, "rPh": False}
    total = 0

    def start(name: str, _: dict[str, str]) -> None:
        name = local(name)
        if name == "si":
            pieces.clear()
        elif name in inside:
            inside[name] = True

    def end(name: str) -> None:
        nonlocal total
        name = local(name)
        if name == "si":
            strings.append(unescaped("".join(pieces)))
            total += len(strings[-1])
            if total > MOST_CHARACTERS:
                Tally(characters=total).row(Sheet(), ())
        elif name in inside:
            inside[name] = False

    def data(text: str) -> None:
        if inside["t"] and not inside["rPh"]:
            pieces.append(text)

    stream(packed, "xl/sharedStrings.xml", start, end, data)
    return strings


def unescaped(text: str) -> str:
    """Letters that XML cannot hold are written by their number."""
    return ESCAPED.sub(lambda match: chr(int(match.group(1), 16)), text) if "_x" in text else text


def styles_of(packed: zipfile.ZipFile, since_1904: bool) -> Styles:
    styles = Styles(since_1904=since_1904)
    if "xl/styles.xml" not in packed.namelist():
        return styles
    own: dict[int, str] = {}
    within = False

    def start(name: str, said: dict[str, str]) -> None:
        nonlocal within
        name = local(name)
        if name == "cellXfs":
            within = True
        elif name == "numFmt":
            own[int(said.get("numFmtId", 0))] = said.get("formatCode", GENERAL)[:200]
        elif name == "xf" and within:
            number = int(said.get("numFmtId", 0))
            styles.formats.append(own.get(number) or BUILT_IN.get(number, GENERAL))

    def end(name: str) -> None:
        nonlocal within
        within = within and local(name) != "cellXfs"

    stream(packed, "xl/styles.xml", start, end)
    return styles


class Reader:
    """Takes one sheet's XML, element by element, and keeps the rows that hold something."""

    def __init__(self, sheet: Sheet, strings: list[str], styles: Styles, tally: Tally) -> None:
        self.sheet, self.strings, self.styles, self.tally = sheet, strings, styles, tally
        self.merged: list[tuple[int, int, int]] = []  # column, first row, last row
        self.number, self.hidden = 0, False
        self.cells: list[str] = []
        self.kinds: dict[int, Kind] = {}
        self.exact: dict[int, str] = {}
        self.at, self.type, self.style = -1, "n", ""
        self.formula = self.listening = self.aloud = False
        self.pieces: list[str] = []

    def start(self, name: str, said: dict[str, str]) -> None:
        name = name.rpartition(":")[2] if ":" in name else name
        if name == "c":
            self.tally.look()
            self.at = column(said["r"]) if "r" in said else self.at + 1
            self.type, self.style = said.get("t", "n"), said.get("s", "")
            self.formula = False
            self.pieces.clear()
        elif name in ("v", "t"):
            self.listening = not self.aloud
        elif name == "row":
            self.tally.look()
            self.number = int(said.get("r", self.number + 1))
            self.hidden = said.get("hidden") in ("1", "true")
            self.cells, self.kinds, self.exact, self.at = [], {}, {}, -1
        elif name == "f":
            self.formula = True
        elif name == "rPh":
            self.aloud = True
        elif name == "mergeCell" and len(self.merged) < MOST_MERGES:
            self.merge(said.get("ref", ""))
        elif name == "col" and said.get("hidden") in ("1", "true"):
            self.sheet.hidden_columns.append(letter(int(said["min"]) - 1))

    def end(self, name: str) -> None:
        name = name.rpartition(":")[2] if ":" in name else name
        if name == "c":
            self.cell()
        elif name in ("v", "t"):
            self.listening = False
        elif name == "rPh":
            self.aloud = False
        elif name == "row" and self.cells:
            cells = tuple(self.cells)
            self.tally.row(self.sheet, cells)
            self.sheet.rows.append(Row(self.number, cells, self.kinds, self.hidden, self.exact))

    def data(self, text: str) -> None:
        if self.listening:
            self.pieces.append(text)

    def merge(self, area: str) -> None:
        match = AREA.fullmatch(area)
        if match and match.group(2) != match.group(4):
            self.merged.append((column(match[1]), int(match[2]), int(match[4])))

    def cell(self) -> None:
        """Keep the cell that ends here, if it shows anything."""
        if not self.pieces and not self.formula:
            return
        text, kind = self.value("".join(self.pieces))
        if self.formula:
            kind = Kind.FORMULA
        if not text and kind is None:
            return
        if self.at - len(self.cells) > 20_000:
            raise Broken("a column beyond the last")
        if text:
            self.cells += [""] * (self.at - len(self.cells))
            self.cells.append(text)
        if kind:
            self.kinds[self.at] = kind

    def value(self, written: str) -> tuple[str, Kind | None]:
        """What a cell shows, and what it is."""
        if self.type == "s":
            at = int(written) if written else -1
            if at >= len(self.strings):
                raise Broken("a text that is not there")
            return (self.strings[at] if at >= 0 else ""), None
        if self.type in ("inlineStr", "str"):
            return unescaped(written), None
        if self.type == "b":
            return ("yes" if written.strip() == "1" else "no") if written else "", None
        if self.type == "e":
            return written, Kind.ERROR
        if self.type == "d":
            return written.replace("T", " ").removesuffix(" 00:00:00"), Kind.DATE
        return self.number_shown(written)

    def number_shown(self, written: str) -> tuple[str, Kind | None]:
        code = self.styles.format(self.style)
        if written and self.styles.is_date(code):
            try:
                day = date_shown(float(written), since_1904=self.styles.since_1904)
            except ValueError:
                day = ""
            if day:
                return day, Kind.DATE
        if not written:
            return "", None
        text = shown(written, code)
        if code != GENERAL and (exact := shown(written, GENERAL)) != text:
            self.exact[self.at] = exact
        return text, None


def column(reference: str) -> int:
    """The place of a column, from 0, by the letters of a cell's name."""
    number = 0
    for sign in reference:
        if not "A" <= sign <= "Z":
            break
        number = number * 26 + ord(sign) - 64
    if not 0 < number <= 16_384:
        raise Broken("a column beyond the last")
    return number - 1
