"""What waits for whom: the one table that work lists, records' own pages and reminders ask.

Every part keeps its rows in its `abilities.py`; settings.WAITING names the tables.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from django.conf import settings
from django.db.models import F, Model, QuerySet
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from certcentre import zones
from certcentre.abilities import Person

MOST = 20  # of one row on the work list; the list's own page shows the rest
SOON = timedelta(days=60)
NEAR = 14  # days: from here on a date is marked
LATELY = timedelta(days=14)  # what has come out stays so long on the list of whoever waited


@dataclass(frozen=True)
class Task:
    """What to do, where, and until when, as it stands on a work list."""

    title: str
    url: str
    text: str = ""
    tag: str = ""
    kind: str = ""
    due: date | None = None


@dataclass(frozen=True)
class Waiting:
    """One row: the records on which somebody's turn has come, and the words for each.

    `step` is the model's name and the verb ("engagement.decide"), or a word of its own where
    nothing can be done but to know. `records(user, at)` gives those that wait for this person,
    the most urgent first; `task(record, at)` says one of them. `about` says how the row is
    narrowed to one record of a model: {"release": "declaration__release"}. `turn` is false for
    what is under way with somebody else. `together` says all of them in one line, by their number,
    where they come in numbers.
    """

    step: str
    kind: str  # of the organisation; empty: whatever the kind
    roles: tuple[str, ...]  # empty: any member
    records: Callable[[Any, datetime], QuerySet[Any]]
    task: Callable[[Any, datetime], Task]
    about: dict[str, str] = field(default_factory=dict)
    turn: bool = True
    anybody: bool = False  # whoever is signed in, a member or not
    together: Callable[[int], Task] | None = None

    def lines(self, records: QuerySet[Any], at: datetime) -> list[Task]:
        """What the work list says of these records."""
        if self.together:
            number = records.count()
            return [self.together(number)] if number else []
        return [self.task(record, at) for record in records[:MOST]]

    def is_for(self, parts: Iterable[tuple[str, str]]) -> bool:
        """Whether a person with these (kind, role) pairs has this row."""
        return self.anybody or any(
            (not self.kind or kind == self.kind) and (not self.roles or role in self.roles)
            for kind, role in parts
        )


@cache
def every_row() -> tuple[Waiting, ...]:
    """All rows, in the order that settings.WAITING names them."""
    return tuple(row for path in settings.WAITING for row in import_string(path))


def rows_for(user: Person) -> list[Waiting]:
    parts = user.parts()
    return [row for row in every_row() if row.is_for(parts)]


def tasks(user: Person, *, at: datetime, turn: bool = True) -> list[Task]:
    """Everything that waits for this person (or, with `turn` false, is with somebody else)."""
    waiting = [
        task
        for row in rows_for(user)
        if row.turn == turn
        for task in row.lines(row.records(user, at), at)
    ]
    return sorted(waiting, key=lambda task: pressing(task, at))


def tasks_about(record: Model, user: Person, *, at: datetime, turn: bool = True) -> list[Task]:
    """What of it concerns one record, each once: for the record's own page."""
    name = str(record._meta.model_name)
    waiting = []
    for row in rows_for(user):
        if row.turn == turn and name in row.about:
            records = row.records(user, at)
            # by key: a piece of evidence reaches its release over each answer that rests on it
            own = records.model._base_manager.filter(**{row.about[name]: record.pk})
            waiting += [
                row.task(each, at) for each in records.filter(pk__in=own.values("pk"))[:MOST]
            ]
    return sorted(waiting, key=lambda task: pressing(task, at))


def next_deeds(
    keys: Mapping[str, Collection[str]], user: Person, *, at: datetime
) -> dict[tuple[str, str], Task]:
    """What this person is to do first about each of these records, by kind ("standards.engagement")
    and key. A statement for each row and kind that it may be about, however many records."""
    labels = {label.partition(".")[2]: label for label in keys}
    deeds: dict[tuple[str, str], Task] = {}
    for row in rows_for(user):
        for name in row.about.keys() & labels.keys() if row.turn else ():
            records = row.records(user, at).annotate(subject_key=F(row.about[name]))
            for record in records.filter(subject_key__in=keys[labels[name]]):
                about, task = (labels[name], str(record.subject_key)), row.task(record, at)
                if about not in deeds or pressing(task, at) < pressing(deeds[about], at):
                    deeds[about] = task
    return deeds


def pressing(task: Task, at: datetime) -> tuple[int, date]:
    """What is due within days, then what only waits, then what is due later."""
    if task.due is None:
        return 1, date.max
    return 0 if (task.due - at.date()).days <= NEAR else 2, task.due


def until(day: date, at: datetime) -> dict[str, Any]:
    """How many days are left, as a tag, and the day to sort by."""
    left = (day - at.date()).days
    if left < 0:
        return {"tag": _("Overdue"), "kind": "bad", "due": day}
    words = ngettext("%(n)s day left", "%(n)s days left", left) % {"n": left}
    return {"tag": words, "kind": "warn" if left <= NEAR else "", "due": day}


def waited(since: datetime, at: datetime) -> str:
    """How long what nobody accepted yet has waited. It lapses on no day, so that none is said."""
    days = max(0, (zones.day_of(at, "") - zones.day_of(since, "")).days)
    words = ngettext(
        "It has waited for %(n)s day, and ends by itself on no day.",
        "It has waited for %(n)s days, and ends by itself on no day.",
        days,
    )
    return words % {"n": days}


def left(closes: datetime | None, zone: str, at: datetime) -> dict[str, Any]:
    """How many days are left, by the calendar of the place; nothing where no end is set."""
    return until(zones.day_of(closes, zone), zones.wall(at, zone)) if closes else {}
