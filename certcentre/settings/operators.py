"""What an operator is told, and how."""

import os
import tempfile
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from certcentre.settings.ground import DATA_DIR, DEBUG, DEMO, env

# one line on stderr for what an operator must know; what others log of requests names addresses
LOG_FORMAT = env("LOG_FORMAT", default="text" if DEMO or DEBUG else "json")
if LOG_FORMAT not in ("json", "text"):
    raise ImproperlyConfigured(f"LOG_FORMAT is {LOG_FORMAT!r}. Give json or text.")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "certcentre.operator_log.formatter", "form": LOG_FORMAT}},
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "line"},
        "nowhere": {"class": "logging.NullHandler"},
    },
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": [], "level": "INFO"},
        "django.request": {"handlers": ["nowhere"], "propagate": False},
        # quotes what an answer that does not hold says; ours tells its kind
        "allauth.socialaccount": {"handlers": ["nowhere"], "propagate": False},
    },
}
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_REDIRECT_STDOUTS = False  # printed mails are no lines of ours


def licence(written: str) -> dict[str, str]:
    """The licence of open data, as its name and its address."""
    name, _, url = written.strip().rpartition(" ")
    if not name.strip() or not url.startswith("https://"):
        raise ImproperlyConfigured(
            f"OPEN_DATA_LICENCE is {written!r}. Give a name and its address, such as "
            "CC BY 4.0 https://creativecommons.org/licenses/by/4.0/"
        )
    return {"name": name.strip(), "url": url}


CC_BY = "CC BY 4.0 https://creativecommons.org/licenses/by/4.0/"
OPEN_DATA_LICENCE = licence(env("OPEN_DATA_LICENCE", default=CC_BY))
BACKUP_MAX_AGE_DAYS = env.int("BACKUP_MAX_AGE_DAYS", default=0 if DEMO else 7)


def require_extra(setting: str, module: str, lock: str) -> None:
    if find_spec(module) is None:
        raise ImproperlyConfigured(f"{setting} needs more packages: install {lock}.")


def counts_folder() -> Path:
    """Where the processes of a portal on one machine keep their counts together: this user's."""
    named = env("PROMETHEUS_MULTIPROC_DIR", default="")
    portal = sha256(str(DATA_DIR).encode()).hexdigest()[:16]  # several may run on one machine
    ours = Path(tempfile.gettempdir()) / f"certcentre-{os.getuid()}-{portal}-counts"
    folder = Path(named) if named else ours
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if folder.is_symlink() or folder.stat().st_uid != os.getuid():
        raise ImproperlyConfigured(
            f"{folder} is somebody else's. Name one in PROMETHEUS_MULTIPROC_DIR."
        )
    return folder


# counts and durations for Prometheus, to these networks alone
METRICS_NETWORKS = env("METRICS_NETWORKS", default="")
if METRICS_NETWORKS:
    require_extra("METRICS_NETWORKS", "prometheus_client", "requirements-metrics.txt")
    # read by the library when it is imported
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(counts_folder())

SENTRY_DSN = env("SENTRY_DSN", default="")
if SENTRY_DSN:
    require_extra("SENTRY_DSN", "sentry_sdk", "requirements-sentry.txt")
    from certcentre import error_reports

    try:
        error_reports.start(SENTRY_DSN)
    except ValueError as error:
        raise ImproperlyConfigured(f"SENTRY_DSN is none: {error}.") from error
