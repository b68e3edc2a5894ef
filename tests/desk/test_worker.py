"""The thread that runs jobs where there is no broker."""

import threading
import time

import pytest
from django.core.management import call_command
from django.utils import timezone

from certcentre.desk import worker
from certcentre.jobs.models import LEASE, Job
from tests import make
from tests.jobs import kinds

assert kinds


def until(true, seconds=10):
    """Whether it comes true in time."""
    end = time.monotonic() + seconds
    while not (held := true()) and time.monotonic() < end:
        time.sleep(0.05)
    return held


@pytest.mark.django_db(transaction=True)
def test_the_thread_runs_what_waits():
    make.job()
    stop = threading.Event()
    thread = threading.Thread(target=worker.loop, args=(stop,))
    thread.start()
    done = until(lambda: Job.objects.filter(status="done").exists())
    stop.set()
    thread.join()
    assert done


def test_no_thread_beside_a_broker(settings):
    settings.REDIS_URL = "redis://127.0.0.1:1"
    assert worker.start() is None


def test_tick_ends_jobs_that_were_lost_for_good(db):
    make.job()
    Job.objects.update(status="running", attempts=3, lease_until=timezone.now() - LEASE)
    call_command("tick")
    assert Job.objects.get().status == "failed"
