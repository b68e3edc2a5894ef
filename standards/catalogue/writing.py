"""Writing rows: make those that are missing, change those that differ, count and log both."""

from collections import Counter
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import models

from certcentre.log.models import LogEntry, entry
from standards.catalogue.editions import Review
from standards.catalogue.reading import BrokenContent, Problem

PUBLIC = LogEntry.Visibility.PUBLIC


def by_key(row: Any) -> Hashable:
    return row.key


@dataclass
class Writer:
    """One load: by whom, when, and what it did, counted by kind of row."""

    by: Any
    at: datetime
    made: Counter[str] = field(default_factory=Counter)
    changed: Counter[str] = field(default_factory=Counter)
    same: Counter[str] = field(default_factory=Counter)
    published: list[str] = field(default_factory=list)
    entries: list[LogEntry] = field(default_factory=list)

    @property
    def nothing(self) -> bool:
        """Whether everything stood there already."""
        return not (self.made or self.changed or self.published)

    def write(
        self,
        model: type[models.Model],
        wanted: dict[Any, dict[str, Any]],
        key: Callable[[Any], Hashable] = by_key,
        among: "models.QuerySet[Any] | None" = None,
    ) -> dict[Any, Any]:
        """Bring the rows of `wanted` (field values by key) about; the rows there are, by key.

        `among` narrows the rows that are looked at: all of the model without it.
        """
        found = model._default_manager.all() if among is None else among
        standing = {key(row): row for row in found}
        new = {k: model(**values) for k, values in wanted.items() if k not in standing}
        changes = {
            k: names
            for k, values in wanted.items()
            if k in standing
            and (names := [n for n, value in values.items() if getattr(standing[k], n) != value])
        }
        for k, names in changes.items():
            self._change(standing[k], names, wanted[k])
        if new:
            model._default_manager.bulk_create(new.values())
            self.entries += [self._published(row) for row in new.values() if is_published(row)]
        if changes:
            fields = {name for names in changes.values() for name in names}
            model._default_manager.bulk_update([standing[k] for k in changes], fields)
        name = str(model._meta.model_name)
        self.made += Counter({name: len(new)})
        self.changed += Counter({name: len(changes)})
        self.same += Counter({name: len(wanted) - len(new) - len(changes)})
        return standing | new

    def _change(self, row: Any, names: list[str], values: dict[str, Any]) -> None:
        left = getattr(row, "status", "")
        if "status" in names and values["status"] not in row.LIFECYCLE[left]:
            reason = f"stands at {left} and cannot become {values['status']}"
            raise BrokenContent(Problem("", str(row), reason))
        for name in names:
            setattr(row, name, values[name])
        moved = f"{row._meta.model_name}.{row.status}" if "status" in names else ""
        self.entries.append(
            entry(
                row,
                moved or f"{row._meta.model_name}.changed",
                by=self.by,
                at=self.at,
                from_state=left,
                to_state=getattr(row, "status", ""),
                visibility=PUBLIC,
                detail={"fields": sorted(names)},
            )
        )

    def _published(self, row: Any) -> LogEntry:
        return entry(
            row,
            f"{row._meta.model_name}.published",
            by=self.by,
            at=self.at,
            from_state=Review.PROPOSED,
            to_state=Review.PUBLISHED,
            visibility=PUBLIC,
        )


def is_published(row: Any) -> bool:
    return getattr(row, "status", "") == Review.PUBLISHED
