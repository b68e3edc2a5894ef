"""Office files are zip files of XML: opened under limits, told apart, and read as a stream.

Nothing is unpacked as a whole, entities and document types are refused, and what is damaged is
said in words. expat is used as it is: `iterparse` builds an element for each cell, and took twice
as long.
"""

import io
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from xml.parsers import expat

from django.utils.translation import gettext

from certcentre.tables.rows import Unreadable, megabytes

LARGEST_UNPACKED = 100 * 1024 * 1024
MOST_PARTS = 5000
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # the container of Office 97, and of locked files
PIECE = 1 << 16
Start = Callable[[str, dict[str, str]], None]
End = Callable[[str], None]
Data = Callable[[str], None]


class Broken(ValueError):
    """A part of an office file is not what it should be."""


@contextmanager
def unpacked(data: bytes) -> Iterator[zipfile.ZipFile]:
    """An office file, open. Unreadable when it is damaged, locked or unpacks to too much."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            refuse_bombs(packed)
            yield packed
    except Unreadable:
        raise
    except (
        *(zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError),
        *(LookupError, ValueError, OverflowError),  # what a part that is not as it should be gives
    ) as error:
        raise Unreadable(damaged()) from error


def damaged() -> str:
    return gettext(
        "The file is damaged: it is not a workbook that can be opened. Open it in a spreadsheet, "
        "save it again, and bring that file."
    )


def refuse_bombs(packed: zipfile.ZipFile) -> None:
    """A small file may unpack to an endless one."""
    parts = packed.infolist()
    size = sum(part.file_size for part in parts)
    if size > LARGEST_UNPACKED:
        raise Unreadable(
            gettext("The workbook unpacks to %(value)s MB; at most %(limit)s MB.")
            % {"value": megabytes(size), "limit": megabytes(LARGEST_UNPACKED)}
        )
    if len(parts) > MOST_PARTS:
        raise Unreadable(gettext("The file has too many parts inside."))
    if any(part.flag_bits & 1 for part in parts):
        raise Unreadable(locked())


def locked() -> str:
    return gettext(
        "The file is locked with a password. Open it, take the password off, save it, and bring "
        "it again."
    )


def stream(
    packed: zipfile.ZipFile,
    name: str,
    start: Start | None = None,
    end: End | None = None,
    data: Data | None = None,
) -> None:
    """Tell a part's XML, element by element, by names without prefix. Broken when it is not XML."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = refuse_types
    if start:
        parser.StartElementHandler = start
    if end:
        parser.EndElementHandler = end
    if data:
        parser.CharacterDataHandler = data
    try:
        with packed.open(name) as part:
            while piece := part.read(PIECE):
                parser.Parse(piece)
            parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise Broken(str(error)) from error


def refuse_types(*_: object) -> None:
    """No workbook declares a document type; what does wants to unfold entities."""
    raise Broken("a document type is declared")


def local(name: str) -> str:
    """An element's or attribute's name without its prefix."""
    return name.rpartition(":")[2]
