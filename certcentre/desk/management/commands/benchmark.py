"""`manage.py benchmark`: how fast the busiest paths are, and how many statements they take."""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection
from django.urls import get_resolver
from django.utils import timezone

from certcentre.desk.bench.measuring import Ground, Measured, Row, settle
from certcentre.desk.bench.paths import ROWS
from certcentre.desk.bench.seeding import seed
from standards.registry.matching.state import process

FEW = 25  # solutions, beside which the statements of the whole market must be the same


@dataclass(frozen=True)
class Verdict:
    """A row, what was measured, and where it misses its budget."""

    row: Row
    measured: Measured | None
    missed: tuple[str, ...] = ()
    slow: tuple[str, ...] = ()  # gated by --strict only

    @property
    def words(self) -> str:
        if self.measured is None:
            return "not built"
        missed = [*self.missed, *(f"slow: {slow}" for slow in self.slow)]
        return "; ".join(missed) or "good"

    def holds(self, *, strict: bool) -> bool:
        return not self.missed and not (strict and self.slow)

    def as_json(self) -> dict[str, Any]:
        budget = asdict(self.row)
        budget.pop("measure")
        measured = asdict(self.measured) if self.measured else None
        return {"path": budget.pop("path"), "measured": measured, "target": budget,
                "verdict": self.words}  # fmt: skip


def run(solutions: int, *, at: datetime, repeats: int = 15) -> list[Verdict]:
    """Measure every row on a small market for its statements, then on the whole one."""
    with own_database():
        call_command("load_standards", verbosity=0, stdout=Silence())
        seed(FEW, at=at)
        kept: dict[str, Any] = {}
        few = Ground(FEW, at, 1, kept)
        small = {row.path: taken(row, few) for row in ROWS if row.same_at_any_size}
        seed(solutions, at=at, start=FEW)
        settle()
        process.forget()
        whole = Ground(solutions, at, repeats, kept)
        return [judged(row, taken(row, whole), small.get(row.path)) for row in ROWS]


class Silence:
    """Somewhere for a command to write to."""

    def write(self, text: str) -> None:
        """Nobody reads it."""


@contextmanager
def own_database() -> Iterator[None]:
    """A database beside the portal's own, made for this and dropped again."""
    names: Any = connection.settings_dict
    kept = names["TEST"].get("NAME")
    sqlite = connection.vendor == "sqlite"
    names["TEST"]["NAME"] = str(Path(settings.DATA_DIR) / "benchmark.sqlite3") if sqlite else "benchmark"  # fmt: skip # noqa: E501
    old = names["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    process.forget()
    limits, settings.LIMITS = settings.LIMITS, {}  # one visitor asks for all
    keeping, settings.KEPT_PAGES = settings.KEPT_PAGES, False  # but for the rows that say so
    try:
        yield
    finally:
        connection.creation.destroy_test_db(old, verbosity=0)
        process.forget()
        names["TEST"]["NAME"] = kept
        settings.LIMITS, settings.KEPT_PAGES = limits, keeping


def taken(row: Row, ground: Ground) -> Measured | None:
    return row.measure(ground) if row.measure and built(row) else None


def built(row: Row) -> bool:
    """Whether the addresses that it measures are there."""
    return all(get_resolver().reverse_dict.getlist(name) for name in row.needs)


def judged(row: Row, measured: Measured | None, small: Measured | None) -> Verdict:
    if measured is None:
        return Verdict(row, None)
    missed, slow = [], []
    if row.ratio is not None and (measured.ratio or 0) < row.ratio:
        missed.append(f"ratio below {row.ratio:.2f}")
    if row.statements is not None and (measured.statements or 0) > row.statements:
        missed.append(f"more than {row.statements} statements")
    if row.same_at_any_size and small and small.statements != measured.statements:
        missed.append(f"{small.statements} statements at {FEW} solutions")
    if row.seconds is not None and measured.seconds > row.seconds:
        slow.append(f"over {row.seconds * 1000:.0f} ms")
    if row.megabytes is not None and (measured.megabytes or 0) > row.megabytes:
        slow.append(f"over {row.megabytes:.0f} MB")
    return Verdict(row, measured, tuple(missed), tuple(slow))


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
