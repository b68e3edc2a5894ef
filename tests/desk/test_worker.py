"""The thread that runs jobs where there is no broker."""

import threading
import time
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from certcentre.desk import record_check, timers, worker
from certcentre.jobs.models import LEASE, Job, Pulse
from tests import make
from tests.jobs import kinds
from tests.make.moment import AT

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
    lost = Job.objects.filter(pk=make.job().pk)
    lost.update(status="running", attempts=3, lease_until=timezone.now() - LEASE)
    call_command("tick")
    assert lost.get().status == "failed"


def test_of_many_rounds_at_once_one_does_what_is_done_once_a_day(db, monkeypatch):
    """As where several workers hear of the timers, and the first has not ended."""
    at, begun = timezone.now(), []

    def slow(**_fields):
        begun.append(at)
        timers.tick(at=at)

    monkeypatch.setattr(timers, "once_a_day", slow)
    timers.tick(at=at)
    assert len(begun) == 1


def test_a_daily_round_that_broke_off_is_done_again_the_same_day(db, monkeypatch):
    at = timezone.now()

    def breaks(**_fields):
        raise RuntimeError

    monkeypatch.setattr(record_check, "check", breaks)
    with pytest.raises(RuntimeError):
        timers.tick(at=at)
    assert not record_check.is_due(at=at + timedelta(hours=1))
    assert record_check.is_due(at=at + timedelta(hours=7))


@pytest.mark.django_db(transaction=True)
def test_a_long_round_gives_signs_of_work(monkeypatch):
    monkeypatch.setattr(timers, "SILENT", timedelta(seconds=0.03))
    Pulse.beat(at=AT)
    with timers.beating():
        assert until(lambda: Pulse.last() > AT)
