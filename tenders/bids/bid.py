"""The bid: what a provider offers for one lot, from the draft to the opening.

Nobody of the buyer reads one before the opening (rule R66). What was handed in never changes: a
later bid for the same lot takes its place, until bids close (rule R67).
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Self

from django.db import models, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext

from certcentre.accounts.models import Membership, Organisation, Role, User
from certcentre.accounts.people import Reader
from certcentre.lifecycle import (
    Conflict,
    IllegalMove,
    NotAllowed,
    NotReady,
    illegal,
    move,
    reason_required,
)
from certcentre.log.models import next_number, record
from certcentre.plain_text import plain
from standards.assessment.declarations import unsigned_by
from standards.assessment.provider_roles import must_edit_for, must_sign_for
from standards.assessment.solutions import Release
from tenders.bids import body, offered, self_declaration
from tenders.bids.dossier import BidFile
from tenders.bids.offer import MOST_PRODUCTS, Offer
from tenders.bids.reply import Reply
from tenders.independence import require_no_part
from tenders.lot import Lot
from tenders.lot_lock import held
from tenders.notice import LINE
from tenders.requirements import Requirement
from tenders.steps import (
    BID_DISCARDED,
    BID_EXCLUDED,
    BID_HANDED_IN,
    BID_LOT_CANCELLED,
    BID_REPLACED,
    BID_STARTED,
    BID_TAKEN_BACK,
)
from tenders.tender import IN_LINE, Tender
from tenders.version_diff import follow_to


class BidQuerySet(models.QuerySet["Bid"]):
    def on(self, tender: Tender) -> Self:
        """Those on any version of a tender."""
        return self.filter(tender__in=Tender.objects.of_line(tender.line))

    def of_members(self, user: Reader, *roles: str) -> Self:
        return self.filter(organisation__in=Organisation.objects.acted_for_by(user, *roles))

    def read(self) -> Self:
        """Those that the buyer may read: opened, and what became of them."""
        return self.filter(status__in=Bid.READ)

    def visible_to(self, user: Reader) -> Self:
        """The bidder's own; to the buyer's people once they are opened, and what they brought; to
        nobody else."""
        theirs = Organisation.objects.acted_for_by(user)
        read = Q(status__in=Bid.READ) | Q(organisation=None)
        return self.filter(Q(organisation__in=theirs) | Q(tender__buyer__in=theirs) & read)

    def whole(self) -> Self:
        """With lot, tender, buyer and bidder, without the tender's bytes."""
        rows = self.select_related("lot", "tender__buyer", "organisation")
        return rows.defer("tender__body")

    def with_closing(self) -> Self:
        """Each with `closes`, `zone` and reference (`now`) of the version that stands now, the
        first to close on top."""
        newest = Tender.objects.newest().filter(IN_LINE)
        rows: Any = self.annotate(line=LINE).annotate(
            closes=Subquery(newest.values("deadline")[:1]),
            zone=Subquery(newest.values("zone")[:1]),
            now=Subquery(newest.values("reference")[:1]),
        )
        ordered: Self = rows.order_by("closes", "pk")
        return ordered

    def holding(self) -> Self:
        """Begun or in hand, of lots that are not cancelled."""
        return self.filter(status__in=Bid.HOLDING, ended_at=None)

    def left_behind(self, *, at: datetime) -> Self:
        """Begun or in hand for a version that another has replaced, for which bids are taken."""
        rows = self.holding().exclude(tender__replaced_at=None).alias(line=LINE)
        taken = Tender.objects.open(at=at).filter(IN_LINE, bid_how=Tender.How.HERE)
        return rows.filter(Exists(taken))

    def in_hand(self) -> Self:
        """Handed in, and neither taken back nor opened."""
        return self.filter(status=Bid.Status.HANDED_IN)

    def waiting(self) -> Self:
        """In hand for a lot that is still open: they are opened once bids close."""
        opened = Tender.objects.in_force().filter(
            IN_LINE, lots__number=OuterRef("lot__number"), lots__status=Lot.Status.OPEN
        )
        return self.in_hand().alias(line=LINE).filter(Exists(opened))

    def fillable_by(self, user: User, at: datetime) -> Self:
        """Drafts of theirs for which bids are still taken, those that close first on top."""
        rows = self.of_members(user, Role.EDITOR).filter(status=Bid.Status.DRAFT)
        return rows._open(at=at).whole()

    def to_hand_in_by(self, user: User, *, at: datetime) -> Self:
        """Drafts that they may sign and hand in, once nothing is missing."""
        rows = self.of_members(user, Role.SIGNATORY).filter(status=Bid.Status.DRAFT)
        rows = rows.filter(organisation__status=Organisation.Status.VERIFIED)
        part = Membership.objects.recently_of(user, at=at).values("organisation")
        return rows.exclude(tender__buyer__in=part)._open(at=at)

    def _open(self, *, at: datetime) -> Self:
        open_ones = Tender.objects.open(at=at).filter(bid_how=Tender.How.HERE)
        rows = self.filter(tender__in=open_ones, lot__status=Lot.Status.OPEN)
        return rows.order_by("tender__deadline", "pk")

    def end(self, *, by: User, at: datetime, reason: str) -> None:
        """Say to each that is under way that its lot is cancelled (rule R77)."""
        rows = self.filter(status__in=(*Bid.ENDING, *Bid.TOLD), ended_with_lot=False).whole()
        for bid in rows.select_for_update(of=("self",)).order_by("pk"):
            bid._end(by=by, at=at, reason=reason)


