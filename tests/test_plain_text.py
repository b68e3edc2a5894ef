"""Typed text is made plain in one place: by address, query and form, at every door."""

import re

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.http import QueryDict
from django.urls import NoReverseMatch, reverse
from lxml import html

from certcentre.plain_text import plain, plain_query
from tests.access import TABLE
from tests.test_access import built, world  # noqa: F401

READ = [row for row in TABLE if row.method == "get"]
FOLDERS = ("certcentre", "standards", "tenders")
TEXTS = "//form[@method='post']"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("plain words\n\tand more", "plain words\n\tand more"),
        ("a\x00b\x1bc\x7f\ud800d", "abcd"),
        ("one\r\ntwo\rthree\u2028four\x85five", "one\ntwo\nthree\nfour\nfive"),
        ("two\x0bwords", "two words"),
        ("two\x0blines\r\nand\x0cmore", "two\nlines\nand\nmore"),
        ("e\u0301cole", "école"),
        ("हिन्दी বাংলা தமிழ்", "हिन्दी বাংলা தமிழ்"),
        ("evil\u202egnp.exe", "evilgnp.exe"),
        ("\u2067שלום\u2069 \u200f!", "\u2067שלום\u2069 \u200f!"),
        ("👩🏽‍🏫", "👩🏽‍🏫"),
    ],
)
def test_text_is_made_plain(typed, kept):
    assert plain(typed) == plain(kept) == kept


def test_a_query_is_made_plain_and_passwords_are_not():
    sent = QueryDict("q=a%00b&q=c&a%00=1&password=e%CC%81&x=%0B")
    made = plain_query(sent)
    assert made.getlist("q") == ["ab", "c"]
    assert (made["a"], made["x"], made["password"]) == ("1", " ", "e\u0301")
    assert plain_query(QueryDict("q=fine")).urlencode() == "q=fine"


def asked_names():
    """Every name that the code asks a query for."""
    found = set()
    for folder in FOLDERS:
        for path in (settings.BASE_DIR / folder).rglob("*.py"):
            found |= set(re.findall(r'GET(?:\.get|\.getlist)?[(\[]"(\w+)"', path.read_text()))
            found |= set(re.findall(r"^    (\w+) = \w*(?:Filter|Field)\(", path.read_text(), re.M))
    return sorted(found)


NAMES = asked_names()


def person(row, world):  # noqa: F811
    """Somebody who gets the page, a person with an account first."""
    right = [name for name, code in row.expect.items() if code == 200]
    return world.people[right[-1]] if right else world.people["officer"]


def ask(client, address, data=None):
    """The status, with everything undone; on a 500 the exception is raised."""
    with transaction.atomic():
        got = client.get(address) if data is None else client.post(address, data)
        transaction.set_rollback(True)
    return got


@pytest.fixture
def postgresql():
    if connection.vendor != "postgresql":
        pytest.skip("NUL is an error on PostgreSQL alone (DATABASE_URL names one)")


@pytest.mark.parametrize("row", READ, ids=str)
def test_no_address_or_query_gives_a_500(row, postgresql, world, client):  # noqa: F811
    client.force_login(person(row, world))
    args = row.args(world)
    query = "&".join(f"{name}=a%00b" for name in NAMES)
    assert ask(client, f"{reverse(row.name, args=args)}?{query}").status_code < 500
    for at, value in enumerate(args):
        odd = [*args[:at], f"{value}\x00", *args[at + 1 :]]
        try:
            address = reverse(row.name, args=odd)
        except NoReverseMatch:  # a number or an id: no text stands there
            continue
        assert ask(client, address).status_code < 500


@pytest.mark.parametrize("row", READ, ids=str)
def test_no_form_gives_a_500(row, postgresql, world, client):  # noqa: F811
    client.force_login(person(row, world))
    address = reverse(row.name, args=row.args(world)) + row.query
    got = ask(client, address)
    if got.status_code != 200 or "html" not in got["Content-Type"]:
        return
    for form in html.document_fromstring(got.content).xpath(TEXTS):
        sent = dict(form.form_values())
        texts = form.xpath(".//textarea/@name | .//input[@type='text' or @type='search']/@name")
        sent |= dict.fromkeys(texts, "a\x00b\x0bc\u202e")
        assert ask(client, form.get("action") or address, sent).status_code < 500
