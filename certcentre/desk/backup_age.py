"""When the last backup was taken that was read back and agreed, as the log says.

The log keeps it, in bytes that `verify_log` hashes: a row changed by hand changes no answer here,
and a database that was restored or moved knows only of backups that hold what its log held then.
"""

import json
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import QuerySet

from certcentre.accounts.models import Organisation
from certcentre.accounts.steps import BACKUP_TAKEN
from certcentre.jobs.models import APART
from certcentre.log.models import LogEntry, record, stored


def note(*, at: datetime, digest: str, size: int) -> str:
    """Enter in the log that everything up to `at` is in a file that was read back; else why not."""
    if settings.READ_ONLY:
        return "the portal can only be read"
    if (subject := Organisation.objects.centre()) is None:
        return "there is no centre yet"
    record(subject, BACKUP_TAKEN, by=None, at=at, detail={"sha256": digest, "bytes": size})
    return ""


def entries() -> QuerySet[LogEntry]:
    """Those of the centre, of whom the log says it: so its own entries alone are looked through."""
    subject = Organisation.objects.centre()
    own = LogEntry.objects.about(subject) if subject else LogEntry.objects.none()
    return own.filter(step=str(BACKUP_TAKEN))


def taken() -> datetime | None:
    """The moment of the last one; None where the log knows of none. Two statements."""
    last = entries().last()
    if last is None:
        return None
    body = json.loads(stored(last.body))
    return datetime.fromisoformat(body["at"]) if body["step"] == str(BACKUP_TAKEN) else None


def is_old(*, at: datetime) -> bool:
    """Whether the operator is to be told: longer ago than BACKUP_MAX_AGE_DAYS, or not at all, or
    in days to come."""
    if not settings.BACKUP_MAX_AGE_DAYS:
        return False
    last, most = taken(), timedelta(days=settings.BACKUP_MAX_AGE_DAYS)
    return last is None or not -APART <= at - last <= most
