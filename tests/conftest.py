"""Named people that tests sign in as, and the moment they agree on."""

import gc
import itertools
import os

import hypothesis
import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.utils import translation

from certcentre.desk.management.commands.compile_messages import compile_messages
from standards.registry.credentials.store import ASIDE
from standards.registry.matching.state import process
from tests import make
from tests.browser import chromium
from tests.make.again import trail
from tests.make.moment import AT

ASKING = {"db", "transactional_db", "live_server", "django_db_setup"}  # fixtures of pytest-django
COMMITTING = {"transactional_db", "live_server", "django_db_reset_sequences"}
FIRST_OF_OURS = 11  # of Redis' sixteen databases; whoever clears a cache empties its database


def pytest_configure(config):
    """Pages speak the languages that are in the files; each process of tests has its own cache."""
    compile_messages()
    hypothesis.settings.register_profile("ours", deadline=None)  # a busy machine is no mistake
    hypothesis.settings.load_profile("ours")
    # whoever a test signs in has given no password and no code; tests of both ask for them
    settings.MFA_ROLES, settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = [], 0
    settings.LIMITS = {}  # tests of limits set their own
    settings.BACKUP_MAX_AGE_DAYS = 0  # and so do those of backups
    settings.KEPT_PAGES = False  # tests change rows by hand, which no number tells
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # quick
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")  # gw0, gw1, …
    files = settings.STORAGES["default"].get("OPTIONS", {})
    if worker and "location" in files:
        files["location"] = files["location"].parent / worker / "files"
    place = str(settings.CACHES["default"].get("LOCATION", ""))
    if worker and place.startswith("redis://"):
        number = FIRST_OF_OURS + int(worker[2:]) % 4
        settings.CACHES["default"]["LOCATION"] = f"{place.rpartition('/')[0]}/{number}"
    elif worker and place:
        settings.CACHES["default"]["LOCATION"] = f"{place}-{worker}"


@pytest.hookimpl(tryfirst=True)  # before `-m` chooses
def pytest_collection_modifyitems(items):
    """What asks no database comes out alike on every one."""
    for item in items:
        if not (ASKING & set(item.fixturenames) or item.get_closest_marker("django_db")):
            item.add_marker("alike")


def pytest_collection_finish():
    """What is loaded by now stays: looking for garbage in it again and again took a sixth."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """PostgreSQL is emptied row by row after a test that commits: to truncate every table it writes
    hundreds of files anew, which takes seconds."""
    truncate = connection.ops.sql_flush

    def empty(style, tables, *, reset_sequences=False, **more):
        if reset_sequences:
            return truncate(style, tables, reset_sequences=True, **more)
        delete = style.SQL_KEYWORD("DELETE FROM")
        return [f"{delete} {connection.ops.quote_name(table)}" for table in tables]

    if connection.vendor == "postgresql":
        connection.ops.sql_flush = empty
    connection.execute_wrappers.append(trail)


@pytest.fixture(scope="session")
def folders(tmp_path_factory):
    """New folders for what tests write without asking for a place; `tmp_path` costs a file, a link
    and a look at all others each time, in every test."""
    place = tmp_path_factory.mktemp("data")

    def folders():
        for number in itertools.count():
            new = place / str(number)
            new.mkdir()
            yield new

    return folders()


def transactional(request):
    """Whether a test's rows are committed, and so the numbers of its rows used up."""
    mark = request.node.get_closest_marker("django_db")
    return bool(mark and mark.kwargs.get("transaction"))


@pytest.fixture(autouse=True)
def ground(request, settings, folders, monkeypatch):
    """Each test begins in English, whatever language a page was asked in before; in a market that
    the process knows nothing of; with nothing put aside; and with a folder of its own, not this
    machine's portal's."""
    asks = "tmp_path" in request.fixturenames
    settings.DATA_DIR = request.getfixturevalue("tmp_path") if asks else next(folders)
    process.forget()
    cache.delete(ASIDE)
    trail.begin(monkeypatch)
    with translation.override("en"):
        yield
    if COMMITTING & set(request.fixturenames) or transactional(request):
        trail.committed()


@pytest.fixture(scope="module")
def shipped(django_db_setup, django_db_blocker):
    """The catalogue, loaded once for a module: each of its tests runs in a savepoint inside."""
    with make.once(django_db_blocker, make.catalogue):
        yield


@pytest.fixture
def catalogue(shipped, db):
    """Everything that the portal ships with."""


@pytest.fixture
def at():
    """The moment that a test's steps happen at."""
    return AT


@pytest.fixture
def centre(db):
    """The centre, verified; its officer is `centre.officer`."""
    return make.centre()


@pytest.fixture
def provider(db):
    """A verified provider; `provider.person` is manager, editor and signatory."""
    return make.organisation("provider")


@pytest.fixture
def auditor(db):
    """A verified body; `.person` is manager and evaluator, `.second` is decider."""
    body = make.organisation("auditor")
    body.second = make.member(body, "decider")
    return body


@pytest.fixture
def buyer(db):
    """A verified buyer; `buyer.person` is manager, editor and signatory."""
    return make.organisation("buyer")


@pytest.fixture
def stranger(db):
    """Somebody who signed up and belongs nowhere."""
    return make.user("stranger")


def pytest_terminal_summary(terminalreporter, config):
    if chromium.missing() and "not browser" not in config.option.markexpr:
        terminalreporter.write_line(
            "Browser checks were left out: no Chromium here (CHROMIUM=path names one)."
        )
