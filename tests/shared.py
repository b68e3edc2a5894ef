"""Real files to test against. They are not part of this repository: where they are absent, the
tests that need them are skipped, and say so."""

import os
from pathlib import Path

import pytest
from django.conf import settings


def sample(path):
    """A file below `samples/`, from SHARED_DIR or the folder `shared` beside the checkout."""
    folder = Path(os.environ.get("SHARED_DIR") or Path(settings.BASE_DIR).parent / "shared")
    found = folder / "samples" / path
    if not found.exists():
        pytest.skip(f"no samples/{path} (SHARED_DIR names the folder)")
    return found
