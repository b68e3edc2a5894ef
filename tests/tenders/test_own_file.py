"""The annex goes into the buyer's own Word file; a hostile file is refused in words."""

import io
import zipfile

import pytest
from docx import Document
from docx.oxml.ns import qn

from certcentre.lifecycle import NotReady
from tenders import annex
from tenders.export import own_file
from tests.tenders import bodies

pytestmark = pytest.mark.alike


def word(*lines, heading=""):
    document = Document()
    if heading:
        document.add_heading(heading, 1)
    for line in lines:
        document.add_paragraph(line)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def packed(**members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return out.getvalue()


def changed(own, name, content):
    """The same file with one member replaced or added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(own)) as old, zipfile.ZipFile(out, "w") as new:
        for member in old.namelist():
            if member != name:
                new.writestr(member, old.read(member))
        new.writestr(name, content)
    return out.getvalue()


def test_the_annex_takes_the_place_of_the_line():
    own = word("Before {{ x.__class__ }} {% for %}", "[[requirements]]", "After", heading="Part 4")
    made = Document(io.BytesIO(own_file.write(own, annex.build(bodies.body(), "f" * 64))))
    lines = [line.text for line in made.paragraphs]
    assert lines[:2] == ["Part 4", "Before {{ x.__class__ }} {% for %}"]
    assert lines[-1] == "After"
    assert "[[requirements]]" not in "".join(lines)
    assert [t for t in made.tables if len(t.rows) == 7 and t.rows[1].cells[0].text == "L1-001"]


@pytest.mark.parametrize("heading", ["", "Part 4"])
def test_it_brings_no_bookmark_into_it(heading):
    """Theirs have numbers, and a number twice is a broken file."""
    own = word("[[requirements]]", heading=heading)
    made = Document(io.BytesIO(own_file.write(own, annex.build(bodies.body()))))
    assert list(made.element.body.iter(qn("w:bookmarkStart"))) == []


def test_our_headings_stand_one_below_theirs():
    own = word("[[requirements]]", heading="Part 4")
    made = Document(io.BytesIO(own_file.write(own, annex.build(bodies.body()))))
    levels = {line.text: line.style.name for line in made.paragraphs}
    assert levels["How to read and answer"] == "Heading 2"


@pytest.mark.parametrize(
    ("lines", "times"),
    [
        (["nothing"], "0 times"),
        (["[[requirements]]"] * 2, "2 times"),
        (["see [[requirements]]"], "1 times"),
    ],
)
def test_the_line_stands_once_and_alone(lines, times):
    with pytest.raises(NotReady, match=times):
        own_file.place_in(word(*lines))


HOSTILE_FILES = {
    "not a zip": b"PK nothing",
    "a zip of something else": packed(a="b"),
    "a spreadsheet": packed(**{"[Content_Types]_xml": "<Types/>", "xl__workbook_xml": "<w/>"}),
    "macros": changed(word("[[requirements]]"), "word/vbaProject.bin", b"x"),
    "an entity": changed(
        word("[[requirements]]"),
        "word/document.xml",
        b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
    ),
    "broken XML": changed(word("[[requirements]]"), "word/document.xml", b"<w:document>"),
    "a template with macros by type": changed(
        word("[[requirements]]"),
        "[Content_Types].xml",
        b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
    ),
}


@pytest.mark.parametrize("name", HOSTILE_FILES)
def test_a_hostile_file_is_refused(name):
    with pytest.raises(NotReady):
        own_file.place_in(HOSTILE_FILES[name])


def test_a_bomb_is_refused_while_it_unpacks(monkeypatch):
    bomb = packed(
        **{"[Content_Types]_xml": "<a/>", "word__document_xml": "<a>" + " " * 10**7 + "</a>"}
    )
    monkeypatch.setattr(own_file, "MAX_OPEN", 10**6)
    with pytest.raises(NotReady, match="unpacks to more"):
        own_file.check(bomb)
    assert len(bomb) < 20_000


def test_a_file_over_the_limit_is_refused(monkeypatch):
    monkeypatch.setattr(own_file, "MAX_BYTES", 1 << 20)
    with pytest.raises(NotReady, match="1 MB"):
        own_file.check(b"x" * (1 << 20 | 1))


def test_a_good_file_passes():
    assert own_file.place_in(word("[[requirements]]"))


def test_a_file_that_lost_its_last_section_is_taken_or_refused_in_words():
    document = Document()
    document.add_paragraph("[[requirements]]")
    document.element.body.remove(document.element.body.sectPr)
    stream = io.BytesIO()
    document.save(stream)
    made = Document(io.BytesIO(own_file.write(stream.getvalue(), annex.build(bodies.body()))))
    assert made.tables
