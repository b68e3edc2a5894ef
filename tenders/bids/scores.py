"""Scores of questions in the buyer's own words: each evaluator alone (rule R74).

Nobody sees what others gave before they have handed in their own. What was handed in never
changes; the mean of it gives the points. Where two differ by more than APART, evaluators say which
score they agree on, and why: it counts instead of the mean.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from functools import cached_property
from typing import Any, Self

import rfc8785
from django.conf import settings
from django.db import IntegrityError, models
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from certcentre.accounts.models import Organisation, Role, User
from certcentre.lifecycle import (
    Conflict,
    IllegalMove,
    NotAllowed,
    NotReady,
    illegal,
    move,
    words_required,
)
from certcentre.log.models import LogEntry, digest, record, same, stored
from certcentre.plain_text import plain
from tenders.bids.bid import Bid
from tenders.bids.comparison import Comparison, compared
from tenders.frozen_body import moment
from tenders.independence import admit, independent
from tenders.lot import Lot
from tenders.lot_lock import held
from tenders.requirements import LONGEST, Requirement
from tenders.scoring import HIGHEST
from tenders.steps import SCORES_AGREED, SCORES_BEGUN, SCORES_HANDED_IN
from tenders.tender import LINE, Tender

FORMAT = "certcentre.scores/1"
ROLES = (Role.EVALUATOR, Role.EDITOR, Role.SIGNATORY)
APART = 2  # scores that differ by more are talked through
Asked = tuple[str, str]  # a bid and a requirement, by their ids


class ScoresQuerySet(models.QuerySet["Scores"]):
    def to_fill_by(self, user: User, *, at: datetime) -> Self:
        """Their own, begun and not handed in, of lots that are not awarded yet."""
        theirs = Organisation.objects.acted_for_by(user, *ROLES)
        tenders = Tender.objects.in_force().filter(buyer__in=theirs)
        rows = self.filter(status=Scores.Status.DRAFT, evaluator=user, lot__tender__in=tenders)
        rows = rows.filter(independent(user, at=at), lot__status=Lot.Status.OPEN)
        return rows.select_related("lot__tender__buyer").defer("lot__tender__body").order_by("pk")


class Scores(models.Model):
    """What one evaluator gives each bid for a lot, question by question."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        HANDED_IN = "handed_in", _("Handed in")

    LIFECYCLE = {Status.DRAFT: {Status.HANDED_IN}, Status.HANDED_IN: set()}

    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="scored_by")
    evaluator = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    status = models.CharField(max_length=9, choices=Status.choices, default=Status.DRAFT)
    interests = models.TextField(max_length=LONGEST)  # the statement, as it was made
    begun_at = models.DateTimeField()
    given = models.JSONField(default=dict)  # {"bid/requirement": [score or None, why]}
    revision = models.PositiveIntegerField(default=0)
    handed_in_at = models.DateTimeField(null=True)
    body = models.BinaryField(null=True)  # canonical JSON (RFC 8785) of what was handed in
    digest = models.CharField(max_length=64, blank=True)  # SHA-256 of body, hexadecimal

    objects = ScoresQuerySet.as_manager()

    class Meta:
        verbose_name = _("scores")
        constraints = [
            models.UniqueConstraint(fields=["lot", "evaluator"], name="scores_once_for_each"),
            models.CheckConstraint(
                condition=Q(status="draft")
                | Q(handed_in_at__isnull=False, body__isnull=False) & ~Q(digest=""),
                name="scores_handed_in_are_frozen",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lot_id} {self.evaluator_id}"

    def get_absolute_url(self) -> str:
        return reverse("lot-scores", args=[self.lot.tender.reference, self.lot_id])

    @property
    def content(self) -> dict[str, Any]:
        """What was handed in, read from the bytes that the digest is of."""
        content: dict[str, Any] = json.loads(stored(self.body or b"{}"))
        return content

    @classmethod
    def begin(cls, lot: Lot, *, by: User, at: datetime, interests: str) -> "Scores":
        """State one's interests, and begin to score."""
        require_beginning(lot, by=by, at=at)
        problem = gettext("Say which interests you have, or that you have none.")
        words = words_required(interests, problem)
        try:
            with held(lot):
                require_beginning(lot, by=by, at=at)
                made = cls.objects.create(lot=lot, evaluator=by, interests=words, begun_at=at)
                detail = {"interests": digest(plain(words).encode())}
                logged: Any = {"organisation": lot.tender.buyer, "detail": detail}
                record(made, SCORES_BEGUN, by=by, at=at, **logged)
        except IntegrityError as twin:
            raise IllegalMove(gettext("You have begun to score this lot.")) from twin
        return made

    def may_fill(self, *, by: User, at: datetime) -> None:
        """The evaluator alone, until the scores are handed in or the lot is awarded."""
        if self.evaluator_id != by.pk:
            raise NotAllowed(gettext("These are somebody else’s scores."))
        require_scoring(self.lot, by=by, at=at)
        if self.status != self.Status.DRAFT:
            raise illegal(Scores, self.status)

    def may_hand_in(self, *, by: User, at: datetime) -> None:
        """Once each bid has a score and a reason for each question."""
        self.may_fill(by=by, at=at)
        comparison = by.once(("compared", self.lot_id), lambda: compared(self.lot))
        self._require_said(questions(comparison))

    def _require_said(self, asked: Sequence[Asked]) -> None:
        missing = sum(not self.says(key) for key in asked)
        if missing:
            words = ngettext(
                "%(n)d answer has no score, or no reason beside it.",
                "%(n)d answers have no score, or no reason beside it.",
                missing,
            )
            raise NotReady(words % {"n": missing})

    def says(self, key: Asked) -> bool:
        """Whether it gives a score with a reason."""
        score, why = self.of(key)
        return score is not None and bool(why.strip())

    def of(self, key: Asked) -> tuple[int | None, str]:
        score, why = self.given.get("/".join(key), (None, ""))
        return score, why

    def say(
        self,
        *,
        by: User,
        at: datetime,
        revision: int,
        given: Mapping[Asked, tuple[int | None, str]],
    ) -> None:
        """Write scores and reasons; Conflict where it was done elsewhere since `revision`."""
        self.may_fill(by=by, at=at)
        if any(score is not None and not 0 <= score <= HIGHEST for score, _why in given.values()):
            raise NotReady(gettext("A score is from 0 to %(n)d.") % {"n": HIGHEST})
        texts = {"/".join(key): [score, why] for key, (score, why) in given.items()}
        merged = {**self.given, **texts}
        rows = Scores.objects.filter(pk=self.pk, revision=revision, status=self.Status.DRAFT)
        if not rows.update(given=merged, revision=F("revision") + 1):
            raise Conflict(Scores.objects.get(pk=self.pk))
        self.given, self.revision = merged, revision + 1

    def hand_in(self, *, by: User, at: datetime) -> None:
        """Freeze them; from now on the evaluator sees those of others."""
        with held(self.lot):
            Scores.objects.select_for_update().get(pk=self.pk)
            self.refresh_from_db(fields=["status", "given", "revision"])
            self.may_fill(by=by, at=at)
            asked = questions(compared(self.lot))
            self._require_said(asked)
            frozen = rfc8785.dumps(self._written(by, at, asked))
            stamps: Any = {"handed_in_at": at, "body": frozen, "digest": digest(frozen)}
            detail = {"digest": stamps["digest"]}
            logged: Any = {"organisation": self.lot.tender.buyer, "detail": detail}
            move(self, "handed_in", step=SCORES_HANDED_IN, by=by, at=at, **logged, **stamps)

    def _written(self, by: User, at: datetime, asked: Sequence[Asked]) -> dict[str, Any]:
        return {
            "format": FORMAT,
            "tender": self.lot.tender.reference,
            "lot": self.lot.number,
            "evaluator": plain(by.name),
            "interests": plain(self.interests),
            "handed_in": moment(at),
            "scores": [
                {"bid": bid, "requirement": question, "score": score, "why": plain(why)}
                for bid, question in asked
                for score, why in [self.of((bid, question))]
            ],
        }


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
        constraints = [
            models.UniqueConstraint(fields=["bid", "requirement"], name="consensus_once_for_each")
        ]

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
        try:
            with held(lot):
                require_scoring(lot, by=by, at=at)
                given = read(lot)
                if by.pk not in {sheet.evaluator_id for sheet in given.sheets}:
                    raise NotAllowed(gettext("Whoever has handed in scores of this lot says it."))
                if (bid, requirement) not in given.apart(questions(compared(lot))):
                    raise IllegalMove(gettext("These scores do not lie far apart."))
                made = cls.objects.create(lot=lot, said_at=at, said_by=by, **about)
                detail = {"digest": digest(made.frozen)}
                logged: Any = {"organisation": lot.tender.buyer, "detail": detail}
                record(made, SCORES_AGREED, by=by, at=at, **logged)
        except IntegrityError as twin:
            raise IllegalMove(gettext("This was said already.")) from twin
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
        """What was said of differences, as far as the log holds it so."""
        rows = list(Consensus.objects.filter(lot=self.lot))
        kept = LogEntry.objects.digests(rows)
        good = [row for row in rows if same(row, digest(row.frozen) == kept.get(str(row.pk)))]
        return {(str(each.bid_id), each.requirement): each for each in good}

    @property
    def means(self) -> dict[Asked, Fraction]:
        """The mean of what was given, or the score that was agreed on."""
        means = {key: Fraction(sum(each), len(each)) for key, each in self.scores.items()}
        agreed = {key: each.score for key, each in self.agreed.items() if key in means}
        return means | {key: Fraction(n) for key, n in agreed.items() if n is not None}

    def shown_to(self, reader: User) -> dict[Asked, Fraction]:
        """The means that somebody may see: after handing in their own, or once the lot is over."""
        return self.means if may_see(self.lot, self.sheets, reader) else {}

    def apart(self, asked: Iterable[Asked]) -> list[Asked]:
        """Of what is asked, where two differ by more than APART.

        What was given to a bid that was excluded since is asked no more, and decides nothing.
        """
        given = {key: self.scores[key] for key in asked if key in self.scores}
        return [key for key, each in given.items() if max(each) - min(each) > APART]

    def to_agree(self, asked: Iterable[Asked]) -> list[Asked]:
        return [key for key in self.apart(asked) if key not in self.agreed]


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
        for each in sheet.content["scores"]:
            scores[each["bid"], each["requirement"]].append(each["score"])
    return Given(lot, good, len(sheets) - len(good), dict(scores))


def means_for(lot: Lot, reader: User) -> dict[Asked, Fraction]:
    return read(lot).shown_to(reader)


def may_see(lot: Lot, sheets: Iterable[Scores], reader: User) -> bool:
    """After handing in their own scores, or once the lot is awarded or cancelled."""
    own = reader.pk in {sheet.evaluator_id for sheet in sheets}
    return own or lot.is_over


def questions(comparison: Comparison) -> list[Asked]:
    """What is scored: each answer to a question in own words, of each bid that is neither excluded
    nor fails a must."""
    return [
        (str(column.bid.pk), cell.asked_id)
        for column in comparison.scored_columns
        for cell in column.cells
        if cell.by_people
    ]


def require_scoring(lot: Lot, *, by: User, at: datetime) -> None:
    """An evaluator, editor or signatory of the buyer with no tie to a provider, once bids are
    opened and until the lot is awarded."""
    tender = lot.tender
    admit(by, tender.buyer_id, "", at=at)
    if not any(by.acts_for(tender.buyer, role) for role in ROLES):
        raise NotAllowed(gettext("Evaluators, editors and signatories of the buyer give scores."))
    tender.require_in_force()
    tender.require_read(by=by, at=at)
    if lot.status != Lot.Status.OPEN:
        raise illegal(Lot, lot.status)


def require_beginning(lot: Lot, *, by: User, at: datetime) -> None:
    """The same, where the lot asks something that people score."""
    require_scoring(lot, by=by, at=at)
    if not lot.requirements.scored_by_people().exists():
        raise NotReady(gettext("No question of this lot is scored by people."))


def to_begin_by(user: User, *, at: datetime) -> QuerySet[Lot]:
    """Open lots with bids that are read and questions in own words, that this person scores and
    has not begun to."""
    theirs = Organisation.objects.acted_for_by(user, *ROLES)
    tenders = Tender.objects.in_force().unsealed().filter(buyer__in=theirs)
    asked = Requirement.objects.scored_by_people().filter(lot=OuterRef("pk"))
    begun = Scores.objects.filter(lot=OuterRef("pk"), evaluator=user)
    bids = Bid.objects.filter(status=Bid.Status.OPENED, lot__number=OuterRef("number"))
    bids = bids.annotate(line=LINE).filter(line=OuterRef("line"))
    rows = Lot.objects.alias(line=LINE).filter(tender__in=tenders, status=Lot.Status.OPEN)
    rows = rows.filter(Exists(asked), Exists(bids), ~Exists(begun), independent(user, at=at))
    return rows.select_related("tender").defer("tender__body").order_by("tender__deadline", "pk")


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
