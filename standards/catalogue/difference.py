"""What changed from one edition to the next. Pure: values in, values out."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from standards.catalogue.methods import in_words

TOKEN = re.compile(r"\s+|\w+|[^\w\s]")
COMPARED = ("title", "statement", "level", "verification")


@dataclass(frozen=True)
class Line:
    """One criterion as two editions are compared: its ref and what may not change unsaid."""

    ref: str
    title: str
    statement: str
    level: str = ""
    verification: str = ""

    @property
    def how_verified(self) -> str:
        return in_words(self.verification)


@dataclass(frozen=True)
class Piece:
    """A run of words that stands in both texts ("same"), only in the old or only in the new."""

    kind: str
    words: str


@dataclass(frozen=True)
class Step:
    """From an old ref to a new one, and how the old relates to the new where somebody said so."""

    old: str
    new: str
    relation: str = ""


@dataclass(frozen=True)
class Pair:
    """A criterion of the new edition and the one of the old that it follows, if there is one."""

    new: Line
    old: Line | None = None
    relation: str = ""
    also: tuple[str, ...] = ()  # further old refs that went into it

    @property
    def changed(self) -> tuple[str, ...]:
        """Which parts differ; all of a new one."""
        if self.old is None:
            return COMPARED
        return tuple(
            part for part in COMPARED if getattr(self.old, part) != getattr(self.new, part)
        )

    @property
    def same(self) -> bool:
        """Nothing to answer again: the same words at the same level, and nobody said otherwise."""
        return self.old is not None and not self.changed and self.relation in ("", "equal")

    @property
    def renumbered(self) -> bool:
        return self.old is not None and self.old.ref != self.new.ref

    @property
    def title_marked(self) -> list[Piece]:
        return marked(self.old.title if self.old else "", self.new.title)

    @property
    def statement_marked(self) -> list[Piece]:
        return marked(self.old.statement if self.old else "", self.new.statement)


@dataclass(frozen=True)
class Difference:
    """Two editions side by side, in the order of the new one."""

    new: list[Pair] = field(default_factory=list)
    changed: list[Pair] = field(default_factory=list)
    same: list[Pair] = field(default_factory=list)
    removed: list[Line] = field(default_factory=list)

    @property
    def steps(self) -> list[Step]:
        """The migration map: where each old criterion went; nowhere is an empty new ref."""
        found = [
            Step(old, pair.new.ref, pair.relation)
            for pair in (*self.same, *self.changed)
            if pair.old
            for old in (pair.old.ref, *pair.also)
        ]
        return [*found, *(Step(line.ref, "") for line in self.removed)]


def marked(old: str, new: str) -> list[Piece]:
    """The two texts as one, word by word."""
    before, after = TOKEN.findall(old), TOKEN.findall(new)
    pieces: list[Piece] = []
    went = came = ""
    for kind, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        was, now = "".join(before[a:b]), "".join(after[c:d])
        if kind == "equal" and (now.strip() or not (went or came)):
            pieces += [*changed(went, came), Piece("same", now)]
            went = came = ""
        else:  # a space between two changes belongs to both
            went, came = went + was, came + now
    return [*pieces, *changed(went, came)]


def changed(went: str, came: str) -> list[Piece]:
    pieces = (Piece("old", went), Piece("new", came))
    return [piece for piece in pieces if piece.words]


def compare(
    old: Sequence[Line], new: Sequence[Line], said: Mapping[str, Iterable[tuple[str, str]]]
) -> Difference:
    """Set the new edition against the old. `said` names for a new ref the (old ref, relation)
    pairs that somebody stated; otherwise the same words, then the same ref, are one criterion."""
    by_ref = {line.ref: line for line in old}
    origins = followed(old, new, said)
    difference = Difference()
    for line in new:
        stated = origins.get(line.ref, [])
        if not stated:
            difference.new.append(Pair(line))
            continue
        (ref, relation), *also = stated
        pair = Pair(line, by_ref[ref], relation, tuple(each for each, _ in also))
        (difference.same if pair.same and not also else difference.changed).append(pair)
    gone = by_ref.keys() - {ref for stated in origins.values() for ref, _ in stated}
    difference.removed.extend(line for line in old if line.ref in gone)
    return difference


def followed(
    old: Sequence[Line], new: Sequence[Line], said: Mapping[str, Iterable[tuple[str, str]]]
) -> dict[str, list[tuple[str, str]]]:
    """By new ref, the old refs that went into it, the closest first."""
    refs = {line.ref for line in old}
    origins = {}
    for line in new:
        stated = [(ref, relation) for ref, relation in said.get(line.ref, ()) if ref in refs]
        if stated:
            origins[line.ref] = sorted(stated, key=lambda each: (each[1] != "equal", each[0]))
    taken = {ref for stated in origins.values() for ref, _ in stated}
    words: dict[tuple[str, str], list[str]] = {}
    for line in old:
        if line.ref not in taken:
            words.setdefault((line.title, line.statement), []).append(line.ref)
    for line in new:
        if line.ref in origins:
            continue
        alike = words.get((line.title, line.statement), [])
        ref = line.ref if line.ref in alike else next(iter(alike), "")
        if ref:
            alike.remove(ref)
            taken.add(ref)
            origins[line.ref] = [(ref, "")]
    for line in new:
        if line.ref not in origins and line.ref in refs - taken:
            origins[line.ref] = [(line.ref, "")]
    return origins
