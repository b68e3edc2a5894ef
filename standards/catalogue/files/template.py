"""The list to fill in: columns in the reader's language, and two rows that show how."""

import csv
import io

from django.utils.translation import gettext

from standards.catalogue.files import xlsx

COLUMNS = ("ref", "title", "statement", "obligation", "group", "evidence_hint", "guidance")


def template(ending: str) -> bytes:
    """A CSV or XLSX file that our reader takes back in any language we speak."""
    heads = dict(zip(COLUMNS, headings(), strict=True))
    rows = [dict(zip(COLUMNS, cells, strict=True)) for cells in examples()]
    if ending == "csv":
        out = io.StringIO(newline="")
        writer = csv.writer(out)
        writer.writerow(heads.values())
        writer.writerows(each.values() for each in rows)
        return out.getvalue().encode("utf-8-sig")
    file = io.BytesIO()
    book = xlsx.workbook(file)
    named = [{heads[name]: text for name, text in each.items()} for each in rows]
    xlsx.fill(book, "Criteria", list(heads.values()), named)
    facts = book.add_worksheet("Standard")
    facts.set_column(0, 0, 24)
    facts.set_column(1, 1, 60)
    for place, (name, text) in enumerate(about()):
        facts.write_string(place, 0, name)
        facts.write_string(place, 1, text)
    book.close()
    return file.getvalue()


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
