"""The neutral shape that every format is read into and written from, and what gets lost."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

WITHDRAWN = "withdrawn"
LONGEST_REF = 60  # characters
Translations = dict[str, dict[str, str]]


class Refused(Exception):
    """A file that cannot be taken in; `reasons` are sentences that its owner can act on."""

    def __init__(self, *reasons: str) -> None:
        super().__init__("\n".join(reasons))
        self.reasons = list(reasons)


@dataclass(frozen=True)
class Loss:
    """Something that a format cannot carry, or that had to be made up: what, why, and where."""

    what: str
    why: str
    where: tuple[str, ...] = ()
    made: bool = False  # put in because the file has none, rather than lost

    @property
    def count(self) -> int:
        return len(self.where) or 1

    def __str__(self) -> str:
        named = ", ".join(self.where[:3]) + (" …" if len(self.where) > 3 else "")
        place = f" ({self.count}: {named})" if self.where else ""
        return f"{self.what}{place}: {self.why}"


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


def slug(text: str, most: int = 60) -> str:
    """A key made of words: lower case, hyphens, cut between words."""
    words = re.sub(r"[^a-z0-9.]+", "-", plain_letters(text).lower()).strip("-.")
    if len(words) > most:
        words = words[: most + 1].rpartition("-")[0] or words[:most]
    return words.strip("-.")


def plain_letters(text: str) -> str:
    """Accents taken off, as far as letters have them."""
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def shorten(text: str, most: int) -> str:
    """A text cut between words, with a sign that it was cut."""
    line = " ".join(text.split())
    if len(line) <= most:
        return line
    return (line[: most - 1].rpartition(" ")[0] or line[: most - 1]) + "…"


def title_from(statement: str, most: int = 90) -> str:
    """A title where a source has none: the first words of its statement."""
    line = statement.strip().split("\n")[0]
    line = re.sub(r"^(Verify|Ensure|Check) (that )?", "", line)
    sentence = re.split(r"(?<=[.;:])\s", line)[0].rstrip(".;:")
    words = shorten(sentence, most)
    return words[:1].upper() + words[1:]


def as_ref(text: str, most: int | None = LONGEST_REF) -> str:
    """A ref that can stand in an address: spaces to hyphens, signs left out, no letter changed."""
    joined = re.sub(r"[\s/:,;§#]+", "-", unicodedata.normalize("NFC", text.strip()))
    kept = "".join(c for c in joined if c in "_.+()-" or unicodedata.category(c)[0] in "LMN")
    return kept.strip("-._+" if kept.endswith(")") else "-._+()")[:most]


def duplicates(names: Iterable[str]) -> Iterator[str]:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            yield name
        seen.add(name)
