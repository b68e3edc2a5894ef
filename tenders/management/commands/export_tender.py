"""Writes a tender to a file, from the command line."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from certcentre.lifecycle import StepRefused
from tenders.export import FORMATS
from tenders.exporting import export
from tenders.models import Tender

OWN = [key for key, format in FORMATS.items() if format.own]


class Command(BaseCommand):
    help = "Export a tender: its frozen text when published, else a draft marked as such."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("reference", help="reference of the tender, such as TD-2026-000001")
        parser.add_argument("--format", required=True, choices=sorted(FORMATS))
        parser.add_argument(
            "--into", type=Path, help=f"a file with a line [[requirements]] ({', '.join(OWN)} only)"
        )
        parser.add_argument("--output", type=Path, required=True)
        parser.add_argument("--language", default="", help="its second language, such as fr")

    def handle(self, *args: Any, **options: Any) -> None:
        into: Path | None = options["into"]
        if into and options["format"] not in OWN:
            raise CommandError(f"--into goes with --format {' or '.join(OWN)} only.", returncode=2)
        tender = Tender.objects.filter(reference=options["reference"]).first()
        if tender is None:
            raise CommandError(f"No tender has the reference {options['reference']}.")
        try:
            own = into.read_bytes() if into else b""
            made, _ = export(tender, options["format"], options["language"], into=own)
            options["output"].write_bytes(made)
        except StepRefused as refused:
            raise CommandError(str(refused)) from refused
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}") from error
        self.stdout.write(f"{options['output']}: {len(made):,} bytes")
