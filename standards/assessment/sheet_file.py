"""The answers of a draft as a table: out with what stands, filled by anybody, and back in.

Each row names its criterion and how its answer stood when the file was written. So rows may be
moved or left out, and what somebody answered here meanwhile is seen and not lost (rule R104).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from certcentre.plain_text import plain
from certcentre.tables.headings import (
    EDGES,
    Table,
    alike,
    under_headings,
)
from certcentre.tables.reading import read as read_tables
from certcentre.tables.rows import MEGABYTE, Book, Foreign, Unreadable
from certcentre.tables.writing import Column, Page, Styled, Value, as_csv, as_xlsx
from standards.assessment.answers import Answer
from standards.assessment.assessments import Assessment
from standards.assessment.claims import Outcome
from standards.assessment.evidence import Evidence
from standards.assessment.sheet_rows import Row, complete, print_of

LARGEST = 5 * MEGABYTE
HEADINGS = {
    "standard": _("Standard"),
    "ref": _("Reference"),
    "title": _("Title"),
    "statement": _("What is asked"),
    "hint": _("What would show it"),
    "duty": _("Binding"),
    "answer": _("Answer"),
    "reason": _("Reason or explanation (public)"),
    "note": _("Private note"),
    "evidence": _("Evidence, one title a line"),
    "confirm": _("To confirm"),
    "key": _("Key (leave as it is)"),
    "stood": _("As it stood (leave as it is)"),
}
WIDTHS = (18, 12, 26, 44, 30, 9, 15, 44, 26, 26, 12, 22, 20)
FILLED = ("answer", "reason", "note", "evidence", "confirm")
NEEDED = {"key", "answer"}
TO_CONFIRM, CONFIRMED = _("to confirm"), _("confirmed")


@cache
def known_headings() -> dict[str, str]:
    """The name of each column by its heading, in every language of the portal."""
    return said_in_all_languages(HEADINGS)


@cache
def known_answers() -> dict[str, str]:
    labels = {value.value: value.label for value in Outcome}
    return said_in_all_languages(labels) | {alike(value): value for value in labels}


@cache
def known_confirmations() -> dict[str, str]:
    return said_in_all_languages({"": TO_CONFIRM, "yes": CONFIRMED})


def said_in_all_languages(words: Mapping[str, object]) -> dict[str, str]:
    known: dict[str, str] = {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            known |= {alike(str(label)): name for name, label in words.items()}
    return known


def rows_of(draft: Assessment, *, at: datetime) -> list[list[str]]:
    """The headings, and a row for each criterion that is asked, as it stands."""
    rows, shelf = complete(draft, draft.answers.asked().in_order(), at=at), Shelf(draft)
    headings = [str(words) for words in HEADINGS.values()]
    return [headings, *(cells(draft, row, shelf) for row in rows)]


class Shelf:
    """The provider's evidence by the names that a file of answers may call it. One statement."""

    def __init__(self, draft: Assessment) -> None:
        self.pieces: dict[str, list[Evidence]] = {}
        for piece in draft.release.solution.organisation.evidence.on_file().order_by("pk"):
            for name in names_of(piece):
                self.pieces.setdefault(alike(name), []).append(piece)

    def called(self, name: str) -> list[Evidence]:
        return self.pieces.get(alike(name), [])

    def name(self, piece: Evidence) -> str:
        """The shortest that no other piece bears."""
        names = names_of(piece)
        return next((name for name in names if len(self.called(name)) < 2), names[-1])


def names_of(piece: Evidence) -> tuple[str, str, str]:
    """Its title; with the day from which it speaks; with a number besides."""
    title = edged(piece.title)
    dated = f"{title} ({piece.speaks_from.isoformat()})"
    return title, dated, f"{dated} {piece.pk.hex[:8]}"


