"""`manage.py restore FILE`: an empty portal filled from a backup."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from certcentre.desk.backup import BackupRefused, restore

COMPARED = "They agree with the checkpoint that you kept. Now run `check_standings`."
NOT_COMPARED = (
    "They were compared with no checkpoint that was kept elsewhere, so a backup that somebody "
    "forged as a whole would look the same. Now run `verify_log --checkpoint FILE`, "
    "`verify_records` and `check_standings`."
)


class Command(BaseCommand):
    help = (
        "Fills an empty portal from a backup, after checking all of it: everything or nothing. "
        "The database may be of another kind than the one it was made from."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="a file that `backup` wrote")
        parser.add_argument(
            "--checkpoint",
            type=Path,
            action="append",
            default=[],
            metavar="FILE",
            help="signed checkpoints that you kept elsewhere: nothing is restored that they belie",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            made = restore(options["file"], kept=options["checkpoint"])
        except BackupRefused as refused:
            raise CommandError(str(refused)) from refused
        count = sum(table["rows"] for table in made["tables"].values())
        self.stdout.write(
            f"{count} rows and {len(made['files'])} files of {made['made']} are restored. "
            f"{COMPARED if options['checkpoint'] else NOT_COMPARED}"
        )
