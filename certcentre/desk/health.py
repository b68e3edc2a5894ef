"""Whether the portal can work: what a load balancer asks."""

import os
import tempfile
from collections.abc import Callable

import redis
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.files.storage import default_storage
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from certcentre.desk import backup_age, record_check
from certcentre.jobs.models import Pulse
from certcentre.log import checkpoints

LEAST_FREE = 100 * 1024 * 1024  # bytes on the disk of DATA_DIR


@login_not_required
def healthz(request: HttpRequest) -> HttpResponse:
    """The process is up; nothing else is asked."""
    return HttpResponse("up\n", content_type="text/plain")


@login_not_required
def readyz(request: HttpRequest) -> HttpResponse:
    """One line for each thing that a request needs; 503 when one of them is not there.

    Jobs that nothing takes up, records that are not what the log says of them, and a backup that is
    too old are told and stop nothing. The last line has the date of the backup."""
    results: dict[str, bool] = {}
    for name, check in (CHECKS | WARNINGS).items():
        away = name in ON_DATABASE and not results["database"]
        results[name] = not away and works(check)
    lines = [f"{name} {'ok' if good else 'not ok'}" for name, good in results.items()]
    if results["database"] and (taken := backup_age.taken()):
        lines[-1] += f" {taken:%Y-%m-%dT%H:%MZ}"
    status = 200 if all(results[name] for name in CHECKS) else 503
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain", status=status)


def works(check: Callable[[], bool]) -> bool:
    """Why it does not is for the operator's log, not for whoever asks."""
    try:
        return check()
    except Exception:
        return False


def database() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return bool(cursor.fetchone())


def broker() -> bool:
    """Nothing to ask where jobs run in a thread."""
    if not settings.REDIS_URL:
        return True
    with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2) as client:
        return bool(client.ping())


def disk() -> bool:
    """Files can be written, and there is room."""
    with tempfile.TemporaryFile(dir=settings.DATA_DIR) as probe:
        probe.write(b"1")
    free = os.statvfs(settings.DATA_DIR)
    return free.f_bavail * free.f_frsize > LEAST_FREE


def log() -> bool:
    """The log can be read, ends where it should, and has the root that was signed last."""
    return checkpoints.holds()


def files() -> bool:
    """Evidence and exports can be reached, in the folder or in the bucket."""
    default_storage.exists("readyz")
    return True


def work() -> bool:
    """Jobs are taken up."""
    return Pulse.is_felt(at=timezone.now())


def backup() -> bool:
    return not backup_age.is_old(at=timezone.now())


CHECKS = {"database": database, "broker": broker, "disk": disk, "files": files, "log": log}
ON_DATABASE = ("log", "work", "backup")  # asked where it is there: else each would wait for it
# said, and no reason to take the portal away
WARNINGS = {"work": work, "records": record_check.agree, "backup": backup}
