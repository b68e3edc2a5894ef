"""CSV: one table of rows with a kind, or a list of one's own."""

import csv
import io

from django.utils.translation import gettext

from standards.catalogue.files import table
from standards.catalogue.files.shape import Document, Loss, Read, Refused

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
        raise Refused(gettext("The table cannot be read: %(error)s.") % {"error": error}) from error
    if len(lines) > table.MOST_ROWS:
        raise Refused(
            gettext("The table has %(number)s rows; at most %(most_rows)s are read.")
            % {"number": len(lines), "most_rows": table.MOST_ROWS}
        )
    if max(map(len, lines)) > MOST_COLUMNS:
        raise Refused(
            gettext("A row has more than %(most_columns)s cells.") % {"most_columns": MOST_COLUMNS}
        )
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
