"""What has to happen by itself as time goes by; twice does no harm."""

from datetime import datetime

from certcentre.desk.mailing import send_notices
from certcentre.jobs.models import Job


def tick(*, at: datetime) -> None:
    """One round: end the jobs whose process was lost for good, and tell people what happened."""
    Job.objects.give_up(at=at)
    send_notices(at=at)
