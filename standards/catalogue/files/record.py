"""A document as a record of our own YAML, which the catalogue's checks and writing know."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from standards.catalogue.files.refs import slug
from standards.catalogue.files.shape import Document, Group, Item, Level

SAME = ("name", "version", "issuing_body", "reference", "text_licence", "may_quote_text",
        "catalogue_licence", "notice", "source_basis", "notes", "standard",
        "domain")  # fmt: skip
RENAMED = {"id": "key", "published": "published", "seed_category": "category"}


def as_record(said: Document) -> dict[str, Any]:
    """The edition as its YAML file would say it; nothing that is empty."""
    record: dict[str, Any] = {name: getattr(said, field) for name, field in RENAMED.items()}
    record |= {name: getattr(said, name) for name in SAME}
    record |= {
        "edition": said.version[:60],
        "jurisdictions": said.jurisdictions,
        "effective_from": date.fromisoformat(said.effective_from) if said.effective_from else None,
        "source": said.source,
        "translations": said.translations,
        "groups": [group_record(each) for each in said.groups],
        "level_structure": [level_record(each) for each in said.levels],
        "criteria": [item_record(each, said) for each in said.items],
    }
    return filled(record)


def filled(record: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in record.items() if value not in ("", None, {}, [])}


def level_record(level: Level) -> dict[str, Any]:
    record: dict[str, Any] = {
        "id": level.key,
        "obligation": level.obligation,
        "label": level.label,
        "translations": level.translations,
    }
    return filled(record | ({"cumulative": True} if level.cumulative else {}))


def group_record(group: Group) -> dict[str, Any]:
    return filled(
        {
            "id": group.key,
            "ref": group.ref,
            "title": group.title,
            "text": group.text,
            "parent": group.parent,
            "translations": group.translations,
        }
    )


def item_record(item: Item, said: Document) -> dict[str, Any]:
    above = next((group for group in said.groups if group.key == item.group), None)
    return filled(
        {
            "ref": item.ref,
            "title": item.title,
            "level": item.level,
            "statement": item.statement,
            "guidance": item.guidance,
            "evidence_hint": item.hint,
            "domain": item.domain or said.domain,
            "group": above.heading if above else "",
            "part": item.group,
            "parent": item.parent,
            "verification": item.verification,
            "force": item.force,
            "source_id": item.source_id,
            "more": item.more,
            "translations": item.translations,
        }
    )


def from_record(record: Mapping[str, Any]) -> Document:
    """The document that a record of the right shape tells."""
    document = Document(name="")
    for name, own in (*zip(SAME, SAME, strict=True), *RENAMED.items()):
        setattr(document, own, str(record.get(name, "")))
    document.jurisdictions = list(record.get("jurisdictions", []))
    starts = record.get("effective_from")
    document.effective_from = starts.isoformat() if starts else ""
    document.translations = dict(record.get("translations", {}))
    document.levels = [
        Level(
            each["id"],
            each["label"],
            each["obligation"],
            each.get("cumulative", False),
            each.get("translations", {}),
        )
        for each in record["level_structure"]
    ]
    document.groups = [
        Group(
            each["id"],
            each["title"],
            each.get("ref", ""),
            each.get("text", ""),
            each.get("parent", ""),
            each.get("translations", {}),
        )
        for each in record.get("groups", [])
    ]
    document.items = [item_from(each) for each in record["criteria"]]
    if not document.groups:
        group_by_headings(document, [each.get("group", "") for each in record["criteria"]])
    return document


def item_from(each: Mapping[str, Any]) -> Item:
    return Item(
        ref=each["ref"],
        title=each["title"],
        statement=each["statement"],
        level=each["level"],
        source_id=each.get("source_id", ""),
        group=each.get("part", ""),
        parent=each.get("parent", ""),
        guidance=each.get("guidance", ""),
        hint=each.get("evidence_hint", ""),
        domain=each["domain"],
        verification=each.get("verification", ""),
        force=each.get("force", ""),
        more=each.get("more", {}),
        translations=each.get("translations", {}),
    )


def group_by_headings(said: Document, headings: list[str]) -> None:
    """A group for each heading, where an edition has headings and no tree."""
    known: dict[str, str] = {}
    for item, heading in zip(said.items, headings, strict=True):
        if heading and heading not in known:
            key, number = slug(heading, 100) or "group", 1
            while key in known.values():
                number += 1
                key = f"{slug(heading, 96) or 'group'}-{number}"
            known[heading] = key
            said.groups.append(Group(key, heading))
        item.group = known.get(heading, "")
