"""What has to happen by itself as time goes by; twice does no harm."""

from datetime import datetime

from certcentre.desk.mailing import send_notices
from certcentre.jobs.models import Job
from standards.assessment.claims import let_time_pass
from standards.registry.issued import issue_waiting


def tick(*, at: datetime) -> None:
    """One round: end jobs whose process was lost, write anew the standings whose time has passed,
    tell people what happened, issue credentials."""
    Job.objects.give_up(at=at)
    let_time_pass(at=at)
    send_notices(at=at)
    issue_waiting(at=at)
