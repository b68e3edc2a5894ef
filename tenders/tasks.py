"""Long work of tenders: a task takes a job's id and calls one verb."""

from celery import shared_task

from certcentre.jobs.running import run
from tenders import exporting
from tenders.downloads import EXPORT


@shared_task(name=EXPORT)
def export(job_id: str) -> None:
    run(job_id, exporting.make)
