"""The page of a job, and its file."""

import pytest
from django.urls import reverse

from certcentre.jobs.models import Job
from tests import make

pytestmark = pytest.mark.django_db


def page(client, job, name="job", **headers):
    client.force_login(job.requested_by)
    return client.get(reverse(name, args=[job.pk]), headers=headers)


def test_a_waiting_job_asks_again_by_itself(client):
    shown = page(client, make.job()).content.decode()
    assert '<meta http-equiv="refresh"' in shown
    assert "hx-get" in shown


def test_how_far_it_is_is_shown(client, at):
    job = make.job()
    job.claim(at=at)
    job.renew(at=at, done=640, total=1000)
    assert "640 of 1000" in page(client, job).content.decode()


def test_the_part_alone_is_given_to_the_script(client):
    assert b"<html" not in page(client, make.job(), **{"HX-Request": "true"}).content


def test_a_ready_file_is_an_attachment(client):
    job = make.job(done=True)
    assert reverse("job-file", args=[job.pk]) in page(client, job).content.decode()
    got = page(client, job, "job-file")
    assert got["Content-Disposition"] == 'attachment; filename="hello.txt"'
    assert b"".join(got) == b"HELLO"


def test_a_file_that_is_not_ready_is_not_there(client):
    assert page(client, make.job(), "job-file").status_code == 404


def test_a_file_that_was_cleared_away_is_not_there(client):
    job = make.job(done=True)
    job.file.storage.delete(job.file.name)
    assert page(client, job, "job-file").status_code == 404


def test_a_failed_job_says_why(client):
    job = make.job()
    Job.objects.update(status="failed", error="The tender has <b>no</b> lot.")
    assert "has &lt;b&gt;no&lt;/b&gt; lot" in page(client, job).content.decode()
