"""One server, one world and one browser for all browser checks."""

import os
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import setup_databases, teardown_databases
from playwright.sync_api import Error, sync_playwright
from pytest_django.live_server_helper import LiveServer

from tests import make
from tests.browser import chromium

HERE = Path(__file__).parent
REAL = settings.DATABASES["default"]["NAME"]


def pytest_collection_modifyitems(items):
    ours = [item for item in items if HERE in item.path.parents]
    for item in ours:
        item.add_marker(pytest.mark.browser)
    if chromium.missing():
        items[:] = [item for item in items if item not in ours]


@pytest.fixture(scope="package")
def database(django_db_setup, django_db_blocker):
    """The test database. pytest-django makes none for tests that do not ask for `db`."""
    with django_db_blocker.unblock():
        mine = connection.settings_dict["NAME"] == REAL
        made = setup_databases(verbosity=0, interactive=False) if mine else []
        yield
        call_command("flush", interactive=False, verbosity=0)
        leave()
        teardown_databases(made, verbosity=0)


def leave():
    """PostgreSQL drops no database that a thread of the server is still connected to."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


@pytest.fixture(scope="package")
def site(database):
    """A running portal with one of everything: `.url`, `.world`."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # the browser's loop runs in this thread
    server = LiveServer("127.0.0.1")
    server.world = make.world()
    yield server
    server.stop()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="package")
def chrome():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.path(), args=chromium.ARGS)
        yield browser
        browser.close()


def window(site, chrome, person=None, **options):
    """A page with nothing in it, signed in as `person`; options go to the browser's context."""
    # a scroll on its way would move the page beneath a press
    still = {"reduced_motion": "reduce", **options}
    context = chrome.new_context(base_url=site.url, **still)
    if person:
        client = Client()
        client.force_login(person)
        key = client.cookies[settings.SESSION_COOKIE_NAME].value
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": key, "url": site.url}
        context.add_cookies([cookie])
    return context.new_page()


def go(page, address):
    """The page at the address, with the server's answer; None where the browser keeps a file."""
    page.answer = None
    try:
        page.answer = page.goto(address)
    except Error as error:
        if "Download is starting" not in str(error):
            raise
    return page


def send(page):
    """Presses the button of the page's form and waits for the page that answers it."""
    with page.expect_navigation():
        page.locator("main form .button").click()


@pytest.fixture
def visit(site, chrome):
    """`visit(address, person)` opens a page; options go to the browser's context."""
    opened = []

    def open_page(address, person=None, **options):
        opened.append(window(site, chrome, person, **options))
        return go(opened[-1], address)

    yield open_page
    for page in opened:
        page.context.close()
