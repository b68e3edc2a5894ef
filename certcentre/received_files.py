"""Files that people bring: looked at, kept under a random name, and handed out as downloads.

What kind of file it really is, its leading bytes and zip members say; names and the browser's word
for the type are not trusted. What could act on the reader's machine (programs, scripts, macros,
HTML, SVG) is refused whatever its name.
"""

import hashlib
import re
import unicodedata
import uuid
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import PurePosixPath
from typing import IO, Any

from django.conf import settings
from django.core.files.base import File
from django.db.models.fields.files import FileDescriptor
from django.http import FileResponse
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from certcentre import stored_files
from certcentre.lifecycle import NotReady
from certcentre.tables.writing import OOXML, XLSX

PDF, PNG, JPEG = "application/pdf", "image/png", "image/jpeg"
MP4, WEBM, TEXT, CSV = "video/mp4", "video/webm", "text/plain", "text/csv"
ODF = "application/vnd.oasis.opendocument."
EXTENSIONS = {
    PDF: (".pdf",),
    PNG: (".png",),
    JPEG: (".jpg", ".jpeg"),
    MP4: (".mp4", ".m4v", ".mov"),
    WEBM: (".webm",),
    TEXT: (".txt", ".md", ".log", ".json", ".yaml", ".yml"),
    CSV: (".csv", ".tsv"),
    OOXML + "wordprocessingml.document": (".docx",),
    XLSX: (".xlsx",),
    OOXML + "presentationml.presentation": (".pptx",),
    ODF + "text": (".odt",),
    ODF + "spreadsheet": (".ods",),
    ODF + "presentation": (".odp",),
}
KINDS = _("PDF, PNG, JPEG, Word, Excel, PowerPoint, OpenDocument, text, CSV, MP4 or WebM")
MAIN_PARTS = {
    "word/document.xml": OOXML + "wordprocessingml.document",
    "xl/workbook.xml": XLSX,
    "ppt/presentation.xml": OOXML + "presentationml.presentation",
}
MAGIC = {b"%PDF-": PDF, b"\x89PNG\r\n\x1a\n": PNG, b"\xff\xd8\xff": JPEG}
MANY_MEMBERS, LARGE_PART, LONG_NAME = 5000, 4_000_000, 120


@dataclass(frozen=True)
class Received:
    """What is kept of a file: the names of the fields that records of files have."""

    file: str  # where it lies
    file_name: str  # what it is called when somebody takes it
    media_type: str
    size: int  # bytes
    digest: str  # SHA-256, hexadecimal

    @property
    def fields(self) -> dict[str, Any]:
        return asdict(self)


@contextmanager
def received(
    upload: File, field: FileDescriptor, *, at: datetime, instead: str = ""
) -> Iterator[Received]:
    """Keep a file while the row is written that names it; without the row the file goes too.

    NotReady, in words, where it is too large (`instead` says what else can be done) or of a kind
    that is not taken. The name that it came with is only shown.
    """
    if (upload.size or 0) > settings.EVIDENCE_MAX_BYTES:
        raise NotReady(" ".join(filter(None, (too_large(upload.size), instead))))
    name = upload.name or "file"
    try:
        kind = media_type(upload, name)
    except Unwelcome as error:
        raise NotReady(str(error)) from error
    digest = digest_of(upload)
    kept = stored_files.put(stored_files.name_of(field, at, uuid.uuid4().hex), upload)
    with stored_files.kept_with_row(kept):
        yield Received(kept, safe_name(name, kind), kind, upload.size, digest)


def digest_of(file: File) -> str:
    """SHA-256, hexadecimal."""
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    return digest.hexdigest()


def too_large(size: int) -> str:
    """That a file is over the limit, in words with both sizes."""
    return gettext(
        "The file has %(size)s, at most %(limit)s go. What you typed is still here; choose a "
        "smaller file."
    ) % {"size": filesizeformat(size), "limit": filesizeformat(settings.EVIDENCE_MAX_BYTES)}


def limits() -> str:
    """What files are taken, before one is chosen."""
    return gettext("%(kinds)s; up to %(limit)s.") % {
        "kinds": KINDS,
        "limit": filesizeformat(settings.EVIDENCE_MAX_BYTES),
    }


