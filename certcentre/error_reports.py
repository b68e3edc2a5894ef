"""Errors told to a server of Sentry's kind (SENTRY_DSN), as the operator's lines are: the kind
and place of an exception, and ids. Never its words, nor a name, an address, a form or a path.

What is sent is put together here from what may leave; nothing that the library collects besides.
"""

import logging
from typing import Any
from uuid import UUID

import sentry_sdk
import structlog
from sentry_sdk.integrations.logging import LoggingIntegration, ignore_logger
from sentry_sdk.types import Event, Hint

ABOUT = ("event_id", "timestamp", "level", "platform", "logger", "environment", "sdk")
FRAME = ("module", "function", "lineno", "in_app")
OURS = ("certcentre", "standards", "tenders")
TAGS = ("view", "person")  # that a line of ours may carry


def start(dsn: str) -> None:
    """Every line of the level *error*, from pages, jobs, timers and commands, becomes a report."""
    ignore_logger("django.request")  # the mistake is told by our own line, with its number
    sentry_sdk.init(
        dsn=dsn,
        default_integrations=False,
        integrations=[LoggingIntegration(level=None, event_level=logging.ERROR)],
        before_send=only_ids,
        send_default_pii=False,
        include_local_variables=False,
        include_source_context=False,
        max_request_body_size="never",
        max_breadcrumbs=0,
        auto_session_tracking=False,
        send_client_reports=False,
        server_name="",
    )


def only_ids(event: Event, hint: Hint) -> Event:
    whole: dict[str, Any] = dict(event)
    kept: dict[str, Any] = {key: whole[key] for key in ABOUT if key in whole}
    tags = {key: str(value) for key, value in structlog.contextvars.get_contextvars().items()}
    if (record := hint.get("log_record")) is not None:
        tags |= {key: str(record.__dict__[key]) for key in TAGS if record.__dict__.get(key)}
        kept["logentry"] = words(record)
    kept["tags"] = tags
    raised = (whole.get("exception") or {}).get("values") or []
    kept["exception"] = {"values": [kind_and_place(each) for each in raised]}
    return kept  # type: ignore[return-value] # a part of what an Event may hold


def words(record: logging.LogRecord) -> dict[str, Any]:
    """A sentence of ours without what was put into it, but for numbers and random ids."""
    if not record.name.startswith(OURS):
        return {"message": record.name}
    given = record.args if isinstance(record.args, tuple) else ()
    shown = [str(each) if isinstance(each, int | UUID) else "…" for each in given]
    sentence = record.msg.get("event", "") if isinstance(record.msg, dict) else record.msg
    return {"message": str(sentence), "params": shown}


def kind_and_place(raised: dict[str, Any]) -> dict[str, Any]:
    frames = (raised.get("stacktrace") or {}).get("frames") or []
    places = [{key: frame[key] for key in FRAME if key in frame} for frame in frames]
    return {
        "type": raised.get("type"),
        "module": raised.get("module"),
        "stacktrace": {"frames": places},
    }
