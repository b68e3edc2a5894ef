"""The annex as OpenDocument text, read with a program that did not write it."""

import io
import zipfile

import pytest
from odfdo import Document

from tenders import annex
from tenders.export import FORMATS
from tests.tenders import bodies

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
            yield from cells[1:]


@pytest.mark.parametrize("make_body", bodies.EACH)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_it_has_every_row_word_by_word(make_body, language):
    tree, _, document = written(make_body(language=language))
    rows = list(asked(document, tree))
    assert [row[0] for row in rows] == [row.ref for row in tree.rows]
    for row, requirement in zip(rows, tree.rows, strict=True):
        text = "\n".join(part for part in (requirement.title, *requirement.paragraphs) if part)
        assert row[1] == text
        assert row[2:4] == ["\n".join(requirement.obligation), "\n".join(requirement.evidence)]
        assert row[4:] == ["", ""]


def test_headings_stand_in_order_and_headers_repeat():
    tree, _, document = written(bodies.body())
    headings = [(head.get_attribute("text:outline-level"), head.inner_text)
                for head in document.body.get_elements("//text:h")]  # fmt: skip
    parts = ("how", "definitions", "requirements", "schedule", "clause", "sources", "record")
    assert [text for level, text in headings if level == "1"] == [tree.labels[p] for p in parts]
    repeated = document.body.get_elements("//table:table-header-rows")
    assert len(repeated) == 5  # definitions, requirements, schedule, form, sources
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
    assert "DRAFT" in document.body.get_elements("//text:p")[1].inner_text