def cells(draft: Assessment, row: Row, shelf: Shelf) -> list[str]:
    return [
        row.edition,
        row.ref,
        row.title,
        row.statement,
        row.hint,
        row.binding,
        row.words,
        row.reason,
        row.note,
        "\n".join(shelf.name(piece) for piece, _phase in row.files),
        str(TO_CONFIRM) if row.to_confirm else "",
        row.key,
        Stood(draft.pk.hex[:12], bare_print(row)).text,
    ]


def write_csv(draft: Assessment, *, at: datetime) -> bytes:
    return as_csv(rows_of(draft, at=at))


def write_xlsx(draft: Assessment, *, at: datetime) -> bytes:
    """Two sheets: how it is filled, and the answers."""
    answers = tuple(str(value.label) for value in Outcome)
    confirmations = (str(TO_CONFIRM), str(CONFIRMED))
    choices = {"answer": answers, "confirm": confirmations}
    columns = [
        Column(width, name in FILLED, choices.get(name, ()), asked=str(HEADINGS[name]))
        for name, width in zip(HEADINGS, WIDTHS, strict=True)
    ]
    title = gettext("Answers for %(release)s") % {"release": draft.release}
    about: list[list[Value]] = [[Styled(title, "title")]]
    about += [[words] for words in instructions(at)]
    pages = [
        Page(gettext("How to fill it"), about, [Column(100)], heading=False, tall=True),
        Page(
            gettext("Answers"),
            rows_of(draft, at=at),
            columns,
            frozen=3,
            protected=True,
            filtered=True,
            tall=True,
        ),
    ]
    return as_xlsx(pages, created=at)


def instructions(at: datetime) -> list[str]:
    return [
        gettext("Written on %(date)s.") % {"date": date_format(at, "DATE_FORMAT")},
        gettext("Fill the yellow cells of the sheet “Answers”: choose one of the four answers."),
        gettext(
            "Say why where an answer is “not applicable”, and what is missing where it is "
            "“partly met”. Reasons are public once they are declared; private notes never are."
        ),
        gettext(
            "Evidence: titles of what is on file already, one a line; of several with the same"
            " title, followed by the first day in brackets. More is only added; what an answer"
            " rests on is taken away on its page."
        ),
        gettext(
            "An answer that you empty stays as it is here; a reason or note that you empty goes."
        ),
        gettext("“To confirm” counts for nothing until you choose “confirmed” or another answer."),
        gettext(
            "Rows may be sorted, hidden or left out. A row that you leave as it is changes"
            " nothing. Nothing goes in before you have seen what would change."
        ),
    ]


@dataclass(frozen=True)
class Stood:
    """Which draft a row was written for, and a print of the answer as it stood then."""

    draft: str
    print: str

    @property
    def text(self) -> str:
        return f"{self.draft}-{self.print}"

    @classmethod
    def read(cls, text: str) -> "Stood | None":
        draft, dash, mark = text.partition("-")
        return cls(draft, mark) if dash else None


def bare_print(answer: Answer | Row) -> str:
    return print_of(answer.value, *(edged(text) for text in (answer.reason, answer.note)))


def edged(text: str) -> str:
    """A stored text as a cell gives it back."""
    return plain(text.strip(EDGES))


def read_book(data: bytes) -> Book:
    try:
        return read_tables(data, largest=LARGEST, hidden=True)  # filters hide rows, and they count
    except Foreign as other:
        words = gettext("This is %(kind)s. Bring the answers as a workbook (XLSX, ODS) or CSV.")
        raise Unreadable(words % {"kind": other.kind}) from other


def table_of(book: Book) -> Table:
    """The answers, on whichever sheet they stand."""
    for sheet in book.sheets:
        if table := under_headings(sheet, heading_in, NEEDED.issubset):
            return table
    columns = ", ".join(str(HEADINGS[name]) for name in HEADINGS if name in NEEDED)
    words = gettext("No sheet of it has the columns %(columns)s.")
    raise Unreadable(words % {"columns": columns}, gettext("Take the file from this page."))


def heading_in(text: str) -> str:
    return known_headings().get(alike(text), "")
