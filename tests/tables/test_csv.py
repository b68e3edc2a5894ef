"""CSV in the dresses that programs and people give it."""

import pytest

from certcentre.tables.reading import read
from certcentre.tables.rows import MOST_COLUMNS, Unreadable

ROWS = [("Ref", "Titre"), ("1", "Données"), ("2", "Élèves, et parents")]
TEXT = 'Ref{0}Titre\r\n1{0}Données\r\n2{0}"Élèves, et parents"\r\n'


def cells(data):
    return [row.cells for row in read(data).sheets[0].rows]


def reasons(data):
    with pytest.raises(Unreadable) as refused:
        read(data)
    return str(refused.value)


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "cp1252"])
def test_any_usual_encoding_and_separator(separator, encoding):
    assert cells(TEXT.format(separator).encode(encoding)) == ROWS


@pytest.mark.parametrize("ending", ["\r\n", "\n", "\r"])
def test_any_line_end(ending):
    assert cells(TEXT.format(";").replace("\r\n", ending).encode()) == ROWS


def test_a_line_names_the_separator_and_is_no_row():
    book = read(("sep=;\r\n" + TEXT.format(";")).encode())
    assert [(row.number, row.cells) for row in book.sheets[0].rows] == list(enumerate(ROWS, 1))


def test_commas_within_quotation_marks_part_nothing():
    data = 'Ref;"Exigence (courte, claire, datée, vérifiable)"\nA,1;B\n'.encode()
    assert cells(data)[1] == ("A,1", "B")


def test_line_breaks_within_a_cell_are_kept_and_empty_tails_are_not():
    assert cells(b'a,b,,\n"one\ntwo",,,\n,,,\n\n \n') == [("a", "b"), ("one\ntwo",)]


def test_a_guessed_encoding_is_told_with_words_to_look_at():
    (remark,) = read(TEXT.format(";").encode("cp1252")).remarks
    assert (remark.what, remark.where) == ("Read as Windows-1252", ("Données", "Élèves"))
    assert not remark.lost


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "The file is empty"),
        (b" \n \n", "The file is empty"),
        (b"a,b\n1,\x00\n", "not text"),
        (b"a,b\n1,caf\x81\n", "Line 2 is not UTF-8"),
        (b'a,b\n1,x\n2,"Smart" boards\n', "Row 3: words follow a closing quotation mark"),
        (b'a,b\n1,"open\n2,x\n', "Row 2: a quotation mark is opened"),
        (b"a,b\n" + b"x," * MOST_COLUMNS + b"x\n", "more than 200 cells"),
        (b"a,b\n" + b"," * 100_000 + b"\n", "more than 200 cells"),
        (b"a,b\n" + b"1,2\n" * 20_001, "more than 20,000 rows"),
        (b"<html><table><tr><td>", "This is XML / HTML"),
        (b"%PDF-1.7", "This is PDF"),
    ],
)
def test_what_cannot_be_read_is_said(data, said):
    assert said in reasons(data)
