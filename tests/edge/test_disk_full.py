"""A disk that is really full: said in words, no row without its file, no file without its row."""

import re
import resource
import subprocess
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError
from django.db import OperationalError, connection
from django.urls import path, reverse

from certcentre import stored_files, urls
from certcentre.bucket import storage
from certcentre.desk import backup_age
from certcentre.jobs.models import ATTEMPTS
from certcentre.jobs.running import run
from standards.assessment.answers import Answer
from standards.assessment.evidence import Evidence
from tests import make
from tests.desk.test_backup import run as command
from tests.effort import left_out

pytestmark = pytest.mark.django_db(transaction=True)
MEGABYTE = 1024 * 1024
TYPED = {"title": "Report", "speaks_from": "2026-01-01", "speaks_until": "", "do": "add"}


def pdf(size):
    return SimpleUploadedFile("report.pdf", b"%PDF-1.7\n" + b"w" * size + b"%%EOF\n")


@pytest.fixture
def small(tmp_path, settings):
    """A disk of a megabyte that files are kept on; `small` is where it is mounted."""
    disk = tmp_path / "small"
    disk.mkdir()
    mount = ["/bin/mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(disk)]
    done = subprocess.run(mount, capture_output=True, text=True, check=False)
    if done.returncode:
        why = f"this machine lets no test mount a disk: {done.stderr.strip()}"
        left_out(why)
    storage = {**settings.STORAGES["default"], "OPTIONS": {"location": disk / "files"}}
    settings.STORAGES = {**settings.STORAGES, "default": storage}
    yield disk
    subprocess.run(["/bin/umount", str(disk)], check=True)


@contextmanager
def no_file_over(limit):
    """The system refuses to write a file beyond so many bytes, as a full disk does."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def file_it(client, provider, size, **said):
    client.force_login(provider.person)
    client.raise_request_exception = False
    draft = make.assessment(organisation=provider, criteria=make.criteria(1))
    answer = draft.answers.get()
    address = reverse("answer", args=[draft.pk, answer.pk])
    given = {f"{name}{answer.pk}": value for name, value in said.items()}
    return client.post(address, {**TYPED, f"s{answer.pk}": "0.", "file": pdf(size)} | given)


def test_the_answer_given_with_evidence_is_not_kept_without_it(small, client, provider):
    refused = file_it(client, provider, 2 * MEGABYTE, v="met")
    assert refused.status_code == 507
    assert not Answer.objects.exclude(value="").exists()
    assert file_it(client, provider, 1000, v="met").status_code == 302  # the control: there is room
    assert Answer.objects.exclude(value="").get().value == "met"


def files(folder):
    return [each for each in folder.rglob("*") if each.is_file()]


def test_evidence_is_refused_in_words_and_nothing_is_left(small, client, provider):
    answer = file_it(client, provider, 2 * MEGABYTE)
    assert answer.status_code == 507
    assert "The portal has no room left" in answer.text
    assert "no file of it was, nor half of one" in answer.text
    assert "it has been written down" in answer.text
    assert not Evidence.objects.exists()
    assert files(small) == []
    assert file_it(client, provider, 1000).status_code == 302  # the control: this one fits
    assert [Evidence.objects.get().file.size] == [each.stat().st_size for each in files(small)]


class FullBucket(BaseHTTPRequestHandler):
    """A server of buckets that takes nothing; `refusal`: its status and word."""

    refusal = (403, "QuotaExceeded")

    def answer(self, status, body=b""):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_HEAD(self):
        self.answer(404)

    def do_DELETE(self):
        self.answer(204)

    def do_PUT(self):
        status, word = self.refusal
        self.close_connection = True
        self.answer(status, f"<Error><Code>{word}</Code></Error>".encode())

    def log_message(self, *_words):
        """Nothing is said of requests."""


@pytest.fixture
def full_bucket(settings):
    with ThreadingHTTPServer(("127.0.0.1", 0), FullBucket) as server:
        Thread(target=server.serve_forever).start()
        address = f"http://portal:secret@127.0.0.1:{server.server_port}/portal?region=eu-1"
        settings.STORAGES = {**settings.STORAGES, "default": storage(address)}
        yield FullBucket
        server.shutdown()


REFUSALS = {
    (403, "QuotaExceeded"): 507,
    (507, "XMinioStorageFull"): 507,
    (400, "XMinioAdminBucketQuotaExceeded"): 507,
    (403, "AccessDenied"): 500,  # the control: this is a mistake of ours
}


@pytest.mark.parametrize("refusal", REFUSALS)
def test_a_bucket_that_takes_no_more_is_said_too(
    full_bucket, client, provider, monkeypatch, refusal
):
    monkeypatch.setattr(full_bucket, "refusal", refusal)
    answer = file_it(client, provider, 1000)
    assert answer.status_code == REFUSALS[refusal]
    assert ("The portal has no room left" in answer.text) == (answer.status_code == 507)
    assert not Evidence.objects.exists()


def test_a_body_that_the_system_has_no_room_for_is_refused_in_words(client, provider, tmp_path):
    with no_file_over(8 * MEGABYTE):
        answer = file_it(client, provider, 9 * MEGABYTE)
    assert answer.status_code == 507
    assert not Evidence.objects.exists()
    assert file_it(client, provider, 9 * MEGABYTE).status_code == 302
    assert Evidence.objects.get().size > 9 * MEGABYTE


def test_a_job_says_so_keeps_nothing_and_works_when_there_is_room(small, client, caplog):
    job, made = make.job(), (b"x" * 2 * MEGABYTE, "big.txt")
    for _attempt in range(ATTEMPTS):
        run(job.pk, lambda *_: made)
    job.refresh_from_db()
    assert (job.status, bool(job.file)) == ("failed", False)
    assert files(small) == []
    client.force_login(job.requested_by)
    page = client.get(job.get_absolute_url()).text
    assert "no room left for this file" in page
    number = re.search(r"written down under number ([\w-]+)\.", page)[1]
    assert f"job {number} " in caplog.text  # so whoever runs the portal finds it
    again = make.job()
    run(again.pk, lambda *_: (b"x", "small.txt"))
    again.refresh_from_db()
    assert again.status == "done"


def test_what_a_job_made_on_disk_is_not_lost_as_a_half(small, tmp_path):
    job = make.job()
    (tmp_path / "big").write_bytes(b"x" * 2 * MEGABYTE)
    run(job.pk, lambda *_: (tmp_path / "big", "big.txt"))
    assert files(small) == []
    assert (tmp_path / "big").exists()


def test_a_backup_breaks_off_in_words_and_does_not_count(small, centre, tmp_path):
    make.job(word="x" * 100)
    filler = small / "filler"
    filler.write_bytes(b"x" * (MEGABYTE - 8192))
    with pytest.raises(CommandError, match="No space left on device"):
        command("backup", small / "portal.zip")
    assert files(small) == [filler]
    assert backup_age.taken() is None
    command("backup", tmp_path / "portal.zip")  # the control
    assert backup_age.taken()


def fill(request):
    """Writes until the database has no room."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA page_count")
        (pages,) = cursor.fetchone()
        cursor.execute(f"PRAGMA max_page_count = {pages}")
        try:
            for _row in range(10_000):
                make.job(by=request.asker, word="x" * 10_000)
        finally:
            cursor.execute("PRAGMA max_page_count = 1073741823")


fill.login_required = False


class Filling:
    handler500 = urls.handler500
    urlpatterns = [path("fill/", fill), path("api/v1/fill/", fill)]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite can be told to be full")
def test_a_full_database_is_said_too(client, settings, caplog):
    fill.asker = make.user("asker")
    settings.ROOT_URLCONF = Filling
    client.raise_request_exception = False
    type(client.request().wsgi_request).asker = fill.asker
    assert client.get("/fill/").status_code == 507
    problem = client.get("/api/v1/fill/")
    assert (problem.status_code, problem.json()["title"]) == (507, "Insufficient Storage")
    assert "A disk is full" in caplog.text


def test_what_is_no_full_disk_is_not_taken_for_one():
    assert stored_files.no_room(OSError(28, "No space left on device"))
    assert not stored_files.no_room(OSError(13, "Permission denied"))
    assert not stored_files.no_room(OperationalError("database is locked"))
    assert not stored_files.no_room(None)
