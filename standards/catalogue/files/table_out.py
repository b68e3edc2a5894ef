"""Editions as rows, written as CSV or as a workbook with a sheet for each kind of row."""

import json
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext

from certcentre.tables.guard import guarded
from certcentre.tables.writing import LONGEST, Column, Page, as_csv, as_xlsx
from standards.catalogue.files.losses import Loss
from standards.catalogue.files.table import COLUMNS, FIELDS
from standards.catalogue.schema import CriterionRecord, Document

SHEETS = {"standard": "Standard", "level": "Levels", "group": "Groups", "criterion": "Criteria"}
WIDE = {"title": 36, "statement": 70, "guidance": 50, "evidence_hint": 40, "ref": 14}


def write_csv(said: Document) -> tuple[bytes, list[Loss]]:
    """All rows in one table."""
    found = list(rows(said))
    names = columns(found)
    table = [names, *([each.get(name, "") for name in names] for each in found)]
    return as_csv(table), []


def write_xlsx(said: Document) -> tuple[bytes, list[Loss]]:
    """A workbook with the standard, its levels, groups and criteria."""
    found = list(rows(said))
    pages = []
    for kind, title in SHEETS.items():
        own = [{**each, "kind": ""} for each in found if each["kind"] == kind]
        if own:
            names = columns(own)
            pages.append(page(title, names, [[each.get(n, "") for n in names] for each in own]))
    cut = tuple(
        each.get("ref", "")
        for each in found
        for text in each.values()
        if len(guarded(text)) > LONGEST
    )
    why = gettext("a cell holds at most %(longest)s characters") % {"longest": f"{LONGEST:,}"}
    return as_xlsx(pages), [Loss(gettext("The end of long texts"), why, cut)] if cut else []


def page(title: str, headings: list[str], table: list[list[str]]) -> Page:
    widths = [Column(WIDE.get(name.partition(" (")[0], 16)) for name in headings]
    return Page(title, [headings, *table], widths)


def rows(said: Document) -> Iterator[dict[str, str]]:
    """Every row of an edition by column, all kinds; reading them gives the same document."""
    for name in FIELDS:
        if value := str(getattr(said, name) or ""):
            texts = {code: {"title": each[name]} for code, each in said.translations.items()
                     if each.get(name)}  # fmt: skip
            yield {"kind": "standard", "ref": name, "title": value, **beside(texts)}
    if said.jurisdictions:
        places = ", ".join(said.jurisdictions)
        yield {"kind": "standard", "ref": "jurisdictions", "title": places}
    for name, value in said.source.items():
        yield {"kind": "standard", "ref": f"source {name}", "title": value}
    for level in said.levels:
        labels = {code: {"title": each["label"]} for code, each in level.translations.items()}
        yield {
            "kind": "level", "ref": level.key, "title": level.label,
            "obligation": level.obligation, "cumulative": "yes" if level.cumulative else "",
            **beside(labels),
        }  # fmt: skip
    for group in said.groups:
        yield {
            "kind": "group", "ref": group.ref, "title": group.title, "statement": group.text,
            "parent": group.parent, "source_id": group.key, **beside(group.translations),
        }  # fmt: skip
    yield from (row(item) for item in said.items)


def row(item: CriterionRecord) -> dict[str, str]:
    return {
        "kind": "criterion", "ref": item.ref, "title": item.title, "statement": item.statement,
        "level": item.level, "group": item.part, "parent": item.parent,
        "guidance": item.guidance, "evidence_hint": item.hint, "domain": item.domain,
        "verification": item.verification, "force": item.force, "source_id": item.source_id,
        "more": json.dumps(item.more, ensure_ascii=False, sort_keys=True) if item.more else "",
        **beside(item.translations),
    }  # fmt: skip


def beside(translations: dict[str, dict[str, Any]]) -> dict[str, str]:
    """Texts in other languages in columns of their own: `title (fr)`."""
    return {
        f"{name} ({code})": text
        for code, texts in translations.items()
        for name, text in texts.items()
    }


def columns(found: list[dict[str, str]]) -> list[str]:
    """The columns that hold something, ours first in their order."""
    used = {name for each in found for name, text in each.items() if text}
    extra = sorted(used - set(COLUMNS))
    return [name for name in COLUMNS if name in used] + extra
