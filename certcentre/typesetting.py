"""Documents set by typst, and copies of others' with a line on each page, each in a process of its
own.

typst keeps what it has laid out for as long as its process lives: eight documents of 1,000 rows
took 2 GB in one worker. So this file runs itself as a child, which imports nothing of the portal.
What others bring may be made to take all memory or time: a child that marks it has limits.
"""

import io
import json
import resource
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import typst
from pypdf import PageObject, PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    IndirectObject,
    NameObject,
    NumberObject,
)

LONGEST = 50  # seconds: less than the lease of a job
STAMP = datetime(2000, 1, 1, tzinfo=UTC)  # the same input gives the same bytes


class NotSet(Exception):
    """typst could not set the document; the message is its own."""


def pdf(
    template: Path, inputs: dict[str, str], *, standards: tuple[str, ...] = ("ua-1",)
) -> tuple[bytes, str]:
    """The tagged PDF of a template with these inputs, and why it is not of the standards
    asked for ("" when it is). PDF/A wants the template to give the document a date.

    Raises NotSet. The one known reason against PDF/UA-1 is a character that no font here has.
    """
    child = subprocess.run(  # noqa: S603 (our own file, no shell, nothing from outside in argv)
        [sys.executable, "-I", __file__, str(template), *standards],
        input=json.dumps(inputs).encode(),
        capture_output=True,
        timeout=LONGEST,
        check=False,
    )
    words = child.stderr.decode(errors="replace").strip()
    if child.returncode:
        raise NotSet(words)
    return child.stdout, words


def compiled(template: Path, inputs: dict[str, str], standards: list[Any]) -> tuple[bytes, str]:
    """As `pdf()`, in this process."""
    try:
        made = typst.compile(template, sys_inputs=inputs, timestamp=STAMP, pdf_standards=standards)
        return made or b"", ""
    except typst.TypstError as error:
        if "could not be displayed with font" not in error.message:
            raise
        made = typst.compile(template, sys_inputs=inputs, timestamp=STAMP)
        return made or b"", error.message


MOST_PAGES = 2000
LARGEST = 1_500_000_000  # bytes of memory
PATIENCE = 20  # seconds; somebody waits for the page
LINE = """
#set page(width: {width}pt, height: {height}pt, margin: 0pt, fill: none)
#set text(size: 7pt, fill: rgb("#333333"))
#place(bottom + center, dy: -4pt,
  box(fill: rgb("#ffffffd0"), inset: 2pt, width: 96%, align(center, sys.inputs.words)))
"""


def marked(original: bytes, words: str) -> bytes:
    """A copy of a PDF with these words at the foot of each page. Raises NotSet where it cannot be
    written in: it is locked, broken, or asks for too much."""
    try:
        child = subprocess.run(  # noqa: S603 (our own file, no shell)
            [sys.executable, "-I", __file__, "--mark", words],
            input=original,
            capture_output=True,
            timeout=PATIENCE,
            check=False,
        )
    except (subprocess.TimeoutExpired, ValueError) as error:  # a name with NUL is no argument
        raise NotSet(type(error).__name__) from error
    if child.returncode or not child.stdout.startswith(b"%PDF-"):
        raise NotSet(child.stderr.decode(errors="replace")[-200:])
    return child.stdout


def with_line(original: bytes, words: str) -> bytes:
    """As `marked()`, in this process."""
    reader = PdfReader(io.BytesIO(original))
    if reader.is_encrypted or len(reader.pages) > MOST_PAGES:
        raise ValueError("locked, or too long")
    writer = PdfWriter(clone_from=reader)
    names: dict[tuple[int, int], tuple[str, IndirectObject]] = {}
    for page in writer.pages:
        box, turn = page.cropbox, page.rotation % 360
        width, height = (round(float(each)) for each in (box.width, box.height))
        size = (height, width) if turn in (90, 270) else (width, height)  # as its reader sees it
        if size not in names:
            names[size] = (f"/CertcentreLine{len(names)}", form(writer, words, size))
        name, drawn = names[size]
        left, bottom, right, top = (float(each) for each in (*box.lower_left, *box.upper_right))
        place = {
            90: f"0 1 -1 0 {right} {bottom}",
            180: f"-1 0 0 -1 {right} {top}",
            270: f"0 -1 1 0 {left} {top}",
        }.get(turn, f"1 0 0 1 {left} {bottom}")
        draw(writer, page, name, drawn, place)
    copy = io.BytesIO()
    writer.write(copy)
    return copy.getvalue()


def form(writer: PdfWriter, words: str, size: tuple[int, int]) -> IndirectObject:
    """The words on a page of this size, which each page of that size draws."""
    source = LINE.format(width=size[0], height=size[1]).encode()
    made = typst.compile(source, sys_inputs={"words": words}, timestamp=STAMP)
    line = PdfReader(io.BytesIO(made or b"")).pages[0]
    drawn = stream(line.get_contents().get_data())  # type: ignore[union-attr]
    drawn[NameObject("/Type")] = NameObject("/XObject")
    drawn[NameObject("/Subtype")] = NameObject("/Form")
    drawn[NameObject("/BBox")] = ArrayObject(map(NumberObject, (0, 0, *size)))
    drawn[NameObject("/Resources")] = line["/Resources"].clone(writer)
    return writer._add_object(drawn)


def draw(writer: PdfWriter, page: PageObject, name: str, drawn: IndirectObject, place: str) -> None:
    """Draw it over all that the page has, whose own words are not touched."""
    owner: Any = page
    while "/Resources" not in owner and "/Parent" in owner:
        owner = owner["/Parent"].get_object()
    known = owner["/Resources"].get_object() if "/Resources" in owner else {}
    resources = DictionaryObject(known)
    resources[NameObject("/XObject")] = DictionaryObject(
        {**known.get("/XObject", DictionaryObject()).get_object(), NameObject(name): drawn}
    )
    page[NameObject("/Resources")] = resources
    own: Any = page.get("/Contents", ArrayObject())
    parts = own.get_object()
    parts = list(parts) if isinstance(parts, ArrayObject) else [own]
    before = writer._add_object(stream(b"q\n"))
    after = writer._add_object(stream(f"\nQ\nq {place} cm {name} Do Q\n".encode()))
    page[NameObject("/Contents")] = ArrayObject([before, *parts, after])


def stream(content: bytes) -> DecodedStreamObject:
    made = DecodedStreamObject()
    made.set_data(content)
    return made


def in_bounds() -> None:
    """From here on this process has no more memory and time than a copy needs."""
    resource.setrlimit(resource.RLIMIT_AS, (LARGEST, LARGEST))
    resource.setrlimit(resource.RLIMIT_CPU, (PATIENCE, PATIENCE))


if __name__ == "__main__":
    if sys.argv[1] == "--mark":
        in_bounds()
        sys.stdout.buffer.write(with_line(sys.stdin.buffer.read(), sys.argv[2]))
    else:
        document, problem = compiled(Path(sys.argv[1]), json.load(sys.stdin.buffer), sys.argv[2:])
        sys.stderr.write(problem)
        sys.stdout.buffer.write(document)
