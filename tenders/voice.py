"""The voice of a paper: its language, and how the buyer's own words are said in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

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
