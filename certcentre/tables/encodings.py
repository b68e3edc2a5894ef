"""From the bytes of a text file to its text: UTF-8, UTF-16 with or without a mark, Windows-1252."""

import re

from django.utils.translation import gettext

from certcentre.tables.rows import Unreadable

CP1252 = "cp1252"
BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
NO_TEXT = re.compile("[\x00-\x08\x0e-\x1f]")


def decoded(data: bytes, *, guessing: bool = True) -> tuple[str, str]:
    """A file's text, and the encoding where it had to be guessed.

    Windows-1252 is guessed only for tables: what programs write is UTF-8.
    """
    encoding = next((name for mark, name in BOMS if data.startswith(mark)), "")
    guessed = "" if encoding else guess(data)
    try:
        named = guessed if guessing or guessed != CP1252 else ""
        text = data.decode(encoding or named or "utf-8")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise Unreadable(
            gettext(
                "Line %(line)s is not UTF-8. Save the file again as UTF-8 (in a "
                "spreadsheet: “CSV UTF-8”), then bring it here again."
            )
            % {"line": line}
        ) from error
    if not text.strip():
        raise Unreadable(gettext("The file is empty."))
    if NO_TEXT.search(text):
        raise Unreadable(gettext("The file holds bytes that are not text. Is it the right file?"))
    return text, guessed


def guess(data: bytes) -> str:
    """The encoding of a file without a mark; empty for UTF-8."""
    head = data[:4096]
    for name, zeros in (("utf-16-le", head[1::2]), ("utf-16-be", head[::2])):
        if len(head) > 3 and zeros.count(0) > len(zeros) * 0.6:
            return name
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        try:
            data.decode(CP1252)
        except UnicodeDecodeError:
            return ""
        return CP1252
    return ""
