"""Records built once for a whole module of tests."""

import tempfile
from contextlib import contextmanager
from copy import deepcopy
from functools import partial

import pytest
from django.conf import UserSettingsHolder, settings
from django.db import transaction
from django.test import override_settings

from standards.registry.matching.state import process
from tests.make.again import trail


@contextmanager
def folder():
    """Keys and checkpoints of a module lie apart from this machine's portal's."""
    if isinstance(settings._wrapped, UserSettingsHolder):  # a module has named a place
        yield
    else:
        with tempfile.TemporaryDirectory() as place, override_settings(DATA_DIR=place):
            yield


@contextmanager
def once(django_db_blocker, build):
    """What `build` gives: each test runs in a savepoint inside, and in the end it is taken back.

    Every test of the module sees it, so those that need an empty portal stand in another one.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        process.forget()  # what an earlier module's records left of the market
        with folder():
            trail.begin()
            made = build()
            trail.end()
        yield made
        transaction.set_rollback(True)


def kept(build, *, over="django_db_setup"):
    """A fixture of a module that builds once: called, it gives a test a copy of its own, which it
    may change as it changes the rows. Not for tests that commit: threads would not see it.
    `over`: another fixture of modules, built before it (`shipped`)."""

    @pytest.fixture(scope="module")
    def fixture(request, django_db_setup, django_db_blocker):
        request.getfixturevalue(over)
        with once(django_db_blocker, build) as made:
            yield partial(deepcopy, made)

    return fixture
