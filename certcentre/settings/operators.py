"""What an operator is told, and how."""

from django.core.exceptions import ImproperlyConfigured

from certcentre.settings.ground import DEBUG, DEMO, env

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
    },
}
CELERY_WORKER_HIJACK_ROOT_LOGGER = False

BACKUP_MAX_AGE_DAYS = env.int("BACKUP_MAX_AGE_DAYS", default=0 if DEMO else 7)
