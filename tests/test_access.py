"""Every address, every person, the expected answer. An address without a row fails."""

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse

from standards.registry.matching.state import process
from tests import make
from tests.access import TABLE
from tests.access.table import PERSONAS

pytestmark = pytest.mark.alike

OUTSIDE = ("admin:", "account_", "set_language", "javascript-catalog")  # tested by who made them


def names(resolver, prefix=""):
    """Every named address of the portal."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            space = f"{pattern.namespace}:" if pattern.namespace else ""
            yield from names(pattern, prefix + space)
        elif pattern.name:
            yield prefix + pattern.name


@pytest.fixture(scope="module")
def built(django_db_setup, django_db_blocker):
    """The world, built once, its people signed in once; each test runs in a savepoint inside."""
    with django_db_blocker.unblock(), transaction.atomic():
        world = make.world()
        world.sessions = {who: session_of(person) for who, person in world.people.items()}
        yield world
        transaction.set_rollback(True)


@pytest.fixture
def world(built, db):
    return built


def session_of(person):
    """The cookie of somebody who has signed in; none for a visitor."""
    client = Client()
    if person:
        client.force_login(person)
    return {name: cookie.value for name, cookie in client.cookies.items()}


def answer(row, persona, args, world):
    """What the persona gets, and nothing of it stays: the next one finds the same world."""
    process.forget()
    client = Client()
    client.cookies.load(world.sessions[persona])
    with transaction.atomic():
        send = getattr(client, row.method)
        url = reverse(row.name, args=args) + row.query
        got = send(url, row.data(world), headers=row.headers)
        transaction.set_rollback(True)
    return got


@pytest.mark.parametrize("row", TABLE, ids=str)
def test_access(row, world):
    got = {
        persona: answer(row, persona, row.args(world), world).status_code for persona in PERSONAS
    }
    assert got == row.expect


@pytest.mark.parametrize("row", [row for row in TABLE if row.unknown], ids=str)
def test_what_you_may_not_see_looks_like_what_does_not_exist(row, world):
    hidden = answer(row, "stranger", row.args(world), world)
    unknown = answer(row, "stranger", row.unknown, world)
    assert unknown.status_code == 404
    if hidden.status_code == 404:
        assert hidden.content == unknown.content


def test_every_address_has_a_row():
    listed = {row.name for row in TABLE}
    here = {name for name in names(get_resolver()) if not name.startswith(OUTSIDE)}
    assert here - listed == set()
