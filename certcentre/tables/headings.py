"""The row of headings, wherever it stands, and the rows below it by the names of their columns."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from certcentre.plain_text import plain
from certcentre.tables.guard import unguarded
from certcentre.tables.rows import Kind, Row, Sheet, place

LOOKED_AT = 30  # rows in which the headings are looked for
UNLIKE = {
    Kind.FORMULA: _("the cell is a formula; write what it shows"),
    Kind.ERROR: _("the cell shows an error; write its words"),
}
UNSEEN = "\u200b\ufeff\u2060"  # no space, and nothing to see
EDGES = UNSEEN + " \t\r\n\x0b\x0c\x85\xa0\u2000\u2001\u2002\u2003\u2007\u2009\u202f\u3000"


@dataclass(frozen=True)
class Record:
    """A row by the names of its columns; empty cells are left out."""

    sheet: str
    number: int
    cells: Mapping[str, str]
    columns: Mapping[str, tuple[int, str]]  # by name: its place, and how the file calls it
    kinds: Mapping[str, Kind] = field(default_factory=dict)

    def get(self, name: str) -> str:
        return self.cells.get(name, "")

    def place(self, name: str = "") -> str:
        """Where it stands, or one of its cells, in words that begin a sentence."""
        at, heading = self.columns.get(name, (None, ""))
        return place(self.sheet, self.number, at, heading)


@dataclass(frozen=True)
class Table:
    """The rows below their headings, and what is not taken."""

    sheet: str
    number: int  # of the row of headings
    columns: Mapping[str, tuple[int, str]]
    unknown: tuple[str, ...]  # headings that mean nothing to us, or the same twice
    rows: list[Row]

    def __iter__(self) -> Iterator[Record]:
        for row in self.rows:
            cells, kinds = {}, {}
            for name, (at, _heading) in self.columns.items():
                if text := bare(row.text(at)):
                    cells[name] = text
                if at in row.kinds:
                    kinds[name] = row.kinds[at]
            if cells or kinds:
                yield Record(self.sheet, row.number, cells, self.columns, kinds)


def under_headings(
    sheet: Sheet, named: Callable[[str], str], enough: Callable[[set[str]], bool]
) -> Table | None:
    """The table below the first row whose headings are enough; none where no row is.

    `named` gives the name that a heading means, or nothing; `enough` judges the names of a row.
    """
    for above, row in enumerate(sheet.rows[:LOOKED_AT], start=1):
        columns: dict[str, tuple[int, str]] = {}
        unknown = []
        for at, cell in enumerate(row.cells):
            heading = " ".join(bare(cell).split())
            name = named(heading) if heading else ""
            if name and name not in columns:
                columns[name] = (at, heading)
            elif heading:
                unknown.append(heading)
        if columns and enough(set(columns)):
            below = sheet.rows[above:]
            return Table(sheet.name, row.number, columns, tuple(unknown), below)
    return None


def bare(text: str) -> str:
    """A cell's text as it was before it was guarded, without what nobody sees at its edges."""
    return plain(unguarded(text.strip(EDGES)))


def alike(text: str) -> str:
    """A text by which spellings that differ in capitals or spaces alone are one."""
    return " ".join("".join(text.split(UNSEEN[0])).split()).casefold()


def unlike(record: Record, names: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Those of a row's columns that hold no words, each with why."""
    for name in names:
        if (kind := record.kinds.get(name)) in UNLIKE:
            yield name, str(UNLIKE[kind])


def at_cell(record: Record, name: str, problem: str) -> str:
    """A problem, with the cell that it is in."""
    return said_at(record.place(name), problem)


def said_at(where: str, problem: str) -> str:
    return gettext("%(place)s: %(problem)s") % {"place": where, "problem": problem}
