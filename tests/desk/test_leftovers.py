"""What lies about is swept out by the timers; what is somebody's stays."""

import os
import time
from datetime import timedelta
from io import BytesIO, StringIO

import pytest
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.utils import timezone

from certcentre import stored_files
from certcentre.desk import leftovers
from certcentre.jobs.models import Job
from standards.assessment.evidence import Evidence
from tests import make
from tests.desk.test_backup import place
from tests.make.sheet import filed

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ["place"]
PDF = b"%PDF-1.7\n" + b"words " * 200 + b"%%EOF\n"
OLD = time.time() - 25 * 3600


def lay(name, *, old=True):
    """A file that nothing belongs to."""
    stored_files.put(name, BytesIO(b"left"))
    if old:
        os.utime(default_storage.path(name), (OLD, OLD))
    return name


def aged(name):
    os.utime(default_storage.path(name), (OLD, OLD))
    return name


def sweep():
    return leftovers.sweep(at=timezone.now())


def test_old_parts_and_files_without_a_row_go_and_the_rest_stays(place, provider):
    evidence = aged(filed(provider, content=PDF).file.name)
    export = aged(make.job(done=True).file.name)
    young = lay("evidence/2026/01/young", old=False)
    for name in ("evidence/2026/01/stray", "evidence/2026/01/half.0123abcd.part"):
        lay(name)
    assert sweep() == 2
    assert sorted(stored_files.names()) == sorted([evidence, export, young])


def test_the_timers_do_it_once_a_day(place, provider):
    filed(provider, content=PDF)
    stray = lay("evidence/2026/01/stray")
    call_command("tick", stdout=StringIO())
    assert not default_storage.exists(stray)
    lay(stray)
    call_command("tick", stdout=StringIO())
    assert default_storage.exists(stray)


def test_a_file_that_a_waiting_job_needs_stays_until_the_job_has_ended(place, provider):
    filed(provider, content=PDF)
    own = lay("exports/own/words.docx")
    job = make.job(into=own)
    assert sweep() == 0
    Job.objects.filter(pk=job.pk).update(finished_at=timezone.now())
    assert sweep() == 1
    assert not default_storage.exists(own)


def test_many_files_that_jobs_needed_are_no_sign_of_another_database(place, caplog):
    for number in range(leftovers.FEW + 1):
        make.job(done=True, into=lay(f"exports/own/{number}"))
    assert sweep() == leftovers.FEW + 1
    assert "is this the right database?" not in caplog.text


def test_where_many_lack_their_row_none_is_taken_away(place, provider, caplog):
    """As when the portal is started on an old database."""
    filed(provider, content=PDF)
    strays = [lay(f"evidence/2026/01/{number}") for number in range(leftovers.FEW + 1)]
    half = lay("evidence/2026/01/half.0123abcd.part")
    assert sweep() == 1
    assert set(strays) < set(stored_files.names())
    assert "is this the right database?" in caplog.text
    assert not default_storage.exists(half)
    default_storage.delete(strays.pop())
    assert sweep() == leftovers.FEW  # the control: so few may be leftovers


def test_where_no_file_has_a_row_none_is_taken_away(place, provider, caplog):
    """As when the portal is started on another database, or on an empty one."""
    export = lay("jobs/2026/01/stray")
    assert sweep() == 0
    assert default_storage.exists(export)
    assert "1 of 1 files belong to no row" in caplog.text
    filed(provider, content=PDF)
    assert sweep() == 1


def test_a_row_that_lost_its_file_is_told(place, provider, caplog):
    piece, gone = filed(provider, content=PDF), filed(provider, content=PDF + b"2")
    sweep()
    assert "lost their file" not in caplog.text
    gone.remove(by=provider.person, at=timezone.now())  # as it should be
    default_storage.delete(piece.file.name)
    sweep()
    assert f"1 pieces of evidence have lost their file: ['{piece.pk}']" in caplog.text


def test_evidence_whose_row_cannot_be_written_leaves_no_file(place, provider, monkeypatch):
    def away(*_args, **_fields):
        raise RuntimeError

    monkeypatch.setattr(Evidence, "_add", away)
    with pytest.raises(RuntimeError):
        filed(provider, content=PDF)
    assert list(stored_files.names()) == []


def test_a_day_is_a_day(place, provider):
    filed(provider, content=PDF)
    lay("evidence/2026/01/stray", old=False)
    assert leftovers.sweep(at=timezone.now() + timedelta(hours=23)) == 0
    assert leftovers.sweep(at=timezone.now() + timedelta(hours=25)) == 1
