"""A real worker with Redis, on the real database: what the thread does, in other processes."""

import time

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from certcentre.jobs.models import LEASE, Job
from tests import make
from tests.jobs.conftest import worker as started

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]


def until(true, seconds=30):
    """Whether it comes true in time."""
    end = time.monotonic() + seconds
    while not (held := true()) and time.monotonic() < end:
        time.sleep(0.1)
    return held


@pytest.fixture
def worker(tmp_path):
    """A Celery worker with its beat on this test's database; `worker.kill()` ends all of it."""
    assert connection.vendor == "postgresql", "set DATABASE_URL"
    assert settings.REDIS_URL, "set REDIS_URL"
    process = started(tmp_path, "-I", "tests.jobs.kinds")
    yield process
    if process.poll() is None:
        process.kill()
    process.wait()


def status(job):
    job.refresh_from_db()
    return job.status


def test_the_worker_runs_what_beat_publishes(worker):
    job = make.job(word="loud")
    assert until(lambda: status(job) == "done")
    assert job.file.read() == b"LOUD"


def test_the_worker_tries_again_then_says_that_it_failed(worker):
    job = make.job("tests.stumble")
    assert until(lambda: status(job) == "failed")
    assert job.attempts == 3


def test_a_killed_process_leaves_its_job_to_the_worker(holding, worker):
    job = make.job()
    Job.objects.filter(pk=job.pk).update(published_at=timezone.now())  # not for the worker yet
    holding(job).kill()
    assert status(job) == "running"
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - LEASE, published_at=None)
    assert until(lambda: status(job) == "done")
    assert job.attempts == 2
