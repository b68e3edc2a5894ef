"""`manage.py verify_log`: hash the whole log again and compare it with what was signed."""

import time
from argparse import ArgumentParser
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import IntegrityError
from django.utils import timezone

from certcentre.log import note, sequencer
from certcentre.log.models import LogEntry
from certcentre.log.signed import Unreadable, everywhere
from certcentre.log.verifying import Fault, Kind, shorter, verify

A_WHILE = timedelta(minutes=10)  # a step that is under way ends sooner


class Command(BaseCommand):
    help = (
        "Gives entries that wait their place, hashes every entry of the log again and compares it "
        "with the recorded hashes, with every checkpoint in the database and in DATA_DIR, and with "
        "those you kept. Ends with 1 and names the first bad entry when something was changed, "
        "when old entries have no place, or when the log is shorter than a checkpoint."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--checkpoint",
            type=Path,
            action="append",
            default=[],
            metavar="FILE",
            help="signed checkpoints that you kept elsewhere, one or several in a file",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            signed = list(everywhere(options["checkpoint"]))
        except note.BadNote as error:
            code = 2 if isinstance(error, Unreadable) else 1
            raise CommandError(str(error), returncode=code) from error
        start = time.perf_counter()
        if fault := shorter(sequencer.size(), signed):
            raise changed(fault)
        placed, fault = place_waiting(at=timezone.now())
        outcome = verify(signed)
        if fault := outcome.fault or fault:
            raise changed(fault)
        seconds = time.perf_counter() - start
        self.stdout.write(
            f"{outcome.entries} entries agree with their hashes and with {len(signed)} checkpoints "
            f"({seconds:.1f} s). {placed} of them waited and got their place now."
        )


def changed(fault: Fault) -> CommandError:
    return CommandError(f"The log was changed. {fault}")


def place_waiting(*, at: datetime) -> tuple[int, Fault | None]:
    """How many entries waited for their place and have it now; a fault where old ones have none."""
    waiting = LogEntry.objects.filter(leaf_index=None)
    before = waiting.count()
    with suppress(IntegrityError):  # places behind the end are taken: that is found below
        sequencer.sequence()
    left = waiting.filter(at__lt=at - A_WHILE).count()
    noticed = f"{left} entries have no place in the log"
    fault = Fault(Kind.DELETED, sequencer.size(), noticed) if left else None
    return max(before - waiting.count(), 0), fault
