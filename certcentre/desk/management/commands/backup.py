"""`manage.py backup FILE`: the whole portal in one file."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from certcentre.desk.backup import BackupRefused, backup


class Command(BaseCommand):
    help = (
        "Writes rows, evidence, exports, signing keys and kept checkpoints to one file, while the "
        "portal runs. Keep it private: it holds what only some may read."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="the file to write, such as portal.zip")

    def handle(self, *args: Any, **options: Any) -> None:
        target = options["file"]
        try:
            made = backup(target, at=timezone.now())
        except BackupRefused as refused:
            raise CommandError(str(refused)) from refused
        count = sum(table["rows"] for table in made["tables"].values())
        size = target.stat().st_size / 1024 / 1024
        self.stdout.write(
            f"{count} rows of {len(made['tables'])} tables and {len(made['files'])} files are in "
            f"{target} ({size:.1f} MB), read back and found whole."
        )
        if why := made["unnoted"]:
            self.stdout.write(f"Its date is not noted: {why}.")
