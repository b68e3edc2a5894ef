"""Publishing editions: from then on their words stand, and each criterion has its slot."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import zip_longest
from typing import Any

from django.db import transaction
from django.db.models import F, Max

from certcentre.lifecycle import illegal
from certcentre.log.models import LogEntry, entry
from standards.catalogue.editions import Criterion, Edition, judged_by_the_centre
from standards.catalogue.rows import frozen_criterion, frozen_level


def publish(editions: Sequence[Edition], *, by: Any, at: datetime) -> None:
    """Move drafts to published together: all of them, or none."""
    judged_by_the_centre(by)
    with transaction.atomic():
        stamps: dict[str, Any] = {"status": Edition.Status.PUBLISHED, "published_at": at}
        drafts = Edition.objects.filter(pk__in=[edition.pk for edition in editions])
        if drafts.filter(status=Edition.Status.DRAFT).update(**stamps) != len(editions):
            raise illegal(Edition, Edition.Status.PUBLISHED)
        give_slots(editions)
        for edition in editions:
            edition.status, edition.published_at = Edition.Status.PUBLISHED, at
        LogEntry.objects.bulk_create(
            entry(
                edition,
                "edition.published",
                by=by,
                at=at,
                from_state=Edition.Status.DRAFT,
                to_state=Edition.Status.PUBLISHED,
                visibility=LogEntry.Visibility.PUBLIC,
                detail={"words": edition.words_digest},
            )
            for edition in editions
        )


def give_slots(editions: Sequence[Edition]) -> None:
    """Each criterion gets the next free slot, in its edition's order; it never changes again."""
    last = Criterion.objects.aggregate(last=Max("slot"))["last"]
    free = 0 if last is None else last + 1
    for edition in editions:  # positions of one edition run from 0 without gaps
        free += Criterion.objects.filter(edition=edition).update(slot=F("position") + free)


def frozen_differences(edition: Edition, data: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Where a file departs from a published edition, as (record, reason)."""
    stays = "this edition is published and its words stay; make a new edition"
    if data.get("status") == Edition.Status.DRAFT:
        yield edition.key, "is published and cannot be a draft again"
    if (edition.name, edition.version) != (data["name"], data["version"]):
        yield edition.key, f"has another name or version; {stays}"
    levels = [
        [level.key, level.label, level.obligation, level.cumulative]
        for level in edition.levels.order_by("position")
    ]
    if levels != [frozen_level(level) for level in data["level_structure"]]:
        yield edition.key, f"has other levels; {stays}"
    names = ("ref", "title", "statement", "level", "verification", "force")
    fields = ("ref", "title", "statement", "level__key", "verification", "force")
    criteria = {
        row[0]: [*row[:5], *filter(None, row[5:])]
        for row in edition.criteria.order_by("position").values_list(*fields)
    }
    wanted = {row["ref"]: frozen_criterion(row) for row in data["criteria"]}
    for ref in criteria.keys() | wanted.keys():
        if ref not in wanted:
            yield f"{edition.key}:{ref}", f"is missing; {stays}"
        elif ref not in criteria:
            yield f"{edition.key}:{ref}", f"is new; {stays}"
        elif wanted[ref] != criteria[ref]:
            pairs = zip_longest(names, wanted[ref], criteria[ref])
            changed = ", ".join(name for name, now, was in pairs if now != was)
            yield f"{edition.key}:{ref}", f"has another {changed}; {stays}"
    if list(criteria) != list(wanted) and criteria.keys() == wanted.keys():
        yield edition.key, f"has its criteria in another order; {stays}"
