"""The formats that standards come in and go out in: one module each, and the table of them.

Each reads text (tables: bytes) into the neutral shape and writes it back, with a list of losses.
The table names their functions and imports none: models come here, and a process that never sees
a workbook need not carry the libraries that write one.
"""

import re
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from certcentre.tables.csv_files import SEPARATORS
from certcentre.tables.encodings import decoded as text_of
from certcentre.tables.headings import LOOKED_AT
from certcentre.tables.reading import kind_of
from certcentre.tables.rows import LARGEST, Unreadable, too_large
from certcentre.tables.writing import XLSX
from standards.catalogue.files.losses import Loss, Read, Refused
from standards.catalogue.files.parsing import decoded
from standards.catalogue.files.soundness import fitted, in_order
from standards.catalogue.schema import Document

AUTO = "auto"


@dataclass(frozen=True)
class Format:
    """One format: what people call it, how it is read and written, and as what it is sent."""

    name: str | Promise
    reader: str = ""  # (content, name of the file) → Read
    writer: str = ""  # Document → (bytes, losses)
    media_type: str = "application/json"
    ending: str = "json"
    binary: bool = False
    linked: bool = False  # says how criteria relate to those of other editions

    def read(self, content: object, name: str, **asked: bool) -> Read:
        read: Read = import_string(f"{__name__}.{self.reader}")(content, name, **asked)
        return read

    def write(self, said: Document) -> tuple[bytes, list[Loss]]:
        made: tuple[bytes, list[Loss]] = import_string(f"{__name__}.{self.writer}")(said)
        return made


FORMATS = {
    "oscal": Format("OSCAL catalog", "oscal.read", "oscal_out.write", ending="oscal.json"),
    "oscal-profile": Format("OSCAL profile", "oscal_profile.read"),
    "openacr": Format(
        "OpenACR catalog", "openacr.read", "openacr.write", "application/yaml", "openacr.yaml"
    ),
    "wcag": Format(_("WCAG (JSON of the W3C)"), "wcag.read"),
    "asvs": Format(_("ASVS (JSON or CSV of OWASP)"), "asvs.read"),
    "library": Format(_("Library of a governance tool (YAML)"), "library.read"),
    "csv": Format(
        "CSV", "table.read", "table_out.write_csv", "text/csv; charset=utf-8", "csv", binary=True
    ),
    "xlsx": Format(
        "Excel (XLSX)",
        "table.read",
        "table_out.write_xlsx",
        XLSX,
        "xlsx",
        binary=True,
    ),
    "ods": Format("OpenDocument (ODS)", "table.read", binary=True),
    "yaml": Format(_("Our own YAML"), "yaml.read", "yaml.write", "application/yaml", "yaml"),
    "jsonld": Format(
        "JSON-LD (SKOS)", "", "jsonld.write", "application/ld+json", "jsonld", linked=True
    ),
}
READ = [key for key, each in FORMATS.items() if each.reader]
WRITTEN = [key for key, each in FORMATS.items() if each.writer]
SIGNS = (  # what is searched for at the head of a file, whatever its name ends in
    ("oscal-profile", r'^\s*\{\s*("\$schema".*?,\s*)?"profile"\s*:|^profile\s*:'),
    ("oscal", r'^\s*\{\s*("\$schema".*?,\s*)?"catalog"\s*:|^catalog\s*:'),
    ("wcag", r'"principles"\s*:\s*\['),
    ("asvs", r'"Requirements"\s*:\s*\[|"req_description"\s*:|^chapter_id,'),
    ("library", r'^objects\s*:|^\s*\{[^{}]*"objects"\s*:'),
    ("openacr", r"^(chapters|components|terms)\s*:"),
    ("yaml", r"^(level_structure|criteria)\s*:"),
)
OSCAL_XML = b"http://csrc.nist.gov/ns/oscal"
WHITE = b"\xef\xbb\xbf \t\r\n"
HEAD = 20_000  # characters that are looked at in JSON; in YAML a key may stand at the end


def read(
    data: bytes, format: str = AUTO, name: str = "", *, hidden: bool = False
) -> tuple[str, Read]:
    """The format and what the file holds; Refused with reasons that its owner can act on.

    Rows and sheets that are hidden in a table are left out unless they are asked for.
    """
    try:
        return read_as(data, format, name, hidden)
    except Unreadable as error:
        raise Refused(*error.reasons) from error


def read_as(data: bytes, format: str, name: str, hidden: bool) -> tuple[str, Read]:
    if len(data) > LARGEST:
        raise too_large(len(data), LARGEST)
    if OSCAL_XML in data[:HEAD] and data.lstrip(WHITE)[:1] == b"<":
        raise Refused(
            gettext(
                "This is OSCAL as XML. We read OSCAL as JSON: bring the same catalog in that form; "
                "who publishes one usually offers both."
            )
        )
    if format == AUTO:
        kind = kind_of(data)
        format = kind if kind != "csv" else recognised(text_of(data)[0])
    if format not in READ:
        raise Refused(
            gettext("We do not read “%(format)s”; we read %(value)s.")
            % {"format": format, "value": ", ".join(READ)}
        )
    if FORMATS[format].binary:
        found = FORMATS[format].read(data, name, hidden=hidden)
    else:
        found = FORMATS[format].read(decoded(data), name)
    if found.document:
        found.document.groups = in_order(found.document.groups)
        found.losses += fitted(found.document)
    return format, found


def recognised(text: str) -> str:
    """The format that a text is in, told by what stands in it and never by the file's name."""
    head = text[:HEAD] if text.lstrip()[:1] in "{[" else text
    for format, sign in SIGNS:
        if re.search(sign, head, flags=re.M):
            return format
    lines = text.lstrip()[:HEAD].splitlines()[:LOOKED_AT]
    parted = [any(each in line for each in SEPARATORS) for line in lines]
    if text.lstrip()[:1] not in "{[" and (parted[:1] == [True] or sum(parted) > 1):
        return "csv"
    raise Refused(
        gettext(
            "We do not recognise this file. We read %(value)s; say which one it is. "
            "A list of one’s own has its columns named in the first row."
        )
        % {"value": ", ".join(str(FORMATS[key].name) for key in READ)}
    )
