"""Whether anything takes up work, as the page of a job says; without, and with real processes."""

import socket
import subprocess
import time
from datetime import timedelta

import pytest
import redis
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from certcentre.desk.timers import tick
from certcentre.jobs import models
from certcentre.jobs.models import Job, Pulse
from tests import make
from tests.effort import asked
from tests.jobs.conftest import worker
from tests.jobs.test_broker import status, until

pytestmark = pytest.mark.django_db(transaction=True)
SAID = "Nothing takes up work at present."
MINUTE = timedelta(minutes=1)
AWAY = asked("AWAY", 2)  # seconds more, once it is said


def page(job):
    client = Client()
    client.force_login(job.requested_by)
    return client.get(reverse("job", args=[job.pk])).text


def test_it_is_said_with_the_moment_of_the_last_sign():
    job, since = make.job(), timezone.now() - 3 * MINUTE
    Pulse.beat(at=since)
    assert SAID in page(job)
    assert job.untaken_since(at=timezone.now()) == since
    assert status(job) == "queued"


def test_the_timers_give_the_sign_unless_the_portal_is_read_only(settings):
    job, now = make.job(), timezone.now()
    settings.READ_ONLY = True
    tick(at=now)
    shown = page(job)
    assert "The portal can only be read just now." in shown
    assert SAID not in shown
    settings.READ_ONLY = False
    assert SAID in page(job)
    tick(at=now)
    assert Pulse.last() == now
    assert SAID not in page(job)


def test_no_moment_to_come_is_said_where_the_clock_was_set_back():
    job, now = make.job(), timezone.now()
    Pulse.beat(at=now + 60 * MINUTE)
    assert job.untaken_since(at=now) == now


def test_before_any_sign_it_is_said_from_when_it_was_asked_for():
    now = timezone.now()
    job = make.job()
    Job.objects.update(queued_at=now)
    job.refresh_from_db()
    assert job.untaken_since(at=now + MINUTE / 3) is None
    assert job.untaken_since(at=now + MINUTE) == now


@pytest.mark.parametrize(("lease", "said"), [(MINUTE, False), (-MINUTE, True)])
def test_who_is_busy_takes_work_and_who_was_lost_does_not(lease, said):
    first, second, now = make.job(), make.job(), timezone.now()
    Pulse.beat(at=now - 9 * MINUTE)
    Job.objects.filter(pk=first.pk).update(status="running", lease_until=now + lease)
    assert (SAID in page(second)) is said
    first.refresh_from_db()
    assert (SAID in page(first)) is said


def test_of_what_is_done_nothing_of_the_kind_is_said():
    assert SAID not in page(make.job(done=True))


@pytest.fixture
def broker():
    """A Redis of this test's own, to be stopped and started: `start()`, `stop()`, `url`."""

    class Broker:
        process = None

        def __init__(self):
            with socket.socket() as free:
                free.bind(("127.0.0.1", 0))
                self.port = free.getsockname()[1]
            self.url = f"redis://127.0.0.1:{self.port}/0"

        def start(self):
            command = ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1"]
            quiet = ["--save", "", "--appendonly", "no", "--loglevel", "warning"]
            self.process = subprocess.Popen([*command, *quiet])
            with redis.Redis(port=self.port) as client:
                assert until(lambda: answers(client))

        def stop(self):
            self.process.kill()
            self.process.wait()

    ours = Broker()
    ours.start()
    yield ours
    ours.stop()


def answers(client):
    try:
        return client.ping()
    except redis.ConnectionError:
        return False


@pytest.fixture
def start(tmp_path, settings, broker):
    """`start()` gives a Celery worker with its beat on this test's own broker and database."""
    assert connection.vendor == "postgresql", "set DATABASE_URL"
    settings.REDIS_URL, started = broker.url, []

    def begin():
        started.append(worker(tmp_path, "-I", "tests.jobs.kinds"))
        return started[-1]

    yield begin
    for process in started:
        if process.poll() is None:
            process.kill()
        process.wait()


@pytest.mark.services
def test_without_worker_or_redis_it_waits_says_so_and_then_runs_by_itself(
    start, broker, monkeypatch
):
    monkeypatch.setattr(models, "SILENT", timedelta(seconds=8))
    process, first = start(), make.job()
    assert until(lambda: status(first) == "done" and Pulse.last(), 60)
    assert SAID not in page(make.job(done=True))
    for stop, go_on in ((process.kill, start), (broker.stop, broker.start)):
        stop()
        stopped, job = timezone.now(), make.job()
        assert SAID not in page(job)  # nothing is known yet
        assert until(lambda job=job: SAID in page(job), 90)
        assert job.untaken_since(at=timezone.now()) <= stopped + timedelta(seconds=6)
        time.sleep(AWAY)
        assert status(job) == "queued"
        go_on()
        assert until(lambda job=job: status(job) == "done", 90)
        assert until(lambda: Pulse.is_felt(at=timezone.now()), 90)
