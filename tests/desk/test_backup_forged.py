"""A backup that somebody forged as a whole, manifest and all, and the checkpoint kept elsewhere."""

import pytest
from django.core.management import CommandError
from django.db import connection
from django.utils import timezone

from certcentre.accounts.models import User
from certcentre.desk.models import Notice
from certcentre.log import checkpoints
from certcentre.log.models import Checkpoint, LogEntry, Tile, Tree, entry, record
from tests.desk.test_backup import file, lose_everything, place, run
from tests.desk.test_verify_records import certified

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long]
__all__ = ["file", "place"]


@pytest.fixture
def portal(place):
    """In order, and with a log that agrees; its last entry is one that no record rests on."""
    records = certified()
    record(records.body, "organisation.seen", by=None, at=timezone.now(), reason="Looked at.")
    return records


@pytest.fixture
def kept(portal, tmp_path):
    """What a ministry has in its safe."""
    path = tmp_path / "kept.txt"
    path.write_text(checkpoints.current(at=timezone.now()).note)
    return path


def suspended_is_valid(portal):
    """One state changed by hand."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE standards_certificate SET status = 'withdrawn'")


def a_claim_says_more(portal):
    """What the register counts by, and no record."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE standards_claim SET assurance = 4 WHERE assurance = 1")


def another_history(portal):
    """Every entry given its place anew, after one was put in the place of another."""
    old = LogEntry.objects.latest("pk")
    new = entry(portal.body, old.step, by=None, at=old.at, reason="Something else.")
    Notice.objects.all().delete()
    LogEntry.objects.filter(pk=old.pk).delete()
    new.pk = old.pk
    new.save(force_insert=True)
    LogEntry.objects.update(leaf_index=None)
    sign_again()


def a_shorter_history(portal):
    """The newest entry never was."""
    Notice.objects.all().delete()
    LogEntry.objects.latest("pk").delete()
    LogEntry.objects.update(leaf_index=None)
    sign_again()


def sign_again():
    Tile.objects.all().delete()
    Checkpoint.objects.all().delete()
    Tree.objects.update(size=0)
    checkpoints.kept().unlink()
    checkpoints.current(at=timezone.now())


def cut_after_signing(portal):
    """The newest entries are gone, and the checkpoint over them is not."""
    checkpoints.current(at=timezone.now())
    Notice.objects.all().delete()
    last = LogEntry.objects.order_by("-pk").values_list("pk", flat=True)[3]
    LogEntry.objects.filter(pk__gt=last).delete()


@pytest.mark.parametrize(
    ("forge", "words"),
    [
        (suspended_is_valid, "not what its log says"),
        (a_claim_says_more, "not what its log says"),
        (cut_after_signing, "not the one that was signed"),
    ],
)
def test_one_that_contradicts_itself_is_not_restored(portal, place, file, forge, words):
    forge(portal)
    run("backup", file)
    lose_everything()
    home = place("second")
    with pytest.raises(CommandError, match=words):
        run("restore", file)
    assert not User.objects.exists()
    assert [path for path in home.rglob("*") if path.is_file()] == []
    assert "compared with nothing" in run("restore", file, "--as-it-is")
    assert User.objects.exists()


def test_as_it_is_and_a_checkpoint_exclude_each_other(portal, file, kept):
    with pytest.raises(CommandError) as refused:
        run("restore", file, "--as-it-is", "--checkpoint", kept)
    assert refused.value.returncode == 2


@pytest.mark.parametrize(
    ("forge", "words"),
    [
        (another_history, "not the one that was signed"),
        (a_shorter_history, "not the one that was signed"),
    ],
)
def test_it_is_not_restored_against_the_checkpoint(portal, place, file, kept, forge, words):
    forge(portal)
    run("backup", file)
    lose_everything()
    home = place("second")
    with pytest.raises(CommandError, match=words):
        run("restore", file, "--checkpoint", kept)
    assert not User.objects.exists()
    assert [path for path in home.rglob("*") if path.is_file()] == []
    said = run("restore", file)  # the control: it agrees with itself
    assert "compared with no checkpoint" in said


def test_what_agrees_is_restored(portal, place, file, kept):
    run("backup", file)
    lose_everything()
    place("second")
    assert "with the checkpoint that you kept" in run("restore", file, "--checkpoint", kept)


def test_what_is_no_checkpoint_is_said(portal, place, file, kept):
    run("backup", file)
    lose_everything()
    place("second")
    kept.write_text("nothing")
    with pytest.raises(CommandError, match="no signed checkpoint"):
        run("restore", file, "--checkpoint", kept)
    assert not User.objects.exists()
