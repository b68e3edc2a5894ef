"""The timers, where a broker runs them."""

from celery import shared_task
from django.utils import timezone

from certcentre.desk.open_data import publishing
from certcentre.desk.timers import tick
from certcentre.jobs.running import run


@shared_task(name="desk.tick")
def tick_timers() -> None:
    tick(at=timezone.now())


@shared_task(name=publishing.KIND)
def publish_data(job_id: str) -> None:
    run(job_id, publishing.work)
