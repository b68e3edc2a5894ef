"""The annex inside the buyer's own Word file, where a line says [[requirements]].

The file comes from outside: it is looked at as bytes before python-docx opens it, and nothing in
it is ever evaluated.
"""

import io
import re
import zipfile
from typing import IO, Any
from xml.sax import SAXException
from xml.sax.handler import ContentHandler

from defusedxml import DefusedXmlException
from defusedxml.sax import make_parser
from django.utils.translation import gettext
from docx import Document

from certcentre.lifecycle import NotReady
from tenders.annex import Annex, Tell, silent
from tenders.export.docx import TEXT_WIDTH, Pen, saved, write_parts

PLACE = "[[requirements]]"
MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
MAX_BYTES = 20 * 1024 * 1024
MAX_OPEN = 150 * 1024 * 1024  # all members together, unpacked
MAX_MEMBERS = 3000
CHUNK = 1 << 16
HEADING = re.compile(r"[Hh]eading (\d)$")


def write(own: bytes, annex: Annex, tell: Tell = silent) -> bytes:
    """The buyer's file with the annex in place of its one [[requirements]] line."""
    document, place = place_in(own)
    width = min(TEXT_WIDTH, text_width(document))
    pen = Pen(document, annex, place.addprevious, depth=depth(document, place), width=width)
    write_parts(pen, annex, tell)
    place.getparent().remove(place)
    return saved(document)


def place_in(own: bytes) -> tuple[Any, Any]:
    """The file opened, and the paragraph that the annex replaces; NotReady says what is wrong."""
    check(own)
    try:
        document = Document(io.BytesIO(own))
        places = [line for line in document.paragraphs if PLACE in line.text]
    except Exception as error:  # whatever python-docx meets in a file that is not what it says
        raise NotReady(not_word()) from error
    if len(places) != 1 or places[0].text.strip() != PLACE:
        raise NotReady(
            gettext(
                "Put %(place)s once into your file, on a line of its own and outside tables. "
                "We found it %(count)d times."
            )
            % {"place": PLACE, "count": len(places)}
        )
    return document, places[0]._p


def check(own: bytes) -> None:
    """Refuse what is no plain Word file, or would unpack to more than we hold."""
    if len(own) > MAX_BYTES:
        raise NotReady(
            gettext("Your file is larger than %(limit)d MB.") % {"limit": MAX_BYTES >> 20}
        )
    try:
        with zipfile.ZipFile(io.BytesIO(own)) as packed:
            check_members(packed)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError) as error:
        raise NotReady(not_word()) from error


def check_members(packed: zipfile.ZipFile) -> None:
    names = set(packed.namelist())
    if not {"[Content_Types].xml", "word/document.xml"} <= names or len(names) > MAX_MEMBERS:
        raise NotReady(not_word())
    if any("vbaproject" in name.lower() for name in names):
        raise NotReady(gettext("Your file holds macros. Save it as .docx without them."))
    left = MAX_OPEN
    for member in packed.infolist():
        with packed.open(member) as stream:
            left -= unpacked(stream, left, xml=member.filename.endswith((".xml", ".rels")))
    if MAIN.encode() not in packed.read("[Content_Types].xml"):
        raise NotReady(not_word())


def unpacked(stream: IO[bytes], left: int, *, xml: bool) -> int:
    """How many bytes a member unpacks to; its XML must be sound and free of a DTD."""
    parser = make_parser() if xml else None
    size = 0
    try:
        if parser:
            parser.forbid_dtd = True
            parser.setContentHandler(ContentHandler())
        while chunk := stream.read(CHUNK):
            size += len(chunk)
            if size > left:
                raise NotReady(gettext("Your file unpacks to more than we can open."))
            if parser:
                parser.feed(chunk)
        if parser and size:
            parser.close()
    except (SAXException, DefusedXmlException) as error:
        raise NotReady(not_word()) from error
    return size


def not_word() -> str:
    return gettext("This is not a Word file we can open. Save it as .docx and try again.")


def text_width(document: Any) -> int:
    """Between the margins of the first section, in twentieths of a point."""
    section = document.sections[0]
    inside = section.page_width - section.left_margin - section.right_margin
    return max(int(inside) // 635, 4000)  # 635 English metric units to a twentieth


def depth(document: Any, place: Any) -> int:
    """The level of the heading that the line stands under: our parts go one below."""
    level = 0
    for line in document.paragraphs:
        if line._p is place:
            break
        found = HEADING.search(line.style.name) if line.style else None
        level = int(found.group(1)) if found else level
    return min(level, 6)
