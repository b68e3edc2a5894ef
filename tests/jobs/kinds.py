"""Kinds of jobs that only tests ask for."""

from celery import shared_task

from certcentre.jobs.running import run


@shared_task(name="tests.shout")
def shout(job_id):
    """Writes the word that was asked for, loudly."""
    run(job_id, lambda job, progress: (job.asked["word"].upper().encode(), "word.txt"))


@shared_task(name="tests.stumble")
def stumble(job_id):
    def work(job, progress):
        raise OSError("the disk is away")

    run(job_id, work)
