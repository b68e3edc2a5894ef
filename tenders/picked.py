"""Requirements of a lot that somebody picked, and what is done to all of them at once."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F
from django.utils.translation import gettext, ngettext

from certcentre.accounts.models import User
from certcentre.lifecycle import NotReady, StepRefused
from tenders import contents
from tenders.contents import Group
from tenders.last_step import LastStep
from tenders.lot import Lot
from tenders.requirements import Requirement
from tenders.warned import refs


class Changed(StepRefused):
    """Somebody changed or took out what was picked, and nothing was done."""


@dataclass(frozen=True)
class Picked:
    """Rows of a lot by key, each with the revision that its reader saw; or all of one group, with
    the mark that it had.

    Every verb does all of it or nothing, and is the lot's last step, which can be taken back.
    """

    lot: Lot
    seen: Mapping[UUID, int]
    group: str | None = None  # key of a group of `contents.py`, instead of rows
    mark: str = ""  # of that group

    def set(self, *, by: User, at: datetime, **fields: Any) -> int:
        """Give all of them any of obligation, least and weight; the number of those changed.

        What has no assurance keeps its least. NotReady with the references where a weight is
        given to what is no *should*.
        """
        if not fields:
            raise NotReady(gettext("Choose what to set. Nothing was changed."))
        with self._step(LastStep.Did.SET, by=by, at=at) as (step, rows):
            changes: dict[tuple[tuple[str, Any], ...], list[UUID]] = {}
            unfit: list[Requirement] = []
            for row in rows:
                given = {k: v for k, v in fields.items() if k != "least" or row.criterion_id}
                try:
                    change = tuple(row.fitting(given).items()) if given else ()
                except NotReady:
                    unfit.append(row)
                else:
                    changes.setdefault(change, []).append(row.pk)
            if unfit:
                words = gettext(
                    "Only a should has a weight. These are none: %(refs)s. Nothing was changed."
                )
                raise NotReady(words % {"refs": refs(unfit)})
            changes.pop((), None)
            for change, keys in changes.items():
                self._among(keys).update(revision=F("revision") + 1, **dict(change))
            step.number = sum(map(len, changes.values()))
        return step.number

    def give_reason(
        self, *, by: User, at: datetime, justification: str, replace: bool = False
    ) -> int:
        """Give this reason to those that have none, or with `replace` to all; how many got it."""
        with self._step(LastStep.Did.REASON, by=by, at=at) as (step, rows):
            keys = [row.pk for row in rows if replace or not row.justification.strip()]
            if not keys:
                words = gettext("All of them have a reason already. Nothing was changed.")
                raise NotReady(words)
            self._among(keys).update(justification=justification, revision=F("revision") + 1)
            step.number = len(keys)
        return step.number

    def take_out(self, *, by: User, at: datetime) -> int:
        """Take all of them out; those after each move up."""
        with self._step(LastStep.Did.OUT, by=by, at=at) as (step, rows):
            self.lot.requirements.take_out(rows)
            step.number = len(rows)
        return step.number

    def move_to(self, lot: Lot, *, by: User, at: datetime) -> int:
        """Move them into another lot of the tender, behind what it asks from the same edition."""
        if lot.pk == self.lot.pk or lot.tender_id != self.lot.tender_id:
            raise NotReady(gettext("Choose another lot of this tender. Nothing was changed."))
        with self._step(LastStep.Did.MOVED, lot, by=by, at=at) as (step, rows):
            if not self.lot.tender.lots.filter(pk=lot.pk).exists():
                raise lot_gone()
            there = {asked_by(row) for row in lot.requirements.all()} - {None}
            if double := [row for row in rows if asked_by(row) in there]:
                words = gettext(
                    "Lot %(lot)d asks for these already: %(refs)s. Take their ticks away, then "
                    "move the others. Nothing was changed."
                )
                raise NotReady(words % {"lot": lot.number, "refs": refs(double)})
            step.number = len(rows)
            step.about = gettext("lot %(lot)d") % {"lot": lot.number}
            self.lot.requirements.take_out(rows)
            for row in rows:
                row.lot, row.revision = lot, row.revision + 1
            lot.place(rows)
        return step.number

    @contextmanager
    def _step(
        self, did: str, *others: Lot, by: User, at: datetime
    ) -> Iterator[tuple[LastStep, list[Requirement]]]:
        lot = self.lot
        with (
            lot.tender.edited(by=by, at=at),
            LastStep.taken(lot, did, by=by, at=at, others=others) as step,
        ):
            asked = contents.read(lot)
            if self.group is None:
                rows = self._chosen(asked.rows)
            else:
                group = self._whole(asked.groups.get(self.group))
                rows, step.about = group.rows, group.title[:300]
            yield step, rows

    def _whole(self, group: Group | None) -> Group:
        """The group as it stands; refused where it is not as it was seen."""
        if group is None:
            words = gettext("Somebody took all of it out already. Nothing was done now.")
            raise Changed(words)
        if group.mark != self.mark:
            words = ngettext(
                "Somebody changed “%(title)s” meanwhile. The lot asks for %(n)d of it now.",
                "Somebody changed “%(title)s” meanwhile. The lot asks for %(n)d of it now.",
                group.asked,
            )
            raise Changed(words % {"title": group.title, "n": group.asked}, look_again())
        return group

    def _chosen(self, stored: list[Requirement]) -> list[Requirement]:
        """The rows as they stand; refused where one is not as it was seen, or none is left."""
        rows = [row for row in stored if row.pk in self.seen]
        changed = [row for row in rows if row.revision != self.seen[row.pk]]
        gone = len(self.seen) - len(rows)
        if changed or gone:
            raise Changed(*told(changed, gone))
        if not rows:
            raise NotReady(gettext("Tick the requirements first. Nothing was changed."))
        return rows

    def _among(self, keys: list[UUID]) -> Any:
        return Requirement.objects.filter(pk__in=keys)


def asked_by(row: Requirement) -> object:
    """What may stand once in a lot: a criterion, or what is asked of a fact; None of own words."""
    return row.criterion_id or ((row.fact, row.fact_how, *row.fact_values) if row.fact else None)


def lot_gone() -> NotReady:
    words = gettext("Somebody took that lot out meanwhile. Choose another. Nothing was changed.")
    return NotReady(words)


def told(changed: list[Requirement], gone: int) -> Iterator[str]:
    """What somebody else did meanwhile, and what to do."""
    if changed:
        words = gettext("Somebody changed these meanwhile: %(refs)s.")
        yield words % {"refs": refs(changed)}
    if gone:
        words = gettext("Somebody took out %(n)d of those you ticked.")
        yield words % {"n": gone}
    yield look_again()


def look_again() -> str:
    return gettext(
        "Nothing was done. The page shows them as they stand now; look, then do it again."
    )
