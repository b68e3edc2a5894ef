"""The clock of the server was six hours ahead and is set back: what was written keeps its order, a
session lasts longer by no more than that, and whatever was left half done is taken up."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.management import call_command
from django.utils import timezone

from certcentre.accounts import sessions
from certcentre.desk import record_check
from certcentre.jobs.models import ATTEMPTS, LEASE, Job, Pulse
from certcentre.log import checkpoints
from certcentre.log.models import Checkpoint, LogEntry
from standards.registry.matching.market import match
from standards.registry.matching.qualifying import Requirement
from tests import make

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def ahead(at):
    """What the clock showed before it was set back to `at`."""
    return at + 6 * HOUR


@pytest.fixture
def stepped(at, ahead):
    """A certificate suspended by the clock that was ahead, and reinstated an hour before that."""
    certificate = make.certificate(at=at - 24 * HOUR)
    by = certificate.body.second
    certificate.suspend(by=by, at=ahead, reason="Under review.")
    certificate.reinstate(by=by, at=ahead - HOUR, reason="In order.")
    return certificate


def test_the_log_goes_by_what_was_written_first_and_not_by_its_moments(stepped, capsys):
    steps = LogEntry.objects.about(stepped)
    assert steps.last().to_state == "valid"
    assert steps.order_by("at").last().to_state == "suspended"  # the control
    assert LogEntry.objects.states([stepped]) == {str(stepped.pk): "valid"}
    call_command("verify_log")
    assert "agree with their hashes" in capsys.readouterr().out
    places = steps.order_by("leaf_index").values_list("pk", flat=True)
    assert list(places) == sorted(places)


def test_the_records_agree_with_it(stepped, ahead):
    assert [words for words in record_check.differences() if "certificate" in words] == []
    assert stepped.status_at(ahead) == "valid"


def test_the_log_goes_on_being_signed(at, ahead):
    make.entries(3)
    checkpoints.renew(at=ahead)
    checkpoints.renew(at=at)
    make.entries(2)
    assert checkpoints.renew(at=ahead + timedelta(seconds=30)).size == 3  # the control: too soon
    checkpoints.renew(at=at)
    assert list(Checkpoint.objects.order_by("pk").values_list("size", flat=True)) == [3, 5]


@pytest.mark.parametrize(("back", "sent"), [(timedelta(hours=6), 1), (timedelta(days=40), 2)])
def test_checkpoints_go_on_leaving(at, back, sent, settings):
    settings.CHECKPOINT_MAIL = ["keeper@example.org"]
    for moment in (at + back, at):
        make.entries(1)
        checkpoints.tell(checkpoints.renew(at=moment), at=moment)
    assert len(mail.outbox) == sent


@pytest.mark.parametrize("idle", [3600, 0])
def test_a_session_lasts_longer_by_no_more_than_the_clock_was_set_back(at, ahead, idle, settings):
    settings.SESSION_IDLE, settings.SESSION_MAX = idle, 86_400
    session = {}
    sessions.begin(session, at=ahead)
    longer = at + (5 if idle else 25) * HOUR
    assert not sessions.is_over(session, at=longer)  # the control: nobody has looked yet
    sessions.see(session, at=at)
    assert sessions.is_over(session, at=at + HOUR) is bool(idle)
    assert sessions.is_over(session, at=longer)
    old = {sessions.BEGUN: at.timestamp() - 86_400 + 60, sessions.SEEN: ahead.timestamp()}
    sessions.see(old, at=at)
    assert sessions.is_over(old, at=at + timedelta(minutes=1))


@pytest.fixture
def left(at, ahead):
    """A job whose process was lost under the clock that was ahead."""
    job = make.job()
    assert job.claim(at=ahead)
    return job


def test_what_a_lost_process_held_is_taken_up(left, at):
    assert left.claim(at=at)
    assert not Job.objects.get().claim(at=at)  # the control: a lease of this clock holds
    assert not Job.objects.get().claim(at=at - timedelta(minutes=2))  # and of one nearly right


def test_what_was_lost_at_its_last_attempt_is_ended(left, at):
    Job.objects.update(attempts=ATTEMPTS)
    assert Job.objects.give_up(at=at) == 1


def test_a_message_that_was_lost_is_sent_again(at, ahead):
    job = make.job()
    Job.objects.filter(pk=job.pk).update(published_at=ahead)
    assert Job.objects.to_publish(at=at).get() == job
    assert not Job.objects.to_publish(at=ahead).exists()  # the control


def test_that_nothing_takes_up_work_is_said(at, ahead):
    job = make.job()
    Pulse.beat(at=ahead)
    assert job.untaken_since(at=at)
    Pulse.beat(at=at)
    assert job.untaken_since(at=at + LEASE / 6) is None


def test_records_are_compared_again(at, ahead):
    call_command("verify_records")
    now = timezone.now()
    assert not record_check.is_due(at=now)
    assert record_check.is_due(at=now - 6 * HOUR)


def test_what_the_hours_that_come_twice_saw_ended_counts_until_they_are_over(at, ahead):
    """A question is answered as of its moment, which by this clock is before the end."""
    certificate = make.certificate(at=at - 24 * HOUR)
    key = certificate.edition.criteria.order_by("pk").first().key
    certificate.suspend(by=certificate.body.second, at=ahead, reason="Under review.")
    asked = [Requirement(key, least=4)]
    assert (match(asked, at=at).count, match(asked, at=ahead).count) == (1, 0)
