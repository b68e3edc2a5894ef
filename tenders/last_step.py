"""What the last step did to what a lot asks for, so that whoever took it can take it back.

One row a lot, overwritten by the next such step: the rows before it, and a print of the rows after
it. Where the print differs now, somebody changed the lot since, and nothing is taken back.
"""

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Protocol, cast

from django.conf import settings
from django.db import models
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from certcentre.accounts.models import User
from certcentre.lifecycle import IllegalMove, NotAllowed

AFTER = 2  # revisions: the step gave one, taking it back gives another that nobody has seen


class Row(Protocol):
    """A requirement, as far as its print asks."""

    pk: Any
    lot_id: Any
    position: Any
    revision: Any


class Rows(Protocol):
    """A lot, as far as its rows are kept and put back."""

    pk: Any
    requirements: Any


class TakenBack(IllegalMove):
    """Somebody pressed twice: no step is left."""


class LastStep(models.Model):
    """The last step that changed many requirements of a lot at once, or took some out."""

    class Did(models.TextChoices):
        SET = "set", _("Changed")
        REASON = "reason", _("Given a reason")
        OUT = "out", _("Taken out")
        MOVED = "moved", _("Moved to another lot")

    lot = models.OneToOneField(
        "Lot", on_delete=models.CASCADE, primary_key=True, related_name="last_step"
    )
    did = models.CharField(max_length=6, choices=Did.choices)
    number = models.PositiveIntegerField(default=0)  # of requirements
    about = models.CharField(max_length=300, blank=True)  # the standard, or the other lot
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    rows = models.JSONField()  # their requirements before, each {name of a column: value}
    after = models.JSONField()  # {key of a lot whose rows are kept: print of its rows then}

    # where a page has read them already: the rows of its lot, how many the tender has
    known: "Sequence[Row] | None" = None
    asked: int | None = None

    def __str__(self) -> str:
        """What it did, in words: Taken out: 70 requirements (ASVS 5.0)."""
        counted = ngettext("%(n)d requirement", "%(n)d requirements", self.number)
        about = f" ({self.about})" if self.about else ""
        return f"{self.get_did_display()}: {counted % {'n': self.number}}{about}."

    @property
    def key(self) -> str:
        """Which step it is: its lot has another after the next."""
        return self.at.isoformat()

    @staticmethod
    def seen(lot: Rows, key: str) -> "LastStep":
        """The last step of a lot, where it is the one that its reader saw; else IllegalMove."""
        step = LastStep.objects.filter(pk=lot.pk).first()
        if step is None:
            raise TakenBack(gettext("The last step was taken back already. No other was."))
        if step.key != key:
            words = gettext(
                "Another step was taken meanwhile, so this one cannot be taken back any more. "
                "Nothing was changed now."
            )
            raise IllegalMove(words)
        step.lot = cast(Any, lot)
        return step

    @staticmethod
    @contextmanager
    def taken(
        lot: Rows, did: str, *, by: User, at: datetime, others: Iterable[Rows] = ()
    ) -> Iterator["LastStep"]:
        """Keep what stands in the lot (and in `others` that the step touches) before a step that
        changes it. Inside `tender.edited`. Three statements. The step says its `number`."""
        lots = [lot.pk, *(other.pk for other in others)]
        rows = list(rows_in(lot, lots).values())
        step = LastStep(lot_id=lot.pk, did=did, by=by, at=at, rows=[plain(row) for row in rows])
        yield step
        after = list(rows_in(lot, lots))
        step.after = {str(key): print_of(key, after) for key in lots}
        fields = ["did", "number", "about", "by", "at", "rows", "after"]
        LastStep.objects.bulk_create(
            [step], update_conflicts=True, unique_fields=["lot"], update_fields=fields
        )

    def left(self, lot: int | str, rows: Iterable[Row]) -> bool:
        """Whether these rows of a lot stand as the step left them."""
        return self.after.get(str(lot)) == print_of(lot, rows)

    def may_take_back(self, *, by: User, at: datetime) -> None:
        """Whoever took it, while nobody changed the lot since and the tender has room."""
        self.lot.tender.may_edit(by=by, at=at)
        if self.by_id != by.pk:
            words = gettext("A colleague took the last step. Only they can take it back.")
            raise NotAllowed(words)
        rows = self._rows_now()
        if not all(self.left(key, rows) for key in self.after):
            words = gettext(
                "The lot was changed since, so the last step cannot be taken back. Nothing was "
                "changed now."
            )
            raise IllegalMove(words)
        if self.did == self.Did.OUT:
            self.lot.require_room(self.number, self.asked)

    def _rows_now(self) -> list[Row]:
        """The rows of each lot that it touched; no statement for those that are `known`."""
        if self.known is None:
            return list(rows_in(self.lot, self.after))
        others = [key for key in self.after if key != str(self.lot_id)]
        return [*self.known, *(rows_in(self.lot, others) if others else ())]

    def take_back(self, *, by: User, at: datetime) -> None:
        """Put the rows back as they stood before it. Statements do not grow with the rows."""
        with self.lot.tender.edited(by=by, at=at):
            LastStep.seen(self.lot, self.key)
            self.known = self.asked = None
            self.may_take_back(by=by, at=at)
            model = self.lot.requirements.model
            rows_in(self.lot, self.after).delete()
            model.objects.bulk_create(
                [model(**{**row, "revision": row["revision"] + AFTER}) for row in self.rows],
                batch_size=500,
            )
            LastStep.objects.filter(pk=self.pk).delete()


def rows_in(lot: Rows, lots: Collection[int | str]) -> "models.QuerySet[Any]":
    rows: models.QuerySet[Any] = lot.requirements.model.objects.filter(lot__in=lots)
    return rows.order_by("position")


def plain(row: Mapping[str, Any]) -> dict[str, Any]:
    """As JSON holds it."""
    return {**row, "id": str(row["id"])}


def print_of(lot: int | str, rows: Iterable[Row]) -> str:
    """SHA-256 of which rows a lot has, where, and how often each was changed."""
    lines = [f"{row.position} {row.pk} {row.revision}" for row in rows if row.lot_id == int(lot)]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
