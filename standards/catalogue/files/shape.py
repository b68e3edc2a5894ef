"""The neutral shape that every format is read into and written from, and what gets lost."""

from dataclasses import dataclass, field
from typing import Any

from standards.catalogue.files.losses import Loss

WITHDRAWN = "withdrawn"
Translations = dict[str, dict[str, str]]


@dataclass
class Level:
    """A grade of the document, from low to high."""

    key: str
    label: str
    obligation: str = "must"
    cumulative: bool = False
    translations: Translations = field(default_factory=dict)


@dataclass
class Group:
    """A chapter or section; `key` is permanent, `ref` is what readers see."""

    key: str
    title: str
    ref: str = ""
    text: str = ""
    parent: str = ""
    translations: Translations = field(default_factory=dict)

    @property
    def heading(self) -> str:
        return f"{self.ref} {self.title}".strip()[:200]


@dataclass
class Item:
    """One criterion. `source_id` is its permanent name in the source, apart from the ref."""

    ref: str
    title: str
    statement: str
    level: str = ""
    source_id: str = ""
    group: str = ""
    parent: str = ""
    guidance: str = ""
    hint: str = ""
    domain: str = ""
    verification: str = ""
    force: str = ""
    more: dict[str, Any] = field(default_factory=dict)
    translations: Translations = field(default_factory=dict)


@dataclass
class Document:
    """One edition as a file tells it. Empty texts are what the file leaves open."""

    name: str
    version: str = ""
    standard: str = ""
    key: str = ""
    issuing_body: str = ""
    published: str = ""
    effective_from: str = ""
    reference: str = ""
    category: str = ""
    domain: str = ""
    jurisdictions: list[str] = field(default_factory=list)
    text_licence: str = ""
    may_quote_text: str = ""
    catalogue_licence: str = ""
    notice: str = ""
    source_basis: str = ""
    notes: str = ""
    language: str = "en"
    levels: list[Level] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    translations: Translations = field(default_factory=dict)
    dated: str = ""  # when it last changed, ISO 8601, as a file says it
    source: dict[str, str] = field(default_factory=dict)  # format, file, digest it was read from
    address: str = ""  # where its page is, for exports that link

    def level(self, key: str) -> Level | None:
        return next((level for level in self.levels if level.key == key), None)

    def path(self, key: str) -> list[Group]:
        """The groups from the top down to one; stops at a parent that is not there."""
        by_key = {group.key: group for group in self.groups}
        found: list[Group] = []
        while key in by_key and by_key[key] not in found:
            found.insert(0, by_key[key])
            key = by_key[key].parent
        return found


@dataclass(frozen=True)
class Pick:
    """One choice of a selection: an id or a pattern, with or without what is nested in it."""

    id: str = ""
    matching: str = ""
    children: bool = False


@dataclass
class Selection:
    """What a profile file holds: which criteria of one edition, by their names in its source."""

    name: str
    version: str = ""
    source: str = ""
    include: list[Pick] = field(default_factory=list)
    exclude: list[Pick] = field(default_factory=list)


@dataclass
class Read:
    """What reading a file gave: the document (or selection), and what was lost or made up."""

    document: Document | None = None
    selection: Selection | None = None
    losses: list[Loss] = field(default_factory=list)
