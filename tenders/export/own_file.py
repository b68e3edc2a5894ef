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
from docx.document import Document as WordDocument
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph
from lxml.etree import _Element

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
UNSEEN_LETTERS = re.compile("[\u200b-\u200d\u2060\ufeff\u00ad]")
UNSEEN = (
    qn("w:moveFrom"),
    qn("w:del"),
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",
)
NO_ROOM = (qn("w:tbl"), qn("w:txbxContent"))
STARTS = tuple(map(qn, ("w:bookmarkStart", "w:commentRangeStart", "w:permStart")))
ENDS = tuple(map(qn, ("w:bookmarkEnd", "w:commentRangeEnd", "w:permEnd")))
SECTION = f"{qn('w:pPr')}/{qn('w:sectPr')}"
NARROWEST = 1500  # twentieths of a point: below it no table can be read


def write(own: bytes, annex: Annex, tell: Tell = silent) -> bytes:
    """The buyer's file with the annex in place of its one [[requirements]] line."""
    document, line = place_in(own)
    place = whole(line)
    for mark in marks(line, STARTS):
        place.addprevious(mark)
    width = text_width(section_of(document, place))
    pen = Pen(document, annex.language, place.addprevious, depth=depth(document, line), width=width)
    write_parts(pen, annex, tell)
    for mark in marks(line, ENDS):
        place.addprevious(mark)
    if line.find(SECTION) is not None:  # the end of a section stands in its last paragraph
        for part in [part for part in line if part.tag != qn("w:pPr")]:
            line.remove(part)
    else:
        place.getparent().remove(place)
    return saved(document)


def place_in(own: bytes) -> tuple[Any, Any]:
    """The file opened, and the paragraph that the annex replaces; NotReady says what is wrong."""
    check(own)
    try:
        document = Document(io.BytesIO(own))
        lines = [line for line in document.element.body.iter(qn("w:p")) if PLACE in words(line)]
    except Exception as error:  # whatever python-docx meets in a file that is not what it says
        raise NotReady(not_word()) from error
    inside = [line for line in lines if next(line.iterancestors(*NO_ROOM), None) is not None]
    free = [line for line in lines if line not in inside]
    if len(free) != 1 or words(free[0]) != PLACE:
        reasons = [
            gettext(
                "Put %(place)s once into your file, on a line of its own and outside tables. "
                "We found it %(count)d times."
            )
            % {"place": PLACE, "count": len(free)}
        ]
        if inside:
            reasons.append(gettext("It stands in a table or a text box, where no table fits."))
        raise NotReady(" ".join(reasons))
    if whole(free[0]) is None:
        raise NotReady(
            gettext(
                "%(place)s stands in a content control together with other words. Put it on a "
                "line of its own outside the control."
            )
            % {"place": PLACE}
        )
    return document, free[0]


def words(line: _Element) -> str:
    """What a paragraph shows, inserted words and controls included; of no width counts for none."""
    shown = [
        part.text or ""
        for part in line.iter(qn("w:t"))
        if next(part.iterancestors(*UNSEEN), None) is None and owner(part) is line
    ]
    return UNSEEN_LETTERS.sub("", "".join(shown)).strip()


def owner(part: _Element) -> Any:
    return next(part.iterancestors(qn("w:p")))


def whole(line: _Element) -> Any:
    """What is replaced: the paragraph, or the content control around it that holds nothing else."""
    controls = list(line.iterancestors(qn("w:sdt")))
    if not controls:
        return line
    outer = controls[-1]
    lines = [each for each in outer.iter(qn("w:p")) if each is not line and words(each)]
    return None if lines or outer.find(f".//{SECTION}") is not None else outer


def marks(line: _Element, names: tuple[str, ...]) -> list[Any]:
    """The ends of bookmarks and comments in a paragraph: their other ends may stand elsewhere."""
    return list(line.iter(*names))


def section_of(document: WordDocument, place: _Element) -> Any:
    """The properties of the section that a part of the body stands in; none where it has none."""
    body = document.element.body
    top = next((each for each in place.iterancestors() if each.getparent() is body), place)
    for part in (top, *top.itersiblings()):
        section = part if part.tag == qn("w:sectPr") else part.find(SECTION)
        if section is not None:
            return section
    return None


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


def text_width(section: Any) -> int:
    """Of one column between the margins, in twentieths of a point."""
    if section is None:
        return TEXT_WIDTH
    page, margin = section.find(qn("w:pgSz")), section.find(qn("w:pgMar"))
    inside = number(page, "w", 12240)
    inside -= sum(number(margin, side, 1440) for side in ("left", "right"))
    inside -= number(margin, "gutter", 0)
    columns = [(number(each, "num", 1), each) for each in section.findall(qn("w:cols"))]
    count, split = max(columns, key=lambda pair: pair[0], default=(1, None))
    if count > 1:
        inside = (inside - number(split, "space", 720) * (count - 1)) // count
    return max(inside, NARROWEST)


def number(part: _Element, name: str, usual: int) -> int:
    """A measure of an element; what is missing or no number is as Word takes it."""
    try:
        return int(part.get(qn(f"w:{name}")))
    except (AttributeError, TypeError, ValueError):
        return usual


def depth(document: WordDocument, place: _Element) -> int:
    """The level of the heading that the line stands under: our parts go one below."""
    level = 0
    for line in document.element.body.iter(qn("w:p")):
        if line is place:
            break
        style = Paragraph(line, document).style
        deepest = HEADING.search(style.name) if style and style.name else None
        level = int(deepest.group(1)) if deepest else level
    return min(level, 6)
