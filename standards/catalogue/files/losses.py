"""What reading a file gives: the edition or selection, what it loses, or why it is refused."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from standards.catalogue.schema import Document


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


MOST_NAMED = 12


def loss_lines(losses: Iterable[Loss], *, all_named: bool = False) -> Iterator[str]:
    """What was lost, then what was made up."""
    for each in sorted(losses, key=lambda one: one.made):
        verb = "made up" if each.made else "lost"
        where = f" ({len(each.where)}: {named(each.where, all_named)})" if each.where else ""
        yield f"{verb}: {each.what}{where}: {each.why}"


def named(names: Iterable[str], all_named: bool) -> str:
    found = list(names)
    shown = found if all_named else found[:MOST_NAMED]
    return ", ".join(shown) + (" …" if len(found) > len(shown) else "")
