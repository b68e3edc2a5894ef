"""A real gunicorn for as long as MINUTES says, which only `make soak` does: it holds no more memory
at the end, and whoever asks too much slows nobody else by half."""

import http.client
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from tests import make
from tests.edge.serving import gunicorn
from tests.effort import asked

MINUTES = asked("MINUTES", 0)
pytestmark = [
    pytest.mark.long,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not MINUTES, reason="takes minutes; MINUTES says how many"),
]
PUBLIC = ("/", "/standards/", "/solutions/", "/tenders/", "/log/", "/api/v1/solutions/")
OWN = ("work", "organisations", "account-sessions")
NO_LIMITS = dict.fromkeys(
    [f"LIMIT_{part}" for part in ("SEARCH", "EXPORT", "UPLOAD", "API", "SIGN_IN")], "0"
)
FLOOD = """
import http.client, sys
refused = 0
print("begun", flush=True)
while True:
    elsewhere = ("127.0.0.2", 0)
    line = http.client.HTTPConnection("127.0.0.1", int(sys.argv[1]), source_address=elsewhere)
    line.request("GET", "/search/?q=reading")
    refused += line.getresponse().status == 429
    if refused == 1:
        print("refused", flush=True)
"""


def ask(port, place, cookies=""):
    """The status, and the seconds that it took."""
    start = time.monotonic()
    line = http.client.HTTPConnection("127.0.0.1", port)
    line.request("GET", place, headers={"Cookie": cookies} if cookies else {})
    answer = line.getresponse()
    answer.read()
    line.close()
    return answer.status, time.monotonic() - start


def p95(port, count=300):
    """Of a visitor who asks for one page after the other, as somebody does who reads."""
    took = []
    for number in range(count):
        status, seconds = ask(port, PUBLIC[number % len(PUBLIC)])
        assert status == 200
        took.append(seconds)
        time.sleep(0.05)
    return sorted(took)[int(count * 0.95)]


def test_who_asks_too_much_slows_nobody_else_by_half():
    make.world()
    with gunicorn("--workers", "2", "--threads", "4") as (_process, port):
        p95(port, 60)  # both processes have taken in what they need
        alone = p95(port)
        flood = subprocess.Popen(
            [sys.executable, "-c", FLOOD, str(port)], stdout=subprocess.PIPE, text=True
        )
        assert flood.stdout.readline() == "begun\n"
        beside = p95(port)
        flood.kill()
        assert "refused\n" in flood.communicate()[0]
    assert beside <= 2 * alone


def held(process):
    """The memory of a server and its processes, in MB."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    status = [Path(f"/proc/{pid}/status").read_text() for pid in (process.pid, *children)]
    return sum(int(each.split("VmRSS:")[1].split()[0]) for each in status) / 1024


def use(port, cookies, seconds):
    """One page after the other; how many."""
    end, count = time.monotonic() + seconds, 0
    places = [(place, "") for place in PUBLIC] + [(reverse(name), cookies) for name in OWN]
    while time.monotonic() < end:
        place, who = places[count % len(places)]
        assert ask(port, place, who)[0] == 200, place
        count += 1
    return count


def test_it_holds_no_more_memory_at_the_end():
    world, client = make.world(), Client()
    client.force_login(world.people["provider"])
    cookies = f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
    with gunicorn("--workers", "2", "--threads", "4", **NO_LIMITS) as (process, port):
        use(port, cookies, MINUTES * 10)
        before = held(process)
        count = use(port, cookies, MINUTES * 50)
        after = held(process)
    assert count > MINUTES * 100
    assert after <= before * 1.05, f"{before:.1f} MB, then {after:.1f} MB"
