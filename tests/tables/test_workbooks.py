"""XLSX and ODS as the sheet shows them: formats, dates, hidden parts, merged cells."""

import pytest

from certcentre.tables.reading import read
from certcentre.tables.rows import Kind
from tests.tables.files import NS, ods_cell, ods_row, opendocument, spreadsheet, workbook


def cells(data, **asked):
    return [row.cells for row in read(data, **asked).sheets[0].rows]


def arranged(book, sheet):
    sheet.write_number(1, 0, 5.1, book.add_format({"num_format": "0.00"}))
    sheet.write_number(2, 0, 7, book.add_format({"num_format": "000"}))
    sheet.write_number(3, 0, 46143, book.add_format({"num_format": "d.m"}))
    sheet.write_formula(4, 0, "=1+1", value=2)
    sheet.write_formula(5, 0, "=1+1", value="")


def test_a_number_is_what_the_sheet_shows():
    rows = read(spreadsheet([["Ref"]] + [["", "x"]] * 5, arranged)).sheets[0].rows
    assert [row.text(0) for row in rows] == ["Ref", "5.10", "007", "2026-05-01", "2", ""]
    assert [row.kinds.get(0) for row in rows[3:]] == [Kind.DATE, Kind.FORMULA, Kind.FORMULA]


def test_beside_what_the_sheet_shows_stands_what_a_number_counts():
    def arrange(book, sheet):
        for at, (number, code) in enumerate(((1234.56, "#,##0"), (0.125, "0%"), (5, "0.00"))):
            sheet.write_number(0, at, number, book.add_format({"num_format": code}))

    row = read(spreadsheet([("", "", "", "007")], arrange)).sheets[0].rows[0]
    assert row.cells == ("1235", "13%", "5.00", "007")
    assert row.exact == {0: "1234.56", 1: "0.125", 2: "5"}
    cell = ods_cell("1,235", 'office:value-type="currency" office:value="1234.56"')
    table = f"<table:table><table:table-row>{cell}</table:table-row></table:table>"
    row = read(opendocument(table)).sheets[0].rows[0]
    assert (row.cells, row.exact) == (("1,235",), {0: "1234.56"})


def test_days_may_be_counted_from_1904():
    sheet = f'<worksheet {NS}><sheetData><row><c t="d"><v>2026-12-31T00:00:00</v></c></row>'
    sheet += "</sheetData></worksheet>"
    assert cells(workbook(sheet)) == [("2026-12-31",)]


def hide(book, sheet):
    sheet.set_row(1, None, None, {"hidden": True})
    sheet.set_column(2, 2, None, None, {"hidden": True})
    old = book.add_worksheet("Old draft")
    old.write(0, 0, "Old")
    old.hide()


def test_what_is_hidden_is_told_and_left_out_unless_asked_for():
    data = spreadsheet([["Ref", "", "x"], ["1.2"], ["1.3"]], hide)
    book = read(data)
    assert [row.number for row in book.sheets[0].rows] == [1, 3]
    assert [(remark.what, remark.where, remark.lost) for remark in book.remarks] == [
        ("Hidden sheets", ("Old draft",), True),
        ("Hidden rows", ("Sheet 2 (1.2)",), True),
        ("Hidden columns", ("Sheet C",), False),
    ]
    assert len(read(data, hidden=True).sheets) == 2
    assert len(cells(data, hidden=True)) == 3


def test_a_merged_cell_speaks_for_every_row_that_holds_something():
    def merge(book, sheet):
        sheet.merge_range("A1:B1", "A title")
        sheet.merge_range("A2:A5", "Chapter")

    data = spreadsheet([[], ["", "one"], ["", "two"], [], ["", "three"], ["", "four"]], merge)
    assert cells(data) == [
        ("A title",),
        ("Chapter", "one"),
        ("Chapter", "two"),
        ("Chapter", "three"),
        ("", "four"),
    ]


def test_texts_are_read_without_marks_and_readings_aloud():
    strings = '<si><r><t>漢</t></r><r><t xml:space="preserve">字 </t></r><rPh><t>かんじ</t></rPh>'
    strings += "</si><si><t>a_x000D_b_x005F_x0041_</t></si>"
    sheet = '<x:worksheet xmlns:x="x"><x:row><x:c t="s"><x:v>0</x:v></x:c><x:c t="s"><x:v>1'
    sheet += "</x:v></x:c></x:row></x:worksheet>"
    assert cells(workbook(sheet, strings=strings)) == [("漢字 ", "a\rb_x0041_")]


def test_an_opendocument_sheet_is_read_as_it_shows():
    date = 'office:value-type="date" office:date-value="2026-05-01T00:00:00"'
    span = 'table:number-rows-spanned="2"'
    rows = (
        "<table:table-row>" + ods_cell("Chapter", span) + ods_cell("5.10") + "</table:table-row>"
        '<table:table-row><table:covered-table-cell table:number-columns-repeated="1"/>'
        + ods_cell("01.05.26", date)
        + "</table:table-row>"
        + ods_row("hidden", more='table:visibility="collapse"')
        + '<table:table-row table:number-rows-repeated="1048570"><table:table-cell '
        'table:number-columns-repeated="16384"/></table:table-row>'
    )
    book = read(opendocument(f'<table:table table:name="List">{rows}</table:table>'))
    assert [row.cells for row in book.sheets[0].rows] == [
        ("Chapter", "5.10"),
        ("Chapter", "2026-05-01"),
    ]
    assert book.sheets[0].rows[1].kinds == {1: Kind.DATE}
    assert [remark.where for remark in book.remarks] == [("List 3 (hidden)",)]


def test_a_hidden_opendocument_sheet_and_its_spaces():
    style = '<style:style style:name="ta2"><style:table-properties table:display="false"/>'
    text = 'a<text:s text:c="2"/>b<text:line-break/>c</text:p><text:p>d'
    data = opendocument(
        f"<table:table>{ods_row(text)}</table:table>"
        f'<table:table table:name="Old" table:style-name="ta2">{ods_row("x")}</table:table>',
        style + "</style:style>",
    )
    book = read(data)
    assert [sheet.rows[0].cells for sheet in book.sheets] == [("a  b\nc\nd",)]
    assert [remark.where for remark in book.remarks] == [("Old",)]


@pytest.mark.parametrize("repeat", [3, 30])
def test_cells_that_stand_repeatedly_are_repeated(repeat):
    row = ods_cell("x", f'table:number-columns-repeated="{repeat}"')
    more = f'<table:table-row table:number-rows-repeated="{repeat}">{row}</table:table-row>'
    found = cells(opendocument(f"<table:table>{more}</table:table>"))
    assert found == [("x",) * repeat] * repeat
