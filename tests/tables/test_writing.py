"""What is written is what is read back, and no cell is a formula."""

import io
import re

import openpyxl
import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from certcentre.tables.guard import guarded, unguarded
from certcentre.tables.reading import read
from certcentre.tables.writing import Column, Formula, Page, Styled, as_csv, as_xlsx

SIGNS = ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", "\n=1", "＝1", "'=1", "''=1"]
STARTS = st.text(alphabet="=+-@'\t\r\n＝ ab", max_size=5)


@given(STARTS)
def test_guarding_is_undone_by_reading(text):
    assert unguarded(guarded(text)) == text
    assert guarded(text)[:1] not in tuple("=+-@\t\r\n＝")


@pytest.mark.parametrize("text", SIGNS)
def test_no_csv_cell_begins_like_a_formula(text):
    (row,) = read(as_csv([["a", text, -5, None]])).sheets[0].rows
    assert row.cells[1].startswith("'")
    assert unguarded(row.cells[1]) == text
    assert row.cells[2:] == ("-5",)


@pytest.mark.parametrize("text", SIGNS)
def test_no_cell_of_a_workbook_is_a_formula(text):
    data = as_xlsx([Page("List", [["Head", "x"], ["a", text]])])
    cell = openpyxl.load_workbook(io.BytesIO(data))["List"]["B2"]
    assert (cell.data_type, cell.value[:1]) == ("s", "'")
    assert unguarded(read(data).sheets[0].rows[1].cells[1]) == text


def test_a_formula_is_one_where_the_code_says_so():
    data = as_xlsx([Page("List", [["Head"], [Formula("=1+1", 2)], ["=1+1"]])])
    written, shown = (
        openpyxl.load_workbook(io.BytesIO(data), data_only=only)["List"] for only in (False, True)
    )
    assert [written[cell].value for cell in ("A2", "A3")] == ["=1+1", "'=1+1"]
    assert (written["A3"].data_type, shown["A2"].value) == ("s", 2)


def test_csv_has_its_mark_and_line_ends():
    assert as_csv([["é", "a,b"], [1, None]]) == '\ufeffé,"a,b"\r\n1,\r\n'.encode()


def test_only_open_columns_can_be_written_and_words_are_chosen_from():
    columns = [Column(10), Column(20, open=True, choices=("yes", "no"), asked="Answer")]
    rows = [["Ref", "Answer"], ["1", None], [Styled("2", "bold"), "yes"]]
    page = Page("Form", rows, columns, protected=True, filtered=True, frozen=1, tall=True)
    sheet = openpyxl.load_workbook(io.BytesIO(as_xlsx([page], custom={"a": "b"})))["Form"]
    assert sheet.protection.sheet
    assert [sheet["A2"].protection.locked, sheet["B2"].protection.locked] == [True, False]
    assert sheet.data_validations.dataValidation[0].formula1 == '"yes,no"'
    assert sheet.freeze_panes == "B2"


def test_nobody_else_reads_or_writes_tables():
    """One reader and one writer: a second one forgets the guard, an encoding, a limit."""
    tools = re.compile(r"csv\.(reader|writer|Dict)|^(import|from) (openpyxl|xlsxwriter)", re.M)
    found = {
        str(path.relative_to(settings.BASE_DIR))
        for folder in ("certcentre", "standards", "tenders")
        for path in (settings.BASE_DIR / folder).rglob("*.py")
        if tools.search(path.read_text())
    }
    assert found == {"certcentre/tables/csv_files.py", "certcentre/tables/writing.py"}
