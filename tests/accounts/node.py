"""Real providers of sign-ins on this machine: `npm install --prefix var/node PACKAGE`."""

import shutil
import socket
import subprocess
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from tests.effort import left_out

FOLDER = Path(settings.BASE_DIR) / "var" / "node"


@contextmanager
def provider(package, script, *given):
    """The address of one that this script makes of the package, as long as it runs."""
    node = shutil.which("node")
    if not node or not (FOLDER / "node_modules" / package).is_dir():
        left_out(f"no node, or no {package}: npm install --prefix var/node {package}")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    command = [node, str(Path(__file__).with_name(script)), str(FOLDER), port, *map(str, given)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout.readline() == "ready\n"
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
