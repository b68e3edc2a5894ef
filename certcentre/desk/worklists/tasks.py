"""One thing that waits, as it stands on a work list."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

MOST = 20  # of one list; the list's own page shows the rest
SOON = timedelta(days=60)
NEAR = 14  # days: from here on a date is marked


@dataclass(frozen=True)
class Task:
    """What to do, where, and until when."""

    title: str
    url: str
    text: str = ""
    tag: str = ""
    kind: str = ""
    due: date | None = None


Listing = Callable[[Any, datetime], list[Task]]


def until(day: date, at: datetime) -> dict[str, Any]:
    """How many days are left, as a tag, and the day to sort by."""
    left = (day - at.date()).days
    if left < 0:
        return {"tag": _("Overdue"), "kind": "bad", "due": day}
    words = ngettext("%(n)s day left", "%(n)s days left", left) % {"n": left}
    return {"tag": words, "kind": "warn" if left <= NEAR else "", "due": day}
