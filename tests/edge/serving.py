"""A real gunicorn on a test's own database."""

import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from tests.jobs.conftest import environment


@contextmanager
def gunicorn(*options, **ours):
    """Its process and port; `ours` are settings of the portal."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(Path(sys.executable).parent / "gunicorn"), "certcentre.wsgi"]
    process = subprocess.Popen(
        [*command, "--bind", f"127.0.0.1:{port}", "--log-level", "warning", *options],
        env=environment() | ours | {"REDIS_URL": settings.REDIS_URL},
        cwd=settings.BASE_DIR,
    )
    for _turn in range(300):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.1)
    yield process, port
    process.terminate()
    process.wait()
