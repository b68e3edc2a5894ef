"""Mappings in a file: CSV with a head, or YAML as the portal's own content. Pure reading."""

import csv
import io
from typing import Any

from standards.catalogue.reading import parse

COLUMNS = ("source", "relation", "target", "strength", "rationale", "note", "group", "origin")
MOST = 2000  # mappings in one file
LARGEST = 1024 * 1024  # bytes
NUMBERS = {"strength"}


class Unreadable(ValueError):
    """The file holds no mappings; the words say why."""


def read(data: bytes) -> list[dict[str, Any]]:
    """The records of a file, unchecked. Unreadable says what is wrong with the file as a whole."""
    if len(data) > LARGEST:
        raise Unreadable("it is larger than 1 MB")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable("it is not UTF-8 text; save it as “CSV UTF-8”") from error
    found = from_yaml(text) if looks_like_yaml(text) else from_csv(text)
    if not found:
        raise Unreadable("it holds no mappings")
    if len(found) > MOST:
        raise Unreadable(f"it holds more than {MOST} mappings; split it")
    return found


def looks_like_yaml(text: str) -> bool:
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            return line.rstrip() == "mappings:" or line.startswith("- ")
    return False


def from_yaml(text: str) -> list[dict[str, Any]]:
    try:
        found = parse(text)
    except ValueError as error:
        raise Unreadable(str(error)) from error
    listed = found.get("mappings") if isinstance(found, dict) else found
    if not isinstance(listed, list) or not all(isinstance(each, dict) for each in listed):
        raise Unreadable("it should hold a list of mappings")
    return listed


def from_csv(text: str) -> list[dict[str, Any]]:
    head = text.partition("\n")[0]
    rows = csv.DictReader(
        io.StringIO(text), delimiter=";" if head.count(";") > head.count(",") else ","
    )
    names = [(name or "").strip().lower() for name in rows.fieldnames or []]
    if missing := [name for name in ("source", "relation", "target") if name not in names]:
        raise Unreadable(f"its first line has no column “{missing[0]}”")
    if strange := [name for name in names if name not in COLUMNS]:
        raise Unreadable(f"its first line has a column “{strange[0]}” that we do not know")
    rows.fieldnames = names
    return [said for row in rows if (said := record(row))]


def record(row: dict[str, Any]) -> dict[str, Any]:
    """A line as a record: empty cells are left out, numbers are numbers."""
    said = {
        name: value.strip()
        for name, value in row.items()
        if name and isinstance(value, str) and value.strip()
    }
    return {
        name: int(value) if name in NUMBERS and value.isdigit() else value
        for name, value in said.items()
    }


def written(rows: list[dict[str, Any]]) -> str:
    """Records as the same CSV."""
    out = io.StringIO()
    table = csv.DictWriter(out, COLUMNS)
    table.writeheader()
    table.writerows({name: row.get(name, "") for name in COLUMNS} for row in rows)
    return out.getvalue()
