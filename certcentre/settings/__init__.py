"""Every setting comes from the environment, and the portal runs with none of them set.

README.md has a line for each. `ground` holds what every other module of the settings rests on,
`sign_in` how people sign in, `providers` through whom they do so from elsewhere, `operators` what
operators are told; the rest stands here.
"""

import sys
from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key
from django.utils.translation import gettext_lazy as _

from certcentre import bucket, links
from certcentre.settings.ground import *  # noqa: F403 (each of these is a setting too)
from certcentre.settings.ground import BASE_DIR, BASE_URL, DATA_DIR, SECURE, env
from certcentre.settings.operators import *  # noqa: F403
from certcentre.settings.operators import METRICS_NETWORKS
from certcentre.settings.providers import APPS, ORIGINS, OWN_PROVIDERS_HERE  # noqa: F401
from certcentre.settings.sign_in import *  # noqa: F403

OCID_PREFIX = env("OCID_PREFIX", default="")
SECURITY_CONTACT = links.contacts(env.list("SECURITY_CONTACT", default=[]))
CHECKPOINT_MAIL = env.list("CHECKPOINT_MAIL", default=[])
CHECKPOINT_WEBHOOK = env("CHECKPOINT_WEBHOOK", default="")
TSA_URL = env("TSA_URL", default="")
TSA_ROOTS = env("TSA_ROOTS", default="")
for name, value in (("CHECKPOINT_WEBHOOK", CHECKPOINT_WEBHOOK), ("TSA_URL", TSA_URL)):
    if value and urlsplit(value).scheme not in ("http", "https"):
        raise ImproperlyConfigured(f"{name} is {value!r}. Give a full address, or leave it unset.")
if TSA_ROOTS and not Path(TSA_ROOTS).is_file():
    raise ImproperlyConfigured(f"TSA_ROOTS is {TSA_ROOTS!r}, and there is no such file.")


def secret_key() -> str:
    """The key of the environment, else one made on first start that only this user can read."""
    DATA_DIR.mkdir(parents=True, exist_ok=True)
    kept = DATA_DIR / "secret_key"
    if not kept.exists():
        kept.touch(mode=0o600)
        kept.write_text(get_random_secret_key())
    return kept.read_text()


SECRET_KEY = env("SECRET_KEY", default="") or secret_key()
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
KEYS_PASSPHRASE = env("KEYS_PASSPHRASE", default="")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
ALLOWED_HOSTS.append(str(urlsplit(BASE_URL).hostname))
CSRF_TRUSTED_ORIGINS = [BASE_URL]
READ_ONLY = env.bool("READ_ONLY", default=False)
TRUSTED_PROXIES = env("TRUSTED_PROXIES", default="")

INSTALLED_APPS = [
    "certcentre.desk",
    "tenders",
    "standards",
    "certcentre.accounts",
    "certcentre.jobs",
    "certcentre.log",
    "certcentre.search",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    *APPS,
    "rest_framework",
    "drf_spectacular",
    "django_filters",
    "django_htmx",
    "csp",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
]

MIDDLEWARE = [
    *(["certcentre.desk.metrics.Measured"] if METRICS_NETWORKS else []),
    "certcentre.operator_log.Requests",
    "certcentre.postgresql.base.Answering",
    "certcentre.reading_only.ReadOnly",
    "django.middleware.security.SecurityMiddleware",
    "certcentre.cross_origin.CrossOrigin",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "certcentre.desk.kept_pages.KeptPages",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "certcentre.accounts.factors.SecondStep",
    "certcentre.plain_text.PlainText",
    "certcentre.limits.Limits",
    "django.contrib.messages.middleware.MessageMiddleware",
    "certcentre.saving.Taken",
    "certcentre.accounts.sessions.SessionEnds",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "certcentre.errors.StepErrors",
    "certcentre.accounts.adapter.AskAgain",  # after it, so that it is asked first
]

ROOT_URLCONF = "certcentre.urls"
WSGI_APPLICATION = "certcentre.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    ["certcentre.layout.Loader", "django.template.loaders.app_directories.Loader"],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "certcentre.desk.appearance.portal",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# SQLite as it must be for several threads: one writer at a time from the first statement on,
# readers never wait. Measured: without IMMEDIATE an autosave meets "database is locked".
DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'portal.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
    DATABASES["default"]["TEST"] = {"NAME": DATA_DIR / "test.sqlite3"}  # a file: threads meet in it
else:
    DATABASES["default"]["ENGINE"] = "certcentre.postgresql"
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    # seconds, and thousandths of them, after which a server that does not answer is away
    late = {"connect_timeout": 2, "tcp_user_timeout": 4000}
    DATABASES["default"]["OPTIONS"] = late | DATABASES["default"].get("OPTIONS", {})
