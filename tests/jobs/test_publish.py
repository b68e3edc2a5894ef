"""Waiting jobs are handed to the broker, once, and again when a message was lost."""

from datetime import timedelta

import pytest
from celery import current_app

from certcentre.jobs.models import LEASE, PUBLISH_AGAIN, Job
from certcentre.jobs.tasks import publish
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(monkeypatch):
    """Messages that the broker would have got."""
    messages = []
    monkeypatch.setattr(current_app, "send_task", lambda kind, args: messages.append((kind, *args)))
    return messages


def test_a_waiting_job_is_sent_once(at, sent):
    job = make.job()
    assert (publish(at=at), publish(at=at + timedelta(seconds=1))) == (1, 0)
    assert sent == [("tests.shout", str(job.pk))]


def test_a_lost_message_is_sent_again(at, sent):
    make.job()
    publish(at=at)
    assert publish(at=at + PUBLISH_AGAIN + timedelta(seconds=1)) == 1


def test_a_job_whose_process_is_gone_is_sent_again(at, sent):
    job = make.job()
    job.claim(at=at)
    assert publish(at=at) == 0
    assert publish(at=at + LEASE + timedelta(seconds=1)) == 1


def test_a_broker_that_is_away_loses_no_job(at, monkeypatch):
    def away(kind, args):
        raise ConnectionError

    make.job()
    monkeypatch.setattr(current_app, "send_task", away)
    with pytest.raises(ConnectionError):
        publish(at=at)
    assert Job.objects.get().published_at is None
