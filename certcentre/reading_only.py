"""READ_ONLY=1: everything can be read and nothing is written, while a portal moves or comes back.

No statement that writes reaches the database, whichever page, step or call it comes from; only
sessions go on. Timers and jobs rest.
"""

import re
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from certcentre.errors import API, problem

RETRY = 600  # seconds after which whoever asks may ask again
WRITES = re.compile(r"\s*(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM)\s+\"?(\w+)", re.IGNORECASE)
GO_ON = ("django_session", "usersessions_usersession")


class ReadingOnly(Exception):
    """Something was to be written."""


def refuse_writes(execute: Callable[..., Any], sql: str, *given: Any) -> Any:
    """What Django asks for each statement, as long as a request lasts."""
    writes = WRITES.match(sql)
    if writes and writes.group(1).lower() not in GO_ON:
        raise ReadingOnly
    return execute(sql, *given)


class ReadOnly:
    """Where the setting is on: 503 for whatever would write, with words on what was kept."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not settings.READ_ONLY:
            return self.get_response(request)
        with connection.execute_wrapper(refuse_writes):
            return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return refused(request) if isinstance(error, ReadingOnly) else None


def refused(request: HttpRequest) -> HttpResponse:
    words = gettext("The portal can only be read just now. Nothing was changed.")
    if request.path.startswith(API):
        response: HttpResponse = problem(503, words)
    else:
        response = render(request, "reading_only.html", {"told": words}, status=503)
    response["Retry-After"] = str(RETRY)
    return response
