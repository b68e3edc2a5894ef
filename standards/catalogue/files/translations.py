"""Workbooks for translators: out with the originals beside an empty column, and in again."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext

from certcentre.tables.headings import Record, under_headings
from certcentre.tables.reading import read as read_tables
from certcentre.tables.rows import Kind, Unreadable
from certcentre.tables.writing import Column, Page, as_xlsx
from standards.catalogue.translation_sets import Said, Scope, Text, differs, wrong
from standards.catalogue.translations import HUMAN, MACHINE, MISSING, digest

HEAD = ("Record", "Field", "Original", "Translation", "Made by", "State", "Fingerprint")
COLUMNS = (
    Column(16),
    Column(16),
    Column(60),
    Column(60, open=True),
    Column(12, open=True, choices=(HUMAN, MACHINE), asked="Made by"),
    Column(14),
    Column(20),
)
LARGEST = 5 * 1024 * 1024
TEXTS, ABOUT = "Texts", "About"


@dataclass
class Preview:
    """What a workbook would change, by key of the text; what is refused, and why."""

    given: dict[str, Said] = field(default_factory=dict)
    new: int = 0
    changed: int = 0
    same: int = 0
    outdated: int = 0
    refused: list[str] = field(default_factory=list)


def write(where: Scope, language: str, texts: list[Text]) -> bytes:
    """A workbook in which only translation and maker may be written."""
    about = (
        ("Scope", where.key),
        ("Language", language),
        ("Name", where.title),
        ("Written in", where.language),
        ("Write only in", "Translation, Made by (human or machine)"),
        ("Licence", where.edition.catalogue_licence if where.edition else ""),
        ("Notice", where.edition.notice if where.edition else ""),
    )
    rows = [HEAD, *map(line, texts)]
    return as_xlsx(
        [
            Page(TEXTS, rows, COLUMNS, frozen=3, protected=True, filtered=True),
            Page(ABOUT, about, [Column(20), Column(80)], heading=False),
        ]
    )


def line(text: Text) -> tuple[str, ...]:
    said = text.wording
    who = MACHINE if said.state == MACHINE else HUMAN if said.said else ""
    return (text.name, said.field, said.source, said.said, who, said.state, said.print)


def read(data: bytes, where: Scope, language: str, texts: list[Text]) -> Preview:
    """Compare a workbook with what stands. Unreadable if it is not for this scope and language."""
    by_key = {text.key: text for text in texts}
    preview = Preview()
    for record in records(data, where, language):
        take(preview, record, by_key)
    return preview


def records(data: bytes, where: Scope, language: str) -> Iterable[Record]:
    """The rows of the sheet of texts; rows that a filter hides are there all the same."""
    book = read_tables(data, largest=LARGEST, hidden=True)
    sheets = {sheet.name: sheet for sheet in book.sheets}
    if not {TEXTS, ABOUT} <= sheets.keys():
        raise Unreadable(gettext("This is not a workbook that this page gave out."))
    about = {row.text(0): row.text(1) for row in sheets[ABOUT].rows}
    if (about.get("Scope"), about.get("Language")) != (where.key, language):
        words = gettext("The workbook is for “%(scope)s” in “%(language)s”.")
        said = {"scope": about.get("Scope", ""), "language": about.get("Language", "")}
        raise Unreadable(words % said)
    table = under_headings(sheets[TEXTS], lambda head: head * (head in HEAD), set(HEAD).issubset)
    if table is None:
        words = gettext("The sheet “%(sheet)s” lacks one of the columns %(columns)s.")
        raise Unreadable(words % {"sheet": TEXTS, "columns": ", ".join(HEAD)})
    return table


def take(found: Preview, record: Record, texts: dict[str, Text]) -> None:
    """One row: counted, or refused with its place and the reason."""
    name, field_name, source, said, who, _state, fingerprint = map(record.get, HEAD)
    text = texts.get(f"{name}|{field_name}")
    given = Said(said, who.lower() or HUMAN, fingerprint)
    if text is None:
        problem = gettext("there is no text “%(name)s %(field)s”") % {
            "name": name,
            "field": field_name,
        }
    elif record.kinds.get("Translation") is Kind.FORMULA:
        problem = gettext("the translation is a formula")
    elif digest(source) != fingerprint:
        problem = gettext("the original was changed in the file; only translations may change")
    else:
        problem = wrong(text, given)
    if problem or text is None:
        words = gettext("%(place)s: %(problem)s")
        found.refused.append(words % {"place": record.place(), "problem": problem})
        return
    if not given.text and not text.wording.said:
        return
    old = fingerprint != text.wording.print
    if given.text == text.wording.said and (old or not differs(text, given)):
        found.same += 1
        return
    found.given[text.key] = given
    found.outdated += old
    if text.wording.state == MISSING:
        found.new += 1
    else:
        found.changed += 1
