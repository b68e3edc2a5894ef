"""How long a certificate and its claims last, and when the next check is planned. Pure."""

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta

from standards.assessment.periods import end_of, year_after

LONGEST = 24  # months that a certificate may last (rule R34)
CHECK_EVERY = 12  # months between planned checks
GRACE = timedelta(days=60)  # AL4 outlives the planned check by this


def months_after(at: datetime, months: int) -> datetime:
    """The same day of a later month, or its last day where it is shorter."""
    years, month = divmod(at.month - 1 + months, 12)
    year = at.year + years
    day = min(at.day, monthrange(year, month + 1)[1])
    return at.replace(year=year, month=month + 1, day=day)


def counted_until(level: int, at: datetime, last_day: date) -> datetime:
    """The end of what a certificate from elsewhere gives, recorded at a moment: its last day, but
    never longer than claims of that level last."""
    longest = months_after(at, LONGEST) if level >= 3 else year_after(at)
    return min(end_of(last_day), longest)


def next_check(at: datetime, until: datetime) -> date | None:
    """When surveillance is due; None where the certificate ends before."""
    due = months_after(at, CHECK_EVERY)
    return due.date() if due < until else None


def certified_until(due: date | None, until: datetime) -> datetime:
    """The end of AL4: the planned check and 60 days, never past the certificate."""
    if due is None:
        return until
    return min(until, datetime.combine(due + GRACE, time.max, UTC))
