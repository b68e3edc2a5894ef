"""What every other setting rests on: the environment, where data lies, and the portal's address."""

from pathlib import Path
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent.parent
env = environ.Env()

DEBUG = env.bool("DEBUG", default=False)
DEMO = env.bool("DEMO", default=False)
DATA_DIR = Path(env("DATA_DIR", default=str(BASE_DIR / "var"))).resolve()
BASE_URL = env("BASE_URL", default="http://127.0.0.1:8000").rstrip("/")
if urlsplit(BASE_URL).scheme not in ("http", "https") or not urlsplit(BASE_URL).hostname:
    raise ImproperlyConfigured(
        f"BASE_URL is {BASE_URL!r}. Give the portal's full address, such as https://portal.example."
    )
SECURE = BASE_URL.startswith("https://")
