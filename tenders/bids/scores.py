"""Scores of questions in the buyer's own words, and judgements of what stands on words alone: each
evaluator alone (rule R74).

Nobody sees what others gave before they have handed in their own. What was handed in never
changes.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from typing import Any, Self

import rfc8785
from django.conf import settings
from django.db import models
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
from certcentre.log.models import digest, record, stored
from certcentre.plain_text import plain
from tenders.bids.answers import Cell
from tenders.bids.bid import Bid
from tenders.bids.comparison import Comparison, compared
from tenders.frozen_body import moment
from tenders.independence import admit, independent
from tenders.lot import Lot
from tenders.lot_lock import held
from tenders.notice import LINE
from tenders.requirements import LONGEST, Requirement
from tenders.scoring import HIGHEST
from tenders.steps import SCORES_BEGUN, SCORES_HANDED_IN, SCORES_SUPERSEDED
from tenders.tender import Tender

FORMAT = "certcentre.scores/1"
ROLES = (Role.EVALUATOR, Role.EDITOR, Role.SIGNATORY)
NOT_ACCEPTED, ACCEPTED = 0, HIGHEST  # what is judged has nothing between
Asked = tuple[str, str]  # a bid and a requirement, by their ids


class ScoresQuerySet(models.QuerySet["Scores"]):
    def to_fill_by(self, user: User, at: datetime) -> Self:
        """Their own, begun and not handed in, of lots that are not awarded yet."""
        theirs = Organisation.objects.acted_for_by(user, *ROLES)
        tenders = Tender.objects.in_force().filter(buyer__in=theirs)
        rows = self.filter(status=Scores.Status.DRAFT, evaluator=user, lot__tender__in=tenders)
        rows = rows.filter(independent(user, at=at), lot__status=Lot.Status.OPEN)
        return rows.select_related("lot__tender__buyer").defer("lot__tender__body").order_by("pk")


class Scores(models.Model):
    """What one evaluator gives each bid for a lot: a score for each question, and for each answer
    that stands on words alone whether it is accepted."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        HANDED_IN = "handed_in", _("Handed in")
        SUPERSEDED = "superseded", _("Superseded by later ones")

    LIFECYCLE = {
        Status.DRAFT: {Status.HANDED_IN},
        Status.HANDED_IN: {Status.SUPERSEDED},
        Status.SUPERSEDED: set(),
    }

    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="scored_by")
    evaluator = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    interests = models.TextField(max_length=LONGEST)  # the statement, as it was made
    begun_at = models.DateTimeField()
    given = models.JSONField(default=dict)  # {"bid/requirement": [score or None, why]}
    revision = models.PositiveIntegerField(default=0)
    handed_in_at = models.DateTimeField(null=True)
    body = models.BinaryField(null=True)  # canonical JSON (RFC 8785) of what was handed in
    digest = models.CharField(max_length=64, blank=True)  # SHA-256 of body, hexadecimal
    supersedes = models.OneToOneField(  # after the evaluation was opened again
        "self", null=True, on_delete=models.PROTECT, related_name="superseded_by"
    )

    objects = ScoresQuerySet.as_manager()

    class Meta:
        verbose_name = _("scores")
        constraints = [
            models.UniqueConstraint(
                fields=["lot", "evaluator", "status"],
                condition=~Q(status="superseded"),
                name="scores_once_for_each",
            ),
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

    @cached_property
    def content(self) -> dict[str, Any]:
        """What was handed in, read from the bytes that the digest is of."""
        content: dict[str, Any] = json.loads(stored(self.body or b"{}"))
        return content

    @cached_property
    def handed_in(self) -> dict[Asked, tuple[int, str]]:
        """Each score with its reason; NOT_ACCEPTED or ACCEPTED of what was judged."""
        content = self.content
        scored = {each_of(row): (row["score"], row["why"]) for row in content["scores"]}
        judged = {
            each_of(row): (ACCEPTED if row["accepted"] else NOT_ACCEPTED, row["why"])
            for row in content.get("judged", ())
        }
        return scored | judged

    @classmethod
    def begin(cls, lot: Lot, *, by: User, at: datetime, interests: str) -> "Scores":
        """State one's interests, and begin to score."""
        require_beginning(lot, by=by, at=at)
        words = stated(interests)
        with held(lot):
            require_beginning(lot, by=by, at=at)
            if cls.objects.filter(lot=lot, evaluator=by).exists():
                raise IllegalMove(gettext("You have begun to score this lot."))
            return cls._begun(lot, words, by=by, at=at)

    @classmethod
    def _begun(cls, lot: Lot, words: str, *, by: User, at: datetime, **given: Any) -> "Scores":
        made = cls.objects.create(lot=lot, evaluator=by, interests=words, begun_at=at, **given)
        detail = {"interests": digest(plain(words).encode())}
        logged: Any = {"organisation": lot.tender.buyer, "detail": detail}
        record(made, SCORES_BEGUN, by=by, at=at, **logged)
        return made

    def may_begin_anew(self, *, by: User, at: datetime) -> None:
        """Whoever handed these in, once the evaluation was opened again after that."""
        if self.evaluator_id != by.pk:
            raise NotAllowed(gettext("These are somebody else’s scores."))
        require_scoring(self.lot, by=by, at=at)
        if self.status != self.Status.HANDED_IN:
            raise illegal(Scores, self.status)
        if not self.lot.evaluations.filter(reopened_at__gte=self.handed_in_at).exists():
            words = gettext("They stand as long as the evaluation was not closed and opened again.")
            raise IllegalMove(words)
        if Scores.objects.filter(lot=self.lot, evaluator=by, status=self.Status.DRAFT).exists():
            raise IllegalMove(gettext("You have begun to score this lot."))

    def begin_anew(self, *, by: User, at: datetime, interests: str) -> "Scores":
        """A draft that says what these say; once it is handed in, these are superseded."""
        self.may_begin_anew(by=by, at=at)
        words = stated(interests)
        with held(self.lot):
            self.may_begin_anew(by=by, at=at)
            about: Any = {"given": self.given, "supersedes": self}
            return Scores._begun(self.lot, words, by=by, at=at, **about)

    def may_fill(self, *, by: User, at: datetime) -> None:
        """The evaluator alone, until the scores are handed in or the lot is awarded."""
        if self.evaluator_id != by.pk:
            raise NotAllowed(gettext("These are somebody else’s scores."))
        require_scoring(self.lot, by=by, at=at)
        if self.status != self.Status.DRAFT:
            raise illegal(Scores, self.status)

    def may_hand_in(self, *, by: User, at: datetime) -> None:
        """Once each question has a score, and each answer that is judged is accepted or not, with
        a reason."""
        self.may_fill(by=by, at=at)
        self._require_said(by.once(("compared", self.lot_id), lambda: compared(self.lot)))

    def _require_said(self, comparison: Comparison) -> None:
        judged = judged_keys(comparison)
        scored = [key for key in questions(comparison) if key not in judged]
        problems = []
        if missing := sum(not self.scores(key) for key in scored):
            words = ngettext(
                "%(n)d answer has no score, or no reason beside it.",
                "%(n)d answers have no score, or no reason beside it.",
                missing,
            )
            problems.append(words % {"n": missing})
        if missing := sum(not self.judges(key) for key in judged):
            words = ngettext(
                "Of %(n)d answer it is not said whether you accept it, or not said why.",
                "Of %(n)d answers it is not said whether you accept them, or not said why.",
                missing,
            )
            problems.append(words % {"n": missing})
        if problems:
            raise NotReady(*problems)

    def scores(self, key: Asked) -> bool:
        """Whether it gives a score with a reason."""
        score, why = self.of(key)
        return score is not None and bool(why.strip())

    def judges(self, key: Asked) -> bool:
        """Whether it accepts an answer or does not, with a reason."""
        return self.scores(key) and self.of(key)[0] in (NOT_ACCEPTED, ACCEPTED)

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
            comparison = compared(self.lot)
            self._require_said(comparison)
            frozen = rfc8785.dumps(self._written(by, at, comparison))
            stamps: Any = {"handed_in_at": at, "body": frozen, "digest": digest(frozen)}
            if earlier := self.supersedes:
                about: Any = {"step": SCORES_SUPERSEDED, "organisation": self.lot.tender.buyer}
                move(earlier, "superseded", by=by, at=at, **about)
            detail = {"digest": stamps["digest"]}
            logged: Any = {"organisation": self.lot.tender.buyer, "detail": detail}
            move(self, "handed_in", step=SCORES_HANDED_IN, by=by, at=at, **logged, **stamps)

    def _written(self, by: User, at: datetime, comparison: Comparison) -> dict[str, Any]:
        judged = judged_keys(comparison)
        given = [(key, *self.of(key)) for key in questions(comparison)]
        return {
            "format": FORMAT,
            "tender": self.lot.tender.reference,
            "lot": self.lot.number,
            "evaluator": plain(by.name),
            "interests": plain(self.interests),
            "handed_in": moment(at),
            "scores": [
                {"bid": bid, "requirement": asked, "score": score, "why": plain(why)}
                for (bid, asked), score, why in given
                if (bid, asked) not in judged
            ],
            "judged": [
                {"bid": bid, "requirement": asked, "accepted": score == ACCEPTED, "why": plain(why)}
                for (bid, asked), score, why in given
                if (bid, asked) in judged
            ],
        }


def stated(interests: str) -> str:
    """The statement as it is kept; NotReady without one."""
    problem = gettext("Say which interests you have, or that you have none.")
    return words_required(interests, problem)


def each_of(row: Mapping[str, Any]) -> Asked:
    """What a row of a body is about."""
    return row["bid"], row["requirement"]


def questions(comparison: Comparison) -> list[Asked]:
    """What people score or judge: each answer to a question in own words, and each that stands on
    words alone, of each bid that is neither excluded nor itself says that it fails a must."""
    return [(str(cell.column.bid.pk), cell.asked_id) for cell in by_people(comparison)]


def judged_keys(comparison: Comparison) -> set[Asked]:
    """Those of `questions` that are accepted or not."""
    return {
        (str(cell.column.bid.pk), cell.asked_id) for cell in by_people(comparison) if cell.judged
    }


def by_people(comparison: Comparison) -> list[Cell]:
    """The answers of them, as they are compared."""
    return [cell for column in comparison.scored_columns for cell in column.cells if cell.by_people]


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
    lot.require_evaluating()


def require_beginning(lot: Lot, *, by: User, at: datetime) -> None:
    """The same, where the lot asks something that people score, or a bid answers something with
    words alone."""
    require_scoring(lot, by=by, at=at)
    if lot.evaluation and lot.scored_by.exists():
        words = gettext(
            "The evaluation was closed once, so what was given is known. Only those who scored "
            "before do so anew."
        )
        raise IllegalMove(words)
    if lot.requirements.scored_by_people().exists():
        return
    if not questions(by.once(("compared", lot.pk), lambda: compared(lot))):
        raise NotReady(gettext("Nothing in the bids for this lot is scored or judged by people."))


def to_begin_by(user: User, at: datetime) -> QuerySet[Lot]:
    """Open lots with bids that are read, and with something that people score or judge, that this
    person scores and has not begun to."""
    theirs = Organisation.objects.acted_for_by(user, *ROLES)
    tenders = Tender.objects.in_force().unsealed().filter(buyer__in=theirs)
    asked = Requirement.objects.scored_by_people().filter(lot=OuterRef("pk"))
    begun = Scores.objects.filter(lot=OuterRef("pk"), evaluator=user)
    bids = Bid.objects.filter(status=Bid.Status.OPENED, lot__number=OuterRef("number"))
    bids = bids.annotate(line=LINE).filter(line=OuterRef("line"))
    rows = Lot.objects.alias(line=LINE).filter(tender__in=tenders, status=Lot.Status.OPEN)
    judged = bids.filter(answers_judged__gt=0)
    rows = rows.filter(Exists(bids), Exists(asked) | Exists(judged), ~Exists(begun))
    rows = rows.filter(independent(user, at=at), evaluations=None)
    return rows.select_related("tender").defer("tender__body").order_by("tender__deadline", "pk")
