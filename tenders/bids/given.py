"""What evaluators gave bids, all together, and what they agreed on where they differ (rule R74).

The mean of what was handed in gives the points. Where two differ by more than APART, evaluators
say which score they agree on, and why: it counts instead of the mean.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from functools import cached_property
from typing import Any

import rfc8785
from django.conf import settings
from django.db import models
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from certcentre.accounts.models import User
from certcentre.lifecycle import IllegalMove, NotAllowed, NotReady, words_required
from certcentre.log.models import LogEntry, digest, record, same
from certcentre.plain_text import plain
from tenders.bids.bid import Bid
from tenders.bids.comparison import compared
from tenders.bids.scores import (
    ACCEPTED,
    NOT_ACCEPTED,
    Asked,
    Scores,
    judged_keys,
    questions,
    require_scoring,
)
from tenders.frozen_body import moment
from tenders.lot import EVALUATED, Lot
from tenders.lot_lock import held
from tenders.requirements import LONGEST
from tenders.scoring import HIGHEST
from tenders.steps import SCORES_AGREED

APART = 2  # scores that differ by more are talked through


class Consensus(models.Model):
    """What evaluators say of a question on which their scores lie far apart."""

    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="+")
    bid = models.ForeignKey(Bid, on_delete=models.PROTECT, related_name="+")
    requirement = models.CharField(max_length=36)  # its id, as the tender was published
    score = models.PositiveSmallIntegerField(null=True)  # none in rows from before it was asked
    words = models.TextField(_("what you agreed, and why"), max_length=LONGEST)
    said_at = models.DateTimeField()
    said_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("consensus")
        indexes = [models.Index(fields=["bid", "requirement"], name="consensus_of_an_answer")]

    def __str__(self) -> str:
        return f"{self.bid_id} {self.requirement}"

    @property
    def frozen(self) -> bytes:
        """The canonical bytes whose digest the log holds."""
        about: dict[str, Any] = {"bid": str(self.bid_id), "requirement": self.requirement}
        if self.score is not None:
            about["score"] = self.score
        return rfc8785.dumps({**about, "words": plain(self.words), "at": moment(self.said_at)})

    @classmethod
    def reach(
        cls,
        lot: Lot,
        *,
        by: User,
        at: datetime,
        bid: str,
        requirement: str,
        score: int | None,
        words: str,
    ) -> "Consensus":
        """Say what became of a difference; by somebody who has handed in scores of the lot."""
        require_scoring(lot, by=by, at=at)
        why = words_required(words, gettext("Say what you agreed, and why."))
        if score is None or not 0 <= score <= HIGHEST:
            problem = gettext("Choose the score that you agreed on, from 0 to %(n)d.")
            raise NotReady(problem % {"n": HIGHEST})
        about: Any = {"bid_id": bid, "requirement": requirement, "words": why, "score": score}
        with held(lot):
            require_scoring(lot, by=by, at=at)
            given = read(lot)
            if not given.has(by):
                raise NotAllowed(gettext("Whoever has handed in scores of this lot says it."))
            comparison, key = compared(lot), (bid, requirement)
            if key not in given.apart(questions(comparison)):
                raise IllegalMove(gettext("These scores do not lie far apart."))
            if key in given.settled:
                raise IllegalMove(gettext("This was said already."))
            if key in judged_keys(comparison) and score not in (NOT_ACCEPTED, ACCEPTED):
                raise NotReady(gettext("Say whether you accept the answer, or do not."))
            made = cls.objects.create(lot=lot, said_at=at, said_by=by, **about)
            detail = {"digest": digest(made.frozen)}
            logged: Any = {"organisation": lot.tender.buyer, "detail": detail}
            record(made, SCORES_AGREED, by=by, at=at, **logged)
        return made


@dataclass
class Given:
    """What was handed in for a lot, as far as the log holds it so."""

    lot: Lot
    sheets: list[Scores]
    forged: int
    scores: dict[Asked, list[int]]

    @cached_property
    def agreed(self) -> dict[Asked, Consensus]:
        """What was said last of differences, as far as the log holds it so."""
        rows = list(Consensus.objects.filter(lot=self.lot).order_by("said_at", "pk"))
        kept = LogEntry.objects.digests(rows)
        good = [row for row in rows if same(row, digest(row.frozen) == kept.get(str(row.pk)))]
        return {(str(each.bid_id), each.requirement): each for each in good}

    @cached_property
    def settled(self) -> dict[Asked, Consensus]:
        """What was agreed on and still is: nobody who handed in since differs from it by much, or
        superseded what it was about."""
        return {key: each for key, each in self.agreed.items() if not self._upset(key, each)}

    def _upset(self, key: Asked, agreed: Consensus) -> bool:
        since = [
            sheet
            for sheet in self.sheets
            if sheet.handed_in_at and sheet.handed_in_at > agreed.said_at and key in sheet.handed_in
        ]
        if any(sheet.supersedes_id for sheet in since):
            return True
        return agreed.score is not None and any(
            abs(sheet.handed_in[key][0] - agreed.score) > APART for sheet in since
        )

    @cached_property
    def means(self) -> dict[Asked, Fraction]:
        """The mean of what was given, or the score that was agreed on; no statement where nothing
        was given."""
        if not self.scores:
            return {}
        means = {key: Fraction(sum(each), len(each)) for key, each in self.scores.items()}
        agreed = {key: each.score for key, each in self.settled.items() if key in means}
        return means | {key: Fraction(n) for key, n in agreed.items() if n is not None}

    def seen_by(self, reader: User) -> bool:
        """Whether somebody sees what others gave: after handing in their own scores, or once the
        evaluation is closed, or the lot awarded or cancelled."""
        return self.lot.is_over or self.has(reader) or self.closed

    @cached_property
    def closed(self) -> bool:
        """Whether nobody gives anything any more; one statement."""
        return self.lot.evaluations.filter(status=EVALUATED).exists()

    def has(self, evaluator: User) -> bool:
        """Whether this person handed in scores, and so may say what was agreed."""
        return evaluator.pk in {sheet.evaluator_id for sheet in self.sheets}

    def hidden_from(self, reader: User | None) -> bool:
        """Whether scores were given that the reader may not see yet; nobody's reading is all."""
        return bool(reader and self.scores and not self.seen_by(reader))

    def shown_to(self, reader: User | None) -> dict[Asked, Fraction]:
        """The means that somebody may see."""
        return {} if self.hidden_from(reader) else self.means

    def reasons(self, key: Asked) -> list[str]:
        """Why an answer got what it got: what was agreed, or what each gave as the reason."""
        if agreed := self.settled.get(key):
            return [agreed.words]
        given = [sheet.handed_in[key] for sheet in self.sheets if key in sheet.handed_in]
        return list(dict.fromkeys(why for _score, why in given if why))

    def apart(self, asked: Iterable[Asked]) -> list[Asked]:
        """Of what is asked, where two differ by more than APART.

        What was given to a bid that was excluded since is asked no more, and decides nothing.
        """
        given = {key: self.scores[key] for key in asked if key in self.scores}
        return [key for key, each in given.items() if max(each) - min(each) > APART]

    def to_agree(self, asked: Iterable[Asked]) -> list[Asked]:
        return [key for key in self.apart(asked) if key not in self.settled]


def read(lot: Lot) -> Given:
    """Two statements at any number of scores, one where there are none."""
    rows = Scores.objects.filter(lot=lot, status=Scores.Status.HANDED_IN)
    sheets = list(rows.select_related("evaluator").order_by("handed_in_at", "pk"))
    kept = LogEntry.objects.digests(sheets)
    good = [
        sheet
        for sheet in sheets
        if same(sheet, digest(sheet.body or b"") == kept.get(str(sheet.pk), ""))
    ]
    scores: dict[Asked, list[int]] = defaultdict(list)
    for sheet in good:
        for key, (score, _why) in sheet.handed_in.items():
            scores[key].append(score)
    return Given(lot, good, len(sheets) - len(good), dict(scores))


def differing(given: Given, asked: Iterable[Asked]) -> list[str]:
    """What has to be said first, while scores of what is asked lie far apart."""
    if missing := len(given.to_agree(asked)):
        words = ngettext(
            "Evaluators differ by more than %(apart)d in %(n)d score. Say on the page of scores "
            "which score they agree on.",
            "Evaluators differ by more than %(apart)d in %(n)d scores. Say on the page of scores "
            "which score they agree on.",
            missing,
        )
        return [words % {"n": missing, "apart": APART}]
    return []
