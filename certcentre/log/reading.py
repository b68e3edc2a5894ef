"""Reading the log's rows in bulk to hash them again: a few megabytes at a time."""

import json
from datetime import UTC
from hashlib import sha256
from typing import Any

from django.db import connection

from certcentre.log.models import LogEntry

CHUNK = 1 << 14  # entries; whole tiles
SALT = 16
Row = tuple[int, str, Any, Any, str, str]  # index, visibility, body, salt, beginning, end

# How the canonical bytes of an entry must begin and end, spelt by the database from its columns:
# Python would take twice as long. {…} is filled in below with what differs.
BEGINS = """'{"actor":' || {actor} || ',"at":"' || {at} || '","detail":'"""
ENDS = (
    """',"from":"' || from_state || '","organisation":' || {organisation} || ',"reason":' """
    """|| {reason} || ',"step":"' || step || '","subject":"' || subject_type || ':' """
    """|| subject_id || '","to":"' || to_state || '"}'"""
)


def dashed(column: str) -> str:
    """SQLite keeps a UUID as 32 digits."""
    cuts = ((1, 8), (9, 4), (13, 4), (17, 4), (21, 12))
    parts = " || '-' || ".join(f"substr({column}, {at}, {length})" for at, length in cuts)
    return f"""coalesce('"' || {parts} || '"', 'null')"""


def cast(column: str) -> str:
    return f"""coalesce('"' || {column}::text || '"', 'null')"""


SPELT = {
    "sqlite": {
        "actor": dashed("actor_id"),
        "organisation": dashed("organisation_id"),
        "at": "replace(at, ' ', 'T') || substr('.000000', 1, 26 - length(at)) || '+00:00'",
        "reason": "json_quote(reason)",
    },
    "postgresql": {
        "actor": cast("actor_id"),
        "organisation": cast("organisation_id"),
        "at": "to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"+00:00\"')",
        "reason": "to_json(reason)::text",
    },
}


def spelling() -> str:
    """The two columns in this database's words."""
    both = f"{BEGINS}, {ENDS}"
    for name, words in SPELT[connection.vendor].items():
        both = both.replace(f"{{{name}}}", words)
    return both


def rows(start: int, end: int) -> list[Row]:
    """The entries with these indexes, in order; read without the ORM, which takes longer."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT leaf_index, visibility, body, salt, {spelling()} "  # noqa: S608 (our words)
            "FROM log_logentry WHERE leaf_index >= %s AND leaf_index < %s ORDER BY leaf_index",
            [start, end],
        )
        fetched: list[Row] = cursor.fetchall()
        return fetched


def hashed(found: list[Row]) -> list[bytes]:
    """The leaf hash of each row; b"" where its columns say something else than its bytes."""
    made = []
    for index, visibility, data, salt, begins, ends in found:
        body, salted = bytes(data), visibility != "public"
        spelt = body.startswith(begins.encode()) and body.endswith(ends.encode())
        if (not spelt and not means(index, body)) or (salted and len(salt) != SALT):
            made.append(b"")
            continue
        if salted:
            body = sha256(bytes(salt) + body).digest()
        made.append(sha256(b"\0" + body).digest())
    return made


def means(index: int, body: bytes) -> bool:
    """Whether bytes and columns agree by their values, where a character is spelt otherwise."""
    log_entry = LogEntry.objects.get(leaf_index=index)
    try:
        values = json.loads(body)
        values.pop("detail")
    except (ValueError, KeyError, TypeError, AttributeError):
        return False
    return bool(
        values
        == {
            "actor": log_entry.actor_id and str(log_entry.actor_id),
            "at": log_entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
            "from": log_entry.from_state,
            "organisation": log_entry.organisation_id and str(log_entry.organisation_id),
            "reason": log_entry.reason,
            "step": log_entry.step,
            "subject": f"{log_entry.subject_type}:{log_entry.subject_id}",
            "to": log_entry.to_state,
        }
    )