def download(file: IO[bytes], *, file_name: str, media_type: str) -> FileResponse:
    """A file that somebody brought, as a download that no browser shows or runs."""
    answer = FileResponse(file, as_attachment=True, filename=file_name, content_type=media_type)
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer


class Unwelcome(ValueError):
    """This file cannot be filed; the words say why and what to do."""


def media_type(file: IO[bytes], name: str) -> str:
    """The media type of an open file, or Unwelcome. The file is left at its start."""
    try:
        file.seek(0)
        head = file.read(4096)
        return _of_bytes(head) or _of_zip(file, head) or _of_text(file, head, name)
    finally:
        file.seek(0)


def _of_bytes(head: bytes) -> str:
    if not head:
        raise Unwelcome(gettext("The file is empty."))
    for magic, kind in MAGIC.items():
        if head.startswith(magic):
            return kind
    if head[4:8] == b"ftyp":
        return MP4
    if head.startswith(b"\x1a\x45\xdf\xa3") and b"webm" in head[:64]:
        return WEBM
    return ""


def _of_zip(file: IO[bytes], head: bytes) -> str:
    """Word, Excel, PowerPoint and OpenDocument are zip files that name themselves inside."""
    if not head.startswith(b"PK\x03\x04"):
        return ""
    try:
        with zipfile.ZipFile(file) as packed:
            return _of_members(packed)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError) as error:
        raise Unwelcome(gettext("The file is damaged or locked with a password.")) from error


def _of_members(packed: zipfile.ZipFile) -> str:
    names = packed.namelist()
    if len(names) > MANY_MEMBERS:
        raise Unwelcome(gettext("The file has too many parts inside."))
    kind = next((MAIN_PARTS[name] for name in names if name in MAIN_PARTS), "")
    if kind:
        declared = _part(packed, "[Content_Types].xml").lower()
        if b"macroenabled" in declared or any("vbaproject" in name.lower() for name in names):
            raise Unwelcome(gettext("The file holds macros. Save it without them, or as PDF."))
        return kind
    kind = _part(packed, "mimetype").decode("ascii", "replace").strip()
    if kind in EXTENSIONS and kind.startswith(ODF):
        if any(name.startswith(("Basic/", "Scripts/")) for name in names):
            raise Unwelcome(gettext("The file holds macros. Save it without them, or as PDF."))
        return kind
    raise Unwelcome(
        gettext("This is an archive or a kind of file we do not take. We take %(kinds)s.")
        % {"kinds": KINDS}
    )


def _part(packed: zipfile.ZipFile, name: str) -> bytes:
    """One member, as far as it is of a sensible size; empty when it is not there."""
    if name not in packed.namelist():
        return b""
    with packed.open(name) as part:
        return part.read(LARGE_PART)


def _of_text(file: IO[bytes], head: bytes, name: str) -> str:
    """Plain text, only under a name that no system runs, and not markup or a script."""
    refused = Unwelcome(
        gettext("We do not take this kind of file. We take %(kinds)s.") % {"kinds": KINDS}
    )
    ending = PurePosixPath(name.lower()).suffix
    dialect = next((kind for kind in (TEXT, CSV) if ending in EXTENSIONS[kind]), "")
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not dialect or start.startswith((b"<", b"#!", b"MZ", b"\x7fELF")):
        raise refused
    file.seek(0)
    while piece := file.read(1 << 20):
        if b"\x00" in piece:
            raise refused
    return dialect


def safe_name(name: str, kind: str) -> str:
    """A name to save the file under: any script, no path, nothing invisible, the right ending."""
    last = re.split(r"[/\\]", name)[-1]
    shown = "".join(letter for letter in last if unicodedata.category(letter)[0] != "C").strip(" .")
    shown = re.sub(r'[<>:"|?*]', "_", shown) or "file"
    path = PurePosixPath(shown)
    endings = EXTENSIONS[kind]
    if path.suffix.lower() in endings:
        return path.stem[:LONG_NAME] + path.suffix
    return shown[:LONG_NAME] + endings[0]
