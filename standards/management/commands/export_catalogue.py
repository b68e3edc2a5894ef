"""`manage.py export_catalogue EDITION_KEY`: an edition as a file."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from standards.catalogue.editions import Edition
from standards.catalogue.exporting import export
from standards.catalogue.files import WRITTEN
from standards.catalogue.files.losses import Refused, loss_lines


class Command(BaseCommand):
    help = "Writes an edition as a file, and tells what its format cannot carry."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("edition_key")
        parser.add_argument("--format", choices=WRITTEN, required=True)
        parser.add_argument("--output", type=Path, help="the file; default: standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        editions = Edition.objects.select_related("standard", "supersedes")
        edition = editions.filter(key=options["edition_key"]).first()
        if edition is None:
            raise CommandError(f"There is no edition {options['edition_key']}.")
        try:
            made = export(edition, options["format"])
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        for line in loss_lines(made.losses):
            self.stderr.write(line)
        if options["output"] is None:
            sys.stdout.buffer.write(made.content)
            return
        try:
            options["output"].write_bytes(made.content)
        except OSError as error:
            reason = f"{options['output']} cannot be written: {error.strerror}."
            raise CommandError(reason, returncode=2) from error
        self.stdout.write(f"{len(made.content):,} bytes written to {options['output']}")
