"""What an operator reads: one line on stderr for each thing that happened to the portal itself.

JSON, or plain text on a developer's machine (LOG_FORMAT). A line names the request, the person by
their random id, the address by its name in urls.py, and what came of it. It never holds the name,
mail address or words of anybody, nor a path: those hold tokens.
"""

import logging
import time
import traceback
import uuid
from collections.abc import Callable, MutableMapping
from typing import Any

import structlog
from django.http import HttpRequest, HttpResponse
from structlog.types import Processor

Line = MutableMapping[str, Any]
TOLD = {403: "refused", 409: "refused", 413: "limited", 429: "limited"}


def trace(error: BaseException | None) -> str:
    """Where it was raised, and the kind of each error; not its words, which may quote anything."""
    kinds = []
    while error is not None:
        frames = "".join(traceback.format_tb(error.__traceback__))
        kinds.append(f"{frames}{type(error).__name__}")
        error = error.__cause__ or error.__context__
    return "\nafter\n".join(kinds)


def without_words(_logger: object, _method: str, line: Line) -> Line:
    """The place and kind of an exception in the stead of all that it says."""
    if raised := line.pop("exc_info", None):
        error = raised[1] if isinstance(raised, tuple) else raised
        line["trace"] = trace(error if isinstance(error, BaseException) else None)
    return line


def security(_logger: object, _method: str, line: Line) -> Line:
    """Of Django's security lines the kind alone: the rest quotes what a visitor sent."""
    kind = str(line.get("logger", ""))
    if kind.startswith("django.security."):
        line["event"] = kind.removeprefix("django.security.")
    return line


SHARED: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    security,
    without_words,
]
structlog.configure(
    processors=[*SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)


def formatter(form: str) -> logging.Formatter:
    """What makes a line of a record: `json` or `text`."""
    last: Processor = (
        structlog.processors.JSONRenderer(default=str, ensure_ascii=False)
        if form == "json"
        else structlog.dev.ConsoleRenderer(colors=False)
    )
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=SHARED,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
    )


events = structlog.stdlib.get_logger("certcentre")


def tell(event: str, **about: Any) -> None:
    """A line on something that happened: ids, kinds and numbers, never words of anybody."""
    events.info(event, **about)


class Requests:
    """Gives each request a number, which every line of it holds and the answer's header names;
    writes a line for what was refused, limited or failed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        number, start = uuid.uuid4().hex[:12], time.perf_counter()
        request.META["REQUEST_NUMBER"] = number
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request=number)
        try:
            response = self.get_response(request)
            response["X-Request-ID"] = number
            told = "failed" if response.status_code >= 500 else TOLD.get(response.status_code)
            if told:
                events.warning(
                    told,
                    status=response.status_code,
                    method=request.method if request.method in METHODS else "other",
                    view=view_name(request),
                    person=person(request),
                    ms=round((time.perf_counter() - start) * 1000),
                )
            return response
        finally:
            structlog.contextvars.clear_contextvars()


METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


def view_name(request: HttpRequest) -> str:
    """The name of its address in urls.py, whoever asks for it; every address of ours has one."""
    match = request.resolver_match
    return (match.view_name or match.route) if match else "no address of ours"


def person(request: HttpRequest) -> str | None:
    """The random id of whoever was looked up for this request; nobody is looked up for a line."""
    user = getattr(request, "_cached_user", None)
    return str(user.pk) if user is not None and user.is_authenticated else None


def number_of(request: HttpRequest) -> str:
    """The number of a request, as its lines and its answer hold it."""
    return str(request.META.get("REQUEST_NUMBER") or uuid.uuid4().hex[:12])
