"""A process killed in the middle, and a job that takes long beside people who write."""

import time
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from certcentre.jobs.models import LEASE, Job
from certcentre.jobs.running import run
from tests import make

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long]


def test_a_killed_job_is_claimed_again_and_finishes(holding):
    job = make.job()
    holding(job).kill()
    run(job.pk, lambda *_: (b"too soon", "a"))
    assert Job.objects.get().status == "running"
    later = timezone.now() + LEASE + timedelta(seconds=1)
    run(job.pk, lambda *_: (b"second", "a.txt"), now=lambda: later)
    job = Job.objects.get()
    assert (job.status, job.attempts, job.file.read()) == ("done", 2, b"second")


def test_answers_are_saved_while_a_job_is_held(holding, at):
    job, draft = make.job(), make.assessment(criteria=make.criteria(20))
    by = draft.started_by
    if connection.vendor == "sqlite":
        connection.cursor().execute("PRAGMA busy_timeout = 100")
    holding(job)
    began = time.monotonic()
    for answer in draft.answers.select_related("criterion"):
        answer.give(value="met", by=by, at=at, revision=answer.revision)
    assert time.monotonic() - began < 5
    assert draft.answers.filter(value="met").count() == 20
    assert Job.objects.get().status == "running"
