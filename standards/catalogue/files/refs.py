"""Refs, keys and titles where a source has none that can stand: made of its words."""

import re
import unicodedata
from collections.abc import Iterable, Iterator

LONGEST_REF = 60  # characters


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
