"""Mappings in a file: a table with a head, or YAML as the portal's own content. Pure reading."""

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext

from certcentre.tables.encodings import decoded
from certcentre.tables.headings import Record, under_headings
from certcentre.tables.reading import TEXT, kind_of
from certcentre.tables.reading import read as read_tables
from certcentre.tables.rows import Book, Remark, Unreadable, place, too_large
from certcentre.tables.writing import as_csv
from standards.catalogue.files.parsing import NotYaml, load_yaml
from standards.catalogue.schema import MappingRecord

COLUMNS = tuple(name for name in MappingRecord.model_fields if name != "status")
NEEDED = ("source", "relation", "target")  # an origin may be said for the whole file
MOST = 2000  # mappings in one file
LARGEST = 1024 * 1024  # bytes
NUMBERS = {"strength"}
KEYS = {"source", "target"}  # an edition's key is written small, a ref as its document has it
WORDS = {"relation", "rationale"}


@dataclass
class Listed:
    """The mappings of a file, unchecked: where each stands, and what it says."""

    rows: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)

    @property
    def records(self) -> list[dict[str, Any]]:
        return [said for _, said in self.rows]


def read(data: bytes) -> Listed:
    """What a file holds. Unreadable says what is wrong with the file as a whole."""
    if len(data) > LARGEST:
        raise too_large(len(data), LARGEST)
    text = decoded(data)[0] if kind_of(data) == TEXT else ""
    if looks_like_yaml(text):
        found = Listed(from_yaml(text))
    else:
        found = from_tables(read_tables(data, largest=LARGEST))
    if not found.rows:
        raise Unreadable(gettext("The file holds no mappings."))
    if len(found.rows) > MOST:
        words = gettext("The file holds more than %(most)s mappings; split it.")
        raise Unreadable(words % {"most": MOST})
    return found


def looks_like_yaml(text: str) -> bool:
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            return line.rstrip() == "mappings:" or line.startswith("- ")
    return False


def from_yaml(text: str) -> list[tuple[str, dict[str, Any]]]:
    try:
        found = load_yaml(text)
    except NotYaml as error:
        raise Unreadable(
            gettext("The YAML cannot be read: %(error)s.") % {"error": error}
        ) from error
    listed = found.get("mappings") if isinstance(found, dict) else found
    if not isinstance(listed, list) or not all(isinstance(each, dict) for each in listed):
        raise Unreadable(gettext("The file should hold a list of mappings."))
    words = gettext("Mapping %(number)s")
    return [(words % {"number": number}, each) for number, each in enumerate(listed, start=1)]


def from_tables(book: Book) -> Listed:
    """The rows of every sheet that names the columns of a mapping, or some of them."""
    found, wrong, headed = Listed(remarks=book.remarks), [], False
    for sheet in book.sheets:
        table = under_headings(sheet, column, lambda names: bool(names & {*NEEDED}))
        if table is None:
            continue
        headed = True
        where = place(sheet.name, table.number)
        lacking = gettext("%(place)s: there is no column “%(name)s”.")
        strange = gettext("%(place)s: we do not know the column “%(name)s”. Take it out.")
        wrong += [
            lacking % {"place": where, "name": name} for name in NEEDED if name not in table.columns
        ]
        wrong += [strange % {"place": where, "name": name} for name in table.unknown]
        found.rows += [(record.place(), said(record)) for record in table]
    if wrong:
        raise Unreadable(*wrong)
    if not headed:
        words = gettext("No row names the columns %(names)s.")
        raise Unreadable(words % {"names": ", ".join(NEEDED)})
    return found


def column(heading: str) -> str:
    name = heading.casefold()
    return name if name in COLUMNS else ""


def said(record: Record) -> dict[str, Any]:
    """A row as a mapping: empty cells are left out, numbers are numbers, capitals do not count."""
    return {name: value(name, text) for name, text in record.cells.items()}


def value(name: str, text: str) -> Any:
    if name in NUMBERS and text.isascii() and text.isdecimal():
        return int(text)
    if name in WORDS:
        return "_".join(text.casefold().replace("-", " ").split())
    if name in KEYS:
        edition, colon, ref = text.partition(":")
        return edition.strip().casefold() + colon + ref.strip()
    return text


def written(rows: list[dict[str, Any]]) -> bytes:
    """Mappings as CSV that is read back equal."""
    return as_csv([COLUMNS, *([row.get(name, "") for name in COLUMNS] for row in rows)])
