"""`manage.py restore FILE`: an empty portal filled from a backup."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from certcentre.desk.backup import BackupRefused, restore


class Command(BaseCommand):
    help = (
        "Fills an empty portal from a backup, after checking all of it: everything or nothing. "
        "The database may be of another kind than the one it was made from."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="a file that `backup` wrote")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            made = restore(options["file"])
        except BackupRefused as refused:
            raise CommandError(str(refused)) from refused
        count = sum(table["rows"] for table in made["tables"].values())
        self.stdout.write(
            f"{count} rows and {len(made['files'])} files of {made['made']} are restored. Now run "
            "`verify_log`, `verify_records` and `check_standings`."
        )
