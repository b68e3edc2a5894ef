"""Damaged, locked, foreign and hostile files: refused in words, quickly, within memory."""

import time
import tracemalloc
from contextlib import suppress

import pytest

from certcentre.tables.reading import read
from certcentre.tables.rows import Unreadable
from tests.effort import asked
from tests.tables.files import NS, ods_cell, opendocument, packed, spreadsheet, workbook

pytestmark = [pytest.mark.long, pytest.mark.alike]

MEGABYTE = 1024 * 1024
LONGEST = asked("LONGEST", 8)  # seconds; `make soak` asks for 2, on a quiet machine
SHEET = f"<worksheet {NS}><sheetData>%s</sheetData></worksheet>"
LAUGHS = (
    "<!DOCTYPE x [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;&a;'>]>" + SHEET % "<row><c>&b;</c></row>"
)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
FAR = 'table:number-columns-repeated="16000"'
DAMAGED = "damaged"


def cut(data):
    return data[: len(data) // 2]


def repeated(xml, number):
    return opendocument(f'<table:table><table:table-row table:number-rows-repeated="{number}">'
                        f"{xml}</table:table-row></table:table>")  # fmt: skip


HOSTILE = {
    "cut off": (lambda: cut(spreadsheet([["a"]])), DAMAGED),
    "no zip at all": (lambda: b"PK\x03\x04 nothing packed", DAMAGED),
    "broken XML": (lambda: workbook("<worksheet><row><c><v>1</v>"), DAMAGED),
    "entities": (lambda: workbook(LAUGHS), DAMAGED),
    "no sheets": (lambda: packed(xl__workbook_dot_xml="<workbook/>"), DAMAGED),
    "a text that is not there": (
        lambda: workbook(SHEET % '<row><c t="s"><v>9</v></c></row>'),
        DAMAGED,
    ),
    "words for numbers": (lambda: workbook(SHEET % '<row r="x"><c/></row>'), DAMAGED),
    "a column too far": (
        lambda: workbook(SHEET % '<row><c r="ZZZ1"><v>1</v></c></row>'),
        DAMAGED,
    ),
    "100 MB": (lambda: workbook("x" * (101 * MEGABYTE)), "unpacks to 101 MB"),
    "a million empty cells": (
        lambda: workbook(SHEET % (("<row>" + "<c/>" * 999 + "</row>") * 1100)),
        "most of them empty",
    ),
    "a long text named often": (
        lambda: workbook(
            SHEET % ('<row><c t="s"><v>0</v></c></row>' * 2000),
            strings=f"<si><t>{'x' * 30_000}</t></si>",
        ),
        "more text than any standard",
    ),
    "texts without end": (
        lambda: workbook(SHEET % "", strings="<si><t>{}</t></si>".format("é" * 21_000_000)),
        "more text than any standard",
    ),
    "rows without end": (lambda: repeated(ods_cell("x"), 10**9), "more than 20,000 rows"),
    "columns without end": (lambda: repeated(ods_cell("x", FAR), 1), "more than 200 cells"),
    "spaces without end": (lambda: repeated(ods_cell('<text:s text:c="999999999"/>'), 1), None),
    "a Word file": (lambda: packed(word__document_dot_xml="<x/>"), "This is Word (DOCX)"),
    "OpenDocument text": (
        lambda: packed(mimetype="application/vnd.oasis.opendocument.text"),
        "OpenDocument (ODT)",
    ),
    "an archive": (lambda: packed(a="b"), "This is ZIP"),
    "OpenDocument without a table": (lambda: opendocument(""), "holds no table"),
    "old Excel": (lambda: OLE + "Workbook".encode("utf-16-le"), "XLS (Excel 97)"),
    "locked": (lambda: OLE + "EncryptedPackage".encode("utf-16-le"), "locked with a password"),
    "rows of nothing": (lambda: b"a,b\n" + b"\n" * 3_000_000, "most of them empty"),
    "one open quotation mark": (lambda: b'a,b\n1,"' + b"x,\n" * 100_000, "200,000 characters"),
    "too large": (lambda: b"x" * (26 * MEGABYTE), "has 26 MB; at most 25 MB"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_in_words(name):
    make, said = HOSTILE[name]
    data = make()
    begun = time.process_time()
    try:
        found = str(read(data).sheets)
    except Unreadable as refused:
        found = str(refused)
    assert said is None or said in found
    assert time.process_time() - begun < LONGEST


WATCHED = ["a long text named often", "columns without end", "entities"]


@pytest.mark.parametrize("name", HOSTILE if LONGEST <= 2 else WATCHED)  # watching makes it slow
def test_a_hostile_file_stays_small_in_memory(name):
    data = HOSTILE[name][0]()
    tracemalloc.start()
    with suppress(Unreadable):
        read(data)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < (100 if name in WATCHED else 200) * MEGABYTE


def test_memory_is_seen():
    """The control."""
    tracemalloc.start()
    assert len(bytes(201 * MEGABYTE))
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most > 200 * MEGABYTE
