"""Long work."""

from certcentre.jobs.models import Job
from certcentre.jobs.running import run
from tests.make.accounts import user
from tests.make.moment import AT


def job(kind="tests.shout", *, by=None, organisation=None, done=False, **asked):
    """A queued job, or one that is done and has its file."""
    made = Job.request(
        kind,
        title="Example file",
        asked=asked or {"word": "hello"},
        by=by or user("asker"),
        at=AT,
        organisation=organisation,
    )
    if done:
        run(made.pk, lambda job, progress: (b"HELLO", "hello.txt"), now=lambda: AT)
        made.refresh_from_db()
    return made
