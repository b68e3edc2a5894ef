"""Whatever is sent to whatever address, nothing answers that the mistake was ours.

Addresses come from the table of every address (`tests/access`, itself compared with the URLconf),
names of queries from the code, forms from the pages. It takes minutes and stands in `make check`,
on PostgreSQL, where NUL is an error.
"""

import os
from urllib.parse import urljoin, urlsplit
from zlib import crc32

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import resolve, reverse

from tests.access import TABLE
from tests.access.table import Row, everyone
from tests.edge import hostile
from tests.effort import in_turn
from tests.test_access import built, world  # noqa: F401
from tests.test_plain_text import NAMES

pytestmark = pytest.mark.long

OURS = [
    *TABLE,
    *(Row(f"account_{name}", everyone()) for name in ("login", "signup", "reset_password")),
    *(Row(f"account_{name}", everyone()) for name in ("email", "change_password", "logout")),
    Row("account_reset_password_from_key", everyone(), lambda _: ["1", "set-password"]),
    Row("account_confirm_email", everyone(), lambda _: ["key"]),
    Row("set_language", everyone(), method="post"),
    *(Row(f"mfa_{name}", everyone()) for name in ("index", "authenticate", "reauthenticate")),
    *(Row(f"mfa_{name}", everyone()) for name in ("activate_totp", "add_webauthn")),
]
READ = [row for row in OURS if row.method == "get"]
ADDRESSES = list({row.name: row for row in OURS}.values())
SEEN = set()
EVERY = bool(os.environ.get("EVERY_REQUEST"))  # else a share of them, another one for each address


def share(requests, of, where):
    """One of so many requests; each address has other ones."""
    of = 1 if EVERY else of
    return (each for at, each in enumerate(requests) if (at + crc32(str(where).encode())) % of == 0)


def seen(place, fields):
    """Whether the form was sent already, from another page or another state of this one."""
    form = (resolve(urlsplit(place).path).view_name, *sorted(fields))
    new = form not in SEEN
    SEEN.add(form)
    return not new


def person(row):
    """Somebody who may do it, another one for another address."""
    may = [who for who, code in row.expect.items() if code in (200, 302) and who != "anonymous"]
    return may[crc32(str(row).encode()) % len(may)] if may else "officer"


class Asked:
    """Sends requests as somebody and keeps those that were answered by a mistake of ours."""

    def __init__(self, world, who):  # noqa: F811
        self.client = Client()
        self.client.cookies.load(world.sessions[who])
        self.who = who
        self.faults = []

    def __call__(self, method, *args, **more):
        """The answer, and everything undone."""
        try:
            with transaction.atomic():
                answer = getattr(self.client, method)(*args, **more)
                if answer.streaming:
                    b"".join(answer)
                transaction.set_rollback(True)
        except Exception as error:
            what = f"{type(error).__name__} {error}"[:160]
            self.faults.append(f"{self.who} {method} {str((*args, more))[:400]}: {what}")
            return None
        if answer.status_code >= 500 and answer.status_code != 503:
            self.faults.append(f"{self.who} {method} {str(args)[:400]}: {answer.status_code}")
        return answer


@pytest.mark.parametrize("row", in_turn(ADDRESSES, of=3), ids=str)
def test_no_address_is_odd_enough(row, world):  # noqa: F811
    paths = {True: [], False: []}
    for path in hostile.odd_paths(row, world):
        paths[hostile.leads(path)].append(path)
    for who, less in (("anonymous", 24), (person(row), 6)):
        ask = Asked(world, who)
        for path in (*share(paths[True], less, row), *share(paths[False], less * 8, row)):
            ask(row.method, path)
        assert ask.faults == []


@pytest.mark.parametrize("row", in_turn(READ, of=3), ids=str)
def test_no_query_is_odd_enough(row, world):  # noqa: F811
    address = reverse(row.name, args=row.args(world))
    ask = Asked(world, person(row))
    nul, *others = hostile.odd_queries(NAMES)
    for query in (nul, *share(others, 24, row)):
        ask("get", f"{address}?{query}")
    assert ask.faults == []


@pytest.mark.parametrize("row", in_turn(READ, of=3), ids=str)
def test_no_form_is_odd_enough(row, world):  # noqa: F811
    address = reverse(row.name, args=row.args(world)) + row.query
    ask = Asked(world, person(row))
    page = ask("get", address)
    if page is None or page.status_code != 200 or "html" not in page["Content-Type"]:
        return
    for action, method, fields, form in hostile.forms_of(page.content, frame=row.name == "home"):
        place = urljoin(address, action or "")
        if not seen(place, fields):
            nul, *others = [*hostile.odd_forms(form, fields), {}]
            for values in (nul, *share(others, 3, place)):
                press(ask, method, place, values)
    assert ask.faults == []


def press(ask, method, target, values):
    """The form sent as its page would send it: files in parts, else one line."""
    if any(isinstance(value, SimpleUploadedFile) for value in values.values()):
        ask("post", target, values)
    elif method == "get":
        ask("get", f"{target.partition('?')[0]}?{hostile.urlencoded(values).decode()}"[:60_000])
    else:
        kind = "application/x-www-form-urlencoded"
        ask("post", target, hostile.urlencoded(values), content_type=kind)


@pytest.mark.parametrize("row", in_turn(ADDRESSES, of=3), ids=str)
def test_no_body_method_or_header_is_odd_enough(row, world):  # noqa: F811
    address = reverse(row.name, args=row.args(world))
    ask = Asked(world, person(row))
    of, methods = 9, 4  # a page's body is read before its view, alike for every page
    if row.name.startswith("api-"):
        of = methods = 1
    elif row.method == "get":
        of = methods = 9  # it reads no body
    for kind, body in share(hostile.BODIES, of, row):
        ask("generic", "POST", address, body, kind)
    for method in share(hostile.METHODS, methods, row):
        ask(method, address)
    for headers in share(hostile.HEADERS, of, row):
        ask(row.method, address, headers=headers)
    assert ask.faults == []


class Broken:
    """A view that reads a number as only a careful sender writes it."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        int(request.GET.get("page") or 1)
        return self.get_response(request)


def test_a_mistake_of_ours_is_seen(world, settings):  # noqa: F811
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "tests.edge.test_hostile_input.Broken"]
    ask = Asked(world, "anonymous")
    for query in hostile.odd_queries(["page"]):
        ask("get", f"/standards/?{query}")
    assert any("ValueError" in fault for fault in ask.faults)
    assert len(ask.faults) > len(hostile.TEXTS) / 2
