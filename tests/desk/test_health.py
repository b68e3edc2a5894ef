"""What a load balancer asks."""

import pytest

from certcentre.desk import health

pytestmark = pytest.mark.django_db


def test_ready_when_everything_answers(client, settings):
    settings.REDIS_URL = ""
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.content == b"database ok\nbroker ok\ndisk ok\nlog ok\n"


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
