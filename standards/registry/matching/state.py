"""The sets that this process counts with, brought up to the moment of each question.

One statement finds what changed since the last question: standings with a higher number, and
providers that are no longer in force or changed their size. Rows whose own time has come are read
from claims, one by one. Never asked inside a transaction that changes claims: what it then saw
might not come to stand.
"""

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.models import (
    Case,
    F,
    Q,
    QuerySet,
    SmallIntegerField,
    TextField,
    When,
)
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from certcentre.accounts.models import Organisation
from standards.assessment.claims import what_counts
from standards.assessment.solutions import listable
from standards.assessment.standings import Standing
from standards.catalogue.editions import Criterion
from standards.registry.matching.bitsets import NEVER, Grid, Listed, Row
from standards.registry.matching.facts import MARKS, having, normal

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NAIVE_EPOCH = EPOCH.replace(tzinfo=None)
MICRO = timedelta(microseconds=1)
A_WHILE = timedelta(minutes=10)  # no transaction takes longer
SMALL = ("micro", "small")
AT_ONCE = 500  # standings worked out in one statement
AT_A_TIME = 2000  # rows taken from the cursor
SMALL_WORDS = having("provider_size", SMALL)


class Read(NamedTuple):
    """A standing, with what decides whether it is listed and the facts a buyer may ask for.

    As the database writes it: turning a hundred thousand rows into dates, keys and lists took
    twice the time of reading them.
    """

    place: int
    levels: Any
    version: int
    due: str | None
    shown: int  # listed as far as release and solution say; the provider is asked about each time
    provider_status: str
    provider_size: str
    size: str | None
    countries: str | None
    languages: str | None
    connection: str | None
    kind: str | None
    age: str | None
    delivery: str | None
    location: str | None
    subjects: str | None
    stages: str | None
    prices: str | None


def row_of(values: tuple[Any, ...]) -> Row:
    """What the sets know of a release, from the values of a `Read`."""
    _, levels, _, due, shown, _, provider_size, size, *stated = values
    facts = words({"provider_size": size or provider_size, **dict(zip(KEYS, stated, strict=True))})
    return Row(bytes(levels), bool(shown), facts, written(due))


def fact(key: str) -> KeyTextTransform:
    return KeyTextTransform(key, "release__declared_facts")


STATED = {
    "countries": "countries_offered",
    "languages": "languages",
    "connection": "connectivity",
    "kind": "product_kind",
    "age": "audience_age",
    "delivery": "delivery",
    "location": "data_location",
    "subjects": "subjects",
    "stages": "stages",
    "prices": "price_model",
}
KEYS = tuple(STATED.values())
LISTED = When(
    listable(release="release__", solution="release__solution__"),
    release__solution__current_release=F("release"),
    then=1,
)
SAID: dict[str, Any] = {
    "place": F("pk"),
    "due": Cast("next_change", TextField()),
    "shown": Case(LISTED, default=0, output_field=SmallIntegerField()),
    "provider_status": F("release__solution__organisation__status"),
    "provider_size": F("release__solution__organisation__size"),
    "size": fact("provider_size"),
    **{name: fact(key) for name, key in STATED.items()},
}


def readings(standings: QuerySet[Standing]) -> QuerySet[Standing, tuple[Any, ...]]:
    """Their rows, each as the values of a `Read`."""
    return standings.annotate(**SAID).values_list(*Read._fields)


def of_providers(some: QuerySet[Organisation]) -> QuerySet[Standing]:
    """The standings of releases that these ever made public."""
    return Standing.objects.filter(
        release__solution__organisation__in=some, release__public_since__isnull=False
    )


VERSION, MOMENT = 2**40 + 1, datetime(1902, 2, 3, tzinfo=UTC)  # stand for what is asked each time


