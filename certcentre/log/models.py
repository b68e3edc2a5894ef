"""The log and the public numbers: what is written once and never changed."""

import json
import logging
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from typing import Any

import rfc8785
from django.conf import settings
from django.db import models, transaction
from django.db.models import OuterRef, Subquery, Value
from django.db.models.functions import Cast, Coalesce

from certcentre import numbers
from certcentre.log.checkpoint import Checkpoint
from certcentre.log.tiles import Tile, Tree
from certcentre.operator_log import tell
from certcentre.steps import Step

__all__ = [
    "Checkpoint",
    "LogEntry",
    "Series",
    "Tile",
    "Tree",
    "detail_of",
    "digest",
    "entry",
    "first_digest",
    "last_move",
    "next_number",
    "record",
    "same",
    "stored",
    "vouched",
]


alarms = logging.getLogger(__name__)


class LogEntryQuerySet(models.QuerySet["LogEntry"]):
    def about(self, record: models.Model) -> "LogEntryQuerySet":
        """The steps of one record, oldest first."""
        return self.filter(
            subject_type=record._meta.label_lower, subject_id=str(record.pk)
        ).order_by("pk")

    def among(self, records: Sequence[models.Model]) -> "LogEntryQuerySet":
        """The steps of several records of one kind, oldest first."""
        if not records:
            return self.none()
        label, keys = records[0]._meta.label_lower, [str(each.pk) for each in records]
        return self.filter(subject_type=label, subject_id__in=keys).order_by("pk")

    def states(self, records: Sequence[models.Model]) -> dict[str, str]:
        """The state that the last step on each record gave it, by its id."""
        moves = self.among(records).exclude(to_state="")
        return dict(moves.values_list("subject_id", "to_state"))

    def last_state(self, model: type[models.Model]) -> Coalesce:
        """For a queryset of that model: the state that the last step on each row gave it."""
        label, key = model._meta.label_lower, Cast(OuterRef("pk"), models.CharField())
        moves = self.filter(subject_type=label, subject_id=key).exclude(to_state="")
        last = moves.order_by("-pk").values("to_state")[:1]
        return Coalesce(Subquery(last), Value(""))

    def first_body(self, model: type[models.Model], step: Step, key: str = "pk") -> Subquery:
        """For a queryset: the bytes of the first entry on this step of the record at `key`."""
        label, own = model._meta.label_lower, Cast(OuterRef(key), models.CharField())
        entries = self.filter(subject_type=label, subject_id=own, step=str(step))
        return Subquery(entries.order_by("pk").values("body")[:1])

    def last_body(self, model: type[models.Model], steps: Sequence[Step], key: str) -> Subquery:
        """The same of the last entry on one of these steps."""
        label, own = model._meta.label_lower, Cast(OuterRef(key), models.CharField())
        names = [str(step) for step in steps]
        entries = self.filter(subject_type=label, subject_id=own, step__in=names)
        return Subquery(entries.order_by("-pk").values("body")[:1])

    def told(self, records: Sequence[models.Model]) -> dict[str, list[dict[str, Any]]]:
        """What the steps on each record say, oldest first, by its id."""
        steps: dict[str, list[dict[str, Any]]] = {}
        for key, body in self.among(records).values_list("subject_id", "body").iterator():
            steps.setdefault(key, []).append(json.loads(stored(body)))
        return steps

    def digests(self, records: Sequence[models.Model]) -> dict[str, str]:
        """The digest that the first step which has one gave of each record, by its id."""
        kept: dict[str, str] = {}
        for key, body in self.among(records).values_list("subject_id", "body").iterator():
            detail = detail_of(body)
            if value := detail.get("digest") or detail.get("words"):
                kept.setdefault(key, value)
        return kept

    def public(self) -> "LogEntryQuerySet":
        return self.filter(visibility=LogEntry.Visibility.PUBLIC)


