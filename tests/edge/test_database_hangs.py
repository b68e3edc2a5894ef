"""PostgreSQL takes what is asked and never answers: pages and API say so within five seconds, and
are back when it is; what merely takes long is waited for."""

import selectors
import socket
import threading
import time
from contextlib import suppress
from itertools import count
from urllib.parse import urlsplit

import pytest
from django.db import close_old_connections, connection
from django.http import HttpResponse
from django.urls import path

from certcentre import urls
from certcentre.postgresql import base
from tests.effort import asked

pytestmark = [pytest.mark.services, pytest.mark.long, pytest.mark.django_db(transaction=True)]
AWAY = asked("AWAY", 0)  # seconds, and two questions at least


class Proxy:
    """Between the portal and the server: it can stop, and go on taking what is sent."""

    def __init__(self, host, port):
        self.server, self.stopped, self.over = (host, port), False, False
        self.door = socket.create_server(("127.0.0.1", 0))
        self.port = self.door.getsockname()[1]
        self.ends, self.waiting = {}, selectors.DefaultSelector()
        self.waiting.register(self.door, selectors.EVENT_READ)
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def run(self):
        while not self.over:
            for key, _ in [] if self.stopped else self.waiting.select(0.05):
                if key.fileobj is self.door:
                    self.let_in()
                elif key.fileobj in self.ends:
                    self.forward(key.fileobj)
            if self.stopped:
                time.sleep(0.05)

    def let_in(self):
        near, far = self.door.accept()[0], socket.create_connection(self.server)
        for one, other in ((near, far), (far, near)):
            self.ends[one] = other
            self.waiting.register(one, selectors.EVENT_READ)

    def forward(self, end):
        with suppress(OSError):  # whoever gave up meanwhile resets the connection
            sent = end.recv(65536)
            if sent:
                self.ends[end].sendall(sent)
                return
        for each in (end, self.ends[end]):
            self.waiting.unregister(each)
            del self.ends[each]
            each.close()

    def close(self):
        self.over = True
        self.thread.join()
        for each in [self.door, *self.ends]:
            each.close()


@pytest.fixture
def proxy(db, monkeypatch):
    """The database of the tests, by way of a proxy."""
    assert connection.vendor == "postgresql", "set DATABASE_URL"
    given = connection.settings_dict
    host = given["HOST"] or "127.0.0.1"
    between = Proxy(urlsplit(f"//{host}").hostname, int(given["PORT"] or 5432))
    connection.close()
    monkeypatch.setitem(given, "HOST", "127.0.0.1")
    monkeypatch.setitem(given, "PORT", between.port)
    monkeypatch.setattr(base.DatabaseWrapper, "back_at", 0)
    yield between
    between.stopped = False
    connection.close()
    between.close()


@pytest.fixture
def client(client):
    client.raise_request_exception = False
    return client


def timed(client, address):
    """What a server answers, and how long it took."""
    client.cookies["sessionid"] = "somebody"  # so that the session is looked for
    start = time.monotonic()
    close_old_connections()  # as a server does before each request
    return client.get(address), time.monotonic() - start


def comes_back(client, address):
    """Whether the server answers within ten seconds: a machine with much to do may be late."""
    until = time.monotonic() + 10
    while (status := timed(client, address)[0].status_code) == 503 and time.monotonic() < until:
        time.sleep(base.PAUSE)
    return status in (200, 302)


def test_it_is_said_within_five_seconds_and_it_is_back_by_itself(client, proxy):
    for address in ("/work/", "/", "/api/v1/standards/"):
        assert comes_back(client, address)
        proxy.stopped, until = True, time.monotonic() + AWAY
        for turn in count():
            answer, took = timed(client, address)
            assert answer.status_code == 503, answer.text
            assert took < 5
            if turn and time.monotonic() > until:
                break
        proxy.stopped = False


def sleep(request):
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(6)")
    return HttpResponse("slept")


sleep.login_required = False


class Sleeping:
    handler500 = urls.handler500
    urlpatterns = [path("sleep/", sleep)]


def test_a_long_statement_is_waited_for(client, proxy, settings):
    settings.ROOT_URLCONF = Sleeping
    answer, took = timed(client, "/sleep/")
    assert answer.text == "slept"
    assert took > 6


def test_what_stops_in_the_middle_of_it_is_noticed(client, proxy, settings):
    settings.ROOT_URLCONF = Sleeping
    later = threading.Timer(1, setattr, (proxy, "stopped", True))
    later.start()
    answer, took = timed(client, "/sleep/")
    assert answer.status_code == 503
    assert took < 6


def test_without_it_nobody_answers(client, proxy, monkeypatch):
    """The control: nobody asks whether the server is there."""
    monkeypatch.setattr(base, "QUIET", 60)
    assert timed(client, "/standards/")[0].status_code == 200
    proxy.stopped = True
    threading.Timer(6, setattr, (proxy, "stopped", False)).start()
    answer, took = timed(client, "/standards/")
    assert answer.status_code == 200
    assert took > 5
