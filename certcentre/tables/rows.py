"""What a table is once it is read: books, sheets, rows of text; the limits, and what is refused."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum

from django.utils.translation import gettext

MEGABYTE = 1024 * 1024
LARGEST = 25 * MEGABYTE  # bytes of a file; the largest public catalogue we know of has 4 MB
MOST_ROWS = 20_000  # with something in them, in one sheet
MOST_COLUMNS = 200
MOST_CELLS = 500_000  # with something in them, in one file
MOST_SEEN = 1_000_000  # cells and rows of any kind, empty ones included, in one file
MOST_CHARACTERS = 20_000_000  # in all cells of one file together
LONGEST_CELL = 200_000  # characters


class Unreadable(ValueError):
    """A file that cannot be read as a table; `reasons` are sentences that its owner can act on."""

    def __init__(self, *reasons: str) -> None:
        super().__init__("\n".join(reasons))
        self.reasons = list(reasons)


class Foreign(Unreadable):
    """Another `kind` of file altogether, by what people call it."""

    def __init__(self, kind: str) -> None:
        words = gettext("This is %(kind)s. Bring a spreadsheet, CSV, JSON or YAML.")
        super().__init__(words % {"kind": kind})
        self.kind = kind


class Kind(Enum):
    """What a cell is, where its text alone does not tell."""

    DATE = "date"
    FORMULA = "formula"
    ERROR = "error"


@dataclass(frozen=True)
class Row:
    """A row with something in it. `number` is what the spreadsheet shows beside it."""

    number: int
    cells: tuple[str, ...]  # without the empty ones at its end
    kinds: Mapping[int, Kind] = field(
        default_factory=dict
    )  # by place from 0, of cells that are not plain text
    hidden: bool = False
    exact: Mapping[int, str] = field(
        default_factory=dict
    )  # by place, the numbers that the sheet shows otherwise, as they count

    def text(self, at: int) -> str:
        return self.cells[at] if at < len(self.cells) else ""


@dataclass
class Sheet:
    """The rows of one sheet; a CSV file is one sheet without a name."""

    name: str = ""
    rows: list[Row] = field(default_factory=list)
    hidden: bool = False
    hidden_columns: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Remark:
    """Something about a file that its owner should know: what, why, and where."""

    what: str
    why: str
    where: tuple[str, ...] = ()
    lost: bool = False  # left out, rather than read in a way of ours


@dataclass
class Book:
    """A file of tables: what kind it is, its sheets, and what its owner should be told."""

    kind: str
    sheets: list[Sheet]
    remarks: list[Remark] = field(default_factory=list)


def letter(at: int) -> str:
    """The name that spreadsheets give a column, from its place counted from 0."""
    name, number = "", at + 1
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def place(sheet: str, row: int, at: int | None = None, heading: str = "") -> str:
    """Where something stands, in words that begin a sentence."""
    named = {"sheet": sheet, "row": row, "heading": heading}
    if at is None:
        words = gettext("“%(sheet)s”, row %(row)s") if sheet else gettext("Row %(row)s")
        return words % named
    named["column"] = letter(at)
    if heading and sheet:
        words = gettext("“%(sheet)s”, row %(row)s, column %(column)s (%(heading)s)")
    elif heading:
        words = gettext("Row %(row)s, column %(column)s (%(heading)s)")
    elif sheet:
        words = gettext("“%(sheet)s”, row %(row)s, column %(column)s")
    else:
        words = gettext("Row %(row)s, column %(column)s")
    return words % named


def megabytes(most: int) -> int:
    """A limit in bytes as sentences say it."""
    return most // MEGABYTE


def too_large(size: int, most: int) -> Unreadable:
    return Unreadable(
        gettext(
            "The file has %(value)s MB; at most %(value2)s MB are read. Split it, or "
            "leave out what is not needed."
        )
        % {"value": -(-size // MEGABYTE), "value2": megabytes(most)}
    )


def fill_down(sheet: Sheet, merged: list[tuple[int, int, int]]) -> None:
    """A cell merged over several rows speaks for each of them that holds something else."""
    if not merged:
        return
    places = {row.number: at for at, row in enumerate(sheet.rows)}
    for at, first, last in merged:
        if first not in places or not (text := sheet.rows[places[first]].text(at)):
            continue
        for below in range(places[first] + 1, len(sheet.rows)):
            row = sheet.rows[below]
            if row.number > last:
                break
            if row.text(at):
                continue
            cells = [*row.cells, *[""] * (at + 1 - len(row.cells))]
            cells[at] = text
            sheet.rows[below] = replace(row, cells=tuple(cells))


@dataclass
class Tally:
    """Counts what a file holds while it is read, and stops where no honest table goes on."""

    rows: int = 0
    cells: int = 0
    seen: int = 0
    characters: int = 0

    def row(self, sheet: Sheet, cells: tuple[str, ...]) -> None:
        """Count a row that is kept."""
        if len(sheet.rows) >= MOST_ROWS:
            words = gettext("The table has more than %(most)s rows; split it.")
            named = gettext("“%(sheet)s” has more than %(most)s rows; split it.")
            values = {"sheet": sheet.name, "most": f"{MOST_ROWS:,}"}
            raise Unreadable((named if sheet.name else words) % values)
        if len(cells) > MOST_COLUMNS:
            raise Unreadable(
                gettext("A row has more than %(most_columns)s cells.")
                % {"most_columns": MOST_COLUMNS}
            )
        self.cells += sum(map(bool, cells))
        self.characters += sum(map(len, cells))
        if self.cells > MOST_CELLS or self.characters > MOST_CHARACTERS:
            raise Unreadable(gettext("The file holds more text than any standard has; split it."))

    def look(self, number: int = 1) -> None:
        """Count cells and rows that are passed over too."""
        self.seen += number
        if self.seen > MOST_SEEN:
            raise Unreadable(
                gettext(
                    "The file has more than %(most)s cells, most of them empty. Delete the empty "
                    "rows below the table and the empty columns beside it, then save it again."
                )
                % {"most": f"{MOST_SEEN:,}"}
            )
