"""Small office files as people bring them: what comes out of each, or why it is refused.

The full files stand outside the repository; tests/tables makes small ones of the same kinds.
"""

import pytest

from certcentre.tables.rows import Unreadable
from standards.catalogue import files
from standards.catalogue.files import mappings
from standards.catalogue.files.losses import Refused
from tests.shared import sample

TAKEN = {  # by file: the refs that it brings
    "x01-5.10.xlsx": ["5.1", "5.2", "5.9", "5.10", "5.20"],
    "x02-leading-zeros.xlsx": ["001", "002", "007"],
    "x05-hidden.xlsx": ["1.1", "1.3"],
    "x07-levels-spelling.xlsx": ["1.1", "1.2", "1.3", "1.4"],
    "c02-title-line.csv": ["A-1", "A-2"],
    "c04-commas-in-heading.csv": ["A-1", "A-2"],
    "c04b-commas-in-heading.csv": ["A-1", "A-2"],
    "passing/c01-semicolon-bom.csv": ["A-1", "A-2"],
    "passing/c03-sep-line.csv": ["A-1", "A-2"],
    "passing/c05-cp1252.csv": ["A-1", "A-2"],
    "passing/c06-utf16.txt": ["A-1", "A-2"],
    "passing/c07-linebreaks.csv": ["1.1", "1.2"],
    "passing/c08-cr-endings.csv": ["1.1", "1.2"],
    "passing/c13-case.csv": ["A1", "a1"],
    "passing/x08-own-words.xlsx": ["1", "2", "3"],
    "passing/x09-total-row.xlsx": ["1.1", "1.2", "1.3", "Total"],
    "passing/x10-1904.xlsx": ["1.1"],
    "passing/x11-signs.xlsx": ["1.1", "1.2", "1.3"],
}
REFUSED = {  # by file: what its owner is told
    "g01-oscal.xml": "This is OSCAL as XML",
    "g03-list.ods": "OpenDocument file (ODS) holds no table",
    "g04-list.docx": "This is Word (DOCX)",
    "list-with-password.xlsx": "locked with a password",
    "x03-refs-became-dates.xlsx": "row 2, column A (Ref): this is a date (2026-05-01)",
    "x12-damaged-sheet.xlsx": "The file is damaged",
    "c12-long-ids.csv": "is longer than 60 characters",
    "c14-stray-quotes.csv": "Row 3: words follow a closing quotation mark",
    "c15-unclosed.csv": "Row 2: a quotation mark is opened here",
    "passing/broken.xlsx": "The file is damaged",
    "passing/c11-duplicates.csv": "the ref 1.1 is given to two criteria; row 2",
    "passing/w15-cut-off.docx": "The file is damaged",
    "passing/w16-password.docx": "Office 97",
}
MAPPINGS = ["m03-utf16.txt", "m04-capitals.csv", "m06-title-line.csv",
            "passing/m01-semicolon-bom.csv", "passing/m02-cp1252.csv",
            "passing/m05-reversed.csv"]  # fmt: skip


def read(name):
    return files.read(sample(f"office-files/{name}").read_bytes())[1]


@pytest.mark.parametrize("name", TAKEN)
def test_a_file_is_taken_as_its_sheet_shows_it(name):
    document = read(name).document
    assert [item.ref for item in document.items] == TAKEN[name]


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_is_refused_in_words(name):
    with pytest.raises(Refused) as refused:
        read(name)
    assert REFUSED[name] in str(refused.value)


@pytest.mark.parametrize("name", MAPPINGS)
def test_mappings_come_through_the_same_reader(name):
    listed = mappings.read(sample(f"office-files/{name}").read_bytes())
    assert listed.records[0]["source"] == "wcag-2.2:1.4.3" or "reversed" in name
    assert {each["relation"] for each in listed.records} <= {"equal", "subset_of"}


@pytest.mark.parametrize("name", ["g04-list.docx", "x12-damaged-sheet.xlsx"])
def test_a_mapping_file_is_refused_as_an_import_is(name):
    with pytest.raises(Unreadable):
        mappings.read(sample(f"office-files/{name}").read_bytes())


def test_what_was_spelt_or_hidden_is_told():
    spelt = read("x07-levels-spelling.xlsx")
    assert [level.label for level in spelt.document.levels] == ["Basic", "Advanced"]
    assert "A level spelt in several ways" in {loss.what for loss in spelt.losses}
    hidden = read("x05-hidden.xlsx")
    assert {("Hidden rows", ("Sheet 3 (1.2)",)), ("Hidden sheets", ("Old draft",))} <= {
        (loss.what, loss.where) for loss in hidden.losses if not loss.made
    }


def test_what_was_right_stays_so():
    (item,) = read("passing/x10-1904.xlsx").document.items
    assert item.statement == "2026-12-31"
    signs = read("passing/x11-signs.xlsx").document.items
    assert (signs[0].title, signs[1].statement) == ("=1+1", "-Minus")
    assert signs[2].statement == "👩🏽‍🏫 The teacher & <b>\"class\"</b> 'x'"
    lines = read("passing/c07-linebreaks.csv").document.items
    assert lines[0].statement == "Line one\nline two\n\n- a\n- b"
