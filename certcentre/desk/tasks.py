"""The timers, where a broker runs them."""

from celery import shared_task
from django.utils import timezone

from certcentre.desk.timers import tick


@shared_task(name="desk.tick")
def tick_timers() -> None:
    tick(at=timezone.now())
