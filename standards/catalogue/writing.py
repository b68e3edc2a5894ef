"""Writing rows: make those that are missing, change those that differ, count and log both."""

from collections import Counter
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import models

from certcentre.log.models import LogEntry, entry
from standards.catalogue.reading import BrokenContent, Problem
from standards.catalogue.reviewing import Review, Reviewed, Signed
from standards.catalogue.translation_sets import FIELDS
from standards.catalogue.translations import carried

PUBLIC = LogEntry.Visibility.PUBLIC
TRANSLATIONS = {"translations", "translation_state"}
HINTS = {"note", "aliases", "evidence_hint", "guidance", "notes"}  # never what is asked


def by_key(row: Any) -> Hashable:
    return row.key


@dataclass
class Writer:
    """One load: by whom, when, and what it did, counted by kind of row."""

    by: Any
    at: datetime
    reason: str = ""
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
        standing = {key(row): row for row in sorted(found, key=is_alive)}
        if self.by is not None and issubclass(model, Signed):
            wanted = self._by_a_person(model, wanted, standing)
        if model in FIELDS:
            keep_states(model, wanted, standing)
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
            self.entries += [self._begun(row) for row in new.values() if is_begun(row, self.by)]
        if changes:
            fields = {name for names in changes.values() for name in names}
            model._default_manager.bulk_update([standing[k] for k in changes], fields)
        name = str(model._meta.model_name)
        self.made += Counter({name: len(new)})
        self.changed += Counter({name: len(changes)})
        self.same += Counter({name: len(wanted) - len(new) - len(changes)})
        return standing | new

    def _by_a_person(
        self, model: type[Signed], wanted: dict[Any, dict[str, Any]], standing: dict[Any, Any]
    ) -> dict[Any, dict[str, Any]]:
        """What a person writes is proposed, and waits for a second one; a file's word does not
        publish it, and its place in the file does not move it."""
        found = {}
        for place, (k, values) in enumerate(wanted.items(), start=len(standing)):
            kept = dict(values)
            if k in standing:
                kept.pop("status", None)
                kept.pop("position", None)
            else:
                kept["proposed_by"] = self.by
                if "status" in kept:
                    kept["status"] = Review.PROPOSED
                if "position" in kept:
                    kept["position"] = place
            found[k] = kept
        return found

    def _change(self, row: Any, names: list[str], values: dict[str, Any]) -> None:
        left = getattr(row, "status", "")
        if "status" in names and values["status"] not in row.LIFECYCLE[left]:
            reason = f"stands at {left} and cannot become {values['status']}"
            raise BrokenContent(Problem("", str(row), reason))
        if self.by is not None and isinstance(row, Reviewed):
            refuse_settled(row, names)
        for name in names:
            setattr(row, name, values[name])
        if self.by is not None and names == ["words_digest"]:
            return  # told with the criteria that changed
        moved = f"{row._meta.model_name}.{row.status}" if "status" in names else ""
        only_words = set(names) <= TRANSLATIONS
        changed = f"{row._meta.model_name}.{'translated' if only_words else 'changed'}"
        self.entries.append(
            entry(
                row,
                moved or changed,
                by=self.by,
                at=self.at,
                from_state=left,
                to_state=getattr(row, "status", ""),
                reason=self.reason,
                visibility=PUBLIC,
                detail={"fields": sorted(names)},
            )
        )

    def _begun(self, row: Any) -> LogEntry:
        """That a record came: proposed by a person, or published with the portal's content."""
        name = row._meta.model_name
        by_hand = self.by is not None
        first = "drafted" if name == "edition" else "proposed"
        return entry(
            row,
            f"{name}.{first}" if by_hand else f"{name}.published",
            by=self.by,
            at=self.at,
            from_state="" if by_hand else Review.PROPOSED,
            to_state=row.status,
            reason=self.reason,
            visibility=LogEntry.Visibility.PRIVATE if by_hand else PUBLIC,
        )


def keep_states(model: Any, wanted: dict[Any, dict[str, Any]], standing: dict[Any, Any]) -> None:
    """Say of each text that is written who made it and of which source."""
    for k, values in wanted.items():
        row = standing.get(k)
        if row is not None and (row.translations or values.get("translations")):
            values["translation_state"] = carried(row, values, FIELDS[model])


def refuse_settled(row: Any, names: list[str]) -> None:
    """What is published stays but for its hints and translations; a withdrawn record is history."""
    if row.status == Review.WITHDRAWN:
        raise BrokenContent(Problem("", str(row), "is withdrawn; propose another"))
    if row.status == Review.PUBLISHED and set(names) - HINTS - TRANSLATIONS:
        reason = "is published and stays as it is; propose another and withdraw this one"
        raise BrokenContent(Problem("", str(row), reason))


def is_begun(row: Any, by: Any) -> bool:
    """Whether the log tells that a record came: of published ones, and of a person's."""
    return isinstance(row, Signed) if by is not None else is_published(row)


def is_alive(row: Any) -> bool:
    """A withdrawn record gives way to one that took its place."""
    return getattr(row, "status", "") != Review.WITHDRAWN


def is_published(row: Any) -> bool:
    return getattr(row, "status", "") == Review.PUBLISHED
