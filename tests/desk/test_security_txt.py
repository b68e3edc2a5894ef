"""Where to tell of a fault: /.well-known/security.txt."""

import os
import subprocess
import sys
from datetime import datetime, timedelta

import pytest
from django.conf import settings as portal
from django.utils import timezone

pytestmark = pytest.mark.alike

PLACE = "/.well-known/security.txt"
CONTACTS = ["mailto:security@centre.example", "https://centre.example/faults"]


def fields(answer):
    return [tuple(line.split(": ", 1)) for line in answer.content.decode().splitlines()]


def test_it_says_where_in_which_languages_and_until_when(client, settings):
    settings.SECURITY_CONTACT, settings.BASE_URL = CONTACTS, "https://portal.example"
    answer = client.get(PLACE, headers={"Host": "testserver"})
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    said = fields(answer)
    assert [value for name, value in said if name == "Contact"] == CONTACTS
    once = {name: value for name, value in said if name != "Contact"}
    assert len(once) == len(said) - len(CONTACTS)
    assert once["Canonical"] == f"https://portal.example{PLACE}"
    assert once["Preferred-Languages"] == "en, fr"
    left = datetime.fromisoformat(once["Expires"]) - timezone.now()
    assert timedelta(days=30) < left < timedelta(days=365)


def test_where_nobody_is_named_there_is_none(client, settings, db):
    settings.SECURITY_CONTACT = []
    assert client.get(PLACE).status_code == 404


@pytest.mark.long
@pytest.mark.parametrize("contact", ["security@centre.example", "http://centre.example", "x"])
def test_what_is_no_address_stops_the_start(contact, tmp_path):
    started = subprocess.run(
        [sys.executable, "-c", "import certcentre.settings"],
        cwd=portal.BASE_DIR,
        env={**os.environ, "DATA_DIR": str(tmp_path), "SECURITY_CONTACT": contact},
        capture_output=True,
        text=True,
        check=False,
    )
    assert started.returncode
    assert "Begin it with https://, mailto: or tel:." in started.stderr
