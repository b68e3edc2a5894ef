"""How long statements last (design.md section 2, *Assurance*). Pure; all moments in UTC."""

from datetime import UTC, date, datetime, time, timedelta
from typing import TypeVar

from django.utils.translation import gettext

Day = TypeVar("Day", bound=date)


def year_after(day: Day) -> Day:
    """The same day of the next year; 28 February for the 29th."""
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return day.replace(year=day.year + 1, day=28)


def end_of(day: date) -> datetime:
    """The moment at which a day that still counts is over."""
    return datetime.combine(day + timedelta(days=1), time.min, tzinfo=UTC)


def evidence_ends(speaks_from: date, speaks_until: date | None) -> datetime:
    """When evidence stops speaking: its own end, else twelve months from its start."""
    if speaks_until:
        return end_of(speaks_until)
    return datetime.combine(year_after(speaks_from), time.min, tzinfo=UTC)


def speaks_at(moment: datetime, speaks_from: date, speaks_until: date | None) -> bool:
    """Whether evidence is in date at a moment."""
    return not silence(moment, speaks_from, speaks_until)


def silence(moment: datetime, speaks_from: date, speaks_until: date | None) -> str:
    """Why evidence says nothing at a moment, in a word; empty while it is in date."""
    if moment.date() < speaks_from:
        return gettext("Not yet")
    return "" if moment < evidence_ends(speaks_from, speaks_until) else gettext("Ran out")
