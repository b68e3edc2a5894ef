"""Every committed entry gets one place, in id order, whoever sequences and whenever it commits."""

from threading import Thread

import pytest
from django.core.management import call_command
from django.db import connections, transaction

from certcentre.log import sequencer, tree
from certcentre.log.models import LogEntry
from certcentre.log.tiles import Reader, Tile, consistency, inclusion
from tests import make


def indexes():
    return list(LogEntry.objects.order_by("pk").values_list("leaf_index", flat=True))


def test_entries_get_indexes_in_id_order(db):
    assert make.log(5) == 5
    assert make.log(3) == 8
    assert indexes() == list(range(8))


def test_nothing_new_writes_nothing(db, django_assert_num_queries):
    make.log(3)
    with django_assert_num_queries(2):
        assert sequencer.sequence() == 3


def test_an_empty_log_agrees(db, capsys):
    call_command("verify_log")
    assert capsys.readouterr().out.startswith("0 entries agree")


def test_what_only_waits_gets_its_place_before_it_is_verified(db, capsys):
    make.entries(7)
    call_command("verify_log")
    assert capsys.readouterr().out.startswith("7 entries agree")


def test_an_entry_that_commits_late_is_not_lost(db):
    made = make.entries(5)
    late = LogEntry.objects.filter(pk=made[1].pk)
    kept = late.values().get()
    late.delete()
    sequencer.sequence()
    LogEntry.objects.create(**kept)
    assert sequencer.sequence() == 5
    assert indexes() == [0, 4, 1, 2, 3]


@pytest.mark.parametrize("size", [1, 255, 256, 257, 700])
def test_the_kept_hashes_give_the_root_of_the_leaves(db, size):
    made = make.entries(size)
    sequencer.sequence()
    leaves = [tree.leaf_hash(one.leaf) for one in made]
    assert Reader().root(size) == tree.root(leaves)
    assert Reader().root(size // 2 + 1) == tree.root(leaves[: size // 2 + 1])


def test_tiles_grow_as_they_would_at_once(db, monkeypatch):
    monkeypatch.setattr(sequencer, "BATCH", 100)
    made = make.entries(620)
    sequencer.sequence()
    assert Reader().root(620) == tree.root([tree.leaf_hash(one.leaf) for one in made])
    assert Tile.objects.get(level=1).hashes[:32] == Reader().root(256)


def test_proofs_hold_over_tiles(db):
    make.log(600)
    found = inclusion(300, 599)
    assert tree.includes(found.leaf, 300, 599, found.path, found.root)
    grown = consistency(257, 600)
    assert tree.extends(257, 600, grown.old_root, grown.new_root, grown.path)


def test_a_proof_reads_the_same_few_rows_at_any_size(db, django_assert_max_num_queries):
    make.log(2000)
    with django_assert_max_num_queries(6):
        assert inclusion(3, 1999).path


@pytest.mark.django_db(transaction=True)
def test_several_sequencers_at_once_give_each_entry_one_place(monkeypatch):
    monkeypatch.setattr(sequencer, "BATCH", 50)
    make.entries(400)

    def work():
        sequencer.sequence()
        connections.close_all()

    threads = [Thread(target=work) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert indexes() == list(range(400))
    leaves = [tree.leaf_hash(one.leaf) for one in LogEntry.objects.order_by("leaf_index")]
    assert Reader().root(400) == tree.root(leaves)


@pytest.mark.django_db(transaction=True)
def test_ids_that_commit_out_of_order_are_all_sequenced():
    """On PostgreSQL; SQLite lets one transaction write at a time, so it cannot happen there."""
    if connections["default"].vendor == "sqlite":
        pytest.skip("one writer at a time")
    seen = []

    def later():
        make.log(3)
        seen.extend(indexes())
        connections.close_all()

    with transaction.atomic():
        (low,) = make.entries(1)
        thread = Thread(target=later)
        thread.start()
        thread.join()
    assert seen == [0, 1, 2]
    assert sequencer.sequence() == 4
    assert LogEntry.objects.get(pk=low.pk).leaf_index == 3
