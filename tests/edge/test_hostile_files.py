"""Damaged, locked, foreign and swollen files at every door that takes one: refused in words."""

import io
import json
import time
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from docx import Document
from openpyxl import Workbook

from tests.access import TABLE
from tests.edge import hostile
from tests.edge.test_hostile_input import Asked, person
from tests.effort import asked, in_turn
from tests.test_access import built, world  # noqa: F401

READ = {row.name: row for row in TABLE if row.method == "get"}
LONGEST = asked("LONGEST", 10)  # seconds for one file; `make soak` asks for 2


def workbook():
    book = Workbook()
    book.active.append(["Ref", "Title"])
    book.active.append(["1", "One"])
    return written(book)


def written(made):
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


def packed(**members):
    """A zip file; `__` in a name stands for a slash and a dot."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/"), content)
    return stream.getvalue()


def without_section():
    """A Word file whose body has lost its last section, as some programs write it."""
    document = Document()
    document.add_paragraph("[[requirements]]")
    body = document.element.body
    body.remove(body.sectPr)
    return written(document)


def emptied(data, member):
    """The same package with one part replaced by nothing that is XML."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            new.writestr(name, b"<a" if name == member else old.read(name))
    return stream.getvalue()


LAUGHS = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "ha"}">' for n in range(10))
XML = f"<?xml version='1.0'?><!DOCTYPE a [{LAUGHS}]><catalog>&a9;</catalog>".encode()
ALIASES = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [{f'*a{n - 1},' * 9}]\n" for n in range(1, 12))
BOOK = workbook()
WORDS = written(Document())
LOCKED = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(4096)  # how Office keeps what has a password
FILES = {
    "empty.xlsx": b"",
    "half.xlsx": BOOK[: len(BOOK) // 2],
    "damaged.xlsx": BOOK[:200] + b"\xff" * 40 + BOOK[240:],
    "sheet.xlsx": emptied(BOOK, "xl/worksheets/sheet1.xml"),
    "index.xlsx": emptied(BOOK, "xl/workbook.xml"),
    "locked.xlsx": LOCKED,
    "zip.xlsx": packed(a=b"b"),
    "swollen.xlsx": packed(xl__workbook=b"<a/>", xl__big=b"0" * 60_000_000),
    "list.docx": WORDS,
    "locked.docx": LOCKED,
    "half.docx": WORDS[: len(WORDS) // 2],
    "body.docx": emptied(WORDS, "word/document.xml"),
    "section.docx": without_section(),
    "words.xlsx": WORDS,
    "book.docx": BOOK,
    "list.ods": packed(mimetype=b"application/vnd.oasis.opendocument.spreadsheet"),
    "deep.json": b"[" * 200_000,
    "list.json": json.dumps({"catalog": {"groups": [None, {"controls": [[]]}]}}).encode(),
    "odd.json": b'{"catalog": {"metadata": {"title": "\\ud800\\u0000"}}}',
    "laughs.xml": XML,
    "aliases.yaml": ALIASES.encode(),
    "tag.yaml": b"!!python/object/apply:os.system ['true']",
    "tabs.yaml": b"a:\n\t- b: [",
    "wide.csv": b"," * 500_000,
    "nul.csv": b"Ref\x00,Title\n\x00,\x00\n",
    "half.csv": 'Ref,Title\n1,"open'.encode("utf-16"),
    "bytes.csv": bytes(range(256)) * 20,
    "report.pdf": b"%PDF-1.7\n1 0 obj <<>> endobj trailer << /Root 1 0 R >>",
    "half.pdf": b"%PDF-1.7\n" + b"\xff" * 500,
    "token.jwt": b"e30.e30.AAAA",
    "picture.png": b"\x89PNG\r\n\x1a\n\x00",
    "\u202egnp.exe": b"MZ\x00",
}


def doors(page):
    """The forms that take a file: where to, what else they hold, and the name of the file."""
    for action, _method, fields, form in hostile.forms_of(page.content):
        names = [name for name, field in fields.items() if field.get("type") == "file"]
        if names:
            yield action, hostile.filled(form), names


@pytest.mark.long
@pytest.mark.parametrize("row", in_turn(READ.values(), of=3), ids=str)
def test_every_door_says_what_is_wrong_with_a_file(row, world):  # noqa: F811
    address = reverse(row.name, args=row.args(world)) + row.query
    ask = Asked(world, person(row))
    page = ask("get", address)
    if page.status_code != 200 or "html" not in page["Content-Type"]:
        return
    slow = []
    for action, kept, names in doors(page):
        for name, content in FILES.items():
            start = time.monotonic()
            files = {each: SimpleUploadedFile(name, content) for each in names}
            ask("post", action or address, {**kept, **files})
            if time.monotonic() - start > LONGEST:
                slow.append(name)
    assert ask.faults == []
    assert slow == []


def test_the_doors_are_found(world):  # noqa: F811
    page = Asked(world, "officer")("get", reverse("catalogue-imports"))
    assert [names for _, _, names in doors(page)] == [["file"]]
