"""`manage.py demo`: a portal with example organisations, ready to look at."""

import os
import socket
import subprocess
import sys
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from certcentre.desk.demo import build, people
from certcentre.desk.open_data import publishing

HOST = "127.0.0.1"


class Command(BaseCommand):
    help = "Prepare the demonstration and serve it. Needs DEMO=1 in the environment."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--no-serve", action="store_true", help="prepare only")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("This fills the portal with invented data. Set DEMO=1 to allow it.")
        port = options["port"]
        if not options["no_serve"] and taken(port):
            raise CommandError(f"Port {port} is in use. Choose another, such as PORT={port + 1}.")
        self.prepare()
        self.stdout.write(f"\nSign in with the password “{people.PASSWORD}” as:")
        for account in people.ACCOUNTS:
            self.stdout.write(f"  {account.email:24} {account.does}")
        if not options["no_serve"]:
            self.stdout.write(f"\nOpen http://{HOST}:{port}/ in a browser. Ctrl+C ends it.\n")
            self.stdout.flush()
            serve(port)

    def prepare(self) -> None:
        """Database, words, static files, catalogue and examples; twice changes nothing."""
        call_command("migrate", verbosity=0)
        call_command("compile_messages", verbosity=0)
        manage("collectstatic", "--noinput", "--verbosity=0")
        self.stdout.write("Loading the standards.")
        call_command("load_standards")
        self.stdout.write("Making the examples.")
        if build(at=timezone.now()):
            publishing.ask_for(at=timezone.now())  # written once the portal is served
        else:
            self.stdout.write("They are there already.")


def manage(*words: str) -> None:
    """A command in a process of its own: collectstatic chooses its storage when it starts."""
    subprocess.run(  # noqa: S603 (our own words)
        [sys.executable, str(settings.BASE_DIR / "manage.py"), *words], check=True
    )


def taken(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((HOST, port)) == 0


def serve(port: int) -> None:
    """Become the web server: two processes of four threads; each also runs jobs."""
    where = f"{HOST}:{port}"
    os.environ["BASE_URL"] = f"http://{where}"
    gunicorn = [sys.executable, "-m", "gunicorn", "certcentre.wsgi", "--bind", where]
    os.execv(sys.executable, [*gunicorn, "--workers", "2", "--threads", "4", "--no-control-socket"])  # noqa: S606
