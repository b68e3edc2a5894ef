"""Where the full files of other people are: beside the checkout or in SHARED_DIR, else nowhere."""

import os
from pathlib import Path

import pytest
from django.conf import settings

SHARED = Path(os.environ.get("SHARED_DIR", settings.BASE_DIR.parent / "shared"))


def sample(name):
    """The bytes of a full file; the test is skipped, and says so, where it is not here."""
    path = SHARED / "samples" / name
    if not path.exists():
        pytest.skip(f"no {name} here (SHARED_DIR names the folder it is in)")
    return path.read_bytes()
