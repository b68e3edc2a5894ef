"""Every address, every person, the expected answer. An address without a row fails."""

import pytest
from django.db import transaction
from django.urls import URLResolver, get_resolver, reverse

from tests import make
from tests.access import TABLE
from tests.access.table import PERSONAS

pytestmark = pytest.mark.alike

OUTSIDE = ("admin:", "account_", "set_language", "javascript-catalog")  # tested by who made them


def names(resolver, prefix=""):
    """Every named address of the portal."""
    for found in resolver.url_patterns:
        if isinstance(found, URLResolver):
            space = f"{found.namespace}:" if found.namespace else ""
            yield from names(found, prefix + space)
        elif found.name:
            yield prefix + found.name


@pytest.fixture(scope="module")
def built(django_db_setup, django_db_blocker):
    """The world, built once: each test runs in a savepoint inside this transaction."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield make.world()
        transaction.set_rollback(True)


@pytest.fixture
def world(built, db):
    return built


def answer(client, row, person, args, world):
    if person:
        client.force_login(person)
    send = getattr(client, row.method)
    return send(reverse(row.name, args=args) + row.query, row.data(world), headers=row.headers)


@pytest.mark.parametrize("persona", PERSONAS)
@pytest.mark.parametrize("row", TABLE, ids=str)
def test_access(row, persona, world, client):
    got = answer(client, row, world.people[persona], row.args(world), world)
    assert got.status_code == row.expect[persona], getattr(got, "url", "")


@pytest.mark.parametrize("row", [row for row in TABLE if row.unknown], ids=str)
def test_what_you_may_not_see_looks_like_what_does_not_exist(row, world, client):
    hidden = answer(client, row, world.people["stranger"], row.args(world), world)
    unknown = answer(client, row, world.people["stranger"], row.unknown, world)
    assert unknown.status_code == 404
    if hidden.status_code == 404:
        assert hidden.content == unknown.content


def test_every_address_has_a_row():
    listed = {row.name for row in TABLE}
    here = {name for name in names(get_resolver()) if not name.startswith(OUTSIDE)}
    assert here - listed == set()
