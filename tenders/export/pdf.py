"""The annex as a tagged PDF (PDF/UA-1), set by typst from a JSON value."""

import json
import logging
import re
from textwrap import wrap
from typing import Any

from django.conf import settings

from certcentre import typesetting
from tenders.annex import Annex, Tell, silent
from tenders.export.printed import Cell, Paper, Part, Table, isolated, paper

TEMPLATE = settings.BASE_DIR / "templates" / "documents" / "annex.typ"
LONG, LARGE = re.compile(r"\S{65,}"), re.compile(r"\S{18,}")  # LARGE: in the size of a title
PIECE, BREAK = 12, "\u200b"
log = logging.getLogger(__name__)


def write(annex: Annex, tell: Tell = silent) -> bytes:
    return set_out(paper(annex), tell)


def set_out(paper: Paper, tell: Tell = silent) -> bytes:
    """The PDF. Where no font of this machine has a character, it is tagged but not called UA-1."""
    tell(0, paper.asked)
    inputs = {"annex": json.dumps(value(isolated(paper)), ensure_ascii=False)}
    made, lacking = typesetting.pdf(TEMPLATE, inputs)
    if lacking:
        log.warning("%s is not PDF/UA-1: %s", paper.reference, lacking)
    tell(paper.asked, paper.asked)
    return made


def value(paper: Paper) -> dict[str, Any]:
    """The document as JSON values."""
    return {
        **vars(paper),
        "shown": breaking(paper.title, LARGE),
        "buyer": breaking(paper.buyer),
        "about": breaking(paper.about),
        "running": breaking(paper.running),
        "dated": paper.dated.timetuple()[:6],
        "opening": part_value(paper.opening),
        "parts": [part_value(part) for part in paper.parts],
    }


def part_value(part: Part) -> dict[str, Any]:
    lines = {
        name: [breaking(line) for line in getattr(part, name)]
        for name in ("lead", "lines", "bullets")
    }
    table = table_value(part.table) if part.table else None
    return {**vars(part), "heading": breaking(part.heading, LARGE), **lines, "table": table}


def table_value(table: Table) -> dict[str, Any]:
    rows = [[cell_value(cell) for cell in row] for row in table.rows]
    return {
        "head": table.head,
        "widths": table.lying or table.widths,
        "rows": rows,
        "asked": table.asked,
        "room": table.room,
    }


def cell_value(cell: Cell) -> dict[str, str]:
    """A cell as two strings, one for each weight: many elements cost time and memory."""
    return {
        "strong": "\n".join(breaking(words) for words, strong in cell if strong),
        "text": "\n".join(breaking(words) for words, strong in cell if not strong),
    }


def breaking(words: str, long: re.Pattern[str] = LONG) -> str:
    """A word longer than a digest, or in large letters one that a line may not hold, may break, so
    that none of it leaves the page."""
    return long.sub(lambda word: BREAK.join(wrap(word.group(), PIECE)), words)
