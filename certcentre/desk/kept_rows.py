"""Rows of any table as lines of JSON, the same for every database, and back into the tables."""

import base64
import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import islice
from uuid import UUID

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Model

# made anew by `migrate` and by visits
LEFT_OUT = {"admin", "auth", "contenttypes", "sessions", "usersessions"}
WRITTEN_ANEW = {"desk.publication", "desk.publishedfile"}  # every day, from the others
AT_ONCE = 500  # rows written in one statement
AT_A_TIME = 2000  # rows read at a time


def kept_tables() -> dict[str, type[Model]]:
    """Every model that is kept, those between two others too, by its name in the file."""
    kept = {
        model._meta.label_lower: model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and model._meta.app_label not in LEFT_OUT
    }
    return dict(sorted(kept.items()))


def backed_up_tables() -> dict[str, type[Model]]:
    """Those that a backup holds."""
    return {name: model for name, model in kept_tables().items() if name not in WRITTEN_ANEW}


def table_versions() -> dict[str, str]:
    """The last migration of each app: two databases with the same have the same tables."""
    latest: dict[str, str] = {}
    for app, name in sorted(MigrationRecorder(connection).applied_migrations()):
        if app not in LEFT_OUT:
            latest[app] = name
    return latest


def columns(model: type[Model]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]


def json_lines(model: type[Model]) -> Iterator[bytes]:
    """Each row as a line of JSON, in the order of keys."""
    rows = model._base_manager.order_by("pk").values_list(*columns(model))
    for row in rows.iterator(chunk_size=AT_A_TIME):
        yield json.dumps(row, default=as_json, ensure_ascii=False).encode() + b"\n"


def as_json(value: object) -> str:
    """What JSON has no word for, so that the field's own `to_python` reads it back unchanged."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(value).decode()
    if isinstance(value, UUID | Decimal | timedelta):
        return str(value)
    raise TypeError(f"A backup cannot hold {type(value).__name__}.")


def empty_tables(models: Iterable[type[Model]]) -> None:
    """Take out what `migrate` and `load_standards` put there; references are checked at the end."""
    for model in models:
        model._base_manager.all()._raw_delete(connection.alias)


def write_rows(model: type[Model], lines: Iterable[bytes]) -> int:
    """The rows of these lines, many in each statement; how many."""
    fields = model._meta.concrete_fields
    rows = (
        model(**{f.attname: f.to_python(v) for f, v in zip(fields, json.loads(line), strict=True)})
        for line in lines
    )
    written = 0
    while part := list(islice(rows, AT_ONCE)):
        model._base_manager.bulk_create(part, batch_size=AT_ONCE)
        written += len(part)
    return written


def go_on_counting(models: Iterable[type[Model]]) -> None:
    """Let numbers that the database gives out begin after those that were restored."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(models)):
            cursor.execute(statement)
