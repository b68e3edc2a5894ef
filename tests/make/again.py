"""What a builder wrote is written again, where it would write the same.

A builder goes through the real verbs, some hundreds of statements for one engagement, and half of
the time of all tests went there. `@again` keeps what the first call wrote, by where the database
stood, what it was asked for, settings and language; the next call in the same process writes those
rows again and gives a copy of what the first gave. Where the database stands is known as long as
builders alone wrote to it, and it takes its mark back with everything else that a test did.

Only within a test's transaction; never where a test puts something else in a
function's place (`monkeypatch`), since a builder might call it.
"""

import io
import itertools
import pickle
from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal
from functools import wraps
from pathlib import Path
from shutil import rmtree
from uuid import UUID

from django.conf import settings
from django.core import mail
from django.core.files.base import File
from django.core.files.storage import Storage, default_storage
from django.db import connection, transaction
from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.translation import get_language

WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE")
PLAIN = (str, bytes, int, float, bool, type(None), date, timedelta, Decimal, UUID)
SAVEPOINT, BACK_TO = "SAVEPOINT ", "ROLLBACK TO SAVEPOINT "


class Unlike(Exception):
    """What a call was asked for, or what it gave, cannot be compared or kept."""


class Trail:
    """What is written on this connection, and whether builders alone wrote it."""

    def __init__(self):
        self.marks, self.calls, self.numbers = itertools.count(1), {}, {}
        self.written = self.known = self.epoch = 0
        self.listening, self.put = [], None
        self.hits = self.misses = 0

    def begin(self, put=None):
        """A test, or what a module builds for its tests, begins from what stands there; `put` is
        what it puts something else in a function's place with."""
        self.known, self.listening, self.put = self.written, [], put

    def committed(self):
        """Rows and their numbers may stay: nothing that was kept is written on this again."""
        self.epoch += 1

    def end(self):
        """A module has built: its tests begin from a place of its own unless builders built."""
        if self.usable and self.written != self.known:
            self.stand(next(self.marks))

    @property
    def usable(self):
        return connection.in_atomic_block

    @property
    def alone(self):
        """Whether builders alone wrote, and nothing but a clock stands in another's place."""
        if self.written != self.known or (self.put and self.put._setitem):
            return False
        put = self.put._setattr if self.put else ()
        return all(thing is mail.message or thing is timezone for thing, _, _ in put)

    def clock(self):
        """The moment that stands in the clock's place."""
        put = self.put._setattr if self.put else ()
        return timezone.now() if any(thing is timezone for thing, _, _ in put) else None

    def __call__(self, execute, sql, params, many, context):
        """The wrapper of every statement."""
        answer = execute(sql, params, many, context)
        if sql.startswith(WRITES):
            self.written += 1
            for call in self.listening:
                call.statements.append((sql, params, many))
        elif sql.startswith(SAVEPOINT):
            for call in self.listening:
                call.savepoints[sql.removeprefix(SAVEPOINT)] = len(call.statements)
        elif sql.startswith(BACK_TO):
            for call in self.listening:
                del call.statements[call.savepoints.get(sql.removeprefix(BACK_TO), 0) :]
        return answer

    def place(self):
        """Where the database stands, since builders alone wrote to it."""
        return (self.epoch, *database().place())

    def stand(self, mark):
        database().stand(mark)
        self.known = self.written

    def numbers_at(self, place):
        """From where each table counts there: as it did when first something was built there."""
        if place in self.numbers:
            database().count_from(self.numbers[place])
        else:
            self.numbers[place] = database().numbers()
        return self.numbers[place]


class SQLite:
    """Takes its mark and the numbers of rows back with everything else."""

    def place(self):
        ask = connection.connection.execute
        numbers = ask("SELECT total(seq), count(*) FROM sqlite_sequence").fetchone()
        return *ask("PRAGMA user_version").fetchone(), *numbers

    def stand(self, mark):
        connection.connection.execute(f"PRAGMA user_version = {mark}")

    def numbers(self):
        return {}

    def count_from(self, numbers):
        """They are as they were."""


class PostgreSQL:
    """Takes its mark back, but no number of a row: each table counts from where it did."""

    MARK = "tests.place"

    def ask(self, sql, *params):
        with connection.create_cursor() as cursor:
            return cursor.execute(sql, params).fetchall()

    def place(self):
        return self.ask("SELECT coalesce(nullif(current_setting(%s, true), ''), '0')", self.MARK)[0]

    def stand(self, mark):
        self.ask("SELECT set_config(%s, %s, false)", self.MARK, str(mark))

    def numbers(self):
        return dict(
            self.ask(
                "SELECT sequencename, last_value FROM pg_sequences"
                " WHERE schemaname = current_schema()"
            )
        )

    def count_from(self, numbers):
        calls = ", ".join(["setval(%s, %s, %s)"] * len(numbers))
        each = [(name, last or 1, last is not None) for name, last in numbers.items()]
        if each:
            self.ask(f"SELECT {calls}", *(word for words in each for word in words))


def database():
    return DATABASES[connection.vendor]


DATABASES = {"sqlite": SQLite(), "postgresql": PostgreSQL()}
trail = Trail()


def save(storage, *args, **kwargs):
    """A file goes to the portal's storage."""
    for call in trail.listening:
        call.filed = True
    return SAVE(storage, *args, **kwargs)