class LogEntry(models.Model):
    """One step that was taken: who, when, on what, from which state to which, and why.

    `body` holds the canonical bytes (RFC 8785) that the log is shown from and hashed over. They
    carry the actor's random id only, so closing an account changes no hash (rule R43).
    `leaf_index` is given later, by the sequencer, in id order; nothing here locks the log's head.
    """

    class Visibility(models.TextChoices):
        PUBLIC = "public"
        PRIVATE = "private"

    at = models.DateTimeField()
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    organisation = models.ForeignKey(
        "accounts.Organisation", null=True, on_delete=models.PROTECT, related_name="+"
    )
    subject_type = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=64)
    step = models.CharField(max_length=60)
    from_state = models.CharField(max_length=24, blank=True)
    to_state = models.CharField(max_length=24, blank=True)
    reason = models.TextField(blank=True)
    visibility = models.CharField(max_length=8, choices=Visibility.choices)
    body = models.BinaryField()
    salt = models.BinaryField()
    leaf_index = models.PositiveBigIntegerField(null=True, unique=True)

    objects = LogEntryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "log entries"
        indexes = [
            models.Index(fields=["subject_type", "subject_id"], name="logentry_subject"),
            models.Index(
                fields=["id"],
                condition=models.Q(leaf_index=None),
                name="logentry_unsequenced",
            ),
            models.Index(
                fields=["subject_type", "leaf_index"],
                condition=models.Q(visibility="public"),
                name="logentry_public",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.step} {self.subject_type} {self.subject_id}"

    @property
    def leaf(self) -> bytes:
        """What the tree holds of it."""
        return leaf_data(self.visibility, self.body, self.salt)


def stored(body: bytes | memoryview | str) -> bytes:
    """A record's bytes as the database gives them: SQLite gives text where a hand wrote text."""
    return body.encode() if isinstance(body, str) else bytes(body)


def detail_of(body: bytes | memoryview | str) -> dict[str, Any]:
    """What explains a step, from the bytes of its entry."""
    detail: dict[str, Any] = json.loads(stored(body))["detail"]
    return detail


def last_move(steps: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Of what steps say, the last that gave the record a state; nothing where none did."""
    return next((step for step in reversed(steps) if step["to"]), {})


def first_digest(steps: Sequence[dict[str, Any]]) -> str:
    """Of what steps say, the digest that the first which has one gave; nothing where none did."""
    return next(filter(None, (step["detail"].get("digest") for step in steps)), "")


def digest(body: bytes | memoryview | str) -> str:
    """What the log keeps of a record's bytes: SHA-256, hexadecimal."""
    return sha256(stored(body)).hexdigest()


def vouched(record: models.Model, body: bytes | memoryview, *, old: bool = False) -> bool | None:
    """Whether these bytes have the digest that the log holds of a record; an alarm where not.

    `old`: None where the log holds none of it, as before it kept them.
    """
    kept = LogEntry.objects.digests([record]).get(str(record.pk), "")
    return None if old and not kept else same(record, digest(body) == kept)


def same(record: models.Model, agrees: bool) -> bool:
    """What was asked, and an alarm where a record is not what the log says of it."""
    if not agrees:
        alarms.error("our records disagree: %s %s", record._meta.label_lower, record.pk)
    return agrees


def leaf_data(visibility: str, body: bytes | memoryview, salt: bytes | memoryview) -> bytes:
    """A public entry stands in the tree with its bytes, a private one with a salted hash.

    The hash of a private entry may be shown to anybody: only who is given its salt and bytes can
    check what it says.
    """
    if visibility == LogEntry.Visibility.PUBLIC:
        return bytes(body)
    return sha256(bytes(salt) + bytes(body)).digest()


class Series(models.Model):
    """The last public number given out under one prefix in one year; numbers never come back."""

    prefix = models.CharField(max_length=4)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name_plural = "series"
        constraints = [
            models.UniqueConstraint(fields=["prefix", "year"], name="series_one_per_year")
        ]

    def __str__(self) -> str:
        return numbers.written(self.prefix, self.year, self.last)


def next_number(prefix: str, *, at: datetime) -> str:
    """The next public number of a kind, as `CC-2026-000123`. Call inside a transaction.

    The row stays locked until the transaction ends, so numbers have no gaps and no twins.
    """
    Series.objects.get_or_create(prefix=prefix, year=at.year)
    series = Series.objects.select_for_update().get(prefix=prefix, year=at.year)
    series.last += 1
    series.save(update_fields=["last"])
    return str(series)


def entry(
    subject: models.Model,
    step: Step | str,
    *,
    by: models.Model | None,
    at: datetime,
    from_state: str = "",
    to_state: str = "",
    reason: str = "",
    organisation: models.Model | None = None,
    visibility: str = LogEntry.Visibility.PRIVATE,
    detail: dict[str, Any] | None = None,
) -> LogEntry:
    """The entry for one step, not saved yet: for steps that are recorded many at a time."""
    if isinstance(step, Step):
        visibility = step.visibility
    label, key = subject._meta.label_lower, str(subject.pk)
    body = {
        "actor": str(by.pk) if by else None,
        "at": at.astimezone(UTC).isoformat(timespec="microseconds"),
        "detail": detail or {},
        "from": from_state,
        "organisation": str(organisation.pk) if organisation else None,
        "reason": reason,
        "step": str(step),
        "subject": f"{label}:{key}",
        "to": to_state,
    }
    return LogEntry(
        at=at,
        actor_id=by.pk if by else None,
        organisation_id=organisation.pk if organisation else None,
        subject_type=label,
        subject_id=key,
        step=str(step),
        from_state=from_state,
        to_state=to_state,
        reason=reason,
        visibility=visibility,
        body=rfc8785.dumps(body),
        salt=secrets.token_bytes(16),
    )


def record(
    subject: models.Model, step: Step | str, *, by: models.Model | None, at: datetime, **rest: Any
) -> LogEntry:
    """Insert the entry for one step, in the caller's transaction. It locks nothing.

    `by` is a user or None (the portal itself); `detail` holds JSON values that explain the step.
    """
    made = entry(subject, step, by=by, at=at, **rest)
    made.save()
    told = {"step": made.step, "subject": f"{made.subject_type}:{made.subject_id}"}
    person = str(made.actor_id) if made.actor_id else None
    transaction.on_commit(partial(tell, "step", **told, person=person))
    return made
