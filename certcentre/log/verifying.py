"""Hashing the whole log again, beside what was recorded, signed and kept elsewhere."""

import json
import os
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC
from enum import StrEnum
from hashlib import sha256
from multiprocessing import get_context
from typing import Any

from django.db import connection, connections
from django.db.models import Max

from certcentre.log import tree
from certcentre.log.models import LogEntry
from certcentre.log.sequencer import size
from certcentre.log.signed import Signed
from certcentre.log.tiles import HASH, WIDTH, Tile, pieces

CHUNK = 1 << 14  # entries; whole tiles
SALT = 16
Row = tuple[int, str, Any, Any, str, str]  # index, visibility, body, salt, beginning, end

# How the canonical bytes of an entry must begin and end, spelt by the database from its columns:
# Python would take twice as long. {…} is filled in below with what differs.
BEGINS = """'{"actor":' || {actor} || ',"at":"' || {at} || '","detail":'"""
ENDS = (
    """',"from":"' || from_state || '","organisation":' || {organisation} || ',"reason":' """
    """|| {reason} || ',"step":"' || step || '","subject":"' || subject_type || ':' """
    """|| subject_id || '","to":"' || to_state || '"}'"""
)


def dashed(column: str) -> str:
    """SQLite keeps a UUID as 32 digits."""
    cuts = ((1, 8), (9, 4), (13, 4), (17, 4), (21, 12))
    parts = " || '-' || ".join(f"substr({column}, {at}, {length})" for at, length in cuts)
    return f"""coalesce('"' || {parts} || '"', 'null')"""


def cast(column: str) -> str:
    return f"""coalesce('"' || {column}::text || '"', 'null')"""


SPELT = {
    "sqlite": {
        "actor": dashed("actor_id"),
        "organisation": dashed("organisation_id"),
        "at": "replace(at, ' ', 'T') || substr('.000000', 1, 26 - length(at)) || '+00:00'",
        "reason": "json_quote(reason)",
    },
    "postgresql": {
        "actor": cast("actor_id"),
        "organisation": cast("organisation_id"),
        "at": "to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"+00:00\"')",
        "reason": "to_json(reason)::text",
    },
}


def spelling() -> str:
    """The two columns in this database's words."""
    both = f"{BEGINS}, {ENDS}"
    for name, words in SPELT[connection.vendor].items():
        both = both.replace(f"{{{name}}}", words)
    return both


