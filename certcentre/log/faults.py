"""What can be wrong with a log, and naming the first entry that it touches."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

NEAR = 512  # entries looked at to say what happened


class Kind(StrEnum):
    EDITED = "edited"
    DELETED = "deleted"
    INSERTED = "inserted"
    REORDERED = "reordered"
    TRUNCATED = "truncated"
    REWRITTEN = "rewritten"


WORDS = {
    Kind.EDITED: "entry {index} is not what was recorded",
    Kind.DELETED: "entry {index} is missing",
    Kind.INSERTED: "entry {index} was put in later; what was recorded there comes after it",
    Kind.REORDERED: "entry {index} stands in another entry's place",
    Kind.TRUNCATED: "entry {index} and all behind it are missing",
    Kind.REWRITTEN: "entry {index} or one behind it was written anew, and its hashes with it",
}


@dataclass(frozen=True)
class Fault:
    """The first bad entry by its index, what kind of change it was, and how it was noticed."""

    kind: Kind
    index: int
    noticed: str = ""

    def __str__(self) -> str:
        words = f"{self.kind}: {WORDS[self.kind].format(index=self.index)}"
        return f"{words} ({self.noticed})." if self.noticed else f"{words}."


def told_apart(found: Sequence[bytes], recorded: Sequence[bytes]) -> Kind:
    """What happened where hashes begin to differ: those found from there on, those recorded."""
    here, after = found[:1], found[1:2]
    was, next_was = recorded[:1], recorded[1:2]
    if here == next_was and after == was:
        return Kind.REORDERED
    if here == next_was:
        return Kind.DELETED
    if after == was:
        return Kind.INSERTED
    return Kind.REORDERED if here[0] in recorded[1:] else Kind.EDITED
