"""The formula guard: no text that leaves the portal is worked out by a spreadsheet.

A text that begins like a formula gets an apostrophe in front, which spreadsheets hide; reading
takes it off again. Texts that begin with apostrophes before such a sign get one more, so that
what was written is read back equal, whatever it was.
"""

import re

SIGNS = "=+\\-@\t\r\n＝＋－＠"  # noqa: RUF001 (full width: some programs take them alike)
BEGINS = re.compile(f"'*[{SIGNS}]")
GUARDED = re.compile(f"'+[{SIGNS}]")


def guarded(text: str) -> str:
    """The text so that no program takes it for a formula."""
    return f"'{text}" if BEGINS.match(text) else text


def unguarded(text: str) -> str:
    """The text as it was before it was guarded."""
    return text[1:] if GUARDED.match(text) else text
