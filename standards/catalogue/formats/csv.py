"""CSV: one table of rows with a kind, or a list of one's own."""

import csv
import io

from standards.catalogue.formats import table
from standards.catalogue.formats.shape import Document, Loss, Read, Refused

MOST_CHARACTERS = 200_000  # of one cell
MOST_COLUMNS = 200


def read(data: str, name: str = "") -> Read:
    """The rows under their headings; the delimiter is what the first line uses most."""
    first = data.lstrip().split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    csv.field_size_limit(MOST_CHARACTERS)
    try:
        lines = list(csv.reader(io.StringIO(data, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise Refused(f"The table cannot be read: {error}.") from error
    if len(lines) > table.MOST_ROWS:
        raise Refused(f"The table has {len(lines)} rows; at most {table.MOST_ROWS} are read.")
    if max(map(len, lines)) > MOST_COLUMNS:
        raise Refused(f"A row has more than {MOST_COLUMNS} cells.")
    return table.read([table.Sheet("", lines)])


def write(said: Document) -> tuple[bytes, list[Loss]]:
    """All rows in one table, with the mark by which spreadsheets know UTF-8."""
    found = list(table.rows(said))
    names = table.columns(found)
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(names)
    for each in found:
        writer.writerow(table.inert(each.get(name, "")) for name in names)
    return out.getvalue().encode("utf-8-sig"), []
