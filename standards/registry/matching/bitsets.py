"""Sets of releases as whole numbers: one bit for each, at the place that its standing has. Pure.

Standings lie in blocks of 1,024 rows, turned on their side, so that all bytes of one criterion in a
block follow each other: a set is then read in a tenth of a millisecond for 100,000 releases. Sets
are made when first asked for and kept; a change of a few rows turns their bits in each set kept.
"""

from array import array
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from standards.assessment.standing_bytes import EXCUSED

BLOCK = 1024
NEVER = 2**62
MOST_KEPT = 4000  # sets; at 100,000 releases each takes 12.5 kB
ZERO, ONE = ord("0"), ord("1")


class Row(NamedTuple):
    """What the sets know of one release."""

    levels: bytes
    listed: bool
    facts: str  # as ` @KE @TZ #en #pt-br =micro ~works_offline `
    due: int = NEVER  # microseconds; time alone changes it then


NOTHING = Row(b"", False, " ")


def table(good: Iterable[int]) -> bytes:
    """For `bytes.translate`: a digit one for each good byte, zero for every other."""
    wanted = set(good)
    return bytes(ONE if value in wanted else ZERO for value in range(256))


def enough(least: int, *, present: bool) -> Iterator[int]:
    """The bytes that satisfy a requirement: met, or accepted as not applicable."""
    for level in range(max(least, 1), 5):
        yield level
        if not present:
            yield EXCUSED + level


class Column(NamedTuple):
    """Releases whose byte at one slot is among these digits' ones."""

    slot: int
    digits: bytes

    def holds(self, row: Row) -> bool:
        value = row.levels[self.slot] if self.slot < len(row.levels) else 0
        return self.digits[value] == ONE

    def build(self, blocks: Iterable["Block"]) -> int:
        column = b"".join(block.column(self.slot) for block in blocks)
        return int(column.translate(self.digits), 2)


class AnyOf(NamedTuple):
    """Releases with such a byte at any of several slots; at any slot at all where none is named."""

    slots: tuple[int, ...] | None
    digits: bytes

    def holds(self, row: Row) -> bool:
        if self.slots is None:
            return ONE in row.levels.translate(self.digits)
        return any(Column(slot, self.digits).holds(row) for slot in self.slots)

    def build(self, blocks: Iterable["Block"]) -> int:
        return int(b"".join(self._in(block) for block in blocks), 2)

    def _in(self, block: "Block") -> bytes:
        slots = range(block.width) if self.slots is None else self.slots
        bits = 0
        for slot in slots:
            digits = block.column(slot).translate(self.digits)
            bits |= int.from_bytes(digits, "big")
        return bits.to_bytes(BLOCK, "big").translate(EITHER)


EITHER = bytes(ONE if value == ONE else ZERO for value in range(256))


class Saying(NamedTuple):
    """Releases whose facts hold one of these words."""

    words: tuple[str, ...]

    def holds(self, row: Row) -> bool:
        return any(word in row.facts for word in self.words)

    def build(self, blocks: Iterable["Block"]) -> int:
        first, *more = self.words
        digits = (
            "1" if first in text or any(word in text for word in more) else "0"
            for block in blocks
            for text in block.facts
        )
        return int("".join(digits), 2)


class Values(NamedTuple):
    """Whatever is stated of one fact: the words that begin with its mark, up to one of its ends."""

    mark: str
    ends: tuple[str, ...]  # a blank; of a language also a dash, so that `pt-br` is `pt`

    def question(self, value: str) -> Saying:
        return Saying(tuple(f" {self.mark}{value}{end}" for end in self.ends))

    def values(self, facts: str) -> Iterator[str]:
        for word in facts.split():
            if word.startswith(self.mark):
                value = word.removeprefix(self.mark)
                yield value.partition("-")[0] if "-" in self.ends else value

    def build(self, blocks: Iterable["Block"], number: int) -> dict[str, int]:
        """The set of each value; the highest of so many blocks comes first."""
        digits: dict[str, bytearray] = {}
        texts = (text for block in blocks for text in block.facts)
        for at, text in enumerate(texts):
            for value in self.values(text):
                if value not in digits:
                    digits[value] = bytearray(b"0") * (number * BLOCK)
                digits[value][at] = ONE
        return {value: int(bits, 2) for value, bits in digits.items()}


