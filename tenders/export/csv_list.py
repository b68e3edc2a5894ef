"""The requirements as a list for programs: a line each, with the same references and words."""

import csv
import io

from tenders.annex import Annex, Tell, silent
from tenders.export.xlsx import ANSWERED, harmless, heads, values


def write(annex: Annex, tell: Tell = silent) -> bytes:
    """UTF-8 with its mark, which spreadsheets need; no cell is a formula."""
    out = io.StringIO(newline="")
    table = csv.writer(out)
    table.writerow(heads(annex.labels)[:ANSWERED])
    done, total = 0, len(annex.rows)
    for lot in annex.lots:
        for group in lot.groups:
            for row in group.rows:
                cells = values(row, lot.title, annex.labels)
                table.writerow("" if cell is None else harmless(str(cell)) for cell in cells)
        done += sum(len(group.rows) for group in lot.groups)
        tell(done, total)
    return out.getvalue().encode("utf-8-sig")
