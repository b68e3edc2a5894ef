"""The forms a tender can be exported in: one module each, and the table of them."""

from collections.abc import Callable
from dataclasses import dataclass

from tenders.annex import Annex
from tenders.export import csv_list, docx, page, pdf, xlsx

Tell = Callable[[int, int], None]  # progress: done, total


@dataclass(frozen=True)
class Format:
    """One form of the annex: how it is written, and as what it is sent."""

    name: str
    media_type: str
    write: Callable[[Annex, Tell], bytes]


FORMATS: dict[str, Format] = {
    "docx": Format(
        "Word",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        docx.write,
    ),
    "pdf": Format("PDF", "application/pdf", pdf.write),
    "xlsx": Format(
        "Excel",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        xlsx.write,
    ),
    "html": Format("HTML", "text/html", page.write),
    "csv": Format("CSV", "text/csv", csv_list.write),
}


def file_name(annex: Annex, format: str) -> str:
    draft = "-draft" if annex.draft else ""
    return f"{annex.reference}{draft}.{format}"
