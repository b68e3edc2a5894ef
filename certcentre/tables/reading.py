"""The one door for tables: told apart by their bytes, and what is hidden in them is told."""

import zipfile
from collections.abc import Callable

from django.utils.translation import gettext

from certcentre.tables.csv_files import read as read_csv
from certcentre.tables.ods_files import MIME
from certcentre.tables.ods_files import read as read_ods
from certcentre.tables.packed import OLE, damaged, locked, unpacked
from certcentre.tables.rows import (
    LARGEST,
    Book,
    Foreign,
    Remark,
    Row,
    Sheet,
    Unreadable,
    too_large,
)
from certcentre.tables.xlsx_files import MAIN
from certcentre.tables.xlsx_files import read as read_xlsx

TEXT = "csv"  # what any text is taken for
READERS: dict[str, Callable[[bytes], Book]] = {
    TEXT: read_csv,
    "xlsx": read_xlsx,
    "ods": read_ods,
}
HEADS = {  # how files begin that people bring by mistake
    b"%PDF": "PDF",
    b"MZ\x90": "EXE",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"\x1f\x8b": "GZIP",
    b"{\\rtf": "RTF",
    b"<": "XML / HTML",
}
PARTS = (  # a part that tells what an office file is, and what people call it
    ("word/document.xml", "Word (DOCX)"),
    ("ppt/presentation.xml", "PowerPoint (PPTX)"),
    ("xl/workbook.bin", "XLSB"),
    ("Index/Document.iwa", "Numbers"),
)
LOCKED = "locked"
OLD = {  # the same for files of Office 97, and for what locks newer ones
    "EncryptedPackage": LOCKED,
    "Workbook": "XLS (Excel 97)",
    "WordDocument": "DOC (Word 97)",
    "": "XLS / DOC (Office 97)",
}
MIMES = {
    "application/vnd.oasis.opendocument.text": "OpenDocument (ODT)",
    "application/vnd.oasis.opendocument.presentation": "OpenDocument (ODP)",
}


def read(data: bytes, *, largest: int = LARGEST, hidden: bool = False) -> Book:
    """The tables of a file. Hidden rows and sheets are left out and told, unless asked for."""
    if len(data) > largest:
        raise too_large(len(data), largest)
    book = READERS[kind_of(data)](data)
    tell_hidden(book, taken=hidden)
    if not hidden:
        book.sheets = [sheet for sheet in book.sheets if not sheet.hidden]
        for sheet in book.sheets:
            sheet.rows = [row for row in sheet.rows if not row.hidden]
    return book


def kind_of(data: bytes) -> str:
    """One of READERS, by what is in the file. Unreadable with what it is instead."""
    if data.startswith(OLE):
        inside = next(
            (words for part, words in OLD.items() if part.encode("utf-16-le") in data), ""
        )
        raise Foreign(inside) if inside != LOCKED else Unreadable(locked())
    if data.startswith(b"PK\x03\x04"):
        with unpacked(data) as packed:
            return kind_of_parts(packed)
    if data.startswith(b"PK"):
        raise Unreadable(damaged())
    head = data[:20].removeprefix(b"\xef\xbb\xbf").lstrip()
    if name := next((name for begins, name in HEADS.items() if head.startswith(begins)), ""):
        raise Foreign(name)
    return TEXT


def kind_of_parts(packed: zipfile.ZipFile) -> str:
    names = set(packed.namelist())
    if MAIN in names:
        return "xlsx"
    mime = packed.read("mimetype")[:100].decode("ascii", "replace") if "mimetype" in names else ""
    if mime.startswith(MIME):
        manifest = "META-INF/manifest.xml"
        if manifest in names and b"encryption-data" in packed.read(manifest):
            raise Unreadable(locked())
        return "ods"
    name = MIMES.get(mime.strip()) or next((kind for part, kind in PARTS if part in names), "")
    raise Foreign(name or "ZIP")


def tell_hidden(book: Book, *, taken: bool) -> None:
    """Say what the owner of the file does not see of it."""
    sheets = [sheet.name for sheet in book.sheets if sheet.hidden and sheet.rows]
    shown = [sheet for sheet in book.sheets if not sheet.hidden]
    rows = [in_short(sheet, row) for sheet in shown for row in sheet.rows if row.hidden]
    columns = [
        f"{sheet.name} {name}" for sheet in shown if sheet.rows for name in sheet.hidden_columns
    ]
    read, left = gettext("read as if they were shown"), gettext("left out")
    for what, where, whole in (
        (gettext("Hidden sheets"), sheets, taken),
        (gettext("Hidden rows"), rows, taken),
        (gettext("Hidden columns"), columns, True),
    ):
        if where:
            book.remarks.append(Remark(what, read if whole else left, tuple(where), not whole))


def in_short(sheet: Sheet, row: Row) -> str:
    text = next(filter(None, row.cells), "")
    return f"{sheet.name} {row.number} ({text[:40]})"
