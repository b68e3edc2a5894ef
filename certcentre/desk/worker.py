"""Running jobs and timers without a broker: a thread of the web process, or `manage.py work`."""

import logging
import threading

from django.conf import settings
from django.db import DatabaseError, close_old_connections, connections
from django.utils import timezone

from certcentre.celery import app
from certcentre.desk.timers import tick
from certcentre.jobs.running import run_next

IDLE = 1.0  # seconds between two looks when nothing waits
TICK_EVERY = 5.0
log = logging.getLogger(__name__)


def loop(stop: threading.Event) -> None:
    """Run what waits, oldest first, and the timers between, until told to stop."""
    app.loader.import_default_modules()  # else no task is known by its name yet
    ticked = 0.0
    while not stop.is_set():
        close_old_connections()
        busy = False
        try:
            if (now := timezone.now()).timestamp() - ticked >= TICK_EVERY:
                ticked = now.timestamp()
                tick(at=now)
            busy = run_next()
        except DatabaseError as error:
            log.warning("the database did not answer; jobs wait: %s", error)
            stop.wait(TICK_EVERY)
        except Exception:
            log.exception("the jobs thread stumbled and goes on")
            stop.wait(TICK_EVERY)
        if not busy:
            stop.wait(IDLE)
    connections.close_all()


def start() -> threading.Thread | None:
    """The thread of the web process; none where a broker and its workers do it."""
    if settings.REDIS_URL:
        return None
    thread = threading.Thread(target=loop, args=(threading.Event(),), name="jobs", daemon=True)
    thread.start()
    return thread
