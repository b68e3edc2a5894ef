"""Whether a file looks like a list of learners: it is asked about before it is kept (rule R136)."""

from functools import cache
from pathlib import Path
from typing import NamedTuple

import yaml
from django.core.files import File
from django.utils.translation import ngettext

from certcentre.lifecycle import NotReady
from certcentre.tables.headings import Table, alike, under_headings
from certcentre.tables.reading import read
from certcentre.tables.rows import Sheet, Unreadable

HEADINGS = Path(__file__).parent / "content" / "learner_headings.yaml"
FEWEST = 3  # rows: fewer are an example
LARGEST = 5 * 1024 * 1024  # bytes: a list of learners is shorter; what is longer takes long to read
NAMES, ABOUT = "names", "about"


class LooksLikeLearners(NotReady):
    """Nothing was kept. It may be said of the file that it holds no data of learners."""


class People(NamedTuple):
    """Why a table looks like a list of people: its headings, and how many rows stand below."""

    headings: list[str]
    rows: int


def require_none(file: File) -> None:
    """LooksLikeLearners where a table of the file has headings of a list of learners."""
    if not (people := people_in(file)):
        return
    words = ngettext(
        "It looks like a list of learners: %(count)d row under %(headings)s. Nothing of it was "
        "kept. Evidence never holds data of learners: show how it is done with invented people. If "
        "nobody in this file is a learner, say so and choose it again.",
        "It looks like a list of learners: %(count)d rows under %(headings)s. Nothing of it was "
        "kept. Evidence never holds data of learners: show how it is done with invented people. If "
        "nobody in this file is a learner, say so and choose it again.",
        people.rows,
    )
    names = ", ".join(f"“{heading}”" for heading in people.headings[:5])
    raise LooksLikeLearners(words % {"count": people.rows, "headings": names})


def people_in(file: File) -> People | None:
    """The first table of a CSV, XLSX or ODS file that looks like a list of learners."""
    if (file.size or 0) > LARGEST:
        return None
    file.seek(0)
    content = file.read()
    file.seek(0)
    try:
        sheets = read(content, hidden=True).sheets
    except Unreadable:
        return None
    return next((people for sheet in sheets if (people := listed(sheet))), None)


def listed(sheet: Sheet) -> People | None:
    table = under_headings(sheet, meaning, lambda meant: {NAMES, ABOUT} <= meant)
    if table is None or len(rows := list(table)) < FEWEST:
        return None
    return People(headings_of(table), len(rows))


def headings_of(table: Table) -> list[str]:
    """As the file writes them, those that mean something to us."""
    unknown = [heading for heading in table.unknown if meaning(heading)]
    return [heading for _at, heading in table.columns.values()] + unknown


def meaning(heading: str) -> str:
    return meanings().get(alike(heading.replace("'", "’").replace("_", " ")), "")


@cache
def meanings() -> dict[str, str]:
    """What each heading means, by its words."""
    content = yaml.safe_load(HEADINGS.read_text("utf-8"))
    return {
        alike(words): kind
        for kind in (NAMES, ABOUT)
        for language in content[kind]
        for words in language
    }
