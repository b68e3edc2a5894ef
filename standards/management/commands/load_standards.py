"""`manage.py load_standards`: the catalogue from the files that ship with the portal."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from standards.catalogue.content import BrokenContent
from standards.catalogue.loading import load

MOST_SHOWN = 40


class Command(BaseCommand):
    help = (
        "Loads standards, facts, rules, needs, profiles, mappings and schemes from YAML files. "
        "Twice changes nothing; a broken file is refused and then nothing is loaded."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--dir", type=Path, help="folder of .yaml files; default: the portal's own content"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            done = load(options["dir"], at=timezone.now())
        except BrokenContent as broken:
            shown = [f"  {problem}" for problem in broken.problems[:MOST_SHOWN]]
            more = len(broken.problems) - len(shown)
            last = [f"  and {more} more"] if more > 0 else []
            raise CommandError("\n".join(["Nothing was loaded.", *shown, *last])) from broken
        if done.nothing:
            self.stdout.write(f"Nothing changed; {done.same.total()} records stand as they were.")
            return
        for name, counts in (("made", done.made), ("changed", done.changed)):
            for kind, count in counts.items():
                self.stdout.write(f"{name} {count} {kind}")
        if done.published:
            self.stdout.write(f"published {len(done.published)} editions")
        for key, following in done.corrected.items():
            self.stdout.write(f"{key} keeps the words it has here; {following} corrects them")
        if done.digests:
            words = "guidance, hints and translations of {} editions have a new digest in the log"
            self.stdout.write(words.format(len(done.digests)))
