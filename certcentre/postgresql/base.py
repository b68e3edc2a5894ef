"""PostgreSQL as pages ask it: a server that takes a question and never answers is away.

A server may be stopped with its connections open. Its kernel goes on saying that bytes arrived, so
no setting of a connection notices, and the limits that a server keeps for itself do nothing. So
after a while without an answer another connection asks whether it is there. If it is, the
statement is a long one and is waited for; if not, the statement has failed. Jobs and commands wait.
"""

import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial
from typing import Any, TypeVar

import psycopg
from django.db.backends.postgresql import base
from django.http import HttpRequest, HttpResponse
from psycopg import errors
from psycopg.waiting import Ready, Wait

QUIET = 1.5  # seconds without an answer after which the server is asked whether it is there
HERE = 2  # seconds that it has to say so; libpq takes no fewer
PAUSE = 1  # seconds in which nobody tries again once it did not
AWAY = "The server does not answer."
Result = TypeVar("Result")
Steps = Generator[Wait, Ready | int, Result]  # how psycopg waits: what for, and whether it came

answering: ContextVar[bool] = ContextVar("answering", default=False)


@contextmanager
def in_a_hurry() -> Iterator[None]:
    token = answering.set(True)
    try:
        yield
    finally:
        answering.reset(token)


class Answering:
    """Somebody waits for an answer as long as a request lasts."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with in_a_hurry():
            return self.get_response(request)


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's, with connections that notice."""

    back_at = 0.0  # of time.monotonic, for the whole process

    def get_new_connection(self, conn_params: dict[str, Any]) -> psycopg.Connection:
        if answering.get() and time.monotonic() < DatabaseWrapper.back_at:
            raise psycopg.OperationalError(AWAY)
        connection: psycopg.Connection = super().get_new_connection(conn_params)
        wait = connection.wait
        connection.wait = (  # type: ignore[method-assign]
            lambda steps, *given, **named: wait(
                heard(steps, connection, conn_params) if answering.get() else steps,
                *given,
                **named,
            )
        )
        return connection

    def is_usable(self) -> bool:
        """Asked between requests too."""
        with in_a_hurry():
            usable: bool = super().is_usable()
        return usable


def heard(
    steps: Steps[Result], connection: psycopg.Connection, parameters: dict[str, Any]
) -> Steps[Result]:
    """The same steps; a server that is silent and not there ends them, and the connection."""
    heard_at = time.monotonic()
    try:
        wanted = next(steps)
        while True:
            ready = yield wanted
            if not ready and time.monotonic() - heard_at > QUIET:
                if not is_there(parameters):
                    DatabaseWrapper.back_at = time.monotonic() + PAUSE
                    connection.pgconn.finish()
                    raise psycopg.OperationalError(AWAY)
                heard_at = time.monotonic()
            elif ready:
                heard_at = time.monotonic()
            wanted = steps.send(ready)
    except StopIteration as end:
        result: Result = end.value
        return result


def is_there(parameters: dict[str, Any]) -> bool:
    """Whether the server says anything, were it that it has no room."""
    try:
        with psycopg.connect(**parameters | {"connect_timeout": HERE}) as asking:
            asking.wait = partial(asking.wait, timeout=HERE / 2)  # type: ignore[method-assign]
            asking.execute("SELECT 1")
    except (errors.ConnectionTimeout, errors._WaitTimeout):
        return False
    except psycopg.Error:
        return True
    return True
