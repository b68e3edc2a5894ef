"""The requirements as a list for programs: a line each, every part in a column of its own."""

import csv
import io

from tenders.annex import Annex, Row, Tell, silent
from tenders.export.xlsx import harmless

COLUMNS = ("ref", "lot", "title", "requirement", "named", "instead", "obligation", "weight",
           "assurance", "evidence", "asked_why")  # fmt: skip


def write(annex: Annex, tell: Tell = silent) -> bytes:
    """UTF-8 with its mark, which spreadsheets need; no cell is a formula."""
    out = io.StringIO(newline="")
    table = csv.writer(out)
    table.writerow(annex.labels[name].format(weight="").strip().capitalize() for name in COLUMNS)
    done, total = 0, len(annex.rows)
    for lot in annex.lots:
        rows = [row for group in lot.groups for row in group.rows]
        for row in rows:
            table.writerow(harmless(cell) for cell in values(row, lot.title, annex.labels))
        done += len(rows)
        tell(done, total)
    return out.getvalue().encode("utf-8-sig")


def values(row: Row, lot: str, words: dict[str, str]) -> tuple[str, ...]:
    return (
        row.ref,
        lot,
        row.title,
        row.text,
        row.standard,
        "\n".join(row.instead),
        words[row.kind],
        "" if row.weight is None else str(row.weight),
        words[f"al{row.least}"] if row.least else "",
        "\n".join(row.evidence),
        row.why,
    )
