"""How long statements last (rules R20 and R21). Pure; all moments in UTC.

Each question about evidence stands here twice, for one piece and as a filter for many: `phase` and
the filters beside it say the same of every pair of days.
"""

from datetime import UTC, date, datetime, time, timedelta
from typing import TypeVar

from django.db.models import Q, TextChoices
from django.utils.translation import gettext_lazy as _

Day = TypeVar("Day", bound=date)
SOON = timedelta(days=60)  # from here on people are told that something ends


class Phase(TextChoices):
    """Where a moment lies in the time that evidence speaks for."""

    NOT_YET = "not_yet", _("Not yet")
    IN_DATE = "in_date", _("In date")
    ENDS_SOON = "ends_soon", _("Ends soon")
    RAN_OUT = "ran_out", _("Ran out")

    @property
    def silent(self) -> bool:
        """Whether evidence says nothing then."""
        return self in (Phase.NOT_YET, Phase.RAN_OUT)


def year_after(day: Day) -> Day:
    """The same day of the next year; 28 February for the 29th."""
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return day.replace(year=day.year + 1, day=28)


def year_before(day: date) -> date:
    """The last day whose `year_after` has come: on a 28 February that may be a 29th."""
    try:
        before = day.replace(year=day.year - 1)
    except ValueError:
        before = day.replace(year=day.year - 1, day=28)
    next_day = before + timedelta(days=1)
    return next_day if year_after(next_day) <= day else before


def start_of(day: date) -> datetime:
    """The moment at which a day begins."""
    return datetime.combine(day, time.min, tzinfo=UTC)


def end_of(day: date) -> datetime:
    """The moment at which a day that still counts is over."""
    return start_of(day + timedelta(days=1))


def last_day_of(until: date) -> date:
    """The last day on which something holds that ends at a moment, or after a day (rule R117)."""
    if isinstance(until, datetime):
        return (until.astimezone(UTC) - timedelta(microseconds=1)).date()
    return until


def same_moment(written: str, moment: datetime) -> bool:
    """Whether frozen words, which hold a moment in full or to the second, mean this one."""
    try:
        frozen = datetime.fromisoformat(written)
    except (TypeError, ValueError):
        return False
    return frozen in (moment, moment.replace(microsecond=0))


def evidence_ends(speaks_from: date, speaks_until: date | None) -> datetime:
    """When evidence stops speaking: its own end, else twelve months from its start."""
    return end_of(speaks_until) if speaks_until else start_of(year_after(speaks_from))


def last_day_before(end: datetime) -> date:
    """The last day that counts of what ends when a day begins."""
    return (end - timedelta(days=1)).date()


def last_day(speaks_from: date, speaks_until: date | None) -> date:
    """The last day that evidence speaks for."""
    return last_day_before(evidence_ends(speaks_from, speaks_until))


def phase(moment: datetime, speaks_from: date, speaks_until: date | None) -> Phase:
    """Whether evidence speaks at a moment, and how long still."""
    ends = evidence_ends(speaks_from, speaks_until)
    if moment.date() < speaks_from:
        return Phase.NOT_YET
    if moment >= ends:
        return Phase.RAN_OUT
    return Phase.ENDS_SOON if ends <= moment + SOON else Phase.IN_DATE


def speaks_at(moment: datetime, speaks_from: date, speaks_until: date | None) -> bool:
    """Whether evidence is in date at a moment."""
    return not phase(moment, speaks_from, speaks_until).silent


def speaking_within(
    begins: datetime, ends: datetime, speaks_from: date, speaks_until: date | None
) -> tuple[datetime, datetime] | None:
    """From when to when evidence speaks between two moments; None where it does not at all."""
    first = max(begins, start_of(speaks_from))
    last = min(ends, evidence_ends(speaks_from, speaks_until))
    return (first, last) if first < last else None


def ran_out(at: datetime, path: str = "") -> Q:
    """Evidence that speaks no longer; `path` leads to it from the rows asked."""
    today = at.date()
    stated = Q(**{f"{path}speaks_until__lt": today})
    by_age = {f"{path}speaks_until": None, f"{path}speaks_from__lte": year_before(today)}
    return stated | Q(**by_age)


def in_date(at: datetime, path: str = "") -> Q:
    """Evidence that speaks at a moment."""
    today = at.date()
    stated = Q(**{f"{path}speaks_until__gte": today})
    by_age = {f"{path}speaks_until": None, f"{path}speaks_from__gt": year_before(today)}
    return Q(**{f"{path}speaks_from__lte": today}) & (stated | Q(**by_age))


def ends_soon(at: datetime, path: str = "") -> Q:
    """Evidence that speaks still, and soon no longer."""
    return in_date(at, path) & ran_out(at + SOON, path)
