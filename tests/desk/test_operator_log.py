"""What an operator reads: lines of JSON that name requests, people and records by their ids."""

import json
import logging
import os
import subprocess
import sys

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from certcentre.jobs import running
from certcentre.log.models import record
from certcentre.operator_log import formatter, tell
from tests import make
from tests.access import TABLE

pytestmark = pytest.mark.django_db


class Kept(logging.Handler):
    """The lines as they go to stderr."""

    def __init__(self):
        super().__init__()
        self.setFormatter(formatter("json"))
        self.text = []

    def emit(self, record):
        self.text.append(self.format(record))

    @property
    def lines(self):
        return [json.loads(line) for line in self.text]

    def events(self, name):
        return [line for line in self.lines if line["event"] == name]


@pytest.fixture
def kept():
    handler = Kept()
    logging.getLogger().addHandler(handler)
    yield handler
    logging.getLogger().removeHandler(handler)


def test_a_line_is_json_with_its_time_level_and_origin(kept):
    tell("job done", job="1")
    (line,) = kept.lines
    assert line.pop("timestamp").endswith("Z")
    assert line == {"event": "job done", "job": "1", "level": "info", "logger": "certcentre"}


def test_what_was_refused_is_told_with_the_number_of_the_request(client, kept, provider, buyer):
    client.force_login(buyer.person)
    address = reverse("organisation-verify", args=[provider.pk])
    client.force_login(provider.person)
    answer = client.get(address)
    assert answer.status_code == 403
    (line,) = kept.events("refused")
    assert line["request"] == answer["X-Request-ID"]
    assert line["person"] == str(provider.person.pk)
    assert (line["status"], line["method"]) == (403, "GET")
    assert line["view"] == "organisation-verify"
    assert str(provider.pk) not in json.dumps(line)


def test_each_answer_has_a_number_of_its_own(client):
    numbers = {client.get("/").headers["X-Request-ID"] for _turn in range(3)}
    assert len(numbers) == 3


def test_a_number_that_a_visitor_sends_is_not_believed(client):
    answer = client.get("/", headers={"X-Request-ID": "evil\nline", "Request-Number": "evil"})
    assert "evil" not in answer["X-Request-ID"]


def test_no_path_is_told_since_it_may_hold_a_token(client, kept):
    token = "a-token-of-somebody"
    assert client.get(f"/invitations/{token}/").status_code == 404
    assert token not in "".join(kept.text)
    logging.getLogger("django").warning("Not Found: /invitations/%s/", token)  # the control
    assert token in "".join(kept.text)


def test_an_exception_is_told_by_its_kind_and_place_alone(kept):
    words = f"Key (email)=({make.user('ada').email}) already exists"
    try:
        raise ValueError(words)
    except ValueError:
        logging.getLogger("certcentre.jobs").exception("job %s failed", 7)
    (line,) = kept.lines
    assert "ValueError" in line["trace"]
    assert "test_operator_log.py" in line["trace"]
    assert "already exists" not in kept.text[0]


def test_a_hostile_host_is_told_by_its_kind(client, kept):
    client.get("/", headers={"host": "evil.example"})
    assert kept.events("DisallowedHost")
    assert "evil.example" not in "".join(kept.text)


@pytest.mark.django_db(transaction=True)
def test_a_step_is_told_once_it_was_taken(kept, provider):
    step = {"by": provider.person, "at": timezone.now()}
    kept.text.clear()
    with transaction.atomic():
        record(provider, "organisation.seen", **step)
        transaction.set_rollback(True)
    assert kept.events("step") == []
    record(provider, "organisation.seen", **step)
    (line,) = kept.events("step")
    assert line["step"] == "organisation.seen"
    assert line["subject"] == f"accounts.organisation:{provider.pk}"
    assert line["person"] == str(provider.person.pk)


def test_signing_in_and_a_wrong_password_are_told_without_an_address(client, kept):
    person = make.user("ada", password="a long enough secret")
    sent = {"login": person.email, "password": "wrong"}
    client.post(reverse("account_login"), sent)
    assert len(kept.events("sign-in refused")) == 1
    client.post(reverse("account_login"), sent | {"password": "a long enough secret"})
    (line,) = kept.events("signed in")
    assert (line["person"], line["ways"]) == (str(person.pk), ["password"])
    assert person.email not in "".join(kept.text)


def test_wrong_codes_and_passkeys_are_told_with_the_random_id(client, kept):
    person = make.user("ada", password="a long enough secret")
    TOTP.activate(person, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    sent = {"login": person.email, "password": "a long enough secret"}
    client.post(reverse("account_login"), sent)
    assert kept.events("second step refused") == []  # the control: nothing was wrong yet
    client.post(reverse("mfa_authenticate"), {"code": "000000"})
    client.post(reverse("mfa_authenticate"), {"credential": '{"id": "x"}'})
    Client().post(reverse("mfa_login_webauthn"), {"credential": '{"id": "x"}'})
    lines = kept.events("second step refused")
    assert [(line["person"], line["way"]) for line in lines] == [
        (str(person.pk), "code"),
        (str(person.pk), "credential"),
        (None, "credential"),
    ]
    assert {line["why"] for line in lines} == {"incorrect_code", "incorrect_passkey"}
    assert kept.events("signed in") == []
    assert "000000" not in "".join(kept.text)


@pytest.mark.django_db(transaction=True)
def test_a_job_is_told_from_its_beginning_to_its_end(kept):
    job = make.job()
    kept.text.clear()
    running.run(job.pk, lambda job, progress: (b"x", "x.txt"))
    assert [line["event"] for line in kept.lines if "job" in line] == ["job begun", "job done"]


PRINTING = """
import django
django.setup()
from celery.apps.worker import Worker
from certcentre.celery import app
Worker(app=app, pool="solo", hostname="one@here", quiet=True).on_start()
print("To: ada@example.org")
"""


def test_mails_that_are_printed_are_no_lines_of_a_worker(tmp_path):
    """Without EMAIL_URL they go to stdout, also from a worker of Celery."""
    env = {**os.environ, "DATA_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "certcentre.settings"}
    asked = [sys.executable, "-c", PRINTING]
    told = subprocess.run(asked, env=env, capture_output=True, text=True, check=True)
    assert told.stdout == "To: ada@example.org\n"
    assert "ada@" not in told.stderr


@pytest.mark.alike
@pytest.mark.long
def test_no_name_or_address_of_anybody_reaches_a_line(kept):
    world = make.world()
    people = [person for person in world.people.values() if person]
    for person in people:  # names that are no part of a page's own
        person.name = f"{person.name} Nameson"
        person.save(update_fields=["name"])
    for row in TABLE:
        for person in (world.provider.person, world.auditor.person):
            client = Client(raise_request_exception=False)
            client.force_login(person)
            with transaction.atomic():
                address = reverse(row.name, args=row.args(world)) + row.query
                getattr(client, row.method)(address, row.data(world), headers=row.headers)
                transaction.set_rollback(True)
    everything = "".join(kept.text)
    assert len(kept.lines) > 100
    assert not [person for person in people if person.email in everything]
    assert not [person for person in people if person.name in everything]
