"""Where the portal's own secrets live: files in DATA_DIR, outside the database."""

from pathlib import Path

from django.conf import settings


def folder() -> Path:
    """The folder of signing keys, made on first use and readable by this process alone."""
    path = Path(settings.DATA_DIR) / "keys"
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path
