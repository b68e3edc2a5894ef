"""Six ways to change a log, each found and the first bad entry named; and each with its control."""

import re
from shutil import copytree

import pytest
from django.core.management import CommandError, call_command
from django.db.models import F
from django.test import override_settings
from django.utils import timezone

from certcentre.log import checkpoints, sequencer, tiles, tree
from certcentre.log.models import Checkpoint, LogEntry, Tile, Tree
from tests import make
from tests.make.moment import AT

SIZE = 700


def later(index):
    """Another place in the log, looked at with the long tests."""
    return pytest.param(index, marks=pytest.mark.long)


def written():
    """700 entries, with a signed checkpoint at 300 and at the end."""
    made = make.entries(SIZE)
    rest = LogEntry.objects.filter(pk__gte=made[300].pk)
    kept = list(rest)
    rest.delete()
    checkpoints.current(at=AT)
    LogEntry.objects.bulk_create(kept)
    checkpoints.current(at=AT)


@pytest.fixture(scope="module")
def beside(django_db_setup, django_db_blocker, tmp_path_factory):
    """What lies beside the database that holds it: its key, and what was signed last."""
    folder = tmp_path_factory.mktemp("beside")
    with override_settings(DATA_DIR=folder), make.once(django_db_blocker, written):
        yield folder


@pytest.fixture
def log(beside, db, settings):
    copytree(beside, settings.DATA_DIR, dirs_exist_ok=True)
    return {one.leaf_index: one.pk for one in LogEntry.objects.all()}


def found(*words):
    """What the command says; the first bad entry and the kind of change."""
    with pytest.raises(CommandError) as refused:
        call_command("verify_log", *words)
    assert refused.value.returncode == 1
    return re.search(r"(\w+): entry (\d+)", str(refused.value)).groups()


def shift(start, by):
    """Move indexes from `start` on; in two steps, as they are unique."""
    behind = LogEntry.objects.filter(leaf_index__gte=start)
    behind.update(leaf_index=F("leaf_index") + 10_000_000)
    LogEntry.objects.filter(leaf_index__gte=10_000_000).update(
        leaf_index=F("leaf_index") - 10_000_000 + by
    )


def write_again():
    """What somebody with the whole database in hand does: every hash made anew."""
    Tile.objects.all().delete()
    Checkpoint.objects.all().delete()
    rows = LogEntry.objects.order_by("leaf_index")
    tiles.append(0, [tree.leaf_hash(one.leaf) for one in rows])
    Tree.objects.update(size=len(rows))


def test_a_log_that_nobody_touched_agrees(log, capsys):
    call_command("verify_log")
    assert (
        f"{SIZE} entries agree with their hashes and with 4 checkpoints" in capsys.readouterr().out
    )


def empty_the_tree():
    """What was sequenced is taken out of the tree, and the tree begins anew."""
    LogEntry.objects.update(leaf_index=None)
    Tile.objects.all().delete()
    Tree.objects.all().delete()


def test_an_empty_tree_is_shorter_than_what_was_signed(log):
    empty_the_tree()
    assert found() == ("truncated", "0")
    assert sequencer.size() == 0  # nothing was made good


def test_an_empty_tree_is_shorter_than_a_kept_checkpoint(log):
    """Nothing but the file outside the database knows; without it the log is new."""
    empty_the_tree()
    Checkpoint.objects.all().delete()
    assert found() == ("truncated", "0")
    checkpoints.kept().unlink()
    call_command("verify_log")
    assert sequencer.size() == SIZE


def test_old_entries_that_get_no_place(log, monkeypatch):
    make.entries(3)
    call_command("verify_log")
    make.entries(2)
    monkeypatch.setattr(sequencer, "sequence", sequencer.size)
    assert found() == ("deleted", "703")


def test_an_entry_of_this_minute_may_wait(log, monkeypatch, capsys):
    make.entries(2, at=timezone.now())
    monkeypatch.setattr(sequencer, "sequence", sequencer.size)
    call_command("verify_log")
    assert "700 entries agree" in capsys.readouterr().out


@pytest.mark.parametrize("field", ["reason", "step", "subject_id", "to_state", "from_state"])
@pytest.mark.parametrize("index", [333, *map(later, (0, 699))])
def test_edited_columns(log, field, index):
    LogEntry.objects.filter(pk=log[index]).update(**{field: "other"})
    assert found() == ("edited", str(index))


def test_edited_moment(log, at):
    LogEntry.objects.filter(pk=log[5]).update(at=at.replace(year=2020))
    assert found() == ("edited", "5")


@pytest.mark.parametrize("index", [3, 4])
def test_edited_bytes_and_columns(log, index):
    one = LogEntry.objects.get(pk=log[index])
    body = bytes(one.body).replace(b"thing.done", b"thing.gone")
    LogEntry.objects.filter(pk=one.pk).update(body=body, step="thing.gone")
    assert found() == ("edited", str(index))


