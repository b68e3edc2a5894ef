"""Documents to fill in: each has its parts, comes as every kind of file, and is whole in each."""

import io

import pytest
from django.utils import timezone
from docx import Document

from certcentre.desk.paper_templates import parts, templates

SLUGS = sorted(templates("en"))


@pytest.mark.parametrize("slug", SLUGS)
def test_each_says_what_it_is_for_and_has_something_to_fill_in(slug):
    template = templates("en")[slug]
    made = template.paper(timezone.now())
    assert template.title
    assert template.purpose.endswith(".")
    assert any(part.table for part in made.parts)
    tables = [part.table for part in made.parts if part.table]
    assert all(len(row) == len(each.head) for each in tables for row in each.rows)
    assert all(sum(each.widths) == 100 for each in tables)


def test_there_are_a_dozen():
    assert len(SLUGS) == 12
    named = {"privacy-notice-for-children", "record-of-processing", "incident-plan", "data-map"}
    assert named | {"accessibility-statement", "retention-table"} <= set(SLUGS)


@pytest.mark.parametrize("slug", SLUGS)
def test_the_word_file_holds_all_of_it(slug, client, db):
    answer = client.get(f"/help/templates/{slug}.docx")
    assert answer["Content-Disposition"] == f'attachment; filename="{slug}.docx"'
    document = Document(io.BytesIO(answer.content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    words = "\n".join([*(each.text for each in document.paragraphs), *cells])
    template = templates("en")[slug]
    for part in template.paper(timezone.now()).parts:
        table = part.table
        heads = table.head if table else ()
        for text in (part.heading, *part.lines, *part.bullets, *heads):
            assert text in words


def test_it_comes_as_it_was_written(client, db):
    text = client.get("/help/templates/data-map.md").content.decode()
    assert text == templates("en")["data-map"].text


def test_the_page_leads_to_every_file(client, db):
    page = client.get("/help/templates/").content.decode()
    kinds = ("md", "docx", "odt")
    assert all(f"/help/templates/{slug}.{kind}" in page for slug in SLUGS for kind in kinds)


def test_a_language_without_one_has_the_english():
    assert templates("xx") == templates("en")


def test_a_section_keeps_its_heading_with_the_first_block():
    made = list(parts("## One\n\nText.\n\n- a\n- b\n\n## Two\n\n| x | y |\n|---|---|\n| 1 | |\n"))
    assert [part.heading for part in made] == ["One", "", "Two"]
    assert made[1].bullets == ("a", "b")
    assert made[2].table.head == ("x", "y")
