"""The database does not answer: pages and API say so within five seconds, without a trace."""

import json
import os
import socket
import subprocess
import sys

import pytest
from django.conf import settings
from django.db import OperationalError
from django.urls import path

from certcentre import urls

pytestmark = pytest.mark.long
ASKING = """
import json, time, django
django.setup()
from django.test import Client
from django.test.utils import setup_test_environment

setup_test_environment()
client = Client(raise_request_exception=False)
client.cookies["sessionid"] = "somebody"
balancer = Client()
# the first answer is of a portal that has started: it took in all its modules
for address in ("/healthz", "/", "/work/", "/standards/", "/api/v1/standards/", "/readyz"):
    start = time.monotonic()
    answer = (balancer if address.endswith("z") else client).get(address)
    took = time.monotonic() - start
    print(json.dumps([address, answer.status_code, took, answer["Content-Type"], answer.text]))
"""


@pytest.fixture(params=["closed", "silent"])
def port(request):
    """A port that nobody listens at, or where somebody listens and never speaks."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        if request.param == "silent":
            taken.listen(50)
        yield taken.getsockname()[1]


def answers(port, folder):
    """What a portal answers whose database is at the port."""
    ours = {
        "DATABASE_URL": f"postgres://root@127.0.0.1:{port}/portal",
        "DATA_DIR": str(folder),
        "DJANGO_SETTINGS_MODULE": "certcentre.settings",
    }
    command = [sys.executable, "-c", ASKING]
    done = subprocess.run(
        command,
        cwd=settings.BASE_DIR,
        env={**os.environ, **ours},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()], done.stderr


def test_it_is_said_within_five_seconds(port, tmp_path):
    told, written = answers(port, tmp_path)
    assert {place: code for place, code, *_ in told if code != 503} == {"/healthz": 200}
    assert [place for place, _, took, *_ in told if took > 5] == []
    pages = {place: text for place, _, _, _, text in told}
    assert "comes back by" in pages["/"]
    assert json.loads(pages["/api/v1/standards/"])["status"] == 503
    assert "Traceback" not in "".join(pages.values())
    assert "The database is away" in written


def fail(request):
    raise OperationalError("a statement took too long")


fail.login_required = False


class Failing:
    handler500 = urls.handler500
    urlpatterns = [path("fail/", fail)]


def test_what_fails_on_a_database_that_is_there_is_a_mistake_of_ours(client, db, settings):
    settings.ROOT_URLCONF = Failing
    client.raise_request_exception = False
    assert client.get("/fail/").status_code == 500
