"""The annex as OpenDocument text, read with a program that did not write it."""

import io
import zipfile

import pytest
from odfdo import Document

from tenders import annex
from tenders.export import FORMATS
from tests.tenders import bodies
from tests.tenders.test_export import asked_in

pytestmark = pytest.mark.alike


def written(body):
    tree = annex.build(body, "f" * 64)
    made = FORMATS["odt"].write(tree, lambda done, total: None)
    return tree, made, Document(io.BytesIO(made))


def words(cell):
    """The text of a cell, a line for each paragraph."""
    return "\n".join(part.inner_text for part in cell.get_elements("text:p"))


def asked(document, tree):
    """The cells of every requirement, row by row."""
    for table in document.body.get_elements("//table:table"):
        rows = table.get_elements("descendant::table:table-row")
        cells = [[words(cell) for cell in row.get_elements("table:table-cell")] for row in rows]
        if cells[0] == list(tree.columns):
            yield from (row for row in cells[1:] if row[0] != "L0-001")  # the example


@pytest.mark.parametrize("make_body", bodies.EACH)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_it_has_every_row_word_by_word(make_body, language):
    tree, _, document = written(make_body(language=language))
    rows = list(asked(document, tree))
    assert [row[0] for row in rows] == [row.ref for row in tree.rows]
    for row, (requirement, text) in zip(rows, asked_in(tree), strict=True):
        assert row[1] == text
        assert row[2:4] == ["\n".join(requirement.obligation), "\n".join(requirement.evidence)]
        assert row[4:] == ["\n".join(f"☐ {answer}" for answer in tree.answers), ""]


def test_headings_stand_in_order_and_headers_repeat():
    tree, _, document = written(bodies.body())
    headings = [(head.get_attribute("text:outline-level"), head.inner_text)
                for head in document.body.get_elements("//text:h")]  # fmt: skip
    parts = ("how", "requirements", "schedule", "clause", "price_form", "sources", "record")
    titles = [f"{at} {tree.labels[name]}" for at, name in enumerate(parts, start=1)]
    assert [text for level, text in headings if level == "1"] == titles
    repeated = document.body.get_elements("//table:table-header-rows")
    # example, definitions, requirements, schedule, form, prices, sources
    assert len(repeated) == 7
    names = [t.get_attribute("table:name") for t in document.body.get_elements("//table:table")]
    assert len(set(names)) == len(names)


def test_it_says_what_it_is_and_from_when():
    tree, made, document = written(bodies.body(language="fr"))
    first = zipfile.ZipFile(io.BytesIO(made)).infolist()[0]
    assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
    assert document.mimetype == FORMATS["odt"].media_type
    meta = document.meta
    assert (meta.title, meta.creator) == ("TD-2026-000001 Reading", "Reading")
    assert (meta.language, str(meta.creation_date)) == ("fr-FR", "2026-11-24 09:00:00")
    assert tree.dated.isoformat() == "2026-11-24T09:00:00+00:00"


def test_a_draft_says_so():
    _, _, document = written(bodies.body(published=False))
    assert "DRAFT" in document.body.get_elements("//text:p")[3].inner_text


def test_the_cover_names_each_part_with_its_page():
    _, _, document = written(bodies.body())
    marks = [each.get_attribute("text:name") for each in bookmarks(document, "bookmark-start")]
    asked_for = [
        each.get_attribute("text:ref-name") for each in bookmarks(document, "bookmark-ref")
    ]
    assert asked_for == marks == [f"part-{number}" for number in range(1, 8)]


def bookmarks(document, kind):
    return document.body.get_elements(f"//text:{kind}")


def test_requirements_lie_on_their_side():
    _, made, document = written(bodies.body())
    turned = [head.inner_text for head in document.body.get_elements("//text:h")
              if head.get_attribute("text:style-name") == "Heading_20_1Lying"]  # fmt: skip
    assert turned == ["2 Requirements"]
    styles = zipfile.ZipFile(io.BytesIO(made)).read("styles.xml").decode()
    assert 'style:name="Lying" style:page-layout-name="PageLying"' in styles
