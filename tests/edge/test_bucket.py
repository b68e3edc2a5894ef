"""Evidence and exports in a bucket of a real server, so that several web machines share them."""

import hashlib
import os
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import boto3
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from certcentre import stored_files
from certcentre.bucket import storage
from certcentre.desk import leftovers
from certcentre.desk.open_data.publishing import publish
from certcentre.jobs import running
from standards.assessment.evidence import Evidence
from tests import make
from tests.desk.test_backup import lose_everything
from tests.make.sheet import filed

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long, pytest.mark.alike]
PDF = b"%PDF-1.7\n" + b"words " * 200 + b"%%EOF\n"
WHO = {"aws_access_key_id": "portal", "aws_secret_access_key": "sec/ret", "region_name": "eu-1"}


@pytest.fixture(scope="module")
def server():
    """A server of buckets in a process of its own; its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(Path(sys.executable).parent / "moto_server"), "-H", "127.0.0.1", "-p", str(port)]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    about = {**os.environ, "MOTO_ALLOW_NONEXISTENT_REGION": "1"}
    process = subprocess.Popen(command, env=about, **quiet)
    try:
        wait_for(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def wait_for(port):
    for _turn in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError("the server of buckets did not start")


@pytest.fixture
def bucket(server, settings, tmp_path):
    """A new bucket that this test's portal keeps its files in."""
    name = f"portal-{tmp_path.name.replace('_', '-').lower()[-40:]}"
    client = boto3.client("s3", endpoint_url=server, **WHO)
    client.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-1"})
    address = server.replace("http://", "http://portal:sec%2Fret@")
    kept_there = storage(f"{address}/{name}?region=eu-1")
    settings.STORAGES = {**settings.STORAGES, "default": kept_there}
    settings.DATA_DIR = tmp_path / "data"
    settings.DATA_DIR.mkdir()

    def there():
        return [each["Key"] for each in client.list_objects_v2(Bucket=name).get("Contents", [])]

    return there


def test_evidence_is_filed_opened_and_removed(bucket, provider, client):
    piece = filed(provider, content=PDF)
    assert bucket() == [piece.file.name]
    client.force_login(provider.person)
    answer = client.get(reverse("evidence-file", args=[piece.pk]))
    assert b"".join(answer.streaming_content) == PDF
    piece.remove(by=provider.person, at=piece.received_at)
    assert bucket() == []


def test_a_job_puts_its_file_there_and_its_asker_takes_it(bucket):
    job = make.job()
    running.run(job.pk, lambda job, progress: (b"made", "made.txt"))
    job.refresh_from_db()
    assert bucket() == [job.file.name]
    client = Client()
    client.force_login(job.requested_by)
    answer = client.get(reverse("job-file", args=[job.pk]))
    assert b"".join(answer.streaming_content) == b"made"


def test_open_data_lies_there_whole_and_everybody_takes_it(bucket, client):
    make.declaration()
    published = publish(at=timezone.now())
    assert len(bucket()) == published.files.count()
    for each in published.files.all():
        answer = client.get(f"/data/{each.name}")
        data = b"".join(answer.streaming_content)
        assert hashlib.sha256(data).hexdigest() == each.digest


def test_nothing_lies_on_the_disk_of_a_machine(bucket, provider, settings):
    filed(provider, content=PDF)
    assert not list((settings.DATA_DIR).rglob("*evidence*"))


def test_a_backup_holds_them_and_they_come_back(bucket, provider, tmp_path, settings):
    piece = filed(provider, content=PDF)
    call_command("backup", tmp_path / "all.zip", verbosity=0)
    default_storage.delete(piece.file.name)
    lose_everything()
    settings.DATA_DIR = tmp_path / "second"
    settings.DATA_DIR.mkdir()
    call_command("restore", tmp_path / "all.zip", verbosity=0)
    assert bucket() == [piece.file.name]
    assert Evidence.objects.get().file.read() == PDF
    assert list(stored_files.names()) == [piece.file.name]


def test_leftovers_and_uploads_that_broke_off_are_swept_out(bucket, server, provider):
    piece, now = filed(provider, content=PDF), timezone.now()
    stored_files.put("evidence/2026/01/stray", BytesIO(b"left"))
    there = default_storage.bucket
    there.Object("evidence/2026/01/half").initiate_multipart_upload()
    assert leftovers.sweep(at=datetime(2010, 11, 10, 21, tzinfo=UTC)) == 0  # begun 12 minutes ago
    assert len(list(there.multipart_uploads.all())) == 1
    assert leftovers.sweep(at=now + timedelta(hours=23)) == 0
    assert list(there.multipart_uploads.all()) == []
    assert leftovers.sweep(at=now + timedelta(hours=25)) == 1
    assert bucket() == [piece.file.name]


def test_readyz_says_when_the_bucket_is_away(bucket, client, settings):
    assert "files ok" in client.get("/readyz").content.decode()
    away = storage("http://portal:secret@127.0.0.1:9/portal")
    settings.STORAGES = {**settings.STORAGES, "default": away}
    answer = client.get("/readyz")
    assert (answer.status_code, "files not ok" in answer.content.decode()) == (503, True)


@pytest.mark.parametrize(
    "url", ["portal", "ftp://a/b", "https://host", "https:///b", "https://h/a/b"]
)
def test_what_is_no_address_of_a_bucket_stops_the_start(url):
    with pytest.raises(ImproperlyConfigured, match="BUCKET_URL"):
        storage(url)


def test_a_key_may_hold_any_letter():
    options = storage("https://k%40y:s%2Fcret@s3.example.org:9000/files?region=eu-1")["OPTIONS"]
    assert (options["access_key"], options["secret_key"]) == ("k@y", "s/cret")
    assert options["endpoint_url"] == "https://s3.example.org:9000"
    assert (options["bucket_name"], options["region_name"]) == ("files", "eu-1")
