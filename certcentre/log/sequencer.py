"""Giving committed entries their place in the tree, in a short transaction of its own."""

from itertools import pairwise

from django.conf import settings
from django.db import transaction
from django.db.models import F

from certcentre.log import tiles, tree
from certcentre.log.models import LogEntry
from certcentre.log.tiles import Tree

BATCH = 1000


def sequence() -> int:
    """Give every committed entry without an index the next ones, in id order; the tree's size.

    Several may run at once: each holds the tree's row while it gives out indexes. An entry that
    is committed late, below ids that have an index already, gets the next one at the next turn.
    """
    if settings.READ_ONLY or not waiting():
        return size()
    while step() == BATCH:
        pass
    return size()


def waiting() -> bool:
    return LogEntry.objects.filter(leaf_index=None).exists()


def size() -> int:
    return Tree.objects.filter(pk=1).values_list("size", flat=True).first() or 0


def step() -> int:
    """One batch; how many entries it gave an index."""
    Tree.objects.get_or_create(pk=1)
    with transaction.atomic():
        head = Tree.objects.select_for_update().get(pk=1)
        rows = LogEntry.objects.filter(leaf_index=None).order_by("pk")
        entries = list(rows.only("visibility", "body", "salt")[:BATCH])
        if not entries:
            return 0
        number([entry.pk for entry in entries], head.size)
        hashes = [tree.leaf_hash(entry.leaf) for entry in entries]
        tiles.append(head.size, hashes)
        Tree.objects.filter(pk=1).update(size=head.size + len(entries))
    return len(entries)


def number(ids: list[int], first: int) -> None:
    """Write the indexes: one statement for each run of ids without a gap."""
    ends = [place for place, (a, b) in enumerate(pairwise(ids), 1) if b != a + 1]
    for start, end in pairwise([0, *ends, len(ids)]):
        run = LogEntry.objects.filter(pk__range=(ids[start], ids[end - 1]), leaf_index=None)
        run.update(leaf_index=F("pk") + (first + start - ids[start]))
