"""`manage.py benchmark`: how fast the busiest paths are, and how many statements they take."""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from certcentre.desk.bench.measuring import Row
from certcentre.desk.bench.running import Verdict, run

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
        verdicts = run(options["solutions"], at=timezone.now(), repeats=options["repeats"])
        if options["json"]:
            self.stdout.write(json.dumps([verdict.as_json() for verdict in verdicts], indent=2))
        else:
            for line in table([HEAD, *map(cells, verdicts)]):
                self.stdout.write(line)
        if not all(verdict.holds(strict=options["strict"]) for verdict in verdicts):
            sys.exit(1)


def cells(verdict: Verdict) -> tuple[str, ...]:
    taken = verdict.measured
    statements = "" if not taken or taken.statements is None else str(taken.statements)
    if verdict.row.statements is not None:
        statements = f"{statements or '–'} of {verdict.row.statements}"
    return verdict.row.path, measured(verdict), target(verdict.row), statements, verdict.words


def measured(verdict: Verdict) -> str:
    taken = verdict.measured
    if taken is None:
        return "–"
    parts = [f"{taken.seconds * 1000:.1f} ms"]
    if taken.ratio is not None:
        parts.insert(0, f"{taken.ratio:.2f}")
    if taken.megabytes is not None:
        parts.append(f"{taken.megabytes:.0f} MB")
    return ", ".join([*parts, *([taken.note] if taken.note else [])])


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
