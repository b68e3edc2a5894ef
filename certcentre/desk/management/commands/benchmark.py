"""`manage.py benchmark`: how fast the busiest paths are, and how many statements they take."""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from certcentre.desk.benchmarking import Verdict, run
from certcentre.measuring import Row

HEAD = ("path", "measured", "target", "statements", "verdict")


class Command(BaseCommand):
    help = (
        "Measures the busiest paths in a database of its own and prints a table. Ends with 1 when "
        "a ratio or a number of statements misses its target; --strict asks it of times too."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--solutions", type=int, default=2000, help="size of the market")
        parser.add_argument("--repeats", type=int, default=15, help="runs of each path")
        parser.add_argument("--json", action="store_true", help="print JSON, not a table")
        parser.add_argument("--strict", action="store_true", help="times must hold as well")

    def handle(self, *args: Any, **options: Any) -> None:
        found = run(options["solutions"], at=timezone.now(), repeats=options["repeats"])
        if options["json"]:
            self.stdout.write(json.dumps([one.as_json() for one in found], indent=2))
        else:
            for line in table([HEAD, *map(cells, found)]):
                self.stdout.write(line)
        if not all(one.holds(strict=options["strict"]) for one in found):
            sys.exit(1)


def cells(one: Verdict) -> tuple[str, ...]:
    statements = (
        "" if not one.measured or one.measured.statements is None else str(one.measured.statements)
    )
    if one.row.statements is not None:
        statements = f"{statements or '–'} of {one.row.statements}"
    return one.row.path, measured(one), target(one.row), statements, one.words


def measured(one: Verdict) -> str:
    found = one.measured
    if found is None:
        return "–"
    parts = [f"{found.seconds * 1000:.1f} ms"]
    if found.ratio is not None:
        parts.insert(0, f"{found.ratio:.2f}")
    if found.megabytes is not None:
        parts.append(f"{found.megabytes:.0f} MB")
    return ", ".join([*parts, *([found.note] if found.note else [])])


def target(row: Row) -> str:
    parts = []
    if row.ratio is not None:
        parts.append(f"≥ {row.ratio:.2f}")
    if row.seconds is not None:
        parts.append(f"≤ {row.seconds * 1000:.0f} ms")
    if row.megabytes is not None:
        parts.append(f"≤ {row.megabytes:.0f} MB")
    return ", ".join(parts) or "–"


def table(lines: list[tuple[str, ...]]) -> Iterator[str]:
    widths = [max(len(line[place]) for line in lines) for place in range(len(HEAD))]
    for line in lines:
        yield " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))
