"""The Merkle tree of RFC 9162 section 2.1 (SHA-256): values in, values out.

Hashes are 32 bytes. A tree of `size` leaves is asked for through `Subtree`: the hash of the
leaves from `start` up to, not including, `end`.
"""

from collections.abc import Callable, Sequence
from hashlib import sha256

Subtree = Callable[[int, int], bytes]
EMPTY = sha256().digest()


def leaf_hash(data: bytes) -> bytes:
    return sha256(b"\0" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\1" + left + right).digest()


def root(hashes: Sequence[bytes]) -> bytes:
    """The Merkle tree hash over leaf hashes (or over the hashes of complete subtrees)."""
    if not hashes:
        return EMPTY
    row = list(hashes)
    while len(row) > 1:
        pairs = [
            sha256(b"\1" + left + right).digest()
            for left, right in zip(row[::2], row[1::2], strict=False)
        ]
        row = [*pairs, row[-1]] if len(row) % 2 else pairs
    return row[0]


def split(size: int) -> int:
    """The greatest power of two smaller than `size`; `size` is at least 2."""
    return 1 << (size - 1).bit_length() - 1


def inclusion_path(index: int, size: int, subtree: Subtree) -> list[bytes]:
    """The proof that leaf `index` is in the tree of `size` leaves (section 2.1.3.1)."""
    if not 0 <= index < size:
        raise ValueError("the index is not in the tree")
    path, start, end = [], 0, size
    while end - start > 1:
        middle = start + split(end - start)
        if index < middle:
            path.append(subtree(middle, end))
            end = middle
        else:
            path.append(subtree(start, middle))
            start = middle
    return path[::-1]


def consistency_path(old: int, new: int, subtree: Subtree) -> list[bytes]:
    """The proof that the first `old` leaves of the tree of `new` are still there (2.1.4.1)."""
    if not 0 < old <= new:
        raise ValueError("the older tree must not be empty, nor larger than the newer")
    path, start, end, whole = [], 0, new, True
    while old != end:
        middle = start + split(end - start)
        if old <= middle:
            path.append(subtree(middle, end))
            end = middle
        else:
            path.append(subtree(start, middle))
            start, whole = middle, False
    return ([] if whole else [subtree(start, end)]) + path[::-1]


def includes(leaf: bytes, index: int, size: int, path: Sequence[bytes], expected: bytes) -> bool:
    """Whether the proof holds (section 2.1.3.2); `leaf` is the leaf's hash."""
    if not 0 <= index < size:
        return False
    place, last, hashed = index, size - 1, leaf
    for beside in path:
        if last == 0:
            return False
        if place & 1 or place == last:
            hashed = node_hash(beside, hashed)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            hashed = node_hash(hashed, beside)
        place, last = place >> 1, last >> 1
    return last == 0 and hashed == expected


def extends(old: int, new: int, old_root: bytes, new_root: bytes, path: Sequence[bytes]) -> bool:
    """Whether the proof holds (section 2.1.4.2)."""
    if old == new:
        return not path and old_root == new_root
    if not 0 < old < new or not path:
        return False
    steps = list(path) if old & (old - 1) else [old_root, *path]
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    was = now = steps[0]
    for beside in steps[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            was, now = node_hash(beside, was), node_hash(beside, now)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            now = node_hash(now, beside)
        place, last = place >> 1, last >> 1
    return last == 0 and was == old_root and now == new_root