class Bid(Offer):
    """What a provider offers for one lot, from the draft to what became of it."""

    objects = BidQuerySet.as_manager()

    @classmethod
    def start(cls, lot: Lot, *, by: User, at: datetime, organisation: Organisation) -> "Bid":
        """The draft of this provider for a lot; what it said before for the lot comes along."""
        tender = lot.tender
        tender.may_bid(by=by, at=at)
        lot.require_open()
        if not tender.bidders(by).filter(pk=organisation.pk).exists():
            raise NotAllowed(gettext("You do not act for this provider, or it is not invited."))
        with transaction.atomic():
            Tender.objects.held(tender.pk)[tender.pk].may_bid(by=by, at=at)
            Lot.objects.get(pk=lot.pk).require_open()
            rows = cls.objects.filter(organisation=organisation, lot__in=lot.line_of_lots)
            earlier = list(rows.whole().order_by("started_at"))
            drafts = [bid for bid in earlier if bid.is_draft]
            if draft := next((bid for bid in drafts if bid.lot_id == lot.pk), None):
                return draft
            made = cls.objects.create(
                tender=tender,
                lot=lot,
                organisation=organisation,
                currency=tender.currency,
                started_at=at,
                started_by=by,
            )
            record(made, BID_STARTED, by=by, at=at, organisation=organisation)
            if earlier:
                made._take_over(earlier[-1])
            for draft in drafts:  # of an earlier version: its words stand in this one
                draft._throw_away(by=by, at=at)
        return made

    def _take_over(self, earlier: "Bid") -> None:
        """Say what an earlier bid for the lot says, as far as it is still asked."""
        about = {name: getattr(earlier, name) for name in self.STATED}
        about["declared"] = self_declaration.carried(earlier, self)
        Bid.objects.filter(pk=self.pk).update(**about)
        self.releases.set(offerable(self.party).filter(pk__in=earlier.releases.all()))
        asked = {str(key) for key in self.lot.requirements.values_list("pk", flat=True)}
        versions = earlier.tender.version, self.tender.version
        replies = [
            Reply(bid=self, requirement_id=key, response=reply.response, words=reply.words)
            for reply in earlier.replies.all()
            if (key := follow_to(str(reply.requirement_id), self.tender.line, *versions)) in asked
        ]
        Reply.objects.bulk_create(replies, batch_size=500)
        BidFile.copy(earlier.files.all(), bid=self)
        self.refresh_from_db()

    def may_fill(self, *, by: User, at: datetime) -> None:
        """Editors of the bidder write in the draft while bids are taken."""
        must_edit_for(self.party, by)
        self._require(self.Status.DRAFT)
        self._require_taken(at=at)

    def may_discard(self, *, by: User, at: datetime) -> None:
        must_edit_for(self.party, by)
        self._require(self.Status.DRAFT)

    def may_hand_in(self, *, by: User, at: datetime) -> None:
        """A signatory hands in a draft in which nothing is missing, before bids close."""
        must_sign_for(self.party, by)
        require_no_part(by, self.tender.buyer_id, at=at)
        self._require(self.Status.DRAFT)
        self._require_taken(at=at)
        if self.party.status != Organisation.Status.VERIFIED:
            raise illegal(Organisation, self.party.status)
        lines = by.once(("lines", self.pk), lambda: self.lines(at=at))
        if problems := list(offered.problems(self, lines)):
            raise NotReady(*problems)
        by.require_confirmed()

    def may_take_back(self, *, by: User, at: datetime) -> None:
        """Until bids close; what is left of them may be handed in anew."""
        must_sign_for(self.party, by)
        self._require(self.Status.HANDED_IN)
        self.newest.require_taking_bids(at=at)

    def _require(self, state: str) -> None:
        if self.status != state:
            raise illegal(Bid, self.status)

    def lines(self, *, at: datetime) -> list[offered.Line]:
        """Each requirement with what stands for it at `at`, and the bidder's words."""
        replies = {reply.requirement_id: reply for reply in self.replies.all()}
        return offered.lines(self, replies, at=at)

    @contextmanager
    def filled(self, *, by: User, at: datetime) -> Iterator[None]:
        """Hold the draft while an editor writes in it."""
        self.may_fill(by=by, at=at)
        with transaction.atomic():
            stands = Bid.objects.whole().select_for_update(of=("self",)).get(pk=self.pk)
            stands.may_fill(by=by, at=at)
            yield

    def say(
        self,
        requirement: Requirement,
        *,
        by: User,
        at: datetime,
        revision: int,
        response: str,
        words: str,
    ) -> int:
        """Answer a requirement; gives the new revision of the answer.

        Conflict, with what is stored, when somebody changed it since `revision`.
        """
        with self.filled(by=by, at=at):
            offered.require_answerable(self, requirement, response)
            return Reply.keep(
                self.pk, requirement, revision=revision, response=response, words=words
            )

    def state(
        self,
        *,
        by: User,
        at: datetime,
        revision: int,
        releases: Iterable[Release] | None = None,
        **stated: Any,
    ) -> None:
        """Say which products are offered, at which price and in which words: any of STATED.

        Conflict, with what is stored, when somebody did since `revision`.
        """
        if unknown := set(stated) - set(self.STATED):
            raise TypeError(f"Not part of an offer: {', '.join(sorted(unknown))}")
        self_declaration.require_fitting(self, stated.get("declared", {}))
        with self.filled(by=by, at=at):
            rows = Bid.objects.filter(pk=self.pk, revision=revision)
            if not rows.update(revision=F("revision") + 1, **stated):
                raise Conflict(Bid.objects.whole().get(pk=self.pk))
            if releases is not None:
                self._offer({release.pk for release in releases})
        self.refresh_from_db(fields=[*self.STATED, "revision"])

    def _offer(self, keys: set[Any]) -> None:
        """Set the products; only the provider's own that the register lists, and not too many."""
        if len(keys) > MOST_PRODUCTS:
            words = gettext("A bid offers at most %(most)d products.")
            raise NotReady(words % {"most": MOST_PRODUCTS})
        if offerable(self.party).filter(pk__in=keys).count() < len(keys):
            raise NotReady(gettext("Offer products of your own that the register lists."))
        self.releases.set(keys)

    def hand_in(self, *, by: User, at: datetime, signatory_name: str, signatory_role: str) -> None:
        """Sign, freeze and hand in; what was handed in before for the lot is taken back by it."""
        with transaction.atomic():
            self.tender = Tender.objects.held(self.tender_id)[self.tender_id]
            Bid.objects.select_for_update().get(pk=self.pk)
            self.refresh_from_db(fields=[*self.STATED, "status", "revision"])
            self.lot.refresh_from_db(fields=["status"])
            self.may_hand_in(by=by, at=at)
            if unsigned := unsigned_by(signatory_name, signatory_role):
                raise NotReady(*unsigned)
            self.signatory_name, self.signatory_role = plain(signatory_name), plain(signatory_role)
            self.handed_in_at, self.number = at, next_number("BD", at=at)
            self._replace_earlier(by=by, at=at)
            stamps: dict[str, Any] = {
                "number": self.number,
                "signatory_name": self.signatory_name,
                "signatory_role": self.signatory_role,
                "handed_in_at": at,
                "handed_in_by": by,
                **body.freeze(self, self.lines(at=at)),
            }
            detail = {"number": self.number, "digest": stamps["digest"]}
            logged: Any = {"organisation": self.party, "detail": detail}
            move(self, "handed_in", step=BID_HANDED_IN, by=by, at=at, **logged, **stamps)

    def _replace_earlier(self, *, by: User, at: datetime) -> None:
        """What the provider had handed in for this lot makes way."""
        own = Bid.objects.filter(organisation=self.organisation_id, lot__in=self.lot.line_of_lots)
        for earlier in own.in_hand().whole():
            logged: Any = {"detail": {"number": earlier.number, "by": self.number}}
            logged |= {"organisation": self.party, "taken_back_at": at}
            move(earlier, "taken_back", step=BID_REPLACED, by=by, at=at, **logged)

    def in_hand_before(self) -> "Bid | None":
        """What the provider has handed in for this lot, which handing this in takes back."""
        own = Bid.objects.filter(organisation=self.organisation_id, lot__in=self.lot.line_of_lots)
        return own.in_hand().exclude(pk=self.pk).first()

    def take_back(self, *, by: User, at: datetime) -> None:
        """Nobody reads it then; the provider keeps it, and may begin another from it."""
        with transaction.atomic():
            versions = Tender.objects.of_line(self.tender.line)
            Tender.objects.held(*versions.values_list("pk", flat=True))
            self.may_take_back(by=by, at=at)
            logged: Any = {"detail": {"number": self.number}}
            logged |= {"organisation": self.party, "taken_back_at": at}
            move(self, "taken_back", step=BID_TAKEN_BACK, by=by, at=at, **logged)

    def may_exclude(self, *, by: User, at: datetime) -> None:
        """A signatory of the buyer leaves an opened bid out, until the lot is awarded or given
        up."""
        self.tender.require_signatory(by=by, at=at)
        self._require(self.Status.OPENED)
        lot = self.newest_lot
        if lot is None:
            raise IllegalMove(gettext("The tender as it is in force has no such lot any more."))
        require_open(lot)
        lot.require_evaluating()

    def exclude(self, *, by: User, at: datetime, reason: str) -> None:
        """Leave it out, as what it must meet it does not; the bidder reads the reason."""
        self.may_exclude(by=by, at=at)
        why = reason_required(reason)
        with held(self.newest_lot or self.lot):
            self.status = Bid.objects.select_for_update().get(pk=self.pk).status
            self.may_exclude(by=by, at=at)
            logged: Any = {"organisation": self.party, "reason": why}
            logged |= {"detail": {"number": self.number}, "ended_at": at, "ended_because": why}
            move(self, "excluded", step=BID_EXCLUDED, by=by, at=at, **logged)

    def _end(self, *, by: User, at: datetime, reason: str) -> None:
        """Its lot is cancelled. What was never opened stays sealed, also from whoever cancelled:
        then the log names no actor, in whose own file it would stand."""
        logged: Any = {"step": BID_LOT_CANCELLED, "at": at, "organisation": self.party}
        ended: Any = {"ended_at": at, "ended_because": reason, "ended_with_lot": True}
        if self.status in self.TOLD:
            Bid.objects.filter(pk=self.pk).update(**ended)
            actor = None if self.is_draft else by
            record(self, logged.pop("step"), by=actor, reason=reason, **logged)
            return
        logged |= {"detail": {"number": self.number}, "reason": reason, **ended}
        if self.status in self.SEALED:
            move(self, "unopened", by=None, **logged)
        else:
            move(self, "not_awarded", by=by, **logged)

    def discard(self, *, by: User, at: datetime) -> None:
        """Throw the draft away with its answers."""
        self.may_discard(by=by, at=at)
        with transaction.atomic():
            Bid.objects.select_for_update().get(pk=self.pk)._require("draft")
            self._throw_away(by=by, at=at)

    def _throw_away(self, *, by: User, at: datetime) -> None:
        record(self, BID_DISCARDED, by=by, at=at, organisation=self.party)
        BidFile.drop(self.files.all())
        Bid.objects.filter(pk=self.pk).delete()


def require_open(lot: Lot) -> None:
    """IllegalMove once the lot is awarded or given up, or its tender is no longer in force."""
    if lot.status != Lot.Status.OPEN:
        raise illegal(Lot, lot.status)
    lot.tender.require_in_force()


def offerable(organisation: Organisation) -> QuerySet[Release]:
    """The products that a provider may bid with: those of its own that the register lists."""
    rows = Release.objects.listed().filter(solution__organisation=organisation)
    return rows.select_related("solution").order_by("solution__name", "pk")
