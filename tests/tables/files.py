"""Files of tables that the tests make themselves: workbooks, OpenDocument, and hostile ones."""

import io
import zipfile

import xlsxwriter

NS = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
ODF = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for name in ("office", "table", "text", "style")
)


def packed(**parts):
    """A zip file of named parts; `__` stands for a slash, `_dot_` for a point."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as folder:
        for name, content in parts.items():
            folder.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return out.getvalue()


def workbook(sheet, *, strings="", name="Sheet", more=""):
    """A workbook whose one sheet is this XML, as no program would write it."""
    return packed(
        xl__workbook_dot_xml=f'<workbook {NS} xmlns:r="{RELATIONS}">{more}<sheets>'
        f'<sheet name="{name}" sheetId="1" r:id="rId1"/></sheets></workbook>',
        xl___rels__workbook_dot_xml_dot_rels='<Relationships><Relationship Id="rId1" '
        f'Type="{RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        xl__worksheets__sheet1_dot_xml=sheet,
        xl__sharedStrings_dot_xml=f"<sst {NS}>{strings}</sst>",
    )


def spreadsheet(rows, arrange=lambda book, sheet: None):
    """A workbook as a program writes it: numbers are numbers, the rest is text."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False})
    sheet = book.add_worksheet("Sheet")
    for at, row in enumerate(rows):
        sheet.write_row(at, 0, row)
    arrange(book, sheet)
    book.close()
    return out.getvalue()


def opendocument(tables, styles=""):
    """An ODS file whose tables are this XML."""
    return packed(
        mimetype="application/vnd.oasis.opendocument.spreadsheet",
        content_dot_xml=f"<office:document-content {ODF}><office:automatic-styles>{styles}"
        f"</office:automatic-styles><office:body><office:spreadsheet>{tables}"
        "</office:spreadsheet></office:body></office:document-content>",
    )


def ods_cell(text, more=""):
    return f"<table:table-cell {more}><text:p>{text}</text:p></table:table-cell>"


def ods_row(*texts, more=""):
    cells = "".join(map(ods_cell, texts))
    return f"<table:table-row {more}>{cells}</table:table-row>"
