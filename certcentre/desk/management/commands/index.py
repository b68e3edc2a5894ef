"""`manage.py index`: what everything public is found by, made anew or compared."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from certcentre.desk.indexing import check, rebuild


class Command(BaseCommand):
    help = (
        "Makes the index of words anew from what is public: after an upgrade that says so, and "
        "after rows were written past the portal. With --check it changes nothing, prints each "
        "line that is not as it should be and ends with 1 when there is one."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="compare and change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["check"]:
            if count := check(tell=self.stdout.write):
                raise CommandError(f"{count} lines of the index are not as they should be.")
            self.stdout.write("Everything public is found by the words that it has.")
            return
        for name, count in rebuild().items():
            self.stdout.write(f"{name}: {count}")
