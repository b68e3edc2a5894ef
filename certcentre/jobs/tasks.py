"""The task that beat sends every second where there is a broker."""

from celery import shared_task
from django.utils import timezone

from certcentre.jobs.publishing import publish


@shared_task(name="jobs.publish")
def publish_jobs() -> None:
    publish(at=timezone.now())
