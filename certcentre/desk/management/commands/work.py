"""`manage.py work`: run jobs and timers in this process until it is stopped."""

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand

from certcentre.desk.worker import loop


class Command(BaseCommand):
    help = "Run jobs and timers in this process, without a broker, until it is stopped."

    def handle(self, *args: Any, **options: Any) -> None:
        stop = threading.Event()
        for name in (signal.SIGINT, signal.SIGTERM):
            signal.signal(name, lambda *_: stop.set())
        loop(stop)