@cache
def changes_sql(vendor: str) -> tuple[str, tuple[Any, ...]]:
    """What changed since a version of the clock, or of an organisation since a moment.

    Written once: making the statement anew took longer than the database took to answer it.
    """
    gone = Q(kind=Organisation.Kind.PROVIDER, status__in=Organisation.OUT_OF_FORCE)
    asked = [
        Standing.objects.filter(version__gt=VERSION),
        of_providers(Organisation.objects.filter(gone)),
        of_providers(Organisation.objects.filter(details_changed_at__gt=MOMENT)),
    ]
    first, *more = map(readings, asked)
    sql, params = first.union(*more, all=True).query.sql_with_params()
    return sql, tuple(params)


def changes(*, version: int, since: datetime) -> list[Read]:
    """Rows with a higher version, of providers out of force, or changed since. One statement."""
    sql, params = changes_sql(connection.vendor)
    as_stored = connection.ops.adapt_datetimefield_value
    given = {VERSION: version, as_stored(MOMENT): as_stored(since)}
    with plain(sql, [given.get(value, value) for value in params]) as rows:
        return [Read._make(values) for values in rows.fetchall()]


def every_reading() -> Iterator[tuple[Any, ...]]:
    """The values of a `Read` for every standing in any order, straight from the cursor."""
    sql, params = readings(Standing.objects.order_by()).query.sql_with_params()
    with (
        in_binary(sql, params) if connection.vendor == "postgresql" else plain(sql, params) as rows
    ):
        while batch := rows.fetchmany(AT_A_TIME):
            yield from batch


