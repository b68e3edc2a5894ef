"""A job is claimed, worked on, and finished or tried again."""

from datetime import timedelta

import pytest

from certcentre.jobs.models import ATTEMPTS, LEASE, Job
from certcentre.jobs.running import run, run_next
from certcentre.lifecycle import NotReady
from tests import make
from tests.jobs import kinds

pytestmark = pytest.mark.django_db
assert kinds


def give(made=b"made", name="made.txt"):
    return lambda job, progress: (made, name)


def fail(error):
    def work(job, progress):
        raise error

    return work


def test_a_job_gives_a_file(at):
    job = make.job()
    run(job.pk, give(), now=lambda: at)
    job.refresh_from_db()
    assert (job.status, job.file.read(), job.file_name) == ("done", b"made", "made.txt")


def test_a_file_on_disk_is_taken_over(at, tmp_path):
    job = make.job()
    (tmp_path / "big").write_bytes(b"big")
    run(job.pk, give(tmp_path / "big"), now=lambda: at)
    job.refresh_from_db()
    assert job.file.read() == b"big"


def test_a_job_run_twice_works_once(at):
    job, worked = make.job(), []
    for _ in range(2):
        run(job.pk, lambda job, progress: (worked.append(1) or b"", "a"), now=lambda: at)
    assert worked == [1]


def test_an_unknown_job_is_let_be():
    run("00000000-0000-0000-0000-000000000000", fail(AssertionError))
    assert not Job.objects.exists()


def test_progress_is_seen_and_keeps_the_lease(at):
    job = make.job()

    def work(held, progress):
        progress(3, 10)
        seen = Job.objects.get(pk=job.pk)
        assert (seen.done, seen.total, seen.lease_until) == (3, 10, at + LEASE)
        return b"", "a"

    run(job.pk, work, now=lambda: at)
    job.refresh_from_db()
    assert (job.status, job.done) == ("done", 10)


def test_an_error_is_tried_again_then_said(at):
    job = make.job()
    for attempt in range(1, ATTEMPTS + 1):
        run(job.pk, fail(OSError("gone")), now=lambda: at)
        job.refresh_from_db()
        assert job.status == ("failed" if attempt == ATTEMPTS else "queued")
    assert job.finished_at == at


def test_a_refused_step_is_final_and_says_why(at):
    job = make.job()
    run(job.pk, fail(NotReady("The tender has no lot.")), now=lambda: at)
    job.refresh_from_db()
    assert (job.status, job.error) == ("failed", "The tender has no lot.")


def test_whoever_lost_the_lease_leaves_no_trace(at):
    job = make.job()

    def slow(held, progress):
        run(job.pk, give(b"second"), now=lambda: at + LEASE * 2)
        return b"first", "first.txt"

    run(job.pk, slow, now=lambda: at)
    job.refresh_from_db()
    assert (job.file.read(), job.attempts) == (b"second", 2)


def test_progress_without_the_lease_stops_the_work(at):
    job, reached = make.job(), []

    def slow(held, progress):
        run(job.pk, give(b"second"), now=lambda: at + LEASE * 2)
        progress(1, 2)
        reached.append("too far")

    run(job.pk, slow, now=lambda: at)
    assert reached == []


def test_the_oldest_waiting_job_is_run_first(at):
    late, early = make.job(word="late"), make.job(word="early")
    Job.objects.filter(pk=early.pk).update(queued_at=at - timedelta(hours=1))
    assert run_next()
    early.refresh_from_db()
    late.refresh_from_db()
    assert (early.status, late.status) == ("done", "queued")


def test_looking_for_work_only_reads(at, django_assert_num_queries):
    with django_assert_num_queries(1) as seen:
        assert not run_next()
    assert seen[0]["sql"].startswith("SELECT")


def test_an_unknown_kind_fails_and_holds_nobody_up():
    job = make.job("tests.unheard_of")
    assert run_next()
    job.refresh_from_db()
    assert job.status == "failed"


def test_a_job_lost_at_its_last_attempt_is_ended(at):
    job = make.job()
    Job.objects.update(status="running", attempts=ATTEMPTS, lease_until=at)
    assert Job.objects.give_up(at=at) == 0
    assert Job.objects.give_up(at=at + LEASE) == 1
    job.refresh_from_db()
    assert job.status == "failed"