DATABASES["default"]["CONN_MAX_AGE"] = (
    60  # to open one takes longer than to answer from a page kept
)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env("REDIS_URL", default="")
CACHES = {
    "default": {
        "BACKEND": "certcentre.caching.Shared",
        "LOCATION": REDIS_URL,
        "OPTIONS": {"files": DATA_DIR / "cache"},
    }
    if REDIS_URL
    else {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": DATA_DIR / "cache",
    },
    # what visitors read, by what it shows: kept by all processes in Redis, else by each
    "pages": {
        "BACKEND": "certcentre.caching.Shared",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "pages",
        "OPTIONS": {"files": DATA_DIR / "cache"},
    }
    if REDIS_URL
    else {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "pages",
        "OPTIONS": {"MAX_ENTRIES": 1000},
    },
}
KEPT_PAGES = env.bool("KEPT_PAGES", default=True)
CELERY_BROKER_URL = REDIS_URL or None
CELERY_TASK_IGNORE_RESULT = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True

EMAIL_CONFIG = env.email("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
EMAIL_TIMEOUT = 10  # seconds: a mail server that does not answer holds nobody for longer
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="portal@localhost")

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("fr", _("French"))]
LOCALE_PATHS = [BASE_DIR / "certcentre" / "locale"]
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True
FORMAT_MODULE_PATH = ["certcentre.formats"]

STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "certcentre" / "static"]
WHITENOISE_USE_FINDERS = True
# hashed names where collectstatic has run; tests always see the files as they are
COLLECTED = "pytest" not in sys.modules and (
    "collectstatic" in sys.argv or (STATIC_ROOT / "staticfiles.json").exists()
)
WHITENOISE_AUTOREFRESH = not COLLECTED  # else each start, and each test, looks through every file
BUCKET_URL = env("BUCKET_URL", default="")
STORAGES = {
    "default": bucket.storage(BUCKET_URL)
    if BUCKET_URL
    else {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": DATA_DIR / "files", "base_url": None},
    },
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if COLLECTED
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
FILE_UPLOAD_PERMISSIONS = 0o600
EVIDENCE_MAX_BYTES = 20 * 1024 * 1024  # of a document of a call too
DATA_UPLOAD_MAX_NUMBER_FILES = 1000  # more than the forms of one go with all that came with each
DATA_UPLOAD_MAX_NUMBER_FIELDS = 8000  # a sheet of 1,189 criteria posts up to six fields each

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SECURE
SESSION_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
SECURE_SSL_REDIRECT = SECURE and env.bool("SSL_REDIRECT", default=False)
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SILENCED_SYSTEM_CHECKS = [
    "security.W005",  # what other names of the operator's domain do is not ours to promise
    "security.W008",  # the proxy in front sends visitors to HTTPS; SSL_REDIRECT where none does
    "security.W021",  # the browsers' list takes whole domains, W005 again
]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF, *ORIGINS],
        "frame-ancestors": [NONE],
    }
}

# what can happen, and what waits for whom: the tables of each part, the lowest first
STEPS = [
    "certcentre.accounts.steps.STEPS",
    "standards.catalogue.steps.STEPS",
    "standards.assessment.steps.STEPS",
    "standards.attestation.steps.STEPS",
    "tenders.steps.STEPS",
    "certcentre.desk.cases.steps.STEPS",
    "certcentre.desk.draw_steps.STEPS",
]
# what an examination asks, besides its dates, of a grant to open evidence
GRANTS_NEED = "standards.attestation.engagement.accredited_at"
WAITING = [
    "certcentre.accounts.abilities.WAITING",
    "standards.catalogue.abilities.WAITING",
    "standards.assessment.abilities.WAITING",
    "standards.attestation.abilities.WAITING",
    "standards.attestation.accreditation_abilities.WAITING",
    "standards.attestation.team_abilities.WAITING",
    "tenders.abilities.WAITING",
    "tenders.bids.abilities.WAITING",
    "certcentre.desk.abilities.WAITING",
]
# what else a release's history holds: gives the kind, key and number of each record
RELEASE_HISTORY = "standards.attestation.overview.in_the_log"

LIMITS = {  # a minute and visitor; see certcentre/limits.py
    "search": env.int("LIMIT_SEARCH", default=120),
    "export": env.int("LIMIT_EXPORT", default=60),
    "upload": env.int("LIMIT_UPLOAD", default=60),
    "api": env.int("LIMIT_API", default=600),
    "sign_in": env.int("LIMIT_SIGN_IN", default=120),  # begun through a provider
    "concern": env.int("LIMIT_CONCERN", default=20),
}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "certcentre.api_input.NoTokens",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"],
    "DEFAULT_PAGINATION_CLASS": "certcentre.paging.Pages",
    "DEFAULT_FILTER_BACKENDS": ["certcentre.api_input.ReadFilters"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["certcentre.api_input.KeptJson"],
    "DEFAULT_SCHEMA_CLASS": "certcentre.api_schema.Described",
    "EXCEPTION_HANDLER": "certcentre.errors.api_errors",
    "PAGE_SIZE": 50,
    "DEFAULT_THROTTLE_CLASSES": ["certcentre.limits.ApiLimit"],
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Certification Centre",
    "DESCRIPTION": "Standards, solutions, certificates and tenders of the register.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "ENUM_NAME_OVERRIDES": {"TenderStatusEnum": "tenders.tender.Tender.Status"},
}
