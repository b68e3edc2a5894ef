"""The date of the last backup that was read back: kept by the log, told when it is long ago."""

import logging
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from certcentre.desk import backup, backup_age
from certcentre.log.models import LogEntry
from certcentre.worklist import tasks
from tests import make
from tests.desk.test_backup import file, lose_everything, place, run

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ["file", "place"]
ASK = "Ask the operator for a backup of the portal"
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def week(settings):
    settings.BACKUP_MAX_AGE_DAYS = 7


def note(ago):
    """A backup of so long ago."""
    return backup_age.note(at=timezone.now() - ago, digest="0" * 64, size=1)


def last_line(client):
    return client.get("/readyz").text.splitlines()[-1]


def titles(person):
    return [task.title for task in tasks(person, at=timezone.now())]


@pytest.mark.alike
def test_none_is_known_before_the_first(place, centre, client):
    assert last_line(client) == "backup not ok"
    assert client.get("/readyz").status_code == 200  # no reason to take the portal away
    assert ASK in titles(centre.officer)
    client.force_login(centre.officer)
    assert "No backup is known that was checked." in client.get(reverse("work")).text


def test_taking_one_says_so_everywhere(place, centre, file, client):
    began = timezone.now()
    assert "read back and found whole" in run("backup", file)
    assert began <= backup_age.taken() <= timezone.now()
    assert last_line(client) == f"backup ok {backup_age.taken():%Y-%m-%dT%H:%MZ}"
    assert ASK not in titles(centre.officer)


@pytest.mark.alike
@pytest.mark.parametrize(("days", "old"), [(6.9, False), (7.1, True), (-1, True)])
def test_it_is_old_after_so_many_days_and_never_of_days_to_come(centre, client, days, old):
    note(days * DAY)
    assert backup_age.is_old(at=timezone.now()) is old
    assert last_line(client).startswith("backup not ok" if old else "backup ok")
    assert (ASK in titles(centre.officer)) is old


@pytest.mark.alike
def test_only_officers_are_asked_and_a_demonstration_is_silent(centre, provider, settings):
    assert ASK not in titles(provider.person)
    assert ASK in titles(centre.officer)
    settings.BACKUP_MAX_AGE_DAYS = 0
    assert ASK not in titles(centre.officer)


@pytest.mark.alike
def test_a_file_that_does_not_read_back_is_no_backup(place, centre, file, monkeypatch):
    real = backup.add

    def forgets(archive, name, content):  # the digest of what never reached the file
        _digest, count = real(archive, name, content)
        return "0" * 64, count

    monkeypatch.setattr(backup, "add", forgets)
    with pytest.raises(CommandError, match="was changed"):
        run("backup", file)
    assert backup_age.taken() is None
    assert list(file.parent.glob("portal*")) == []


def test_dates_written_over_by_hand_change_no_answer(centre):
    note(30 * DAY)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE log_logentry SET at = %s", [timezone.now()])
    assert backup_age.is_old(at=timezone.now())
    quiet = LogEntry.objects.filter(step="backup.taken")
    forged = bytes(quiet.get().body).replace(b'"at":"20', b'"at":"21')
    quiet.update(body=forged, leaf_index=None)
    call_command("tick", stdout=StringIO())
    quiet.update(body=forged.replace(b'"at":"21', b'"at":"20'))
    with pytest.raises(CommandError):
        call_command("verify_log", stdout=StringIO())


def test_a_restored_portal_knows_only_what_its_log_held(place, centre, file, tmp_path):
    note(3 * DAY)
    run("backup", file)
    assert timezone.now() - backup_age.taken() < DAY
    lose_everything()
    place("second")
    run("restore", file)
    assert 2 * DAY < timezone.now() - backup_age.taken() < 4 * DAY


@pytest.mark.alike
def test_the_timers_tell_it_once_a_day(centre, caplog):
    with caplog.at_level(logging.ERROR):
        for _round in range(2):
            call_command("tick", stdout=StringIO())
    told = [each for each in caplog.messages if "last backup" in each]
    assert told == ["the last backup that was read back is of no day at all"]


@pytest.mark.alike
def test_without_a_centre_it_is_said_that_nothing_is_noted(place, file):
    make.user()
    assert "there is no centre yet" in run("backup", file)
    assert backup_age.taken() is None


def test_where_the_portal_can_only_be_read_nothing_is_noted(place, centre, file, settings):
    settings.READ_ONLY = True
    before = LogEntry.objects.count()
    assert "the portal can only be read" in run("backup", file)
    assert LogEntry.objects.count() == before


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL chooses by what is there")
def test_only_the_entries_of_the_centre_are_looked_through(centre):
    assert "logentry_subject" in backup_age.entries().reverse().explain()
