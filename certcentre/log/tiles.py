"""The hashes of the tree as they are kept: tiles of 256, so that a proof reads a few rows only.

A tile of level 0 holds the hashes of 256 leaves; one of level n+1 those of 256 full tiles of
level n. So the hash of any complete subtree is a part of one tile (as in C2SP tlog-tiles), and a
proof is read from a few tiles whatever the tree's size.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import models

from certcentre.log import tree

WIDTH = 256
HEIGHT = 8  # two to this power is the width
HASH = 32


class Tree(models.Model):
    """How many entries have an index: one row, which a sequencer holds while it gives out more."""

    size = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.size} entries"


class Tile(models.Model):
    """Up to 256 hashes of one level, one after the other."""

    level = models.PositiveSmallIntegerField()
    index = models.PositiveBigIntegerField()
    hashes = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["level", "index"], name="tile_once")]

    def __str__(self) -> str:
        return f"{self.level}/{self.index}"


def pieces(data: bytes) -> list[bytes]:
    """The single hashes of a tile."""
    return [data[at : at + HASH] for at in range(0, len(data), HASH)]


def append(size: int, hashes: Iterable[bytes]) -> None:
    """Add the hashes of leaves behind the first `size`. The caller holds the tree's row."""
    level, new = 0, list(hashes)
    while new:
        count, full = size >> (HEIGHT * level), []
        while new:
            index, filled = divmod(count, WIDTH)
            part, new = new[: WIDTH - filled], new[WIDTH - filled :]
            before = bytes(Tile.objects.get(level=level, index=index).hashes) if filled else b""
            data = before[: filled * HASH] + b"".join(part)
            Tile.objects.update_or_create(level=level, index=index, defaults={"hashes": data})
            count += len(part)
            if filled + len(part) == WIDTH:
                full.append(tree.root(pieces(data)))
        level, new = level + 1, full


class Reader:
    """Hashes of subtrees, from tiles that are each read once."""

    def __init__(self) -> None:
        self.read: dict[tuple[int, int], bytes] = {}

    def tile(self, level: int, index: int) -> bytes:
        key = level, index
        if key not in self.read:
            rows = Tile.objects.filter(level=level, index=index)
            self.read[key] = bytes(rows.values_list("hashes", flat=True).first() or b"")
        return self.read[key]

    def complete(self, height: int, index: int) -> bytes:
        """The hash of a subtree of two to the power `height` leaves. LookupError: not kept."""
        level, inside = divmod(height, HEIGHT)
        tile, place = divmod(index << inside, WIDTH)
        data = self.tile(level, tile)[place * HASH : (place + (1 << inside)) * HASH]
        if len(data) != HASH << inside:
            raise LookupError(f"tile {level}/{tile} is not complete")
        return tree.root(pieces(data))

    def subtree(self, start: int, end: int) -> bytes:
        """As `tree.Subtree`; what RFC 9162 asks for begins where a complete subtree does."""
        parts = []
        while start < end:
            height = (end - start).bit_length() - 1
            parts.append(self.complete(height, start >> height))
            start += 1 << height
        hashed = parts.pop() if parts else tree.EMPTY
        while parts:
            hashed = tree.node_hash(parts.pop(), hashed)
        return hashed

    def root(self, size: int) -> bytes:
        return self.subtree(0, size)


@dataclass(frozen=True)
class Inclusion:
    """That a leaf is in the tree of this size."""

    index: int
    size: int
    leaf: bytes
    path: list[bytes]
    root: bytes


@dataclass(frozen=True)
class Consistency:
    """That the tree of `new` leaves only added to the tree of `old`."""

    old: int
    new: int
    old_root: bytes
    new_root: bytes
    path: list[bytes]


def inclusion(index: int, size: int) -> Inclusion:
    """LookupError or ValueError where the tree does not reach so far."""
    reader = Reader()
    path = tree.inclusion_path(index, size, reader.subtree)
    return Inclusion(index, size, reader.complete(0, index), path, reader.root(size))


def consistency(old: int, new: int) -> Consistency:
    reader = Reader()
    path = tree.consistency_path(old, new, reader.subtree)
    return Consistency(old, new, reader.root(old), reader.root(new), path)
