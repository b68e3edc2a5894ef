"""Every setting comes from the environment, and the portal runs with none of them set.

DATABASE_URL   postgres://…            default: SQLite in DATA_DIR
REDIS_URL      redis://…               default: jobs in a thread, cache in files
EMAIL_URL      smtp://…                default: mail is printed on the console
BUCKET_URL     https://KEY:SECRET@host/bucket?region=… for evidence and exports; default: a folder
BASE_URL       https://portal.example  address in mails, certificates and QR codes
DATA_DIR       folder for the database, evidence, exports and keys; default: var/
SECRET_KEY     default: made once and kept in DATA_DIR
SESSION_IDLE, SESSION_MAX  seconds without a page, and in all, after which people are signed out
REAUTHENTICATION_TIMEOUT  seconds after which weighty steps ask who you are; 0: never
SECRET_KEY_FALLBACKS  earlier keys, comma-separated: what they encrypted and signed still counts
OIDC_URL, OIDC_NAME, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET  a provider of sign-ins (OpenID Connect)
MFA_ROLES      roles that must have a second step of signing in; empty: nobody
KEYS_PASSPHRASE  encrypts the signing keys on disk; default: only their file mode protects them
LOG_FORMAT     json or text: the lines on stderr; default: json, text where DEMO or DEBUG is set
READ_ONLY      1 lets everything be read and nothing be written, while a portal moves
TRUSTED_PROXIES  how many proxies stand in front, or their networks, comma-separated; default: none
LIMIT_SEARCH, LIMIT_EXPORT, LIMIT_UPLOAD, LIMIT_API  questions a minute and visitor; 0: any number
ALLOWED_HOSTS  comma-separated; default: this machine, and the host of BASE_URL
DEMO           1 shows the demo banner and allows `manage.py demo`
DEBUG          1 only on a developer's machine
CHECKPOINT_MAIL     addresses that a signed checkpoint of the log is mailed to, once a day
CHECKPOINT_WEBHOOK  an address that each new checkpoint of the log is posted to
TSA_URL        an authority (RFC 3161) that stamps each checkpoint of the log with the time
TSA_ROOTS      a PEM file with the authority's root certificates, to check its signatures
OCID_PREFIX    the publisher's prefix for open contracting; without it a tender file says draft
"""

import sys
from pathlib import Path
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key
from django.utils.translation import gettext_lazy as _

from certcentre import bucket, links

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

DEBUG = env.bool("DEBUG", default=False)
DEMO = env.bool("DEMO", default=False)
DATA_DIR = Path(env("DATA_DIR", default=str(BASE_DIR / "var"))).resolve()
BASE_URL = env("BASE_URL", default="http://127.0.0.1:8000").rstrip("/")
OCID_PREFIX = env("OCID_PREFIX", default="")
SECURITY_CONTACT = links.contacts(env.list("SECURITY_CONTACT", default=[]))
if urlsplit(BASE_URL).scheme not in ("http", "https") or not urlsplit(BASE_URL).hostname:
    raise ImproperlyConfigured(
        f"BASE_URL is {BASE_URL!r}. Give the portal's full address, such as https://portal.example."
    )
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
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
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
    "certcentre.operator_log.Requests",
    "certcentre.reading_only.ReadOnly",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
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
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    # seconds, and thousandths of them, after which a server that does not answer is away
    late = {"connect_timeout": 2, "tcp_user_timeout": 4000}
    DATABASES["default"]["OPTIONS"] = late | DATABASES["default"].get("OPTIONS", {})
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
    }
}
CELERY_BROKER_URL = REDIS_URL or None
CELERY_TASK_IGNORE_RESULT = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True

