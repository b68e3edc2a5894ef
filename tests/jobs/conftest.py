"""A kind of job that tests may ask for, and a way to run one in another process."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection

HELD = """
import time, django
django.setup()
from certcentre.jobs.running import run
def work(job, progress):
    progress(1, 10)
    print("held", flush=True)
    time.sleep(60)
    return b"never", "never.txt"
run({job!r}, work)
"""


def environment():
    """What another process needs to meet this test's database and files."""
    at = connection.settings_dict
    address = f"sqlite:///{at['NAME']}"
    if connection.vendor == "postgresql":
        person = f"{at['USER']}:{at['PASSWORD']}@" if at["USER"] else ""
        address = f"postgres://{person}{at['HOST']}:{at['PORT']}/{at['NAME']}"
    return {
        **os.environ,
        "DATABASE_URL": address,
        "DATA_DIR": str(Path(default_storage.location).parent),  # where its files are looked for
        "DJANGO_SETTINGS_MODULE": "certcentre.settings",
    }


@pytest.fixture
def holding():
    """`holding(job)` starts a process that is in the middle of that job; it is ended after."""
    started = []

    def hold(job):
        code = HELD.format(job=str(job.pk))
        process = subprocess.Popen(
            [sys.executable, "-c", code],
            env=environment(),
            cwd=settings.BASE_DIR,
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        assert process.stdout.readline() == "held\n"
        return process

    yield hold
    for process in started:
        process.kill()
        process.wait()
        process.stdout.close()


def worker(folder, *more):
    """Another process that runs jobs and timers: Celery where a broker is set, else without."""
    command = [sys.executable, "manage.py", "work"]
    if settings.REDIS_URL:
        celery = [sys.executable, "-m", "celery", "-A", "certcentre", "worker", "-l", "warning"]
        command = [*celery, "-c", "1", "-B", "-s", str(folder / "beat"), *more]
    process = subprocess.Popen(
        command,
        env={**environment(), "REDIS_URL": settings.REDIS_URL},
        cwd=settings.BASE_DIR,
        start_new_session=True,
    )
    process.kill = lambda: os.killpg(process.pid, signal.SIGKILL)
    return process
