"""`manage.py seed_market --solutions 2000`: invented solutions in bulk, to measure with."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from standards.assessment.declaration import Declaration
from standards.registry.seeding import seed


class Command(BaseCommand):
    help = "Fill a demonstration with invented, listed solutions. Needs DEMO=1."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--solutions", type=int, default=2000)

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError(
                "This fills the register with invented data. Set DEMO=1 to allow it."
            )
        start = Declaration.objects.filter(number__startswith="DC-0000-").count()
        seed(options["solutions"], at=timezone.now(), start=start)
        there = max(start, options["solutions"])
        self.stdout.write(f"{there} invented solutions are listed.")
