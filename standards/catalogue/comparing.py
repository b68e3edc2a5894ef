"""What differs between two editions: new, changed and removed criteria, and what is about all."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from standards.catalogue.schema import CriterionRecord, Document

ABOUT = ("name", "version", "issuing_body", "published", "effective_from", "reference", "category",
         "domain", "nature", "jurisdictions", "text_licence", "may_quote_text", "catalogue_licence",
         "notice", "source_basis", "notes", "translations")  # fmt: skip
COMPARED = ("ref", "title", "statement", "level", "source_id", "part", "parent", "guidance", "hint",
            "domain", "verification", "force", "more", "translations")  # fmt: skip
TOLD = {"part": "group"}


@dataclass
class Differences:
    """Criteria by ref; `changed` gives the fields that differ."""

    new: list[str] = field(default_factory=list)
    changed: dict[str, list[str]] = field(default_factory=dict)
    removed: list[str] = field(default_factory=list)
    same: int = 0
    about: list[str] = field(default_factory=list)

    @property
    def nothing(self) -> bool:
        return not (self.new or self.changed or self.removed or self.about)

    def as_json(self) -> dict[str, Any]:
        return {
            "new": self.new,
            "changed": self.changed,
            "removed": self.removed,
            "same": self.same,
            "about": self.about,
        }


def compare(old: Document | None, new: Document) -> Differences:
    """How `new` departs from `old`. Criteria are met by their name in the source, else by ref."""
    if old is None:
        return Differences(new=[item.ref for item in new.items])
    differences = Differences(about=list(about(old, new)))
    by_id = {item.source_id: item for item in old.items if item.source_id}
    by_ref = {item.ref: item for item in old.items}
    met: set[str] = set()
    for item in new.items:
        was = by_id.get(item.source_id) or by_ref.get(item.ref)
        if was is None or was.ref in met:
            differences.new.append(item.ref)
            continue
        met.add(was.ref)
        if names := list(differing(was, item)):
            differences.changed[item.ref] = names
        else:
            differences.same += 1
    differences.removed = [item.ref for item in old.items if item.ref not in met]
    return differences


def differing(old: CriterionRecord, new: CriterionRecord) -> Iterator[str]:
    for name in COMPARED:
        if getattr(old, name) != getattr(new, name):
            yield TOLD.get(name, name)


def about(old: Document, new: Document) -> Iterator[str]:
    """What differs beside the criteria: fields of the edition, levels, groups, the order."""
    yield from (name for name in ABOUT if getattr(old, name) != getattr(new, name))
    if old.levels != new.levels:
        yield "levels"
    if old.groups != new.groups:
        yield "groups"
    shared = {item.ref for item in old.items} & {item.ref for item in new.items}
    if [i.ref for i in old.items if i.ref in shared] != [
        i.ref for i in new.items if i.ref in shared
    ]:
        yield "order"
