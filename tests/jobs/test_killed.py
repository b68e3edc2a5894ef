"""A process killed in the middle, and a job that takes long beside people who write."""

import time
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from certcentre.jobs.models import LEASE, Job
from certcentre.jobs.running import run, run_next
from tests import make
from tests.effort import asked
from tests.jobs import kinds

assert kinds
KILLS = asked("KILLS", 2)
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


def test_of_many_that_are_killed_none_is_lost(holding):
    """Each process is killed in the middle of its job; each job gives its own file, later."""
    words = {make.job(word=f"word {number}").pk: f"WORD {number}" for number in range(KILLS)}
    for job in Job.objects.all():
        holding(job).kill()
    far = timezone.now() + LEASE  # starting so many processes may take longer than one lease
    Job.objects.update(lease_until=far)
    assert not run_next()  # the control: nobody takes what may still be worked on
    Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    while run_next():
        pass
    made = {job.pk: job.file.read().decode() for job in Job.objects.filter(status="done")}
    assert made == words
    assert set(Job.objects.values_list("attempts", flat=True)) == {2}


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
