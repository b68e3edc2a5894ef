"""`manage.py seed_market --solutions 2000`: invented solutions in bulk, to measure with."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from certcentre.desk.bench.seeding import seed
from certcentre.lifecycle import NotReady
from standards.assessment.declarations import Declaration

MOST = 1_000_000


class Command(BaseCommand):
    help = "Fills the register with invented, listed solutions. Needs DEMO=1, DEBUG=1 or --yes."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--solutions", type=int, default=2000, help="how many there shall be")
        parser.add_argument(
            "--yes", action="store_true", help="this database is meant to hold invented data"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not (settings.DEMO or settings.DEBUG or options["yes"]):
            raise CommandError(
                "This fills the register with invented data. Set DEMO=1, or say --yes."
            )
        wanted = options["solutions"]
        if not 1 <= wanted <= MOST:
            raise CommandError(f"Give a number of solutions from 1 to {MOST}.")
        start = Declaration.objects.filter(number__startswith="DC-0000-").count()
        try:
            seed(wanted, at=timezone.now(), start=start, told=self.told)
        except NotReady as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{max(start, wanted)} invented solutions are listed.")

    def told(self, done: int) -> None:
        if done % 1000 == 0:
            self.stdout.write(f"{done} solutions")
