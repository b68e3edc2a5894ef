"""Proofs from the tree as it stands, read from a few tiles whatever its size."""

from dataclasses import dataclass

from certcentre.log import tree
from certcentre.log.tiles import Reader


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
