"""Where this machine has a Chromium."""

import os
import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
ARGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]


def path() -> str | None:
    """The program to drive: `CHROMIUM`, else the first one on the path."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


def missing() -> bool:
    """No browser here, and nobody said that there must be one (`CI`)."""
    return not path() and not os.environ.get("CI")
