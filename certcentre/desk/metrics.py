"""/metrics for Prometheus, where METRICS_NETWORKS names who may ask: counts and durations, by the
names of addresses in urls.py. No path, no person, no organisation."""

import logging
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import lru_cache

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ImproperlyConfigured
from django.db.models import Count, Min
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from certcentre import visitors
from certcentre.accounts.outbox import UnsentMail
from certcentre.desk import backup_age, record_check
from certcentre.desk.models import Notice
from certcentre.jobs.models import Job, Pulse
from certcentre.log.models import LogEntry
from certcentre.operator_log import view_name

log = logging.getLogger(__name__)
BUCKETS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)  # seconds
REQUESTS = Counter(
    "certcentre_requests", "Requests answered, by address and status", ["view", "status"]
)
SECONDS = Histogram(
    "certcentre_request_seconds", "How long answers took, by address", ["view"], buckets=BUCKETS
)


class Measured:
    """Counts each answer and how long it took, under the name of its address."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        start = time.perf_counter()
        response = self.get_response(request)
        view, seconds = view_name(request), time.perf_counter() - start
        try:
            REQUESTS.labels(view, str(response.status_code)).inc()
            SECONDS.labels(view).observe(seconds)
        except OSError as error:  # no room, or no folder: what is not counted is answered
            log.warning("A request is not counted (%s).", type(error).__name__)
        return response


@lru_cache(maxsize=8)
def open_to(text: str) -> tuple[visitors.Network, ...]:
    try:
        return visitors.networks(text)
    except ValueError as error:
        raise ImproperlyConfigured(
            f"METRICS_NETWORKS is {text!r}. Give networks, such as 127.0.0.1/32,10.1.0.0/16."
        ) from error


open_to(settings.METRICS_NETWORKS)  # so that a mistake stops the start


def may_ask(request: HttpRequest) -> bool:
    """From one of the networks; and not passed on by a proxy that TRUSTED_PROXIES knows nothing of,
    whose own address would stand for everybody's."""
    if not (settings.TRUSTED_PROXIES.strip(" 0") or visitors.is_direct(request)):
        return False
    address = visitors.address(request)
    return bool(address) and visitors.is_proxy(address, open_to(settings.METRICS_NETWORKS))


@login_not_required
def metrics(request: HttpRequest) -> HttpResponse:
    """To others there is nothing here."""
    if not may_ask(request):
        raise Http404
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # what every process of this machine counted
    registry.register(Standing(timezone.now()))
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


class Standing(Collector):
    """How the portal stands at a moment, asked of its records."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def collect(self) -> Iterator[Metric]:
        yield jobs()
        waiting = Job.objects.waiting(at=self.at).order_by()
        since = waiting.aggregate(since=Min("queued_at"))["since"]
        seconds = (self.at - since).total_seconds() if since else 0
        yield gauge("oldest_waiting_job_seconds", "How long a job has waited at most", seconds)
        felt = Pulse.is_felt(at=self.at)
        yield gauge("work_taken_up", "1 where something takes up work", felt)
        entries = LogEntry.objects.filter(leaf_index=None).count()
        yield gauge("log_entries_without_place", "Log entries not in the tree yet", entries)
        yield mails()
        agree = record_check.agree()
        yield gauge("records_agree", "1 where the last check found no difference", agree)
        taken = backup_age.taken()
        moment = taken.timestamp() if taken else 0
        yield gauge("backup_timestamp_seconds", "The last backup read back; 0: none", moment)


def gauge(name: str, words: str, value: float) -> Metric:
    return GaugeMetricFamily(f"certcentre_{name}", words, value=float(value))


def jobs() -> Metric:
    counted = dict(Job.objects.values_list("status").annotate(Count("pk")))
    family = GaugeMetricFamily("certcentre_jobs", "Jobs by state", labels=["state"])
    for state in Job.Status.values:
        family.add_metric([state], counted.get(state, 0))
    return family


def mails() -> Metric:
    family = GaugeMetricFamily("certcentre_mails_waiting", "Mails not sent yet", labels=["kind"])
    family.add_metric(["step"], Notice.objects.filter(sent_at=None).count())
    family.add_metric(["account"], UnsentMail.objects.count())
    return family
