"""The row of headings is found wherever it stands; places are told in words."""

from certcentre.tables.headings import alike, under_headings
from certcentre.tables.reading import read
from certcentre.tables.rows import letter, place

NAMES = {"ref": "ref", "text": "statement", "titre": "title"}


def table(text):
    (sheet,) = read(text.encode()).sheets
    return under_headings(sheet, lambda heading: NAMES.get(heading.lower(), ""), {"ref"}.issubset)


def test_below_a_title_and_in_any_order():
    found = table("Our list 2026,,\n,,\nText,Price,REF,Ref\nIt works,5,'=1, 2 \n,,\n")
    (record,) = found
    assert record.cells == {"statement": "It works", "ref": "=1"}
    assert (record.number, found.number, found.unknown) == (4, 3, ("Price", "Ref"))
    assert record.place("ref") == "Row 4, column C (REF)"
    assert record.place() == record.place("title") == "Row 4"


def test_without_headings_there_is_no_table():
    assert table("a,b\n1,2\n") is None


def test_what_nobody_sees_at_the_edges_is_taken_off():
    (record,) = table("Ref,Text\n\u200b1\xa0,\ufeff \n")
    assert record.cells == {"ref": "1"}
    assert alike("Basic\xa0 ") == alike("basic") == alike("BA\u200bSIC")


def test_places_in_words():
    assert [letter(at) for at in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]
    assert place("List", 3, 1, "Ref") == "“List”, row 3, column B (Ref)"
    assert place("List", 3, 1) == "“List”, row 3, column B"
    assert place("", 3, 1) == "Row 3, column B"
    assert place("List", 3) == "“List”, row 3"
