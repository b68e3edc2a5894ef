"""Running one job: claim it, compute outside any transaction, rename its file, finish."""

import logging
import time
from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Protocol
from uuid import UUID

from celery import current_app
from django.core.files.storage import default_storage
from django.utils import timezone, translation
from django.utils.text import get_valid_filename
from django.utils.translation import gettext

from certcentre.jobs.models import Job
from certcentre.lifecycle import StepRefused
from certcentre.operator_log import tell
from certcentre.stored_files import name_of, no_room, put

RENEW_EVERY = 1.0  # seconds: often enough to look at, seldom enough not to be felt as writes
Clock = Callable[[], datetime]
log = logging.getLogger(__name__)


class LeaseLost(Exception):
    """Another process has taken the job over, so this one stops and leaves no trace."""


class Progress:
    """How a job says how far it is: `progress(done, total)`. That also keeps its lease."""

    def __init__(self, job: Job, now: Clock) -> None:
        self.job, self.now = job, now
        self.said = 0.0

    def __call__(self, done: int, total: int) -> None:
        if time.monotonic() - self.said < RENEW_EVERY and done < total:
            return
        self.said = time.monotonic()
        if not self.job.renew(at=self.now(), done=done, total=total):
            raise LeaseLost(str(self.job.pk))


class Work(Protocol):
    """What a kind of job does: gives the file's bytes, or the path of one, and its name."""

    def __call__(self, job: Job, progress: Progress, /) -> tuple[bytes | Path, str]: ...


def run(job_id: UUID | str, work: Work, *, now: Clock = timezone.now) -> None:
    """Run a job once, whoever asks and however often: only the process that claims it works.

    A refused step is final, with its words. Anything else is tried again while attempts remain.
    """
    job = Job.objects.filter(pk=job_id).first()
    if job is None or not job.claim(at=now()):
        return
    about = {"job": str(job.pk), "kind": job.kind, "attempt": job.attempts}
    tell("job begun", **about)
    try:
        with translation.override(language(job)):
            job.require_asker()
            made, file_name = work(job, Progress(job, now))
        kept = keep(job, made)
        if not job.finish(at=now(), file=kept, file_name=get_valid_filename(file_name)):
            default_storage.delete(kept)
        tell("job done", **about)
    except LeaseLost:
        log.warning("job %s went on in another process", job.pk)
    except StepRefused as refused:
        job.fail(at=now(), words=str(refused), final=True)
        tell("job refused", **about)
    except Exception as error:
        log.exception("job %s (%s) failed at attempt %s", job.pk, job.kind, job.attempts)
        job.fail(at=now(), words=in_words(job, error))


def language(job: Job) -> str:
    return getattr(job.requested_by, "language", None) or "en"


def in_words(job: Job, error: Exception) -> str:
    """What whoever asked is told of an error; nothing where all that they can do is ask again."""
    if not no_room(error):
        return ""
    with translation.override(language(job)):
        return gettext(
            "The portal has no room left for this file, and nothing of it was kept. It is written "
            "down under number %(number)s. Ask for it again in an hour."
        ) % {"number": job.pk}


def keep(job: Job, made: bytes | Path) -> str:
    """Store the output under a name of this attempt alone."""
    name = name_of(Job.file, job.queued_at, f"{job.pk}-{job.attempts}")
    if isinstance(made, bytes):
        return put(name, BytesIO(made))
    with made.open("rb") as content:
        put(name, content)
    made.unlink()
    return name


def run_next(*, now: Clock = timezone.now) -> bool:
    """Run the oldest waiting job in this process; False when none waits. It only SELECTs then."""
    oldest = Job.objects.waiting(at=now()).values_list("pk", "kind").first()
    if oldest is None:
        return False
    job_id, kind = oldest
    task = current_app.tasks.get(kind)
    if task is None:
        log.error("no task is called %s", kind)
        job = Job.objects.get(pk=job_id)
        if job.claim(at=now()):
            job.fail(at=now(), final=True)
    else:
        task(str(job_id))
    return True
