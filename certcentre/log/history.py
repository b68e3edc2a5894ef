"""The history of a record: its steps in the words of settings.STEPS."""

import json
from collections.abc import Iterable

from django.db.models import Model

from certcentre.log.models import LogEntry
from certcentre.steps import Words, every_step

Lines = list[tuple[LogEntry, Words]]


def history_lines(entries: Iterable[LogEntry]) -> Lines:
    """Each entry beside its step in words; steps that no table names are left out."""
    steps = every_step()
    return [
        (entry, steps[entry.step].said(json.loads(bytes(entry.body))["detail"]))
        for entry in entries
        if entry.step in steps
    ]


def history(record: Model, *, public: bool = False, internal: bool = True) -> Lines:
    """The steps of a record, oldest first. `public`: only what everybody reads; without
    `internal` what one side keeps to itself is left out."""
    entries = LogEntry.objects.about(record).select_related("organisation", "actor")
    steps = every_step()
    return history_lines(
        entry
        for entry in (entries.public() if public else entries)
        if internal or not (entry.step in steps and steps[entry.step].internal)
    )
