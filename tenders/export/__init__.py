"""The forms a tender can be exported in: one module each, and the table of them.

The table is all that anybody knows of a format: pages, the form, the command, jobs, the API and
the help read it.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from certcentre.tables.writing import OOXML, XLSX
from tenders.annex import Annex, Tell
from tenders.export import csv_list, docx, ocds, odt, own_file, page, pdf, xlsx
from tenders.export.printed import Paper


@dataclass(frozen=True)
class Format:
    """One form of the annex: how it is written, as what it is sent, and who may have it.

    `key` is the end of the file's name, in addresses and for the command. A `public` one is made
    for everybody when a tender is published; without `job` it is written as it is asked for.
    `own` writes the annex into a file of the buyer's, of the same format. `set_out` writes other
    documents of a tender: reports, letters. One that is read, and not filled in or worked with, is
    made `in_both` languages of a tender that has two.
    """

    key: str
    title: str | Promise
    media_type: str
    write: Callable[[Annex, Tell], bytes]
    public: bool = True
    job: bool = True
    own: "OwnFile | None" = None
    set_out: Callable[[Paper], bytes] | None = None
    in_both: bool = False


@dataclass(frozen=True)
class OwnFile:
    """How the annex comes into a file of the buyer's: `check` refuses one that it cannot."""

    check: Callable[[bytes], object]
    write: Callable[[bytes, Annex, Tell], bytes]


FORMATS = {
    format.key: format
    for format in (
        Format(
            "docx",
            _("Word"),
            f"{OOXML}wordprocessingml.document",
            docx.write,
            own=OwnFile(own_file.place_in, own_file.write),
            set_out=docx.set_out,
            in_both=True,
        ),
        Format(
            "odt",
            _("OpenDocument text"),
            odt.MEDIA_TYPE,
            odt.write,
            set_out=odt.set_out,
            in_both=True,
        ),
        Format(
            "pdf",
            _("PDF"),
            "application/pdf",
            pdf.write,
            set_out=pdf.set_out,
            in_both=True,
        ),
        Format("xlsx", _("Excel response form"), XLSX, xlsx.write),
        Format("html", _("HTML"), "text/html; charset=utf-8", page.write, in_both=True),
        Format("csv", _("CSV"), "text/csv; charset=utf-8", csv_list.write),
        Format("json", _("JSON (OCDS)"), "application/json", ocds.write, job=False),
    )
}


SET_OUT = {key: format.set_out for key, format in FORMATS.items() if format.set_out}


def title_of(key: str) -> str:
    """The words for a format; its key where it is no longer made."""
    return str(FORMATS[key].title) if key in FORMATS else key


def file_name(annex: Annex, format: str) -> str:
    draft = "-draft" if annex.draft else ""
    second = f"-{annex.language}" if "prevails" in annex.body else ""
    return f"{annex.reference}{draft}{second}.{format}"