SAVE, Storage.save = Storage.save, save


def settled():
    """The settings that differ from the portal's, the language and the moment."""
    changed, holder = {}, settings._wrapped
    while hasattr(holder, "default_settings"):
        changed = holder.__dict__ | changed
        holder = holder.default_settings
    own = (
        (name, repr(value))
        for name, value in changed.items()
        if name.isupper() and name != "DATA_DIR"
    )
    return get_language(), trail.clock(), tuple(sorted(own))


def alike(value):
    """Something to compare what a call was asked for by."""
    if isinstance(value, PLAIN):
        return type(value).__name__, value
    if isinstance(value, Model):
        return type(value), tuple(
            (name, (type(each), each.pk) if isinstance(each, Model) else alike(each))
            for name, each in sorted(value.__dict__.items())
            if name not in ("_state", "_prefetched_objects_cache")
        )
    if isinstance(value, dict):
        return "dict", tuple((alike(key), alike(each)) for key, each in value.items())
    if isinstance(value, list | tuple):
        return "list", tuple(map(alike, value))
    if isinstance(value, QuerySet) and value._result_cache is None:
        return value.model, str(value.query)
    if isinstance(value, File) and not value:
        return "file", ""
    if isinstance(value, File) and hasattr(value, "field"):
        return "file", value.name
    raise Unlike(type(value))


def records_in(value):
    """The records that a call was given."""
    if isinstance(value, Model):
        return [value]
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        return [each for part in value for each in records_in(part)]
    return []


class Keeping(pickle.Pickler):
    """Writes what a call gave; a record it was given stands for the one that the next is given."""

    def __init__(self, file, given):
        super().__init__(file, protocol=5)
        self.given = {id(record): place for place, record in enumerate(given)}

    def persistent_id(self, value):
        return self.given.get(id(value))


class Giving(pickle.Unpickler):
    def __init__(self, file, given):
        super().__init__(file)
        self.given = given

    def persistent_load(self, place):
        return self.given[place]


class Call:
    """What one call of a builder wrote and gave."""

    def __init__(self):
        self.statements, self.savepoints, self.given = [], {}, None
        self.filed = False  # with a file in the portal's storage, which is not kept

    def run(self, build, args, kwargs, place):
        given = records_in([args, kwargs])
        before = [alike(record) for record in given]
        due, files, numbers = len(connection.run_on_commit), stored(), trail.numbers_at(place)
        trail.listening.append(self)
        try:
            made = build(*args, **kwargs)
        finally:
            trail.listening.remove(self)
        after = database().numbers()
        self.numbers = {name: last for name, last in numbers.items() if after[name] != last}
        self.due = [(function, robust) for _, function, robust in connection.run_on_commit[due:]]
        self.files = {path: content for path, content in stored().items() if path not in files}
        with suppress(Unlike, pickle.PicklingError, AttributeError, TypeError):
            changed = [
                {name: each for name, each in record.__dict__.items() if name != "_state"}
                if alike(record) != was
                else {}
                for record, was in zip(given, before, strict=True)
            ]
            file = io.BytesIO()
            Keeping(file, given).dump((made, changed))
            self.given = file.getvalue()
        return made

    def repeat(self, args, kwargs):
        database().count_from(self.numbers)
        cursor = connection.create_cursor()
        for sql, params, many in self.statements:
            (cursor.executemany if many else cursor.execute)(sql, params)
            if "RETURNING" in sql and not many:
                cursor.fetchall()
        cursor.close()
        for call in trail.listening:
            call.statements.extend(self.statements)
        if any("jobs_job" in sql for sql, _, _ in self.statements):  # what they made lies there
            rmtree(default_storage.path("jobs"), ignore_errors=True)
        for path, content in self.files.items():
            (Path(settings.DATA_DIR) / path).parent.mkdir(parents=True, exist_ok=True)
            (Path(settings.DATA_DIR) / path).write_bytes(content)
        for function, robust in self.due:
            transaction.on_commit(function, robust=robust)
        given = records_in([args, kwargs])
        made, changed = Giving(io.BytesIO(self.given), given).load()
        for record, words in zip(given, changed, strict=True):
            record.__dict__.update(words)
        return made


def stored():
    """The files in a test's own folder, by their place: keys, checkpoints."""
    place = Path(settings.DATA_DIR)
    return {
        path.relative_to(place): path.read_bytes() for path in place.rglob("*") if path.is_file()
    }


def again(build):
    """A builder that writes again what it wrote before, where it would write the same."""

    @wraps(build)
    def builder(*args, **kwargs):
        if not (trail.usable and trail.alone):
            return build(*args, **kwargs)
        try:
            asked = build, alike(args), alike(kwargs), settled(), trail.place()
            call, mark = trail.calls[asked]
        except Unlike:
            return build(*args, **kwargs)
        except KeyError:
            call = Call()
            made = call.run(build, args, kwargs, asked[-1])
            if call.given is not None and not call.filed:
                mark = next(trail.marks)
                trail.calls[asked] = call, mark
                trail.stand(mark)
            trail.misses += 1
            return made
        made = call.repeat(args, kwargs)
        trail.stand(mark)
        trail.hits += 1
        return made

    return builder
