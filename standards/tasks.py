"""Celery tasks of the domain: each takes an id or nothing and calls one verb."""

from celery import shared_task

from certcentre.jobs.running import run
from standards.catalogue import imports


@shared_task(name=imports.KIND)
def bring_in(job_id: str) -> None:
    run(job_id, imports.work)
