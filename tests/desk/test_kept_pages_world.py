"""Whatever somebody sends that changes a public page changes a number that pages are kept by."""

import re

import pytest
from django.core.cache import caches
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from certcentre.desk.kept_pages import KEPT, changes
from standards.registry.matching.state import process
from tests import make
from tests.access import TABLE
from tests.access.table import PERSONAS
from tests.effort import in_turn
from tests.test_access import world_signed_in

pytestmark = [pytest.mark.long, pytest.mark.alike]

READ = re.compile(r'(?:FROM|JOIN) "(\w+)"')
WRITTEN = re.compile(r'\s*(?:INSERT INTO|UPDATE|DELETE FROM) "(\w+)"')
CLOCK = re.compile(rb"\d\d:\d\d(:\d\d)?")  # the minute is part of the key
PAGES = [row for row in TABLE if row.name in KEPT and row.expect["anonymous"] == 200]
SENT = [row for row in TABLE if row.method != "get"]


def address(row, world):
    return reverse(row.name, args=row.args(world)) + row.query


def read(url):
    """What a visitor gets, and the tables it came from."""
    process.forget()
    with CaptureQueriesContext(connection) as asked:
        page = CLOCK.sub(b"", Client().get(url).content)
    return page, {name for query in asked for name in READ.findall(query["sql"])}


@pytest.fixture(scope="module")
def built(django_db_setup, django_db_blocker):
    with make.once(django_db_blocker, world_signed_in) as world:
        world.pages = {url: read(url) for url in (address(row, world) for row in PAGES)}
        yield world


def touched(pages, tables):
    """The addresses that show something of these tables."""
    return [url for url, (_page, shows) in pages.items() if shows & tables]


@pytest.mark.parametrize("row", PAGES, ids=str)
def test_each_page_that_is_called_kept_is(row, built, db, settings, django_assert_max_num_queries):
    settings.KEPT_PAGES = True
    caches["pages"].clear()
    url = address(row, built)
    first = Client().get(url)
    with django_assert_max_num_queries(2):
        second = Client().get(url)
    assert second["ETag"] == first["ETag"]
    assert second.content == first.content


def test_every_address_that_is_called_kept_is_open_to_anybody():
    assert {row.name for row in PAGES} == set(KEPT)


@pytest.mark.parametrize("row", in_turn(SENT, of=3), ids=str)
def test_what_changes_a_page_changes_a_number(row, built, db):
    takers = [who for who in PERSONAS if row.expect[who] in (200, 201, 302)]
    for persona in (takers[:1] + takers[-1:])[
        : len(takers)
    ]:  # a visitor, or the lowliest; the last
        client = Client()
        client.cookies.load(built.sessions[persona])
        before = changes()
        with transaction.atomic():
            process.forget()
            with CaptureQueriesContext(connection) as sent:
                getattr(client, row.method)(
                    address(row, built), row.data(built), headers=row.headers
                )
            tables = {name for query in sent for name in WRITTEN.findall(query["sql"])}
            if changes() == before:
                for url in touched(built.pages, tables):
                    assert read(url)[0] == built.pages[url][0], (persona, url, tables)
            transaction.set_rollback(True)
