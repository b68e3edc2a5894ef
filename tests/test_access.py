"""Every address, every person, the expected answer. An address without a row fails."""

from uuid import UUID
from zlib import crc32

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLResolver, get_resolver, path, resolve, reverse
from django.urls.resolvers import RegexPattern
from drf_spectacular.generators import SchemaGenerator

from standards.registry.matching.state import process
from tests import make
from tests.access import TABLE
from tests.access.table import PERSONAS
from tests.effort import in_turn

pytestmark = pytest.mark.alike

STOCK = (
    "account_",
    "mfa_",
    "socialaccount_",
    "openid_connect_",
    "saml_",
)  # tests/accounts asks them
OUTSIDE = (*STOCK, "set_language", "javascript-catalog")


def names(resolver, prefix=""):
    """Every address of the portal, by its name; one that has none by its pattern."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            space = f"{pattern.namespace}:" if pattern.namespace else ""
            yield from names(pattern, prefix + space)
        else:
            yield prefix + (pattern.name or str(pattern.pattern))


def world_signed_in():
    """The world, its people signed in."""
    world = make.world()
    world.sessions = {who: session_of(person) for who, person in world.people.items()}
    return world


@pytest.fixture(scope="module")
def built(django_db_setup, django_db_blocker):
    with make.once(django_db_blocker, world_signed_in) as world:
        yield world


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


def one_of_each(row):
    """For every answer of a row one person who gets it: another one in another row."""
    for code in dict.fromkeys(row.expect.values()):
        alike = [persona for persona in PERSONAS if row.expect[persona] == code]
        yield alike[crc32(str(row).encode()) % len(alike)]


def answers(row, personas, world):
    return {
        persona: answer(row, persona, row.args(world), world).status_code for persona in personas
    }


@pytest.mark.parametrize("row", TABLE, ids=str)
def test_each_answer_of_an_address(row, world):
    got = answers(row, one_of_each(row), world)
    assert got == {persona: row.expect[persona] for persona in got}
    assert set(got.values()) == set(row.expect.values())


@pytest.mark.long
@pytest.mark.parametrize("row", in_turn(TABLE, of=4), ids=str)
def test_access(row, world):
    """Everybody whom `test_each_answer_of_an_address` does not ask; of a third of the addresses."""
    others = set(PERSONAS) - set(one_of_each(row))
    assert answers(row, others, world) == {persona: row.expect[persona] for persona in others}


@pytest.mark.long
@pytest.mark.parametrize("row", in_turn(row for row in TABLE if row.unknown), ids=str)
def test_what_you_may_not_see_looks_like_what_does_not_exist(row, world):
    hidden = answer(row, "stranger", row.args(world), world)
    unknown = answer(row, "stranger", row.unknown, world)
    assert unknown.status_code == 404
    if hidden.status_code == 404:
        assert hidden.content == unknown.content


def unlisted(resolver):
    """The addresses that no row asks."""
    listed = {row.name for row in TABLE}
    return {name for name in names(resolver) if not name.startswith(OUTSIDE)} - listed


def test_every_address_has_a_row():
    assert unlisted(get_resolver()) == set()


class Newer:
    """An address without a row, and one without a name."""

    urlpatterns = [path("newer/", bool, name="newer"), path("nameless/", bool)]


def test_an_address_without_a_row_is_seen():
    """The control."""
    assert unlisted(URLResolver(RegexPattern(""), Newer)) == {"newer", "nameless/"}


def test_every_question_of_the_reference_has_a_row(world):
    rows = {(row.name, row.method) for row in TABLE}
    parts = {"id": UUID(int=0), "key": "a", "kind": "csv", "number": "CC-2026-000001"}
    parts |= {"reference": "TD-2026-000001"}
    described = SchemaGenerator().get_schema(request=None, public=True)["paths"]
    asked = {
        (resolve(address.format(**parts)).view_name, method)
        for address, methods in described.items()
        for method in methods
    }
    assert len(asked) == sum(map(len, described.values())) > 15
    assert asked - rows == set()
