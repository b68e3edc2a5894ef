"""The requirements as a list for programs: a line each, every part in a column of its own."""

from collections.abc import Sequence

from certcentre.tables.writing import as_csv
from tenders.annex import Annex, Row, Tell, silent
from tenders.export.xlsx import heading

COLUMNS = ("ref", "lot", "title", "requirement", "named", "instead", "obligation", "weight",
           "assurance", "evidence", "asked_why", "scored")  # fmt: skip


def write(annex: Annex, tell: Tell = silent) -> bytes:
    rows: list[Sequence[str | int | None]] = [[heading(annex.labels, name) for name in COLUMNS]]
    for lot in annex.lots:
        rows += [values(row, lot.title, annex.labels) for part in lot.groups for row in part.rows]
        tell(len(rows) - 1, len(annex.rows))
    return as_csv(rows)


def values(row: Row, lot: str, words: dict[str, str]) -> tuple[str | int | None, ...]:
    return (
        row.ref,
        lot,
        row.title,
        row.text,
        row.standard,
        "\n".join(row.instead),
        words[row.kind],
        row.weight,
        words[f"al{row.least}"] if row.least else "",
        "\n".join(row.evidence),
        row.why,
        row.scored,
    )