def rows_between(start: int, end: int) -> list[Row]:
    """The entries with these indexes, in order; read without the ORM, which takes longer."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT leaf_index, visibility, body, salt, {spelling()} "  # noqa: S608 (our words)
            "FROM log_logentry WHERE leaf_index >= %s AND leaf_index < %s ORDER BY leaf_index",
            [start, end],
        )
        fetched: list[Row] = cursor.fetchall()
        return fetched


def hashed(found: list[Row]) -> list[bytes]:
    """The leaf hash of each row; b"" where its columns say something else than its bytes."""
    made = []
    for index, visibility, data, salt, begins, ends in found:
        body, salted = bytes(data), visibility != "public"
        spelt = body.startswith(begins.encode()) and body.endswith(ends.encode())
        if (not spelt and not means(index, body)) or (salted and len(salt) != SALT):
            made.append(b"")
            continue
        if salted:
            body = sha256(bytes(salt) + body).digest()
        made.append(sha256(b"\0" + body).digest())
    return made


def means(index: int, body: bytes) -> bool:
    """Whether bytes and columns agree by their values, where a character is spelt otherwise."""
    log_entry = LogEntry.objects.get(leaf_index=index)
    try:
        values = json.loads(body)
        values.pop("detail")
    except (ValueError, KeyError, TypeError, AttributeError):
        return False
    return bool(
        values
        == {
            "actor": log_entry.actor_id and str(log_entry.actor_id),
            "at": log_entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
            "from": log_entry.from_state,
            "organisation": log_entry.organisation_id and str(log_entry.organisation_id),
            "reason": log_entry.reason,
            "step": log_entry.step,
            "subject": f"{log_entry.subject_type}:{log_entry.subject_id}",
            "to": log_entry.to_state,
        }
    )


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


SMALL = 4 * CHUNK  # entries: fewer are hashed in this process
Chunk = tuple[int, int, list[int]]  # from, to, sizes of checkpoints between


@dataclass
class Part:
    """What one chunk hashes to: the root of each tile, and of tiles that a checkpoint cuts."""

    start: int
    tiles: list[bytes] = field(default_factory=list)
    cuts: dict[int, bytes] = field(default_factory=dict)  # size → the tile up to there
    fault: Fault | None = None


@dataclass(frozen=True)
class Outcome:
    """How many entries were hashed, and the first fault if there is one."""

    entries: int
    fault: Fault | None


def verify(signed: Iterable[Signed] = (), *, processes: int = 0) -> Outcome:
    """Compare every entry with its recorded hash, and every root with what was signed.

    Memory does not grow with the log: chunks are read one after the other in a few processes.
    """
    total = size()
    asked = sorted(set(signed), key=lambda checkpoint: (checkpoint.size, checkpoint.where))
    fold, good = Fold(), 0
    with spread(total, processes) as each:
        for part in each(examine, chunks(total, [checkpoint.size for checkpoint in asked])):
            roots, fault = fold.take(part)
            for cut, root in roots.items():
                if wrong := [
                    checkpoint
                    for checkpoint in asked
                    if checkpoint.size == cut and checkpoint.root != root
                ]:
                    return Outcome(total, Fault(Kind.REWRITTEN, good, disagrees(wrong[0])))
                good = cut
            if fault:
                return Outcome(total, fault)
    return Outcome(total, behind(total, asked))


def disagrees(one: Signed) -> str:
    return f"the checkpoint of {one.size} entries {one.where} has another root"


def chunks(total: int, sizes: list[int]) -> Iterator[Chunk]:
    for start in range(0, total, CHUNK):
        end = min(start + CHUNK, total)
        cuts = sizes[bisect_right(sizes, start) : bisect_right(sizes, end)]
        yield start, end, cuts


def shorter(total: int, signed: Iterable[Signed]) -> Fault | None:
    """That the log holds fewer entries than somebody signed or kept."""
    newest = max(signed, key=lambda checkpoint: checkpoint.size, default=None)
    if newest is None or newest.size <= size():
        return None
    noticed = f"a checkpoint {newest.where} was signed over {newest.size} entries"
    return Fault(Kind.TRUNCATED, total, noticed)


def behind(total: int, asked: list[Signed]) -> Fault | None:
    """What is wrong past the last entry: some are gone, or some stand outside the tree."""
    if fault := shorter(total, asked):
        return fault
    last = LogEntry.objects.aggregate(last=Max("leaf_index"))["last"]
    if last is not None and last >= (now := size()):
        return Fault(Kind.INSERTED, now, "it stands behind the end of the tree")
    return None


@contextmanager
def spread(total: int, processes: int) -> Iterator[Callable[..., Iterable[Part]]]:
    """A `map` over as many processes as there are processors; over this one for a small log."""
    count = processes or (len(os.sched_getaffinity(0)) if total > SMALL else 1)
    if count < 2:
        yield map
        return
    connections.close_all()  # a connection must not be used on both sides of a fork
    with ProcessPoolExecutor(count, mp_context=get_context("fork")) as pool:
        try:
            yield pool.map
        finally:
            pool.shutdown(cancel_futures=True)


def examine(chunk: Chunk) -> Part:
    """Hash one chunk, compare it with its tiles and these with the tile above."""
    start, end, cuts = chunk
    part = Part(start)
    rows = rows_between(start, end)
    hashes, recorded = hashed(rows), recorded_between(start, end)
    if len(hashes) != end - start or b"".join(hashes) != recorded:
        indexes = [row[0] for row in rows]
        bad = first_difference(start, indexes, hashes, pieces(recorded))
        part.fault, hashes = fault_at(start + bad, end), hashes[:bad]
    above = pieces(tile(1, start // WIDTH // WIDTH))[start // WIDTH % WIDTH :]
    for at in range(0, len(hashes), WIDTH):
        row, first = hashes[at : at + WIDTH], start + at
        for cut in cuts[bisect_right(cuts, first) : bisect_right(cuts, first + len(row))]:
            part.cuts[cut] = tree.root(row[: cut - first])
        part.tiles.append(tree.root(row))
        if len(row) == WIDTH and above[at // WIDTH : at // WIDTH + 1] != part.tiles[-1:]:
            part.fault = Fault(Kind.REWRITTEN, first, f"it is among the {WIDTH} from there on")
            break
    return part


def first_difference(
    start: int, indexes: list[int], found: list[bytes], recorded: list[bytes]
) -> int:
    """How many entries of a chunk stand where they should and are what was recorded."""
    good = 0
    for index, here, was in zip(indexes, found, recorded, strict=False):
        if index != start + good or here != was:
            break
        good += 1
    return good


def fault_at(index: int, end: int) -> Fault:
    """What happened at the first entry that is not what was recorded."""
    rows = rows_between(index, index + NEAR)
    if not rows or rows[0][0] != index:
        gone = not LogEntry.objects.filter(leaf_index__gte=index).exists()
        return Fault(Kind.TRUNCATED if gone else Kind.DELETED, index)
    hashes = hashed(rows)
    if not hashes[0]:
        return Fault(Kind.EDITED, index, "its columns say something else than its bytes")
    kind = told_apart(hashes, pieces(recorded_between(index, index + NEAR)))
    return Fault(kind, index, f"now it says {LogEntry.objects.get(leaf_index=index)}")


def tile(level: int, index: int) -> bytes:
    rows = Tile.objects.filter(level=level, index=index).values_list("hashes", flat=True)
    return bytes(rows.first() or b"")


def recorded_between(start: int, end: int) -> bytes:
    """The recorded leaf hashes from `start` up to `end`, one after the other."""
    first, last = start // WIDTH, (end - 1) // WIDTH
    rows = Tile.objects.filter(level=0, index__range=(first, last)).order_by("index")
    full = {index: bytes(data) for index, data in rows.values_list("index", "hashes")}
    whole = b"".join(
        full.get(number, b"").ljust(WIDTH * HASH, b"\0") for number in range(first, last + 1)
    )
    return whole[(start - first * WIDTH) * HASH : (end - first * WIDTH) * HASH]


class Fold:
    """The upper levels of the tree while chunks arrive in order."""

    def __init__(self) -> None:
        self.open: list[list[bytes]] = []  # of each level above the tiles, what is not full yet
        self.count = 0  # tiles taken

    def take(self, part: Part) -> tuple[dict[int, bytes], Fault | None]:
        """The root at each size that a checkpoint speaks of, and the part's fault."""
        roots = {}
        for place, node in enumerate(part.tiles):
            first = part.start + place * WIDTH
            for cut, partial in part.cuts.items():
                if first < cut <= first + WIDTH:
                    roots[cut] = self.root(partial)
            if fault := self.add(node):
                return roots, fault
        return roots, part.fault

    def root(self, last: bytes) -> bytes:
        """The root of the tree that ends with this tile."""
        for row in self.open:
            last = tree.root([*row, last])
        return last

    def add(self, node: bytes) -> Fault | None:
        """Put a tile's root behind the others; full rows become one hash of the next level."""
        self.count += 1
        for level in range(len(self.open) + 1):
            if level == len(self.open):
                self.open.append([])
            self.open[level].append(node)
            if len(self.open[level]) < WIDTH:
                return None
            node, self.open[level] = tree.root(self.open[level]), []
            index = self.count // WIDTH ** (level + 1) - 1
            kept = tile(level + 2, index // WIDTH)[index % WIDTH * HASH :][:HASH]
            if kept != node:
                first = index * WIDTH ** (level + 2)
                return Fault(Kind.REWRITTEN, first, "a recorded hash above it was changed")
        return None
