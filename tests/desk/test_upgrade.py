"""An upgrade from the version before, with data: nothing is lost, and the records still agree."""

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.db import connection

from tests.desk.upgrading import with_two
from tests.jobs.conftest import environment

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long]
RUN = """
import django, runpy
django.setup()
runpy.run_module("tests.desk.upgrading", run_name="__main__")
"""


@pytest.fixture
def portal(tmp_path):
    """`portal("migrate")` runs a command, `portal.do("build")` a function of upgrading.py, each in
    a process of its own on a database of its own."""
    ours = environment() | {"DATA_DIR": str(tmp_path / "data"), "REDIS_URL": ""}
    name = f"upgrade_{os.getpid()}"
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {name}")
        ours["DATABASE_URL"] = f"{ours['DATABASE_URL'].rpartition('/')[0]}/{name}"
    else:
        ours["DATABASE_URL"] = f"sqlite:///{tmp_path / 'portal.sqlite3'}"

    def process(*command):
        done = subprocess.run(
            [sys.executable, *command],
            env=ours,
            cwd=settings.BASE_DIR,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def manage(*words):
        return process("manage.py", *words)

    def do(*words):
        return json.loads(process("-c", RUN, *words).splitlines()[-1])

    manage.do = do
    yield manage
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


def test_nothing_is_lost_and_the_records_agree(portal, tmp_path):
    before = str(tmp_path / "before.json")
    portal("migrate")
    number = portal.do("build")["number"]
    assert portal.do("go_back", before) == with_two()
    portal("migrate")
    assert portal.do("compare", before) == []
    assert "agree with their hashes" in portal("verify_log")
    assert "Every record is what the log says of it." in portal("verify_records")
    portal("check_standings")
    portal("index")
    assert "is found by the words that it has" in portal("index", "--check")
    seen = portal.do("look", number)
    assert set(seen["answers"].values()) == {200}
    assert seen["valid"]
    assert portal.do("spoil")  # the control: rows that are lost are found
    assert "standards.evidenceuse: 1 rows then" in portal.do("compare", before)