class Within(NamedTuple):
    """Releases whose facts hold words that begin so, and none of them but these."""

    begins: str
    words: tuple[str, ...]

    def holds(self, row: Row) -> bool:
        return self._within(row.facts)

    def build(self, blocks: Iterable["Block"]) -> int:
        digits = ("1" if self._within(text) else "0" for block in blocks for text in block.facts)
        return int("".join(digits), 2)

    def _within(self, text: str) -> bool:
        if self.begins not in text:
            return False
        stated = (f" {word} " for word in text.split())
        return all(
            any(word in each for word in self.words)
            for each in stated
            if each.startswith(self.begins)
        )


class Listed(NamedTuple):
    """Releases in the register, as far as their own rows say."""

    def holds(self, row: Row) -> bool:
        return row.listed

    def build(self, blocks: Iterable["Block"]) -> int:
        return int(b"".join(block.listed for block in blocks).translate(LISTED), 2)


LISTED = table([1])
Question = Column | AnyOf | Saying | Within | Listed


@dataclass(frozen=True)
class Block:
    """1,024 rows, the highest place first, so that joined blocks read as one number."""

    width: int
    turned: bytes  # width times 1,024 bytes
    listed: bytes
    facts: tuple[str, ...]
    due: "array[int]"
    first_due: int

    @classmethod
    def of(cls, rows: Mapping[int, Row]) -> "Block":
        """From rows by their place in the block."""
        gathered = Gathered()
        for place, row in rows.items():
            gathered.put(place, row)
        return gathered.block()

    def column(self, slot: int) -> bytes:
        if slot >= self.width:
            return EMPTY
        return self.turned[slot * BLOCK : (slot + 1) * BLOCK]

    def row(self, place: int) -> Row:
        at = BLOCK - 1 - place
        levels = self.turned[at::BLOCK].rstrip(b"\0")
        return Row(levels, bool(self.listed[at]), self.facts[at], self.due[at])

    def changed(self, rows: Mapping[int, Row]) -> "Block":
        """With these rows, by their place in the block."""
        if self.width < max(len(row.levels) for row in rows.values()):
            return Block.of({**{place: self.row(place) for place in range(BLOCK)}, **rows})
        turned, listed = bytearray(self.turned), bytearray(self.listed)
        facts, due = list(self.facts), array("q", self.due)
        for place, row in rows.items():
            at = BLOCK - 1 - place
            turned[at::BLOCK] = row.levels.ljust(self.width, b"\0")
            listed[at], facts[at], due[at] = row.listed, row.facts, row.due
        return Block(self.width, bytes(turned), bytes(listed), tuple(facts), due, min(due))


class Gathered:
    """The rows of a block as they come, in any order, and no larger than the block they become."""

    def __init__(self) -> None:
        self.width = 0
        self.flat = bytearray()  # 1,024 rows of so many bytes, the highest place first
        self.listed = bytearray(BLOCK)
        self.facts = [NOTHING.facts] * BLOCK
        self.due = array("q", [NEVER]) * BLOCK

    def put(self, place: int, row: Row) -> None:
        at, width = BLOCK - 1 - place, len(row.levels)
        if width > self.width:
            self._widen(width)
        start = at * self.width
        self.flat[start : start + width] = row.levels
        self.listed[at], self.facts[at], self.due[at] = row.listed, row.facts, row.due

    def _widen(self, width: int) -> None:
        old, flat = self.width, bytearray(BLOCK * width)
        if old:
            for at in range(BLOCK):
                flat[at * width : at * width + old] = self.flat[at * old : (at + 1) * old]
        self.width, self.flat = width, flat

    def block(self) -> Block:
        width, flat = self.width, bytes(self.flat)
        turned = b"".join(flat[slot::width] for slot in range(width))
        facts = tuple(self.facts)
        return Block(width, turned, bytes(self.listed), facts, self.due, min(self.due))


