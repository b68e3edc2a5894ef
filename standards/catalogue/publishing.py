"""Publishing editions: from then on their words stand, and each criterion has its slot."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import zip_longest
from typing import Any

from django.db import transaction
from django.db.models import F, Max, Q
from django.utils.translation import gettext

from certcentre.accounts.people import User
from certcentre.lifecycle import NotReady, illegal
from certcentre.log.models import LogEntry, entry, record
from standards.catalogue import steps
from standards.catalogue.editions import Criterion, Edition
from standards.catalogue.indexed import put_editions
from standards.catalogue.schema import EditionRecord
from standards.catalogue.texts import Texts, held

DAY = timedelta(days=1)
NOTICE = timedelta(days=182)  # six months: promised to whoever uses the edition before


def publish(editions: Sequence[Edition], *, by: User | None, at: datetime) -> None:
    """Move drafts to published together: all of them, or none.

    An edition that one of them supersedes is deprecated the day after its grace.
    """
    refuse_unfit(editions, by, at)
    with transaction.atomic():
        drafts = Edition.objects.filter(pk__in=[edition.pk for edition in editions])
        stamps: dict[str, Any] = {"status": Edition.Status.PUBLISHED, "published_at": at}
        stamps["published_by"] = by
        if drafts.filter(status=Edition.Status.DRAFT).update(**stamps) != len(editions):
            raise illegal(Edition, Edition.Status.PUBLISHED)
        give_slots(editions)
        for edition in editions:
            edition.status, edition.published_at = Edition.Status.PUBLISHED, at
            edition.published_by = by
        texts = {each.pk: Texts.of_whole(each).digest for each in held(editions)}
        LogEntry.objects.bulk_create(
            entry(
                edition,
                steps.EDITION_PUBLISHED,
                by=by,
                at=at,
                from_state=Edition.Status.DRAFT,
                to_state=Edition.Status.PUBLISHED,
                detail={"words": edition.words_digest, "texts": texts[edition.pk]},
            )
            for edition in editions
        )
        put_editions(editions)
        for edition in editions:
            if edition.supersedes:
                last = edition.grace_until or edition.effective_from or at.date()
                deprecate(edition.supersedes, last + DAY, by=by, at=at, reason=edition.name)


def refuse_unfit(editions: Sequence[Edition], by: User | None, at: datetime) -> None:
    """NotReady naming all that they lack."""
    problems: list[str] = []
    for edition in editions:
        try:
            edition.may_publish(by=by, at=at)
        except NotReady as missing:
            problems += missing.problems
    if problems:
        raise NotReady(*problems)


def deprecate(edition: Edition, day: date, *, by: User | None, at: datetime, reason: str) -> None:
    """From this day nothing new begins with it; an earlier day that was set before stays."""
    later = Edition.objects.filter(pk=edition.pk).filter(
        Q(deprecated_from=None) | Q(deprecated_from__gt=day)
    )
    if later.update(deprecated_from=day):
        detail = {"from": day.isoformat()}
        record(edition, steps.EDITION_DEPRECATED, by=by, at=at, reason=reason, detail=detail)
        edition.deprecated_from = day


def reschedule(
    edition: Edition,
    *,
    by: User | None,
    at: datetime,
    reason: str,
    effective_from: date | None = None,
    grace_until: date | None = None,
    deprecated_from: date | None = None,
    law_says_less: bool = False,
) -> None:
    """Set the days of an edition. What already binds cannot be announced again, and whoever uses
    the edition before has six months, unless a law says less."""
    days = {
        "effective_from": effective_from,
        "grace_until": grace_until,
        "deprecated_from": deprecated_from,
    }
    with transaction.atomic():
        standing = Edition.objects.select_for_update().get(pk=edition.pk)
        standing.may_reschedule(by=by, at=at)
        problems = list(wrong_days(standing, days, at))
        if not law_says_less and short_notice(standing, grace_until, at):
            problems.append(
                gettext(
                    "The grace ends less than six months after the edition is published. Choose a "
                    "later day, or say that a law leaves less time."
                )
            )
        if problems:
            raise NotReady(*problems)
        changed = {name: day for name, day in days.items() if getattr(standing, name) != day}
        if not changed:
            return
        Edition.objects.filter(pk=edition.pk).update(**changed)
        said = {name: day.isoformat() if day else "" for name, day in changed.items()}
        record(edition, steps.EDITION_RESCHEDULED, by=by, at=at, reason=reason, detail=said)
    for name, day in days.items():
        setattr(edition, name, day)


def short_notice(edition: Edition, grace_until: date | None, at: datetime) -> bool:
    """Whether a new last day of grace comes sooner than is promised."""
    if grace_until is None or grace_until == edition.grace_until:
        return False
    return grace_until < (edition.published_at or at).date() + NOTICE


def wrong_days(edition: Edition, days: Mapping[str, date | None], at: datetime) -> Iterator[str]:
    """What speaks against these days, in words."""
    begins, grace, ends = days["effective_from"], days["grace_until"], days["deprecated_from"]
    today = at.date()
    out = edition.status != Edition.Status.DRAFT
    if out and edition.binds(today) and begins != edition.effective_from:
        yield gettext("Its criteria count already, so the day from which they count stays.")
    if out and not edition.binds(today) and (begins is None or begins < today):
        yield gettext("It is announced. Choose a day that is still to come, or today.")
    if grace and not edition.supersedes_id:
        yield gettext("A grace needs an earlier edition that this one follows.")
    if grace and grace < (begins or today):
        yield gettext("The grace ends before the criteria count.")
    if ends and ends < (begins or today):
        yield gettext("It would be deprecated before its criteria count.")


def give_slots(editions: Sequence[Edition]) -> None:
    """Each criterion gets the next free slot, in its edition's order; it never changes again."""
    last = Criterion.objects.aggregate(last=Max("slot"))["last"]
    free = 0 if last is None else last + 1
    for edition in editions:  # positions of one edition run from 0 without gaps
        free += Criterion.objects.filter(edition=edition).update(slot=F("position") + free)


def frozen_differences(edition: Edition, file: EditionRecord) -> Iterator[tuple[str, str]]:
    """Where a file departs from a published edition, as (record, reason)."""
    stays = "this edition is published and its words stay; make a new edition"
    if file.status == Edition.Status.DRAFT:
        yield edition.key, "is published and cannot be a draft again"
    if (edition.name, edition.version) != (file.name, file.version):
        yield edition.key, f"has another name or version; {stays}"
    levels = [
        [level.key, level.label, level.obligation, level.cumulative]
        for level in edition.levels.order_by("position")
    ]
    if levels != [level.frozen for level in file.levels]:
        yield edition.key, f"has other levels; {stays}"
    names = ("ref", "title", "statement", "level", "verification", "force")
    fields = ("ref", "title", "statement", "level__key", "verification", "force")
    criteria = {
        row[0]: [*row[:5], *filter(None, row[5:])]
        for row in edition.criteria.order_by("position").values_list(*fields)
    }
    wanted = {item.ref: item.frozen for item in file.items}
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
