"""The voice of a paper: its language, and how the buyer's own words are said in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from certcentre.plain_text import plain
from tenders.neutrality import open_up


@dataclass(frozen=True)
class Voice:
    """A translation is of a text and not of a place: whoever changes the text has none any more,
    and what stands twice is translated once."""

    language: str
    words: Mapping[str, str] = field(default_factory=dict)  # translations by the text as written
    heard: dict[str, None] = field(default_factory=dict)  # every text that was said, in order

    def say(self, text: str) -> str:
        """Own words as they are printed: in the language, where they have been translated."""
        if text.strip():
            self.heard[text] = None
        return plain(self.words.get(text) or text)

    def open(self, text: str) -> str:
        """The same, never narrower than "or equivalent"."""
        return open_up(self.say(text), self.language, own=True)


def in_language(body: dict[str, Any], language: str) -> dict[str, Any]:
    """The body in a language that its papers are in: in its second one it names the first, which
    `prevails`; in any other as it is."""
    second = body.get("second")
    if not second or second["language"] != language:
        return body
    return {**second["body"], "prevails": body["language"]}


def as_data(body: dict[str, Any]) -> dict[str, Any] | None:
    """What a tender says in its second language, in open contracting data, by each text as it is
    printed; None without one."""
    language, words = second_of(body)
    printed = {open_up(plain(text), body["language"], own=True): words[text] for text in words}
    pairs = [{"text": text, "says": printed[text]} for text in sorted(printed)]
    return {"language": language, "words": pairs} if language else None


def second_of(body: Mapping[str, Any]) -> tuple[str, dict[str, str]]:
    """The second language of a body, empty where it has none, and the own words in it by text."""
    second = body.get("second") or {}
    return second.get("language", ""), second.get("words", {})
