"""Where the line may stand in a buyer's Word file, what stays around it, how wide tables are."""

import io

import pytest
from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn

from certcentre.lifecycle import NotReady
from tenders import annex
from tenders.export import own_file
from tests.shared import sample
from tests.tenders import bodies

pytestmark = [pytest.mark.alike, pytest.mark.long]

LINE = "<w:r><w:t>[[requirements]]</w:t></w:r>"
SIZE = '<w:pgSz w:w="{0}" w:h="8000"/><w:pgMar w:left="1000" w:right="1000"/>'
USUAL = SIZE.format(9000)
WIDE = f"<w:sectPr>{SIZE.format(14000)}</w:sectPr>"
CONTROL = "<w:sdt><w:sdtPr/><w:sdtContent>{0}</w:sdtContent></w:sdt>"


def word(xml, section=USUAL):
    """A file of a heading, these paragraphs and a last one, in a section of this size."""
    document = Document()
    document.add_heading("Part 4", 1)
    body = document.element.body
    end = body.sectPr
    parsed = parse_xml(f"<w:body {nsdecls('w')}>{xml}<w:sectPr>{section}</w:sectPr></w:body>")
    for part in list(parsed):
        end.addprevious(part)
    body.remove(end)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def made(own):
    return Document(io.BytesIO(own_file.write(own, annex.build(bodies.body()))))


def width(document):
    return int(document.tables[0]._tbl.tblPr.find(qn("w:tblW")).get(qn("w:w")))


@pytest.mark.parametrize(
    "xml",
    [
        f'<w:p><w:ins w:id="7" w:author="A">{LINE}</w:ins></w:p>',
        CONTROL.format(f"<w:p>{LINE}</w:p>"),
        f"<w:p>{CONTROL.format(LINE)}</w:p>",
        f'<w:p><w:moveFrom w:id="1">{LINE}</w:moveFrom></w:p><w:p>{LINE}</w:p>',
        "<w:p><w:r><w:t>[[requirements]]\u200b</w:t></w:r></w:p>",
        f"<w:p>{LINE}</w:p><w:tbl><w:tr><w:tc><w:p>{LINE}</w:p></w:tc></w:tr></w:tbl>",
    ],
    ids=["tracked", "control", "control in the line", "moved", "no width", "a table too"],
)
def test_the_line_is_found_once_wherever_it_stands(xml):
    document = made(word(xml))
    assert len(document.tables) > 5
    levels = {line.text: line.style.name for line in document.paragraphs}
    assert levels["How to read and answer"] == "Heading 2"
    assert next(document.element.body.iter(qn("w:sdt")), None) is None


def test_where_it_cannot_stand_is_said():
    with pytest.raises(NotReady, match="content control together with other words"):
        own_file.place_in(
            word(CONTROL.format(f"<w:p>{LINE}</w:p><w:p><w:r><w:t>x</w:t></w:r></w:p>"))
        )
    table = f"<w:tbl><w:tr><w:tc><w:p>{LINE}</w:p></w:tc></w:tr></w:tbl><w:p/>"
    with pytest.raises(NotReady, match=r"0 times\. It stands in a table"):
        own_file.place_in(word(table))


def test_the_end_of_a_section_and_a_bookmark_stay():
    mark = '<w:bookmarkStart w:id="3" w:name="annex"/>'
    document = made(
        word(f'<w:p><w:pPr>{WIDE}</w:pPr>{mark}{LINE}</w:p><w:p><w:bookmarkEnd w:id="3"/></w:p>')
    )
    body = document.element.body
    assert [each.get(qn("w:w")) for each in body.iter(qn("w:pgSz"))] == ["14000", "9000"]
    order = [
        each.tag for each in body.iter(qn("w:bookmarkStart"), qn("w:tbl"), qn("w:bookmarkEnd"))
    ]
    assert (order[0], order[-1]) == (qn("w:bookmarkStart"), qn("w:bookmarkEnd"))
    assert width(document) == pytest.approx(12000, abs=9)


@pytest.mark.parametrize(
    ("section", "wide"),
    [
        (SIZE.format(9000), 7000),
        (SIZE.format(20000), 18000),
        (SIZE.format(9000) + '<w:cols w:num="2" w:space="800"/>', 3100),
        ("", 9360),
    ],
)
def test_tables_are_as_wide_as_their_column(section, wide):
    first = f"<w:p><w:pPr>{WIDE}</w:pPr></w:p>"
    assert width(made(word(f"{first}<w:p>{LINE}</w:p>", section))) == pytest.approx(wide, abs=9)


def test_a_file_without_a_section_is_taken():
    document = Document(io.BytesIO(word(f"<w:p>{LINE}</w:p>")))
    document.element.body.remove(document.element.body.sectPr)
    out = io.BytesIO()
    document.save(out)
    assert len(made(out.getvalue()).tables) > 5


TAKEN = {  # by file: how wide its tables are
    "w02-tracked-insert.docx": 8640,
    "w03-content-control.docx": 8640,
    "w03b-inline-content-control.docx": 8640,
    "w05-section-break.docx": 8640,
    "w06-narrow-second-section.docx": 6123,
    "w06b-narrow-first-section.docx": 9638,
    "w06c-two-columns.docx": 3960,
    "w10d-zwsp.docx": 8640,
    "w12-bookmark.docx": 8640,
    "passing/w01-split-runs.docx": 8640,
    "passing/w02b-tracked-delete.docx": 8640,
    "passing/w10-nbsp.docx": 8640,
}
REFUSED = ["w04-in-header.docx", "w10b-case.docx", "w10c-spaces.docx", "w14-template.dotx",
           "w15-cut-off.docx", "w16-password.docx"]  # fmt: skip


@pytest.mark.parametrize("name", TAKEN)
def test_a_full_file_is_taken(name):
    own = sample(f"office-files/{name}").read_bytes()
    document, before = made(own), Document(io.BytesIO(own))
    assert width(document) == pytest.approx(TAKEN[name], abs=9)
    for tag in ("w:sectPr", "w:bookmarkStart", "w:bookmarkEnd", "w:headerReference"):
        count = [len(list(each.element.body.iter(qn(tag)))) for each in (before, document)]
        assert count[0] == count[1], tag


@pytest.mark.parametrize("name", REFUSED)
def test_a_full_file_is_refused_in_words(name):
    with pytest.raises(NotReady):
        own_file.place_in(sample(f"office-files/passing/{name}").read_bytes())
