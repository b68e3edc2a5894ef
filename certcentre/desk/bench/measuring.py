"""How fast something is and how many statements it takes: the rows of `manage.py benchmark`."""

import os
import re
import statistics
import time
import traceback
from collections.abc import Callable, Iterable
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection, connections
from django.http import HttpRequest, HttpResponse
from django.template import Template
from django.template.loader import render_to_string
from django.test import Client
from django.test import utils as testing
from django.test.utils import CaptureQueriesContext, override_settings
from django.urls import include, path

from certcentre.accounts.models import User

# not the view's own: who is asking, how much they have not read, and the bracket around what is
# written
FRAME = re.compile(
    r'^(BEGIN|COMMIT)|(FROM|UPDATE|INTO) "(django_session|accounts_user|accounts_membership)"'
    r'|^SELECT COUNT\(\*\) FROM \(SELECT .* FROM "desk_notice"'
)
FLAT = "benchmark/template-only/"


@dataclass(frozen=True)
class Measured:
    """Seconds of one run (the median), statements of the view's own, and what else was found."""

    seconds: float
    statements: int | None = None
    ratio: float | None = None  # throughput beside what the row compares with
    megabytes: float | None = None
    note: str = ""


@dataclass(frozen=True)
class Row:
    """One path with its budget (rule R50); `measure` None: not built yet."""

    path: str
    measure: "Callable[[Ground], Measured] | None"
    ratio: float | None = None  # at least
    seconds: float | None = None  # at most; gated by --strict only
    statements: int | None = None  # at most
    megabytes: float | None = None  # at most; gated by --strict only
    same_at_any_size: bool = False
    needs: tuple[str, ...] = ()  # names of addresses; without them it is not built yet


@dataclass(frozen=True)
class Ground:
    """What rows are measured on: a market of so many listed solutions in a database of its own."""

    solutions: int
    at: datetime
    repeats: int = 15
    kept: dict[str, Any] = field(default_factory=dict)  # what a row made and may use again

    def client(self, by: User | None = None) -> Client:
        """A browser signed in as `by`."""
        made = Client(SERVER_NAME=settings.ALLOWED_HOSTS[0])
        if by is not None:
            made.force_login(by, backend=settings.AUTHENTICATION_BACKENDS[0])
        return made

    def page(self, url: str, *, by: User | None = None, beside_template: bool = False) -> Measured:
        """A page that is read; with `beside_template`, also next to its template alone."""
        client = self.client(by)
        read(client, url)  # what a process asks once is no part of every page
        statements = count(lambda: read(client, url))
        if not beside_template:
            return Measured(self.median(lambda: read(client, url)), statements)
        with template_alone(client, url):
            page, flat = self.in_turn(lambda: read(client, url), lambda: read(client, f"/{FLAT}"))
        note = f"template only {flat * 1000:.1f} ms"
        return Measured(page, statements, ratio=flat / page, note=note)

    def call(self, work: Callable[[], Any]) -> Measured:
        """Any step that may be taken again and again."""
        return Measured(self.median(work), count(work))

    def job(self, work: Callable[[], Any]) -> Measured:
        """Something long, in a process of its own: its time, and the most memory it held.

        Once before, as for every other path, so that fonts and libraries are no longer on disk.
        """
        apart(work)
        seconds, megabytes = apart(work)
        return Measured(seconds, megabytes=megabytes)

    def median(self, work: Callable[[], Any]) -> float:
        work()
        return statistics.median(timed(work) for _ in range(self.repeats))

    def in_turn(self, first: Callable[[], Any], second: Callable[[], Any]) -> tuple[float, float]:
        """Medians of both, taken in turn so that a busy moment of the machine meets both."""
        first(), second()
        pairs = [(timed(first), timed(second)) for _ in range(self.repeats)]
        return statistics.median(a for a, _ in pairs), statistics.median(b for _, b in pairs)


def settle() -> None:
    """Let the database look at what it now holds and clear away what it wrote over, as one in use
    has done: else PostgreSQL reads past every entry of the log that waited for its place."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def timed(work: Callable[[], Any]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def apart(work: Callable[[], Any]) -> tuple[float, float]:
    """Seconds and megabytes of one run in a copy of this process."""
    connections.close_all()  # a connection must not be used on both sides of a fork
    reads, writes = os.pipe()
    child = os.fork()
    if not child:
        try:
            os.write(writes, str(timed(work)).encode())
        except BaseException:
            traceback.print_exc()
        os._exit(0)
    os.close(writes)
    with os.fdopen(reads) as pipe:
        written = pipe.read()
    usage = os.wait4(child, 0)[2]
    if not written:
        raise RuntimeError("the job failed; its traceback stands above")
    return float(written), usage.ru_maxrss / 1024


def read(client: Client, url: str) -> HttpResponse:
    got: Any = client.get(url)
    if got.status_code != 200:
        raise RuntimeError(f"{url} answered {got.status_code}")
    return got


def own(queries: Iterable[dict[str, str]]) -> list[str]:
    """The statements that are the view's own."""
    return [query["sql"] for query in queries if not FRAME.search(query["sql"])]


def count(work: Callable[[], Any]) -> int:
    with CaptureQueriesContext(connection) as captured:
        work()
    return len(own(captured.captured_queries))


@contextmanager
def template_alone(client: Client, url: str) -> Any:
    """A second address that renders the page's template with the values it was given, no more."""
    kept = Template._render  # type: ignore[attr-defined]
    Template._render = testing.instrumented_test_render  # type: ignore[attr-defined]
    try:
        got: Any = read(client, url)
    finally:
        Template._render = kept  # type: ignore[attr-defined]
    name, values = got.templates[0].name, got.context[0].flatten()

    def flat(request: HttpRequest) -> HttpResponse:
        return HttpResponse(render_to_string(name, values, request))

    flat.login_required = False  # type: ignore[attr-defined]  # what login_not_required sets
    patterns = [path(FLAT, flat), path("", include("certcentre.urls"))]
    with override_settings(ROOT_URLCONF=type("TemplateAlone", (), {"urlpatterns": patterns})):
        yield
