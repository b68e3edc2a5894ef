"""READ_ONLY: all can be read, nothing is written, and whoever tries is told what was kept."""

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from certcentre.desk.timers import tick
from certcentre.jobs.models import Job
from certcentre.log.models import LogEntry
from standards.registry.credentials.store import Credential
from tests import make
from tests.desk.test_backup import everything

pytestmark = pytest.mark.django_db
SAID = "can only be read just now"


@pytest.fixture
def reading_only(settings):
    settings.READ_ONLY = True


def refused(answer):
    return answer.status_code == 503 and answer["Retry-After"] == "600" and SAID in answer.text


def register(client):
    given = {"kind": "provider", "name": "New", "country": "KE", "register_number": "1"}
    return client.post(reverse("organisation-new"), given)


def test_pages_are_read_and_say_so(client, reading_only, provider):
    client.force_login(provider.person)
    for address in ("/", "/solutions/", "/work/", provider.get_absolute_url(), "/log/"):
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert "Until then nothing can be changed" in answer.text


def test_a_step_is_refused_and_nothing_is_written(client, settings, stranger):
    client.force_login(stranger)
    settings.READ_ONLY = True
    before = everything()
    assert refused(register(client))
    assert everything() == before
    settings.READ_ONLY = False
    assert register(client).status_code == 302  # the control


def test_an_answer_is_refused_too(client, settings, provider):
    draft = make.assessment(organisation=provider)
    answer = draft.answers.first()
    client.force_login(provider.person)
    settings.READ_ONLY = True
    address = reverse("answer", args=[draft.pk, answer.pk])
    sent = client.post(address, {"value": "met", "revision": 0}, headers={"X-Autosave": "1"})
    assert refused(sent)
    answer.refresh_from_db()
    assert answer.value == ""


def test_what_a_look_would_write_is_refused(client, settings):
    certificate = make.certificate()
    settings.READ_ONLY = True
    address = f"/credentials/{certificate.number}.json"
    assert refused(client.get(address))
    assert not Credential.objects.exists()
    settings.READ_ONLY = False
    assert client.get(address).status_code == 200
    settings.READ_ONLY = True
    assert client.get(address).status_code == 200


def test_a_question_that_writes_nothing_is_answered(client, reading_only):
    sent = client.post("/api/v1/verify/", {"number": "CC-2026-000001"}, "application/json")
    assert sent.json()["state"] == "not_issued"


def test_timers_and_jobs_rest(settings, provider):
    make.job()
    count = LogEntry.objects.filter(leaf_index=None).count()
    settings.READ_ONLY = True
    tick(at=timezone.now())
    assert LogEntry.objects.filter(leaf_index=None).count() == count > 0
    assert not Job.objects.waiting(at=timezone.now()).exists()
    settings.READ_ONLY = False
    assert Job.objects.waiting(at=timezone.now()).exists()


def test_the_guard_is_gone_after_the_request(client, reading_only, provider):
    before = [*connection.execute_wrappers]
    client.get("/")
    assert connection.execute_wrappers == before
    make.organisation("buyer")