@contextmanager
def plain(sql: str, params: Sequence[Any]) -> Iterator[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        yield cursor


@contextmanager
def in_binary(sql: str, params: Sequence[Any]) -> Iterator[Any]:
    """PostgreSQL sends bytes as twice as many digits, unless a cursor on the server is asked for
    their binary form; one on the client would hold all rows at once."""
    here: Any = connection  # its driver is psycopg
    here.ensure_connection()
    raw, driver = here.connection, here.Database
    with transaction.atomic(), driver.ServerCursor(raw, "every_reading") as cursor:
        raw.execute("SET LOCAL work_mem = '128MB'")  # else what is joined goes to disk
        raw.execute("SET LOCAL cursor_tuple_fraction = 1")  # all rows are wanted, not the first
        raw.execute("SET LOCAL jit = off")  # compiling took longer than it saved
        cursor.execute(driver.ClientCursor(raw).mogrify(sql, params), binary=True)
        yield cursor


def words(stated: Mapping[str, str | None]) -> str:
    """The facts a buyer may ask for, as `facts.as_words` writes them; lists are given as JSON.

    Without reading the JSON: doing so for a hundred thousand releases took a second.
    """
    return f" {''.join(marked(key, value) for key, value in stated.items() if value)}"


def marked(key: str, value: str) -> str:
    """Each value of a fact with its mark before it: `["KE", "TZ"]`, `@KE @TZ `."""
    if value.startswith('["'):
        value = value[2:-2].replace('", "', '","').replace('","', f" {MARKS[key]}")
    elif value.startswith("["):
        return ""
    return f"{MARKS[key]}{normal(key, value)} "


def micro(moment: datetime | None) -> int:
    """Microseconds since 1970; far away where there is no moment."""
    return (moment - EPOCH) // MICRO if moment else NEVER


def written(moment: str | None) -> int:
    """The same of a moment as the database writes it; SQLite leaves the zone out, it is UTC."""
    if not moment:
        return NEVER
    instant = datetime.fromisoformat(moment)
    return (instant - EPOCH if instant.tzinfo else instant - NAIVE_EPOCH) // MICRO


@dataclass(frozen=True)
class Market:
    """Every release as of one moment, as sets."""

    grid: Grid
    version: int  # of the clock
    hidden: int  # releases of providers that are not in force

    @property
    def listed(self) -> int:
        members = self.grid.bits(Listed())
        return members ^ (members & self.hidden)


class Process:
    """The market as this process knows it; swapped whole, so a question meets one or the other."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.beside: list[Callable[[], None]] = []  # what else forgets with it
        self.forget()

    def forget(self) -> None:
        """Begin anew, as when the database was replaced."""
        self.grid: Grid | None = None
        self.seen = -1
        self.asked_at: datetime | None = None
        self.passed: dict[int, int] = {}  # place → the moment that its row was read as of
        self.slots: dict[str, int] = {}
        self.editions: dict[str, tuple[int, ...]] = {}
        for forget in self.beside:
            forget()

    def market(self, *, at: datetime) -> Market:
        """Everything committed before this question, as of `at`."""
        with self.lock:
            hidden = self._catch_up(at)
            assert self.grid is not None  # noqa: S101 (for the type checker)
            self._let_time_pass(self.grid, at)
            return Market(self.grid, self.seen, hidden)

    def _catch_up(self, at: datetime) -> int:
        if self.grid is None:
            self._load()
        changed_since = min(self.asked_at or at, at) - A_WHILE
        self.asked_at = at
        readings = changes(version=self.seen, since=changed_since)
        hidden = 0
        for reading in readings:
            if reading.provider_status != Organisation.Status.VERIFIED:
                hidden |= 1 << reading.place
        self._take(readings)
        return hidden

    def _load(self) -> None:
        """All standings. One statement."""
        self.seen = 0

        def rows() -> Iterator[tuple[int, Row]]:
            for values in every_reading():
                place, _, version, *_ = values
                self.seen = max(self.seen, version)
                yield place, row_of(values)

        self.grid = Grid.of(rows())

    def _take(self, found: Iterable[Read]) -> None:
        """Rows as the table has them, where they differ from the ones held."""
        changed = {}
        for reading in found:
            self.seen = max(self.seen, reading.version)
            row = row_of(reading)
            if self.grid and row != self.grid.row(reading.place):
                changed[reading.place] = row
                self.passed.pop(reading.place, None)
        if changed and self.grid:
            self.grid = self.grid.changed(changed)

    def _let_time_pass(self, grid: Grid, at: datetime) -> None:
        """Read from claims the rows that are not right at this moment."""
        now = micro(at)
        ahead = [place for place, moment in self.passed.items() if moment > now]
        self.read_again({*grid.due(now), *ahead}, at=at)

    def read_again(self, places: Iterable[int], *, at: datetime) -> None:
        """Work these rows out from claims, for this process alone."""
        wanted = sorted(places)
        changed = {}
        for start in range(0, len(wanted), AT_ONCE):
            part = Standing.objects.filter(pk__in=wanted[start : start + AT_ONCE])
            releases = dict(part.values_list("release_id", "pk"))
            for release, (levels, turn) in what_counts(releases, at=at).items():
                place = releases[release]
                row = self.grid.row(place) if self.grid else None
                if row:
                    changed[place] = row._replace(levels=levels, due=micro(turn))
                    self.passed[place] = micro(at)
        if changed and self.grid:
            self.grid = self.grid.changed(changed)

    def slots_of(self, keys: Iterable[str]) -> dict[str, int]:
        """The permanent slot of each criterion that has one; asked once of the database."""
        wanted = set(keys)
        if missing := wanted - self.slots.keys():
            criteria = Criterion.objects.filter(key__in=missing).values_list("key", "slot")
            self.slots |= {key: slot for key, slot in criteria if slot is not None}
        return {key: self.slots[key] for key in wanted if key in self.slots}

    def read_editions(self, keys: Iterable[str]) -> None:
        """Read the slots of these editions that are not known yet; one statement at most."""
        if missing := set(keys) - self.editions.keys():
            criteria = Criterion.objects.published().filter(edition__key__in=missing)
            rows = criteria.order_by("slot").values_list("edition__key", "slot")
            slots: dict[str, list[int]] = {}
            for key, slot in rows:
                if slot is not None:
                    slots.setdefault(key, []).append(slot)
            self.editions |= {key: tuple(each) for key, each in slots.items()}

    def slots_of_edition(self, key: str) -> tuple[int, ...]:
        """The slots of a published edition's criteria; none where there is no such edition."""
        if key not in self.editions:
            criteria = Criterion.objects.published().filter(edition__key=key)
            slots = tuple(criteria.order_by("slot").values_list("slot", flat=True))
            if not slots:
                return ()
            self.editions[key] = tuple(slot for slot in slots if slot is not None)
        return self.editions[key]


process = Process()
