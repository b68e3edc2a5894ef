"""What kind of file it really is."""

import io
import zipfile

import pytest

from certcentre import received_files
from certcentre.received_files import CSV, MP4, ODF, PDF, PNG, TEXT, WEBM, Unwelcome
from certcentre.tables.writing import OOXML
from standards.assessment import links

pytestmark = pytest.mark.alike


def packed(**members):
    """A zip file with these members; `__` in a name stands for a slash."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        for name, text in members.items():
            made.writestr(name.replace("__", "/").replace("_types", "[Content_Types]"), text)
    return file.getvalue()


DOCX = packed(**{"_types.xml": "<Types/>", "word__document.xml": "<w/>"})


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.pdf", b"%PDF-1.7 x", PDF),
        ("a.exe", b"%PDF-1.7 x", PDF),  # the bytes decide; the name is mended
        ("a.png", b"\x89PNG\r\n\x1a\n..", PNG),
        ("a.mp4", b"\x00\x00\x00\x18ftypmp42", MP4),
        ("a.webm", b"\x1a\x45\xdf\xa3....webm", WEBM),
        ("a.txt", "Größe 大".encode(), TEXT),
        ("a.csv", "Größe;1".encode("cp1252"), CSV),
        ("a.docx", DOCX, OOXML + "wordprocessingml.document"),
        ("a.xlsx", packed(**{"xl__workbook.xml": "<x/>"}), OOXML + "spreadsheetml.sheet"),
        ("a.odt", packed(mimetype=ODF + "text"), ODF + "text"),
    ],
)
def test_welcome(name, content, expected):
    assert received_files.media_type(io.BytesIO(content), name) == expected


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.pdf", b"", "empty"),
        ("a.pdf", b"MZ\x90\x00", "do not take"),
        ("a.txt", b"MZ\x90", "do not take"),
        ("a.html", b"<!doctype html><script>", "do not take"),
        ("a.txt", b"\xef\xbb\xbf  <html>", "do not take"),
        ("a.svg", b"<svg onload=alert(1)>", "do not take"),
        ("a.txt", b"#!/bin/sh", "do not take"),
        ("a.sh", b"rm", "do not take"),
        ("a.js", b"alert(1)", "do not take"),
        ("a.txt", b"a\x00b", "do not take"),
        ("a.docx", b"PK\x03\x04 broken", "damaged"),
        ("a.docx", packed(any="thing"), "archive"),
        ("a.jar", packed(**{"META-INF__MANIFEST.MF": "x"}), "archive"),
        ("a.odt", packed(mimetype=ODF + "text", Basic__script="x"), "macros"),
        ("a.docx", packed(**{"word__document.xml": "", "word__vbaProject.bin": ""}), "macros"),
        (
            "a.docx",
            packed(**{"word__document.xml": "", "_types.xml": "x.macroEnabled.main+xml"}),
            "macros",
        ),
    ],
)
def test_unwelcome(name, content, words):
    with pytest.raises(Unwelcome, match=words):
        received_files.media_type(io.BytesIO(content), name)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("bericht größe 大.pdf", "bericht größe 大.pdf"),
        ("تقرير.PDF", "تقرير.PDF"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\x\\report.pdf", "report.pdf"),
        ('a"; filename="b.exe', "a_; filename=_b.exe.pdf"),
        ("<script>alert(1)</script>.pdf", "script_.pdf"),
        ("invoice\u202efdp.exe", "invoicefdp.exe.pdf"),
        ("line\r\nSet-Cookie: a.pdf", "lineSet-Cookie_ a.pdf"),
        ("...", "file.pdf"),
        ("x" * 500 + ".pdf", "x" * 120 + ".pdf"),
    ],
)
def test_hostile_names_become_plain_ones(name, expected):
    assert received_files.safe_name(name, PDF) == expected


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "ftp://example.org/a",
        "file:///etc/passwd",
        "//example.org",
        "example.org",
        "https://",
        "https://user:secret@example.org/",
        "https://example.org/a b",
        "http://[::1",
        "https://example.org:99999/",
        "https://example.org/" + "x" * 600,
        "data:text/html,x",
        "",
    ],
)
def test_links_that_cannot_be_filed(link):
    assert links.flaw(link)


@pytest.mark.parametrize(
    "link", ["https://example.org/r.pdf?a=1#b", "http://例え.jp/大", "https://192.0.2.1/x"]
)
def test_links_that_can(link):
    assert links.flaw(link) == ""
