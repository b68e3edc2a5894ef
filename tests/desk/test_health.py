"""What a load balancer asks."""

import pytest
import yaml
from django.conf import settings as portal
from django.core.checks import run_checks
from django.utils import timezone

from certcentre.desk import health
from certcentre.jobs.models import Pulse

pytestmark = pytest.mark.django_db


def test_ready_when_everything_answers(client, settings):
    settings.REDIS_URL = ""
    assert "work not ok" in client.get("/readyz").text
    Pulse.beat(at=timezone.now())
    answer = client.get("/readyz")
    assert answer.status_code == 200
    names = ("database", "broker", "disk", "files", "log", "work", "records", "backup")
    assert answer.text == "".join(f"{name} ok\n" for name in names)


def test_a_broker_that_is_away_is_said(client, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert b"broker not ok" in answer.content


def test_a_full_disk_is_said(client, monkeypatch):
    monkeypatch.setattr(health, "LEAST_FREE", 2**62)
    assert b"disk not ok" in client.get("/readyz").content


def test_up_asks_nothing(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert client.get("/healthz").content == b"up\n"


def test_nothing_about_security_is_left_to_be_said(settings):
    settings.SECURE_HSTS_SECONDS = 31_536_000
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    settings.SECRET_KEY = "".join(map(chr, range(33, 93)))
    said = run_checks(tags=["security"], include_deployment_checks=True)
    assert [each.id for each in said if not each.is_silenced()] == []


def test_containers_do_not_start_before_it_is_said_how_mail_is_sent():
    compose = yaml.safe_load((portal.BASE_DIR / "compose.yaml").read_text("utf-8"))
    assert compose["services"]["web"]["environment"]["EMAIL_URL"].startswith("${EMAIL_URL:?")
