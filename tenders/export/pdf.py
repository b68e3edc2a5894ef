"""The annex as a tagged PDF (PDF/UA-1), set by typst from a JSON value."""

import json
import logging
from typing import Any

from django.conf import settings

from certcentre import typesetting
from tenders.annex import Annex, Tell, silent
from tenders.export.printed import Cell, Table, parts

TEMPLATE = settings.BASE_DIR / "templates" / "documents" / "annex.typ"
log = logging.getLogger(__name__)


def write(annex: Annex, tell: Tell = silent) -> bytes:
    """The PDF. Where no font of this machine has a character, it is tagged but not called UA-1."""
    total = len(annex.rows)
    tell(0, total)
    inputs = {"annex": json.dumps(value(annex), ensure_ascii=False)}
    made, lacking = typesetting.pdf(TEMPLATE, inputs)
    if lacking:
        log.warning("%s is not PDF/UA-1: %s", annex.reference, lacking)
    tell(total, total)
    return made


def value(annex: Annex) -> dict[str, Any]:
    """The printed annex as JSON values."""
    return {
        "language": annex.language,
        "labels": annex.labels,
        "title": annex.title,
        "reference": annex.reference,
        "buyer": annex.buyer,
        "draft": annex.draft,
        "dated": annex.dated.timetuple()[:6],
        "parts": [
            {**vars(part), "table": table_value(part.table) if part.table else None}
            for part in parts(annex)
        ],
    }


def table_value(table: Table) -> dict[str, Any]:
    rows = [[cell_value(cell) for cell in row] for row in table.rows]
    return {"head": table.head, "widths": table.widths, "rows": rows, "asked": table.asked}


def cell_value(cell: Cell) -> dict[str, str]:
    """A cell as two strings, one for each weight: many elements cost time and memory."""
    return {
        "strong": "\n".join(words for words, strong in cell if strong),
        "text": "\n".join(words for words, strong in cell if not strong),
    }
