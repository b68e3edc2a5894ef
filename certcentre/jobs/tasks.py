"""Handing waiting jobs to the broker, which beat asks for every second; never in a request."""

from datetime import datetime

from celery import current_app, shared_task
from django.utils import timezone

from certcentre.jobs.models import Job


def publish(*, at: datetime) -> int:
    """Send a message for each job that waits and has none under way; how many were sent.

    A message sent twice does no harm: the job is claimed once. One that could not be sent is
    taken back, and one that got lost is sent again after a minute.
    """
    sent = 0
    for job in Job.objects.to_publish(at=at):
        seen = Job.objects.filter(pk=job.pk, published_at=job.published_at)
        if not seen.update(published_at=at):
            continue
        try:
            current_app.send_task(job.kind, args=[str(job.pk)])
        except Exception:
            Job.objects.filter(pk=job.pk).update(published_at=None)
            raise
        sent += 1
    return sent


@shared_task(name="jobs.publish")
def publish_jobs() -> None:
    publish(at=timezone.now())
