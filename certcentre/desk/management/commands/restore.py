"""`manage.py restore FILE`: an empty portal filled from a backup."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from certcentre.desk.backup import BackupRefused, restore

COMPARED = "They agree with the log and with the checkpoint that you kept."
NOT_COMPARED = (
    "They agree with the log of the backup itself. They were compared with no checkpoint that was "
    "kept elsewhere, so a backup that somebody forged as a whole would look the same: run "
    "`verify_log --checkpoint FILE` with one that you kept."
)
AS_IT_IS = (
    "They were compared with nothing. Now run `verify_log`, `verify_records` and `check_standings`."
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

        parser.add_argument(
            "--as-it-is",
            action="store_true",
            help="restore it also where its log and its records contradict each other",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        kept, as_it_is = options["checkpoint"], options["as_it_is"]
        if kept and as_it_is:
            words = "--as-it-is compares with nothing: leave it out, or --checkpoint."
            raise CommandError(words, returncode=2)
        try:
            made = restore(options["file"], at=timezone.now(), kept=kept, as_it_is=as_it_is)
        except BackupRefused as refused:
            raise CommandError(str(refused)) from refused
        count = sum(table["rows"] for table in made["tables"].values())
        self.stdout.write(
            f"{count} rows and {len(made['files'])} files of {made['made']} are restored. "
            f"{AS_IT_IS if as_it_is else COMPARED if kept else NOT_COMPARED}"
        )
