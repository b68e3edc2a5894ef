"""The whole portal in one file, and back; nothing where anything is wrong."""

import hashlib
import json
import os
import stat
import tracemalloc
from contextlib import contextmanager
from datetime import timedelta
from io import StringIO
from zipfile import ZipFile

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from certcentre import keys
from certcentre.accounts.models import Organisation, User
from certcentre.desk import backup, record_check
from certcentre.desk.backup import BackupRefused
from certcentre.desk.kept_rows import empty_tables, kept_tables
from certcentre.desk.open_data.publication import Publication
from certcentre.desk.open_data.publishing import publish
from certcentre.log import checkpoints
from certcentre.log.models import LogEntry, record
from standards.assessment.evidence import Evidence
from standards.registry.matching.state import process
from tests import make
from tests.effort import asked
from tests.make.moment import AT
from tests.make.world import world

pytestmark = pytest.mark.django_db(transaction=True)
MEGABYTE = 1024 * 1024
MEGABYTES = asked("MEGABYTES", 40)


@pytest.fixture
def place(settings, tmp_path):
    """Evidence lies in this test's own DATA_DIR, as it does in a portal."""

    def move(name):
        settings.DATA_DIR = tmp_path / name
        settings.DATA_DIR.mkdir(exist_ok=True)
        storage = {
            **settings.STORAGES["default"],
            "OPTIONS": {"location": settings.DATA_DIR / "files"},
        }
        settings.STORAGES = {**settings.STORAGES, "default": storage}
        return settings.DATA_DIR

    move("first")
    return move


@pytest.fixture
def portal(place):
    """Records of every kind, with a step at a moment that has microseconds."""
    made = world()
    make.logged_editions()
    record(
        made.provider,
        "organisation.seen",
        by=made.provider.person,
        at=AT + timedelta(microseconds=7),
    )
    call_command("tick", stdout=StringIO())
    return made


@pytest.fixture
def file(tmp_path):
    return tmp_path / "portal.zip"


def everything():
    """All rows of all tables, as Python values."""

    def value(found):
        return bytes(found) if isinstance(found, memoryview) else found

    return {
        label: [
            {name: value(found) for name, found in row.items()}
            for row in model._base_manager.order_by("pk").values()
        ]
        for label, model in kept_tables().items()
    }


def lose_everything():
    with transaction.atomic():
        empty_tables(kept_tables().values())
    process.forget()


def run(name, *args):
    out = StringIO()
    call_command(name, *map(str, args), stdout=out)
    return out.getvalue()


