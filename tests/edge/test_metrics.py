"""/metrics: what Prometheus reads, from every process of a real gunicorn, and who else does not."""

import os
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from datetime import timedelta

import pytest
from django.conf import settings as portal
from django.http import HttpResponse
from django.utils import timezone
from prometheus_client import REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from certcentre.desk import backup_age, metrics
from certcentre.jobs.models import Job, Pulse
from certcentre.log import sequencer
from certcentre.settings import operators
from tests import make
from tests.edge.serving import gunicorn


def values(text):
    """{(name, its labels): value} of an answer."""
    return {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def standing():
    registry = CollectorRegistry()
    registry.register(metrics.Standing(timezone.now()))
    return values(generate_latest(registry).decode())


def test_how_the_portal_stands_is_counted(transactional_db, centre):
    sequencer.sequence()
    now, names = timezone.now(), ("queued", "running", "failed")
    for number, status in enumerate(("queued", "queued", "failed")):
        job = make.job()
        Job.objects.filter(pk=job.pk).update(status=status, queued_at=now - timedelta(hours=number))
    before = standing()
    assert [before["certcentre_jobs", state] for state in names] == [2, 0, 1]
    assert 3600 <= before[("certcentre_oldest_waiting_job_seconds",)] < 3700
    assert before[("certcentre_log_entries_without_place",)] == 0
    assert before[("certcentre_work_taken_up",)] == 0
    assert before[("certcentre_backup_timestamp_seconds",)] == 0
    backup_age.note(at=now, digest="0" * 64, size=1)
    Pulse.beat(at=now)
    after = standing()
    assert after[("certcentre_log_entries_without_place",)] == 1
    assert after[("certcentre_work_taken_up",)] == 1
    assert after[("certcentre_backup_timestamp_seconds",)] == pytest.approx(now.timestamp())
    assert after["certcentre_mails_waiting", "account"] == 0


@pytest.mark.parametrize(
    ("address", "proxies", "headers", "may"),
    [
        ("127.0.0.1", "", {}, True),
        ("10.1.2.3", "", {}, True),
        ("192.0.2.7", "", {}, False),
        ("", "", {}, False),
        ("127.0.0.1", "", {"X-Forwarded-For": "192.0.2.7"}, False),
        ("127.0.0.1", "0", {"Forwarded": "for=192.0.2.7"}, False),
        ("127.0.0.1", "1", {"X-Forwarded-For": "192.0.2.7"}, False),
        ("127.0.0.1", "1", {"X-Forwarded-For": "10.1.2.3"}, True),
        ("192.0.2.7", "1", {"X-Forwarded-For": "10.1.2.3, 192.0.2.7"}, False),
    ],
)
def test_only_the_networks_that_are_named_may_ask(rf, settings, address, proxies, headers, may):
    settings.METRICS_NETWORKS = "127.0.0.1/32, 10.1.0.0/16"
    settings.TRUSTED_PROXIES = proxies
    assert metrics.may_ask(rf.get("/metrics", REMOTE_ADDR=address, headers=headers)) is may


def test_an_answer_is_counted_under_the_name_of_its_address(rf):
    metrics.Measured(lambda request: HttpResponse(status=418))(rf.get("/a/secret/path/"))
    counted = values(generate_latest(REGISTRY).decode())
    assert counted["certcentre_requests_total", "418", "no address of ours"] == 1
    assert "secret" not in str(counted)


def test_what_cannot_be_counted_is_answered(rf, monkeypatch, caplog):
    def full(*_labels):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(metrics.REQUESTS, "labels", full)
    answer = metrics.Measured(lambda request: HttpResponse(status=204))(rf.get("/"))
    assert answer.status_code == 204
    assert "is not counted" in caplog.text


def test_where_no_network_is_named_there_is_no_such_address(client, db):
    assert client.get("/metrics").status_code == 404


def ask(port, path, **headers):
    """Status and text, over a connection of its own."""
    question = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers=headers)
    try:
        with urllib.request.urlopen(question) as answer:  # noqa: S310 (our own server)
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def test_two_portals_of_one_machine_count_apart(tmp_path, monkeypatch):
    monkeypatch.delenv("PROMETHEUS_MULTIPROC_DIR", raising=False)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    folders = []
    for name in ("one", "two", "one"):
        monkeypatch.setattr(operators, "DATA_DIR", tmp_path / name / "var")
        folders.append(operators.counts_folder())
    assert len(set(folders)) == 2
    assert folders[0] == folders[2]


@pytest.fixture
def server(tmp_path):
    """Three processes of gunicorn; their port, and where they keep their counts."""
    counts = tmp_path / "counts"  # made by the first that needs it
    ours = {"METRICS_NETWORKS": "127.0.0.1/32", "PROMETHEUS_MULTIPROC_DIR": str(counts)}
    with gunicorn("--workers", "3", **ours) as (_process, port):
        yield port, counts


@pytest.mark.alike
@pytest.mark.long
def test_the_processes_of_a_server_are_counted_together(transactional_db, server, provider):
    port, folder = server
    token = "a-token-of-somebody"
    for _turn in range(60):
        assert ask(port, "/standards/?q=ada@example.org")[0] == 200
    assert ask(port, f"/invitations/{token}/")[0] == 404
    assert ask(port, f"/nothing/{token}/")[0] == 404
    status, text = ask(port, "/metrics")
    counted = values(text)
    assert status == 200
    assert len(list(folder.glob("counter_*.db"))) > 1  # more than one of them answered
    assert counted["certcentre_requests_total", "200", "standards"] == 60
    assert counted["certcentre_request_seconds_count", "standards"] == 60
    assert counted["certcentre_requests_total", "404", "no address of ours"] == 1
    assert ("certcentre_jobs", "queued") in counted
    for secret in (token, "ada", provider.name, provider.person.email, str(provider.pk)):
        assert secret not in text
    assert ask(port, "/metrics", **{"X-Forwarded-For": "127.0.0.1"})[0] == 404


@pytest.mark.parametrize(
    ("setting", "value", "words"),
    [
        ("METRICS_NETWORKS", "the office", "Give networks"),
        ("SENTRY_DSN", "nonsense", "SENTRY_DSN is none"),
    ],
)
def test_a_value_that_is_none_stops_the_start(setting, value, words, tmp_path):
    ours = {setting: value, "DATA_DIR": str(tmp_path)}
    check = [sys.executable, "manage.py", "check"]
    done = subprocess.run(
        check,
        env={**os.environ, **ours},
        cwd=portal.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert words in done.stderr
