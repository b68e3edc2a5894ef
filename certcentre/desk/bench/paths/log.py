"""What verifying the log may cost: entries a second, and memory that does not grow with it."""

from types import SimpleNamespace
from typing import Any

from certcentre.desk.bench.measuring import Ground, Measured, Row, settle
from certcentre.log import sequencer
from certcentre.log.models import LogEntry, entry
from certcentre.log.verifying import verify

ENTRIES = 500_000
BATCH = 5000
RATE = 250_000  # entries a second


def filled(ground: Ground) -> int:
    """A log of half a million entries, two in three private; made once. Its size."""
    if "log" not in ground.kept:
        missing = ENTRIES - LogEntry.objects.count()
        for start in range(0, missing, BATCH):
            LogEntry.objects.bulk_create(some(start, ground))
        ground.kept["log"] = sequencer.sequence()
        settle()
    size: int = ground.kept["log"]
    return size


def some(start: int, ground: Ground) -> list[LogEntry]:
    about: Any = SimpleNamespace(_meta=SimpleNamespace(label_lower="standards.answer"))
    made = []
    for place in range(start, start + BATCH):
        about.pk = place
        how = LogEntry.Visibility.PRIVATE if place % 3 else LogEntry.Visibility.PUBLIC
        words = "Looked at again, and found to be in order."
        made.append(
            entry(about, "answer.seen", by=None, at=ground.at, reason=words, visibility=how)
        )
    return made


def verified(ground: Ground) -> Measured:
    size = filled(ground)
    measured = ground.job(lambda: sound(size))
    rate = size / measured.seconds
    return Measured(
        measured.seconds,
        megabytes=measured.megabytes,
        note=f"{rate:,.0f} entries a second of {size:,}",
    )


def sound(size: int) -> None:
    if (outcome := verify()).fault or outcome.entries != size:
        raise RuntimeError(f"the log of the benchmark is not sound: {outcome}")


ROWS = [
    # a rate of this machine, beside nothing that is measured here: a time, which --strict asks
    Row(f"verify the log of {ENTRIES:,}", verified, seconds=ENTRIES / RATE, megabytes=300),
]
