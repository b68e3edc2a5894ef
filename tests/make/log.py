"""Log entries by the number, and a log whose hashes are recorded."""

from types import SimpleNamespace

from certcentre.log import sequencer
from certcentre.log.models import LogEntry, entry
from tests.make.moment import AT

PUBLIC = LogEntry.Visibility.PUBLIC


def subject(key):
    """Something that a step may be about."""
    return SimpleNamespace(_meta=SimpleNamespace(label_lower="tests.thing"), pk=key)


def entries(count, *, at=AT, **rest):
    """So many entries, every third public; without indexes yet."""
    made = [
        entry(
            subject(n),
            "thing.done",
            by=None,
            at=at,
            reason=f"“number” {n}",
            visibility=PUBLIC if n % 3 == 0 else LogEntry.Visibility.PRIVATE,
            **rest,
        )
        for n in range(count)
    ]
    return LogEntry.objects.bulk_create(made, batch_size=2000)


def log(count, **rest):
    """A log of so many entries with their indexes; its size."""
    entries(count, **rest)
    return sequencer.sequence()