EMPTY = bytes(BLOCK)
NO_BLOCK = Block.of({})


@dataclass(frozen=True)
class Grid:
    """The rows of every release and the sets that were asked of them."""

    blocks: dict[int, Block] = field(default_factory=dict)
    sets: dict[Question, int] = field(default_factory=dict)
    stated: dict["Values", frozenset[str]] = field(default_factory=dict)  # some no longer are

    @classmethod
    def of(cls, rows: Iterable[tuple[int, Row]]) -> "Grid":
        """From rows by their place, in any order."""
        parts: dict[int, Gathered] = {}
        for place, row in rows:
            which, inside = divmod(place, BLOCK)
            if which not in parts:
                parts[which] = Gathered()
            parts[which].put(inside, row)
        # one by one, so that both forms of all are never held together
        return cls({which: parts.pop(which).block() for which in sorted(parts)})

    def bits(self, question: Question) -> int:
        """The set of places whose rows answer yes."""
        members = self.sets.get(question)
        if members is None:
            members = question.build(self._downwards()) if self.blocks else 0
            if len(self.sets) >= MOST_KEPT:
                self.sets.clear()
            self.sets[question] = members
        return members

    def stating(self, fact: Values) -> dict[str, int]:
        """The set of each value that is stated of a fact, by value.

        All are made in one going through: of 250 countries one by one would take seconds.
        """
        if fact not in self.stated and self.blocks:
            sets = fact.build(self._downwards(), max(self.blocks) + 1)
            self.stated[fact] = frozenset(sets)
            self.sets.update({fact.question(value): bits for value, bits in sets.items()})
        known = self.stated.get(fact, ())
        return {value: self.bits(fact.question(value)) for value in known}

    def _downwards(self) -> Iterator[Block]:
        for which in range(max(self.blocks), -1, -1):
            yield self.blocks.get(which, NO_BLOCK)

    def row(self, place: int) -> Row:
        which, inside = divmod(place, BLOCK)
        return self.blocks[which].row(inside) if which in self.blocks else NOTHING

    def due(self, at: int) -> list[int]:
        """Places whose time has come."""
        return [
            which * BLOCK + BLOCK - 1 - place
            for which, block in self.blocks.items()
            if block.first_due <= at
            for place, due in enumerate(block.due)
            if due <= at
        ]

    def changed(self, rows: Mapping[int, Row]) -> "Grid":
        """The grid with these rows instead of the old ones; this one stays as it is."""
        parts: dict[int, dict[int, Row]] = {}
        for place, row in rows.items():
            which, inside = divmod(place, BLOCK)
            parts.setdefault(which, {})[inside] = row
        blocks = dict(self.blocks)
        for which, part in parts.items():
            blocks[which] = blocks.get(which, NO_BLOCK).changed(part)
        kept = self.sets.copy()
        if len(kept) * len(rows) > MOST_TURNED:
            return Grid(blocks)
        stated = {
            fact: known.union(*(fact.values(row.facts) for row in rows.values()))
            for fact, known in self.stated.items()
        }
        pairs = [(1 << place, self.row(place), row) for place, row in rows.items()]
        sets = {}
        for question, bits in kept.items():
            for bit, was, now in pairs:
                if question.holds(was) != question.holds(now):
                    bits ^= bit
            sets[question] = bits
        return Grid(blocks, sets, stated)


MOST_TURNED = 100_000  # tests of a row against a set; above it sets are made anew
