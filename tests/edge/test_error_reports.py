"""What leaves for a server of Sentry's kind: asked of a real socket that keeps what it is sent."""

import gzip
import json
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.conf import settings as portal

from certcentre.accounts.models import User
from tests.jobs.conftest import environment

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long, pytest.mark.alike]
SECRETS = ("Ada Lovelace", "ada@example.org", "s3cret-token", "typed-words")
FAILING = """
import json, sys, types, django
django.setup()
import sentry_sdk
from django.http import HttpRequest
from django.test import Client
from django.test.utils import override_settings, setup_test_environment
from django.urls import path
from certcentre import urls
from certcentre.accounts.models import User
setup_test_environment()
person = User.objects.get()

def fail(request, token):
    name, address = request.user.name, request.user.email
    raise RuntimeError(f"{name} {address} {request.POST['words']} {token}")

places = types.ModuleType("places")
places.handler500 = urls.handler500
places.urlpatterns = [path("fail/<token>/", fail, name="failing"), *urls.urlpatterns]
sys.modules["places"] = places
if sys.argv[1] == "plain":
    dsn = django.conf.settings.SENTRY_DSN
    sentry_sdk.init(dsn, send_default_pii=True, include_local_variables=True)
with override_settings(ROOT_URLCONF="places"):
    client = Client(raise_request_exception=False, REMOTE_ADDR="192.0.2.77")
    client.force_login(person)
    answer = client.post("/fail/s3cret-token/?q=typed-words", {"words": "typed-words"})
sentry_sdk.flush(5)
print(json.dumps([answer.status_code, answer["X-Request-ID"], str(person.pk)]))
"""
JOB = """
import uuid, sys, django
django.setup()
import logging, sentry_sdk
log = logging.getLogger("certcentre.jobs.running")
try:
    raise OSError("ada@example.org")
except OSError:
    log.exception("job %s (%s) failed at attempt %s", uuid.UUID(int=7), "Ada Lovelace", 2)
logging.getLogger("somebody.else").error("Ada Lovelace came by s3cret-token")
sentry_sdk.flush(5)
"""


@pytest.fixture
def server():
    """Keeps the bodies that it is sent, as text; `server.dsn` is its address."""

    class Keeper(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            packed = self.headers.get("Content-Encoding") == "gzip"
            self.server.bodies.append((gzip.decompress(body) if packed else body).decode())
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_args):
            pass

    keeper = ThreadingHTTPServer(("127.0.0.1", 0), Keeper)
    keeper.bodies, keeper.dsn = [], f"http://key@127.0.0.1:{keeper.server_port}/1"
    thread = threading.Thread(target=keeper.serve_forever, daemon=True)
    thread.start()
    yield keeper
    keeper.shutdown()
    keeper.server_close()


def run(code, server, *words):
    done = subprocess.run(
        [sys.executable, "-c", code, *words],
        env=environment() | {"SENTRY_DSN": server.dsn},
        cwd=portal.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def events(server):
    """The events of the envelopes: their third line."""
    return [json.loads(body.splitlines()[2]) for body in server.bodies]


@pytest.fixture
def ada(db):
    return User.objects.create_user(email="ada@example.org", name="Ada Lovelace")


def test_a_mistake_arrives_with_its_number_and_without_words_of_anybody(server, ada):
    status, number, person = json.loads(run(FAILING, server, "ours"))
    assert status == 500
    (event,) = events(server)
    assert event["tags"] == {"request": number, "view": "failing", "person": person}
    (raised,) = event["exception"]["values"]
    assert raised["type"] == "RuntimeError"
    assert raised["stacktrace"]["frames"][-1]["function"] == "fail"
    sent = "".join(server.bodies)
    for secret in (*SECRETS, "192.0.2.77", "/fail/", str(portal.BASE_DIR), str(portal.DATA_DIR)):
        assert secret not in sent
    assert set(event) <= {*KEPT, "tags", "logentry", "exception"}


KEPT = ("event_id", "timestamp", "level", "platform", "logger", "environment", "sdk")


def test_left_to_the_library_they_would_arrive(server, ada):
    """The control: the socket would have seen them."""
    run(FAILING, server, "plain")
    sent = "".join(server.bodies)
    assert [secret for secret in SECRETS if secret not in sent] == []


def test_lines_of_jobs_arrive_by_id_and_those_of_others_by_their_origin(server):
    run(JOB, server)
    job, other = events(server)
    assert job["logentry"]["message"] == "job %s (%s) failed at attempt %s"
    assert job["logentry"]["params"] == ["00000000-0000-0000-0000-000000000007", "…", "2"]
    assert job["exception"]["values"][0]["type"] == "OSError"
    assert other["logentry"]["message"] == "somebody.else"
    assert not [secret for secret in SECRETS if secret in "".join(server.bodies)]
