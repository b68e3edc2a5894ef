"""`manage.py verify_records`: every record compared with what the log says of it."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from certcentre.desk.record_check import check


class Command(BaseCommand):
    help = (
        "Compares the words of every frozen record with the digest in the log, and the state of "
        "every record with the log's last step on it. Prints each difference and ends with 1 "
        "when there is one. `tick` does it daily, and /readyz says what came of it."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        if count := check(at=timezone.now(), tell=self.stdout.write):
            raise CommandError(f"{count} records are not what the log says of them.")
        self.stdout.write("Every record is what the log says of it.")