def test_edited_visibility(log):
    LogEntry.objects.filter(pk=log[7]).update(visibility="public")
    assert found() == ("edited", "7")


def test_salt_that_takes_over_bytes_of_the_body(log):
    one = LogEntry.objects.get(pk=log[7])
    salt, body = bytes(one.salt) + bytes(one.body)[:1], bytes(one.body)[1:]
    LogEntry.objects.filter(pk=one.pk).update(salt=salt, body=body)
    assert found() == ("edited", "7")


@pytest.mark.parametrize("index", [256, *map(later, (0, 500))])
def test_deleted(log, index):
    LogEntry.objects.filter(pk=log[index]).delete()
    assert found() == ("deleted", str(index))


def test_deleted_and_the_gap_closed(log):
    LogEntry.objects.filter(pk=log[200]).delete()
    shift(201, -1)
    assert found() == ("deleted", "200")


@pytest.mark.parametrize("index", [255, *map(later, (0, 699))])
def test_inserted(log, index):
    shift(index, 1)
    (one,) = make.entries(1, detail={"put in": "later"})
    LogEntry.objects.filter(pk=one.pk).update(leaf_index=index)
    assert found() == ("inserted", str(index))


def test_inserted_behind_the_end(log):
    (one,) = make.entries(1)
    LogEntry.objects.filter(pk=one.pk).update(leaf_index=SIZE)
    assert found() == ("inserted", str(SIZE))


@pytest.mark.parametrize(("one", "other"), [(0, 1), (20, 400), (255, 256)])
def test_reordered(log, one, other):
    LogEntry.objects.filter(pk=log[one]).update(leaf_index=10_000_000)
    LogEntry.objects.filter(pk=log[other]).update(leaf_index=one)
    LogEntry.objects.filter(pk=log[one]).update(leaf_index=other)
    assert found() == ("reordered", str(one))


def test_truncated(log):
    LogEntry.objects.filter(leaf_index__gte=650).delete()
    assert found() == ("truncated", "650")


def test_truncated_with_every_hash_made_anew(log):
    LogEntry.objects.filter(leaf_index__gte=650).delete()
    write_again()
    assert found() == ("truncated", "650")


def edit(pk):
    one = LogEntry.objects.get(pk=pk)
    body = bytes(one.body).replace(b"thing.done", b"thing.gone")
    LogEntry.objects.filter(pk=pk).update(body=body, step="thing.gone")


@pytest.mark.parametrize(("index", "named"), [(10, "0"), (300, "300"), (699, "300")])
def test_wholly_rewritten(log, index, named):
    """Found by what is kept outside the database; the entry is named as near as that knows."""
    edit(log[index])
    write_again()
    assert found() == ("rewritten", named)


def test_wholly_rewritten_and_signed_anew_is_found_by_a_kept_checkpoint(log, at, tmp_path):
    kept = tmp_path / "kept"
    kept.write_text(Checkpoint.objects.newest().note)
    checkpoints.kept().unlink()
    edit(log[10])
    write_again()
    checkpoints.current(at=at)
    call_command("verify_log")  # the control: nothing but what was kept elsewhere can tell
    assert found("--checkpoint", str(kept)) == ("rewritten", "0")


def test_a_recorded_hash_that_was_changed_with_its_entry(log):
    edit(log[10])
    one = LogEntry.objects.get(pk=log[10])
    tile = Tile.objects.get(level=0, index=0)
    pieces = tiles.pieces(bytes(tile.hashes))
    pieces[10] = tree.leaf_hash(one.leaf)
    Tile.objects.filter(pk=tile.pk).update(hashes=b"".join(pieces))
    assert found() == ("rewritten", "0")


def test_without_checkpoints_a_rewritten_log_looks_whole(log):
    """The control of all tests above that need one."""
    checkpoints.kept().unlink()
    edit(log[10])
    write_again()
    call_command("verify_log")
    assert sequencer.size() == SIZE


@pytest.mark.parametrize("index", [2, 699])
def test_several_processes_find_the_same(log, index, monkeypatch):
    """Chunks of one tile, in order, in this process: what each process is given."""
    monkeypatch.setattr("certcentre.log.verifying.CHUNK", 256)
    call_command("verify_log")
    LogEntry.objects.filter(pk=log[index]).update(reason="other")
    assert found() == ("edited", str(index))


def test_a_checkpoint_of_somebody_else(log, tmp_path):
    other = tmp_path / "other"
    other.write_text(Checkpoint.objects.newest().note.replace("700", "600"))
    with pytest.raises(CommandError, match="not signed by a key of this portal"):
        call_command("verify_log", "--checkpoint", str(other))


@pytest.mark.parametrize("text", ["", "nothing\n", "a\n1\nb\n\n— c d\n", None])
def test_a_file_that_is_no_checkpoint(log, tmp_path, text):
    path = tmp_path / "file"
    if text is not None:
        path.write_text(text)
    with pytest.raises(CommandError) as refused:
        call_command("verify_log", "--checkpoint", str(path))
    assert refused.value.returncode == 2
