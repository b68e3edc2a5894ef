"""What the log says of a record of the catalogue, in words."""

import json
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from certcentre.log.history import history_lines
from certcentre.log.models import LogEntry
from certcentre.steps import Words

RECENT = 30


@dataclass(frozen=True)
class Told:
    """One entry in words."""

    entry: LogEntry
    words: Words
    detail: str


def told(record: models.Model) -> list[Told]:
    """The last steps of a record, newest first. One statement."""
    entries = LogEntry.objects.about(record).select_related("actor").order_by("-pk")[:RECENT]
    return [Told(entry, words, detail(entry)) for entry, words in history_lines(entries)]


def detail(entry: LogEntry) -> str:
    """What a step carried beside its reason: which days, fields or criteria."""
    said: dict[str, Any] = json.loads(bytes(entry.body))["detail"]
    parts = []
    for name in ("added", "changed", "removed", "fields"):
        if said.get(name):
            shown = ", ".join(str(each) for each in said[name][:8])
            more = len(said[name]) - 8
            parts.append(f"{LABELS[name]}: {shown}{' …' if more > 0 else ''}")
    days = [f"{LABELS[name]} {said[name] or gettext('none')}" for name in DAYS if name in said]
    return "; ".join([*parts, *days])


DAYS = ("effective_from", "grace_until", "deprecated_from", "from")
LABELS: dict[str, Promise] = {
    "added": _("added"),
    "changed": _("changed"),
    "removed": _("removed"),
    "fields": _("fields"),
    "effective_from": _("counts from"),
    "grace_until": _("grace until"),
    "deprecated_from": _("deprecated from"),
    "from": _("from"),
}
