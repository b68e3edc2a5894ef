"""The evaluation of the bids for a lot: closed once all is said, and opened again with a reason
that everybody reads (rule R118).

While it is closed nobody scores, agrees, excludes or brings a bid, so that an award rests on what
was closed. What was said before it was opened again is superseded, never changed.
"""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import rfc8785
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from certcentre.accounts.models import Membership, User
from certcentre.lifecycle import NotReady, disagrees, illegal, move, reason_required
from certcentre.log.models import LogEntry, digest, first_digest, last_move, record, same, stored
from certcentre.plain_text import plain
from certcentre.zones import written
from tenders.bids.answers import Column
from tenders.bids.bid import Bid
from tenders.bids.comparison import Comparison, compared
from tenders.bids.given import Given, differing, read
from tenders.bids.scores import ROLES, Scores, questions
from tenders.frozen_body import moment
from tenders.independence import selling
from tenders.lot import EVALUATED, Lot
from tenders.lot_lock import held
from tenders.requirements import LONGEST
from tenders.steps import EVALUATION_CLOSED, EVALUATION_REOPENED

FORMAT = "certcentre.evaluation/2"  # in 1 musts on words alone were not judged


class Evaluation(models.Model):
    """What the evaluation of a lot came to when it was closed."""

    class Status(models.TextChoices):
        CLOSED = EVALUATED, _("Closed")
        REOPENED = "reopened", _("Opened again")

    LIFECYCLE = {Status.CLOSED: {Status.REOPENED}, Status.REOPENED: set()}

    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="evaluations")
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.CLOSED)
    closed_at = models.DateTimeField()
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    body = models.BinaryField()  # canonical JSON (RFC 8785) of what it came to
    digest = models.CharField(max_length=64)  # SHA-256 of body, hexadecimal
    reopened_at = models.DateTimeField(null=True)
    reopened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    reopened_because = models.TextField(max_length=LONGEST, blank=True)

    class Meta:
        verbose_name = _("evaluation")
        constraints = [
            models.UniqueConstraint(
                fields=["lot"], condition=Q(status=EVALUATED), name="evaluation_closed_once"
            ),
            models.CheckConstraint(
                condition=Q(status=EVALUATED)
                | Q(reopened_at__isnull=False) & ~Q(reopened_because=""),
                name="evaluation_reopened_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lot.tender.reference} {self.lot}"

    def get_absolute_url(self) -> str:
        return reverse("tender-award", args=[self.lot.tender.reference])

    @property
    def content(self) -> dict[str, Any]:
        """What it came to, read from the bytes that the digest is of."""
        content: dict[str, Any] = json.loads(stored(self.body))
        return content

    @property
    def standing(self) -> str:
        """Where it stands, in words, with the time of its place."""
        zone, language = self.lot.tender.zone, self.lot.tender.language
        if self.reopened_at:
            words = gettext("Opened again %(when)s: %(why)s")
            about = {"why": self.reopened_because}
            return words % {**about, "when": written(self.reopened_at, zone, language)}
        return gettext("Closed %(when)s") % {"when": written(self.closed_at, zone, language)}

    def course(self, lot: str) -> Iterator[tuple[datetime, str]]:
        """What happened to it, with the title of its lot, as the report says it."""
        about = {"name": self.content["by"], "lot": lot, "why": self.reopened_because}
        yield self.closed_at, gettext("%(name)s closed the evaluation: %(lot)s") % about
        if self.reopened_at:
            words = gettext("The evaluation was opened again: %(lot)s. %(why)s")
            yield self.reopened_at, words % about

    @classmethod
    def close(cls, lot: Lot, *, by: User, at: datetime) -> "Evaluation":
        """Freeze what all that was said comes to: no score, agreement, exclusion or bid comes
        after it."""
        lot.may_close(by=by, at=at)
        with held(lot):
            lot.may_close(by=by, at=at)
            given = read(lot)
            comparison = compared(lot, given.means)
            if problems := list(unfinished(lot, comparison, given, at=at)):
                raise NotReady(*problems)
            about = {
                "format": FORMAT,
                "tender": lot.tender.reference,
                "lot": lot.number,
                "closed": moment(at),
                "by": plain(by.name),
                **came_to(comparison, given),
            }
            body = rfc8785.dumps(about)
            kept: Any = {"body": body, "digest": digest(body)}
            made = cls.objects.create(lot=lot, closed_at=at, closed_by=by, **kept)
            logged: Any = {"organisation": lot.tender.buyer, "detail": {"digest": made.digest}}
            record(made, EVALUATION_CLOSED, by=by, at=at, to_state=made.status, **logged)
        return made

    def may_reopen(self, *, by: User, at: datetime) -> None:
        """A signatory, until the lot is awarded or given up."""
        self.lot.tender.require_signatory(by=by, at=at)
        if self.status != self.Status.CLOSED:
            raise illegal(Evaluation, self.status)
        if not self.lot.is_open:
            raise illegal(Lot, self.lot.status)
        self.lot.tender.require_in_force()

    def reopen(self, *, by: User, at: datetime, reason: str) -> None:
        """Evaluate further, with the reason that everybody reads."""
        self.may_reopen(by=by, at=at)
        why = reason_required(reason, public=True)
        with held(self.lot) as tender:
            self.status = Evaluation.objects.select_for_update().get(pk=self.pk).status
            self.may_reopen(by=by, at=at)
            stamps: Any = {"reopened_at": at, "reopened_by": by, "reopened_because": why}
            logged: Any = {"organisation": tender.buyer, "reason": why}
            move(self, "reopened", step=EVALUATION_REOPENED, by=by, at=at, **logged, **stamps)


def unfinished(lot: Lot, comparison: Comparison, given: Given, *, at: datetime) -> Iterator[str]:
    """What stands in the way of closing, in words."""
    if not comparison.vouched:
        yield contradicted()
    if given.forged:
        yield gettext("Scores of this lot are not what our log holds. Tell the centre.")
    if names := still_scoring(lot, at=at):
        words = ngettext(
            "%(names)s has begun to score and has not handed in.",
            "%(names)s have begun to score and have not handed in.",
            len(names),
        )
        yield words % {"names": ", ".join(names)}
    if missing := missed(comparison):
        words = ngettext(
            "%(n)d answer was scored or judged by nobody: %(refs)s.",
            "%(n)d answers were scored or judged by nobody: %(refs)s.",
            len(missing),
        )
        yield words % {"n": len(missing), "refs": ", ".join(dict.fromkeys(missing))}
    yield from differing(given, questions(comparison))
    yield from unconfirmed(comparison.waiting)


def missed(comparison: Comparison) -> list[str]:
    """The reference of each answer that nobody scored or judged, once for each bid."""
    return [
        row.asked.ref
        for row in comparison.rows
        for cell in row.cells
        if cell.by_people and cell.column.scored and cell.score is None
    ]


def contradicted() -> str:
    return gettext(
        "Our records disagree about this tender: what stands here is not what our log holds. "
        "Nothing is awarded on it. Tell the centre."
    )


def still_scoring(lot: Lot, *, at: datetime) -> list[str]:
    """Who began to score and may still hand in: whoever left or has a tie to a provider since is
    no evaluator any more."""
    begun = Scores.objects.filter(lot=lot, status=Scores.Status.DRAFT)
    there = Membership.objects.filter(
        organisation=lot.tender.buyer_id, role__in=ROLES, until=None, user__is_active=True
    )
    rows = begun.filter(evaluator__in=there.values("user"))
    rows = rows.exclude(evaluator__in=selling(at=at).values("user"))
    return list(rows.order_by("evaluator__name").values_list("evaluator__name", flat=True))


def unconfirmed(waiting: Sequence[Bid]) -> list[str]:
    """That bids were brought for the lot that nobody confirmed yet."""
    if not waiting:
        return []
    words = ngettext(
        "%(n)d bid that was brought waits for a colleague to confirm it: %(numbers)s. Have it "
        "confirmed or taken back first.",
        "%(n)d bids that were brought wait for a colleague to confirm them: %(numbers)s. Have them "
        "confirmed or taken back first.",
        len(waiting),
    )
    return [words % {"n": len(waiting), "numbers": ", ".join(bid.number for bid in waiting)}]


def came_to(comparison: Comparison, given: Given) -> dict[str, Any]:
    """Each bid with its points, place and what it fails, and what that rests on."""
    agreed = [(key, each) for key, each in sorted(given.settled.items())]
    return {
        "bids": [placed(column, comparison) for column in comparison.columns],
        "scores": [
            {"evaluator": sheet.content["evaluator"], "digest": sheet.digest}
            for sheet in given.sheets
        ],
        "agreed": [
            {"bid": bid, "requirement": asked, "digest": digest(each.frozen)}
            for (bid, asked), each in agreed
        ],
    }


def placed(column: Column, comparison: Comparison) -> dict[str, Any]:
    bid, points = column.bid, column.placed if comparison.complete else None
    return {
        "number": bid.number,
        "digest": bid.digest,
        "status": bid.status if bid.status == Bid.Status.EXCLUDED else Bid.Status.OPENED.value,
        "as_logged": column.vouched,
        "fails": list(column.failing),
        "below": list(column.below),
        "price_points": str(points.price) if points else None,
        "quality_points": str(column.quality),
        "total": str(points.total) if points else None,
        "place": points.place if points else None,
    }


def in_the_way(comparison: Comparison, given: Given) -> list[str]:
    """Why a lot is not awarded although its evaluation is closed: it is not what was closed."""
    evaluation = given.lot.evaluation
    if evaluation is None or evaluation.reopened_at:  # what is read was excluded or taken back
        return []
    stands = came_to(comparison, given).items()
    if all(as_logged([evaluation])) and stands <= evaluation.content.items():
        return []
    if evaluation.content["format"] != FORMAT and missed(comparison):
        words = gettext(
            "Musts that rest on words alone were read by nobody: %(refs)s. Open the evaluation "
            "again, and have evaluators say whether they accept them."
        )
        return [words % {"refs": ", ".join(dict.fromkeys(missed(comparison)))}]
    return [gettext("What was closed is not what stands here now. Tell the centre.")]


def as_logged(rows: Sequence[Evaluation]) -> list[bool]:
    """Whether each says what the log's steps on it do; an alarm of each that does not. One
    statement."""
    steps = LogEntry.objects.told(rows)
    return [same(row, is_as_logged(row, steps.get(str(row.pk), []))) for row in rows]


def evaluated(lots: Sequence[Lot]) -> dict[int, list[Evaluation]]:
    """The evaluations of each lot, the last one last, by its key. Refused where the log contradicts
    one. Two statements."""
    rows = Evaluation.objects.filter(lot__in=lots).order_by("closed_at", "pk")
    known = {lot.pk: lot for lot in lots}
    kept: dict[int, list[Evaluation]] = {lot.pk: [] for lot in lots}
    for row in rows.select_related("closed_by"):
        row.lot = known[row.lot_id]
        kept[row.lot_id].append(row)
    every = [row for own in kept.values() for row in own]
    for row, good in zip(every, as_logged(every), strict=True):
        if not good:
            raise disagrees(row.lot.tender.reference)
    return kept


def is_as_logged(row: Evaluation, steps: Sequence[dict[str, Any]]) -> bool:
    """Whether its bytes, its state and the reason of its being opened again are those of the
    steps."""
    return digest(row.body) == row.digest == first_digest(steps) and reopened_as_logged(row, steps)


def reopened_as_logged(row: Evaluation, steps: Sequence[dict[str, Any]]) -> bool:
    """Whether its state, and why it was opened again, are those of the steps."""
    last = last_move(steps)
    why = last["reason"] if last.get("to") == Evaluation.Status.REOPENED else ""
    return (row.status, row.reopened_because) == (last.get("to"), why)