EMAIL_CONFIG = env.email("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
EMAIL_TIMEOUT = 10  # seconds: a mail server that does not answer holds nobody for longer
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="portal@localhost")

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "certcentre.accounts.passwords.HardToGuess"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "work"
ACCOUNT_ADAPTER = "certcentre.accounts.adapter.Accounts"
ACCOUNT_REAUTHENTICATION_TIMEOUT = env.int("REAUTHENTICATION_TIMEOUT", default=0 if DEMO else 900)
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_SIGNUP_FORM_CLASS = "certcentre.accounts.forms.SignupForm"
ACCOUNT_FORMS = {
    "login": "certcentre.accounts.sign_in.Login",
    "signup": "certcentre.accounts.sign_in.Signup",
    "add_email": "certcentre.accounts.sign_in.AddEmail",
    "change_password": "certcentre.accounts.sign_in.ChangePassword",
    "set_password": "certcentre.accounts.sign_in.SetPassword",
    "reset_password": "certcentre.accounts.sign_in.ResetPassword",
    "reset_password_from_key": "certcentre.accounts.sign_in.ResetPasswordKey",
    "reauthenticate": "certcentre.accounts.sign_in.Reauthenticate",
}
MFA_ROLES = env.list("MFA_ROLES", default=[] if DEMO else ["officer", "decider", "signatory"])
MFA_ADAPTER = "certcentre.accounts.factors.Factors"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = 1  # a clock that is half a minute off
MFA_FORMS = {
    "authenticate": "certcentre.accounts.sign_in.Code",
    "reauthenticate": "certcentre.accounts.sign_in.CodeAgain",
    "activate_totp": "certcentre.accounts.sign_in.FirstCode",
    "add_webauthn": "certcentre.accounts.sign_in.AddPasskey",
    "edit_webauthn": "certcentre.accounts.sign_in.NamePasskey",
}
# one provider of sign-ins, where its address is given
OIDC_URL = env("OIDC_URL", default="").rstrip("/")
OIDC_NAME = env("OIDC_NAME", default=str(urlsplit(OIDC_URL).hostname or ""))
if OIDC_URL and urlsplit(OIDC_URL).scheme not in ("http", "https"):
    raise ImproperlyConfigured(f"OIDC_URL is {OIDC_URL!r}. Give the provider's full address.")
OIDC_APP = {
    "provider_id": "sso",
    "name": OIDC_NAME,
    "client_id": env("OIDC_CLIENT_ID", default=""),
    "secret": env("OIDC_CLIENT_SECRET", default=""),
    "settings": {"server_url": OIDC_URL},
}
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [OIDC_APP] if OIDC_URL else []}
}
SOCIALACCOUNT_ADAPTER = "certcentre.accounts.sign_on.SignOn"
SOCIALACCOUNT_EMAIL_REQUIRED = False
SOCIALACCOUNT_EMAIL_VERIFICATION = "none"  # what is not confirmed is not taken
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_LOGOUT_REDIRECT_URL = "home"
ACCOUNT_EMAIL_VERIFICATION = "optional" if DEMO else "mandatory"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_DEFAULT_HTTP_PROTOCOL = urlsplit(BASE_URL).scheme

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
EVIDENCE_MAX_BYTES = 20 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 8000  # a sheet of 1,189 criteria posts up to six fields each

SECURE = BASE_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SECURE
SESSION_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
SESSION_IDLE = env.int("SESSION_IDLE", default=24 * 3600)
SESSION_MAX = env.int("SESSION_MAX", default=14 * 24 * 3600)
SESSION_COOKIE_AGE = SESSION_MAX or 14 * 24 * 3600
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
# the form that leads to the provider of sign-ins is sent on to it
OIDC_ORIGIN = "://".join(urlsplit(OIDC_URL)[:2]) if OIDC_URL else ""
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF, *([OIDC_ORIGIN] if OIDC_ORIGIN else [])],
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
]
# what an examination asks, besides its dates, of a grant to open evidence
GRANTS_NEED = "standards.attestation.engagement.accredited_at"
WAITING = [
    "certcentre.accounts.abilities.WAITING",
    "standards.catalogue.abilities.WAITING",
    "standards.assessment.abilities.WAITING",
    "standards.attestation.abilities.WAITING",
    "tenders.abilities.WAITING",
]
# what else a release's history holds: gives the kind, key and number of each record
RELEASE_HISTORY = "standards.attestation.overview.in_the_log"

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

LIMITS = {  # a minute and visitor; see certcentre/limits.py
    "search": env.int("LIMIT_SEARCH", default=120),
    "export": env.int("LIMIT_EXPORT", default=60),
    "upload": env.int("LIMIT_UPLOAD", default=60),
    "api": env.int("LIMIT_API", default=600),
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
