"""ODS: every sheet row by row. A cell's own text is what the sheet shows, so no format is read.

odfdo builds the whole document first and unfolds repeated rows; see DECISIONS.md.
"""

from django.utils.translation import gettext

from certcentre.tables.number_formats import GENERAL, shown
from certcentre.tables.packed import stream, unpacked
from certcentre.tables.rows import (
    MOST_COLUMNS,
    Book,
    Kind,
    Row,
    Sheet,
    Tally,
    Unreadable,
    fill_down,
    letter,
)

NUMBERS = {"float", "currency", "percentage"}  # kinds of values that count
MIME = "application/vnd.oasis.opendocument.spreadsheet"
TOO_FAR = 16_384  # columns
MOST_SPACES = 1000
SKIPPED = ("office:annotation", "draw:frame", "draw:object")  # words beside the cell's own


def read(data: bytes) -> Book:
    """Every sheet, hidden ones included; values only, no formula is worked out."""
    with unpacked(data) as packed:
        reader = Reader()
        stream(packed, "content.xml", reader.start, reader.end, reader.data)
        if not reader.sheets:
            raise Unreadable(gettext("This OpenDocument file (ODS) holds no table."))
        for sheet, merged in zip(reader.sheets, reader.merged, strict=True):
            fill_down(sheet, merged)
        return Book("ods", reader.sheets)


class Reader:
    """Takes the document's XML, element by element, and keeps the rows that hold something."""

    def __init__(self) -> None:
        self.sheets: list[Sheet] = []
        self.merged: list[list[tuple[int, int, int]]] = []
        self.tally = Tally()
        self.unseen: set[str] = set()  # styles of tables that are not shown
        self.style = ""
        self.column = 0
        self.number = self.repeated = 1
        self.hidden = False
        self.cells: list[str] = []
        self.kinds: dict[int, Kind] = {}
        self.exact: dict[int, str] = {}
        self.cell: dict[str, str] | None = None
        self.lines: list[list[str]] = []
        self.open = self.skipping = 0

    def start(self, name: str, said: dict[str, str]) -> None:
        if name in SKIPPED:
            self.skipping += 1
        elif self.skipping:
            return
        elif name in ("table:table-cell", "table:covered-table-cell"):
            self.tally.look()
            self.cell, self.lines = said, []
        elif name in ("text:p", "text:h") and self.cell is not None:
            self.open += 1
            self.lines.append([])
        elif self.open and name == "text:s":
            count = min(int(said.get("text:c", 1)), MOST_SPACES)
            self.lines[-1].append(" " * count)
        elif self.open and name in ("text:tab", "text:line-break"):
            self.lines[-1].append("\t" if name == "text:tab" else "\n")
        elif name == "table:table-row":
            self.tally.look()
            self.repeated = int(said.get("table:number-rows-repeated", 1))
            self.hidden = said.get("table:visibility", "visible") != "visible"
            self.cells, self.kinds, self.exact, self.at = [], {}, {}, 0
        else:
            self.table(name, said)

    def table(self, name: str, said: dict[str, str]) -> None:
        """Tables, their columns, and the styles that hide them."""
        if name == "table:table":
            hidden = said.get("table:style-name", "") in self.unseen
            self.sheets.append(Sheet(said.get("table:name", ""), hidden=hidden))
            self.merged.append([])
            self.number, self.column = 1, 0
        elif name == "table:table-column" and self.sheets:
            count = int(said.get("table:number-columns-repeated", 1))
            if said.get("table:visibility", "visible") != "visible":
                shown = range(self.column, self.column + min(count, MOST_COLUMNS))
                self.sheets[-1].hidden_columns += [letter(at) for at in shown]
            self.column += count
        elif name == "style:style":
            self.style = said.get("style:name", "")
        elif name == "style:table-properties" and said.get("table:display") == "false":
            self.unseen.add(self.style)

    def end(self, name: str) -> None:
        if name in SKIPPED:
            self.skipping -= 1
        elif self.skipping:
            return
        elif name in ("table:table-cell", "table:covered-table-cell"):
            self.keep(self.cell or {})
            self.cell = None
        elif name in ("text:p", "text:h") and self.open:
            self.open -= 1
        elif name == "table:table-row" and self.sheets:
            self.row()

    def data(self, text: str) -> None:
        if self.open and not self.skipping:
            self.lines[-1].append(text)

    def keep(self, said: dict[str, str]) -> None:
        """Keep the cell that ends here, as often as it stands there."""
        count = int(said.get("table:number-columns-repeated", 1))
        text = "\n".join("".join(line) for line in self.lines)
        kind = kind_of(said)
        if kind is Kind.DATE:
            text = said.get("office:date-value", text).replace("T", " ").removesuffix(" 00:00:00")
        if (rows := int(said.get("table:number-rows-spanned", 1))) > 1 and self.merged:
            self.merged[-1].append((self.at, self.number, self.number + rows - 1))
        if text and self.at < TOO_FAR:
            times = min(count, MOST_COLUMNS + 1)
            self.cells += [""] * (self.at - len(self.cells)) + [text] * times
            self.kinds |= {self.at + step: kind for step in range(times) if kind}
            if said.get("office:value-type") in NUMBERS:
                exact = shown(said.get("office:value", text), GENERAL)
                self.exact |= {self.at + step: exact for step in range(times) if exact != text}
        elif kind:
            self.kinds[self.at] = kind
        self.at += count

    def row(self) -> None:
        """Keep the row that ends here, as often as it stands there."""
        if self.cells:
            cells = tuple(self.cells)
            for step in range(self.repeated):
                self.tally.row(self.sheets[-1], cells)
                row = Row(self.number + step, cells, self.kinds, self.hidden, self.exact)
                self.sheets[-1].rows.append(row)
        self.number += self.repeated


def kind_of(said: dict[str, str]) -> Kind | None:
    if "table:formula" in said:
        return Kind.FORMULA
    return Kind.DATE if said.get("office:value-type") == "date" else None
