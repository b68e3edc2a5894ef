"""The list to fill in: columns in the reader's language, and two rows that show how."""

from django.utils.translation import gettext

from certcentre.tables.writing import Column, Page, as_csv, as_xlsx
from standards.catalogue.files.table_out import WIDE

COLUMNS = ("ref", "title", "statement", "obligation", "group", "evidence_hint", "guidance")


def template(ending: str) -> bytes:
    """A CSV or XLSX file that our reader takes back in any language we speak."""
    heads, rows = list(headings()), [list(cells) for cells in examples()]
    if ending == "csv":
        return as_csv([heads, *rows])
    widths = [Column(WIDE.get(name, 16)) for name in COLUMNS]
    return as_xlsx(
        [
            Page("Criteria", [heads, *rows], widths),
            Page("Standard", about(), [Column(24), Column(60)], heading=False),
        ]
    )


def headings() -> tuple[str, ...]:
    return (
        gettext("Ref"),
        gettext("Title"),
        gettext("Statement"),
        gettext("Obligation"),
        gettext("Group"),
        gettext("Evidence"),
        gettext("Guidance"),
    )


def examples() -> tuple[tuple[str, ...], ...]:
    return (
        (
            "1.1",
            gettext("Works without a network"),
            gettext("Lessons that were opened once can be used without a connection."),
            gettext("must"),
            gettext("Access"),
            gettext("A recording with the network switched off"),
            "",
        ),
        (
            "1.2",
            gettext("Speaks the languages of instruction"),
            gettext("Every screen for learners is there in the languages of instruction."),
            gettext("should"),
            gettext("Access"),
            gettext("Screens in each language"),
            "",
        ),
    )


def about() -> tuple[tuple[str, str], ...]:
    """The sheet about the standard: a field and its value."""
    return (
        ("ref", "title"),
        ("name", gettext("Name of your standard")),
        ("version", "1.0"),
        ("issuing_body", gettext("Your ministry")),
        ("catalogue_licence", "CC-BY-4.0"),
    )