def test_what_comes_back_is_what_was_there(portal, place, file, client):
    before = everything()
    signer = keys.newest(keys.Purpose.CREDENTIALS)
    piece = Evidence.objects.exclude(file="").first()
    words = piece.file.read()
    assert f"{sum(map(len, before.values()))} rows" in run("backup", file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    lose_everything()
    place("second")
    assert "are restored" in run("restore", file)
    assert everything() == before
    assert Evidence.objects.get(pk=piece.pk).file.read() == words
    assert keys.newest(keys.Purpose.CREDENTIALS) == signer
    assert "agree with their hashes" in run("verify_log")
    run("check_standings")
    assert record_check.is_due(at=AT)  # what was found there is not carried over
    page = client.get(f"/verify/?number={portal.certificate.number}", follow=True)
    assert "Valid today" in page.content.decode()


def test_what_is_written_meanwhile_makes_it_no_contradiction(place, centre, file, monkeypatch):
    real = backup.one_moment

    @contextmanager
    def and_then_life_goes_on():
        with real():
            yield
        record(centre, "organisation.seen", by=None, at=AT, reason="Meanwhile.")
        checkpoints.current(at=AT)

    checkpoints.current(at=AT)
    monkeypatch.setattr(backup, "one_moment", and_then_life_goes_on)
    run("backup", file)
    lose_everything()
    place("second")
    assert "are restored" in run("restore", file)
    assert "agree with their hashes" in run("verify_log")
    assert not LogEntry.objects.filter(reason="Meanwhile.").exists()


def test_open_data_is_left_out_and_may_be_taken_away_meanwhile(portal, place, file, monkeypatch):
    first = publish(at=AT)
    publish(at=AT + timedelta(days=1))
    real = backup.one_moment

    @contextmanager
    def and_then_the_old_set_goes():
        with real():
            yield
        Publication.tidy(at=AT + timedelta(days=30))

    monkeypatch.setattr(backup, "one_moment", and_then_the_old_set_goes)
    run("backup", file)
    assert not Publication.objects.filter(pk=first.pk).exists()
    with ZipFile(file) as archive:
        assert [each for each in archive.namelist() if "publi" in each or "open-data" in each] == []
    lose_everything()
    place("second")
    assert "are restored" in run("restore", file)
    assert not Publication.objects.exists()


def digests():
    """The bytes of each piece of evidence, in short."""
    digested = {}
    for piece in Evidence.objects.exclude(file=""):
        with piece.file.open() as stream:
            digested[piece.pk] = hashlib.file_digest(stream, "sha256").hexdigest()
    return digested


@pytest.mark.alike
@pytest.mark.long
def test_a_large_one_comes_back_and_no_file_is_held_whole(place, file):
    provider, each = make.organisation("provider"), 20
    for _number in range(MEGABYTES // each):
        content = b"%PDF-1.7\n" + os.urandom(each * MEGABYTE - 100) + b"\n%%EOF\n"
        make.filed(provider, content=content)
    before = digests()
    assert len(before) == MEGABYTES // each > 0
    tracemalloc.start()
    run("backup", file)
    lose_everything()
    place("second")
    run("restore", file)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert file.stat().st_size > (MEGABYTES - 1) * MEGABYTE
    assert digests() == before
    assert most < each * MEGABYTE * 3 / 4  # one of them read at a stroke would be seen


@pytest.mark.long
def test_life_goes_on_after_a_restore(portal, place, file):
    run("backup", file)
    lose_everything()
    place("second")
    run("restore", file)
    last = max(row["id"] for row in everything()["log.logentry"])
    newcomer = make.organisation("buyer")
    assert newcomer.pk in set(Organisation.objects.values_list("pk", flat=True))
    assert everything()["log.logentry"][-1]["id"] > last
    make.tender(buyer=newcomer, status="published")
    assert "agree with their hashes" in run("verify_log")


@pytest.mark.alike
@pytest.mark.long
def test_a_portal_in_use_is_not_written_over(portal, file):
    run("backup", file)
    before = everything()
    with pytest.raises(CommandError, match=r"holds \d+ people and \d+ organisations"):
        run("restore", file)
    assert everything() == before


@pytest.mark.alike
@pytest.mark.long
def test_a_backup_is_not_written_over_and_leaves_no_half(portal, file, monkeypatch):
    file.write_text("mine")
    with pytest.raises(CommandError, match="is there already"):
        run("backup", file)
    assert file.read_text() == "mine"
    file.unlink()

    def breaks(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(backup, "pieces", breaks)
    with pytest.raises(CommandError, match="No space left"):
        run("backup", file)
    assert list(file.parent.glob("portal*")) == []


def spoilt(file, change):
    """The same archive with its members changed by `change(name, data)`; None takes one out."""
    other = file.with_name("spoilt.zip")
    with ZipFile(file) as old, ZipFile(other, "w") as new:
        for name in old.namelist():
            data = change(name, old.read(name))
            if data is not None:
                new.writestr(name, data)
    return other


def in_manifest(**changes):
    def change(name, data):
        if name != "manifest.json":
            return data
        return json.dumps({**json.loads(data), **changes}).encode()

    return change


HOSTILE = {
    "a changed row": (
        lambda name, data: data.replace(b"buyer", b"thief") if name.endswith("user") else data,
        "rows/accounts.user was changed",
    ),
    "a table taken out": (
        lambda name, data: None if name.endswith("claim") else data,
        "rows/standards.claim was changed or is missing",
    ),
    "other tables": (in_manifest(version={"accounts": "0001_initial"}), "made with tables at"),
    "another format": (in_manifest(format="other/1"), "no backup of a portal"),
    "a way out": (in_manifest(files={"files/../../evil": "0" * 64}), "no place for a file"),
    "no manifest": (
        lambda name, data: None if name == "manifest.json" else data,
        "no backup of a portal",
    ),
}


@pytest.mark.long
def test_a_spoilt_backup_changes_nothing(portal, place, file):
    run("backup", file)
    lose_everything()
    for what, (change, said) in HOSTILE.items():
        home = place(what)
        with pytest.raises(CommandError, match=said):
            run("restore", spoilt(file, change))
        assert not User.objects.exists(), what
        assert list(home.rglob("*")) == [], what


@pytest.mark.alike
@pytest.mark.parametrize("data", [b"", b"no zip at all", b"PK\x03\x04 cut off"])
def test_what_is_no_archive_is_refused(place, file, data):
    file.write_bytes(data)
    with pytest.raises(CommandError, match="damaged, or no backup"):
        run("restore", file)
    with pytest.raises(CommandError, match="There is no"):
        run("restore", file.with_name("none.zip"))


@pytest.mark.long
def test_when_a_file_cannot_be_put_back_no_row_stays(portal, place, file, monkeypatch):
    run("backup", file)
    lose_everything()
    home = place("second")
    real, written = backup.put, []

    def fails_late(archive, name):
        if written:
            raise OSError(28, "No space left on device")
        written.append(name)
        return real(archive, name)

    monkeypatch.setattr(backup, "put", fails_late)
    with pytest.raises(CommandError, match="Nothing was changed"):
        run("restore", file)
    assert not User.objects.exists()
    assert [path for path in home.rglob("*") if path.is_file()] == []


@pytest.mark.alike
@pytest.mark.long
def test_files_that_lie_there_are_not_written_over(portal, place, file):
    run("backup", file)
    home = place("second")
    with ZipFile(file) as archive:
        name = next(one for one in archive.namelist() if one.startswith("files/"))
    (home / name).parent.mkdir(parents=True)
    (home / name).write_text("mine")
    lose_everything()
    with pytest.raises(BackupRefused, match="lies in DATA_DIR already"):
        backup.restore(file, at=AT)
    assert (home / name).read_text() == "mine"


@pytest.mark.alike
@pytest.mark.long
def test_a_byte_lost_in_the_file_is_noticed(portal, place, file):
    run("backup", file)
    lose_everything()
    data = bytearray(file.read_bytes())
    with ZipFile(file) as archive:
        start = archive.getinfo("rows/standards.claim").header_offset
    for byte in range(start + 90, start + 190):
        data[byte] ^= 0xFF
    file.write_bytes(data)
    with pytest.raises(CommandError, match=r"damaged|was changed"):
        run("restore", file)
    assert not User.objects.exists()


@pytest.mark.alike
@pytest.mark.long
def test_a_file_that_breaks_off_half_way_leaves_nothing(portal, place, file, monkeypatch):
    run("backup", file)
    lose_everything()
    home = place("second")

    def half(member, out, size):
        out.write(member.read(3))
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(backup.shutil, "copyfileobj", half)
    with pytest.raises(CommandError, match="Nothing was changed"):
        run("restore", file)
    assert [path for path in home.rglob("*") if path.is_file()] == []
