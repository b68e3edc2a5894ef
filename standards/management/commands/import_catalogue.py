"""`manage.py import_catalogue FILE`: somebody else's standard as a draft edition."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from certcentre.lifecycle import IllegalMove
from certcentre.tables.rows import LARGEST
from standards.catalogue import import_plan
from standards.catalogue.files import AUTO, READ
from standards.catalogue.files.losses import Refused
from standards.catalogue.imports import Import, report_lines


class Command(BaseCommand):
    help = (
        "Reads a standard from a file and makes a draft edition of it, or a proposed profile. "
        "Tells what is new, changed and removed, and what is lost and why. Twice changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--format", choices=[AUTO, *READ], default=AUTO)
        parser.add_argument(
            "--dry-run", action="store_true", help="read and compare; write nothing"
        )
        parser.add_argument(
            "--key", default="", help="the edition's key; default: made of its name"
        )
        parser.add_argument("--hidden", action="store_true", help="take hidden rows and sheets too")
        parser.add_argument("--report", type=Path, help="write the whole report to this file")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        asked = {name: options[name] for name in ("key", "hidden") if options[name]}
        try:
            plan = import_plan.plan(
                content(path), format=options["format"], file=path.name, asked=asked
            )
            report = plan.report()
            if not options["dry_run"] and not plan.nothing:
                report = Import.loaded(plan, by=None, at=timezone.now()).report
        except (Refused, IllegalMove) as refused:
            lines = "".join(f"\n  {reason}" for reason in str(refused).split("\n"))
            raise CommandError(f"{path.name} was not loaded; nothing changed.{lines}") from refused
        for line in report_lines(report):
            self.stdout.write(line)
        if plan.nothing:
            self.stdout.write("Nothing changed; everything stands there already.")
        elif options["dry_run"]:
            self.stdout.write("Nothing was written: this was a dry run.")
        else:
            kind = "proposed profile" if plan.choice else "draft edition"
            self.stdout.write(f"Loaded as the {kind} {plan.key}.")
        if options["report"]:
            options["report"].write_text("\n".join([*report_lines(report, all_named=True), ""]))


def content(path: Path) -> bytes:
    """The file's bytes, one more than may be read at most."""
    try:
        with path.open("rb") as file:
            return file.read(LARGEST + 1)
    except OSError as error:
        raise CommandError(f"{path} cannot be opened: {error.strerror}.", returncode=2) from error
