"""The opening: after closing two people of the buyer open all bids at once (rule R68)."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple, Self
from uuid import UUID

import rfc8785
from django.conf import settings
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from certcentre.accounts.models import Organisation, User
from certcentre.accounts.people import Reader
from certcentre.lifecycle import illegal, move
from certcentre.log.models import LogEntry, digest, first_digest, last_move, record, same, stored
from certcentre.plain_text import plain
from certcentre.steps import Step
from tenders.bids import body as bid_body
from tenders.bids.answers import Column, cells_of
from tenders.bids.bid import Bid, BidQuerySet
from tenders.frozen_body import moment
from tenders.independence import admit_second, as_second
from tenders.notice import LINE
from tenders.scoring import FULL
from tenders.steps import BID_LOT_CANCELLED, BID_OPENED, OPENING_CALLED, OPENING_HELD
from tenders.tender import Tender

FORMAT = "certcentre.opening/1"


class OpeningQuerySet(models.QuerySet["Opening"]):
    def visible_to(self, user: Reader) -> Self:
        """The buyer's people; once it was held, those whose bids were opened."""
        theirs = Organisation.objects.acted_for_by(user)
        opened = Bid.objects.read().filter(organisation__in=theirs)
        of_line = opened.annotate(line=LINE).filter(line=OuterRef("line"))
        bidders = Q(Exists(of_line), status=Opening.Status.HELD)
        return self.alias(line=LINE).filter(Q(tender__buyer__in=theirs) | bidders)

    def to_open_by(self, user: User, *, at: datetime) -> Self:
        """Called by somebody else of their organisation."""
        theirs = Organisation.objects.acted_for_by(user)
        tenders = Tender.objects.in_force().filter(buyer__in=theirs)
        rows = self.filter(status=Opening.Status.CALLED, tender__in=tenders)
        return rows.filter(as_second(user, "called_by", at=at)).order_by("called_at")


class Opening(models.Model):
    """The minutes: who opened the bids on a tender, when, and who bid for what."""

    class Status(models.TextChoices):
        CALLED = "called", _("Waits for a second person")
        HELD = "held", _("Bids opened")

    LIFECYCLE = {Status.CALLED: {Status.HELD}, Status.HELD: set()}

    tender = models.OneToOneField(Tender, on_delete=models.PROTECT, related_name="opening")
    status = models.CharField(max_length=6, choices=Status.choices, default=Status.CALLED)
    called_at = models.DateTimeField()
    called_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    held_at = models.DateTimeField(null=True)
    held_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    body = models.BinaryField(null=True)  # canonical JSON (RFC 8785)
    digest = models.CharField(max_length=64, blank=True)  # SHA-256 of body, hexadecimal

    objects = OpeningQuerySet.as_manager()

    class Meta:
        verbose_name = _("opening of bids")
        constraints = [
            models.CheckConstraint(
                condition=Q(status="called")
                | Q(held_at__isnull=False, body__isnull=False) & ~Q(digest=""),
                name="opening_held_is_frozen",
            ),
            models.CheckConstraint(
                condition=Q(held_by=None) | ~Q(held_by=models.F("called_by")),
                name="opening_by_two_people",
            ),
        ]

    def __str__(self) -> str:
        return str(self.tender.reference)

    def get_absolute_url(self) -> str:
        return reverse("opening", args=[self.tender.reference])

    @property
    def content(self) -> dict[str, Any]:
        """The minutes, read from the bytes that the digest is of."""
        content: dict[str, Any] = json.loads(stored(self.body or b"{}"))
        return content

    @classmethod
    def call(cls, tender: Tender, *, by: User, at: datetime) -> "Opening":
        """Ask colleagues to open the bids together; the first who agrees opens them."""
        tender.may_call_opening(by=by, at=at)
        with transaction.atomic():
            Tender.objects.held(tender.pk)[tender.pk].may_call_opening(by=by, at=at)
            made = cls.objects.create(tender=tender, called_at=at, called_by=by)
            record(made, OPENING_CALLED, by=by, at=at, organisation=tender.buyer)
        return made

    def may_open(self, *, by: User, at: datetime) -> None:
        """A second member of the buyer, with no tie to any provider."""
        words = gettext("You called the opening. Somebody else opens with you.")
        admit_second(by, self.tender.buyer_id, self.called_by_id, words, at=at)
        if self.status != self.Status.CALLED:
            raise illegal(Opening, self.status)
        self.tender.require_in_force()

    def open(self, *, by: User, at: datetime) -> None:
        """Open every bid that is in hand, in one step, and write the minutes."""
        self.may_open(by=by, at=at)
        with transaction.atomic():
            Tender.objects.held(
                *Tender.objects.of_line(self.tender.line).values_list("pk", flat=True)
            )
            self.status = type(self).objects.select_for_update().get(pk=self.pk).status
            self.may_open(by=by, at=at)
            rows = Bid.objects.on(self.tender).in_hand().whole()
            bids = list(rows.select_for_update(of=("self",)).order_by("pk"))
            bids.sort(key=lambda bid: (bid.lot.number, bid.handed_in_at, bid.number))
            kept = minutes_kept(self._minutes(bids, by=by, at=at), self.tender.buyer)
            open_each(bids, self.tender, BID_OPENED, by=by, at=at, opened_at=at)
            stamps: Any = {"held_at": at, "held_by": by, **kept}
            move(self, "held", step=OPENING_HELD, by=by, at=at, **stamps)

    def _minutes(self, bids: list[Bid], *, by: User, at: datetime) -> dict[str, Any]:
        """Who opened, and of each bid who handed it in when, for what, at which price; `unchanged`
        where it still is, byte for byte, what the log says was handed in."""
        return {
            "format": FORMAT,
            "tender": self.tender.reference,
            "closed": moment(self.tender.deadline or self.called_at),
            "opened": moment(at),
            "by": [plain(self.called_by.name), plain(by.name)],
            "bids": lines_of(bids, at=at),
        }


def minutes_kept(minutes: dict[str, Any], buyer: Organisation) -> dict[str, Any]:
    """What a step of the buyer that writes minutes keeps of them, in its row and in the log."""
    body = rfc8785.dumps(minutes)
    kept = digest(body)
    detail = {"digest": kept, "bids": len(minutes["bids"])}
    return {"body": body, "digest": kept, "detail": detail, "organisation": buyer}


def open_each(
    bids: Sequence[Bid], tender: Tender, step: Step, *, by: User, at: datetime, **stamps: Any
) -> None:
    """These bids are open from now on, and read by the version of the tender that is in force."""
    judged = answers_judged(bids, tender)
    for bid in bids:
        logged: Any = {"organisation": bid.party, "detail": {"number": bid.number}}
        stamps["answers_judged"] = judged[bid.pk]
        move(bid, "opened", step=step, by=by, at=at, **logged, **stamps)


def answers_judged(bids: Sequence[Bid], tender: Tender) -> dict[UUID, int]:
    """How many answers of each bid people judge, by what this version of the tender asks: none of
    a bid that itself says that it fails a must, or that the log contradicts. One statement."""
    kept = LogEntry.objects.digests(bids)
    lots = json.loads(stored(tender.body or b"{}")).get("lots", ())
    asked = {lot["number"]: lot["requirements"] for lot in lots}
    counts = {}
    for bid in bids:
        column = Column(bid, unchanged(bid, kept.get(str(bid.pk), "")))
        cells = cells_of(column, asked.get(bid.lot.number, ()), FULL, tender)
        fails = any(cell.fails for cell in cells)
        counts[bid.pk] = 0 if fails else sum(cell.judged for cell in cells)
    return counts


def lines_of(bids: Sequence[Bid], *, at: datetime) -> list[dict[str, Any]]:
    """What minutes say of each bid; one statement."""
    kept = LogEntry.objects.digests(bids)
    return [
        {
            "id": str(bid.pk),
            "number": bid.number,
            "lot": bid.lot.number,
            "version": bid.tender.version,
            "bidder": plain(bid.bidder),
            "handed_in": moment(bid.handed_in_at or at),
            "price": bid_body.stated(bid)["price"],
            "currency": bid.currency,
            "digest": bid.digest,
            "unchanged": unchanged(bid, kept.get(str(bid.pk), "")),
        }
        for bid in bids
    ]


def as_logged(bid: Bid) -> bool:
    """Whether a bid is what the log says of it; an alarm where not."""
    return bid.pk in vouched_for([bid])


def vouched_for(bids: Sequence[Bid]) -> set[UUID]:
    """The keys of those that are what the log says was handed in and became of them; an alarm for
    each that is not.

    One statement, of bids that are `whole`.
    """
    steps = LogEntry.objects.told(bids)
    return {bid.pk for bid in bids if same(bid, is_as_logged(bid, steps.get(str(bid.pk), [])))}


class Read(NamedTuple):
    """The bids that the buyer reads, by lot and hour; the keys of those that are what the log says
    (`good`), brought ones that wait for a second person among them; and these (`waiting`)."""

    bids: list[Bid]
    good: set[UUID]
    waiting: list[Bid]


def read_as_logged(rows: BidQuerySet) -> Read:
    """Those of the bids that the buyer reads, or would by what the log says whatever their rows
    do; an alarm for each that is not what it says.

    Two statements.
    """
    frozen = rows.exclude(body=None).whole()
    every = list(frozen.order_by("lot__number", "handed_in_at", "number"))
    steps = LogEntry.objects.told(every)
    about = [(bid, steps.get(str(bid.pk), [])) for bid in every]
    read = [(bid, own) for bid, own in about if bid.is_read or last_move(own).get("to") in Bid.READ]
    waiting = [(bid, own) for bid, own in about if bid.status == Bid.Status.BROUGHT]
    waiting = [pair for pair in waiting if pair not in read]
    good = {bid.pk for bid, own in (*read, *waiting) if same(bid, is_as_logged(bid, own))}
    return Read([bid for bid, _own in read], good, [bid for bid, _own in waiting])


def is_as_logged(bid: Bid, steps: Sequence[dict[str, Any]]) -> bool:
    """Whether its words, its state and its end are those of the log's steps on it."""
    return unchanged(bid, first_digest(steps)) and stands_as_logged(bid, steps)


def stands_as_logged(bid: Bid, steps: Sequence[dict[str, Any]]) -> bool:
    """Whether its state, and why it ended, are what the steps say."""
    reasons = [step["reason"] for step in steps if step["reason"]]
    with_lot = any(step["step"] == str(BID_LOT_CANCELLED) for step in steps)
    state = last_move(steps).get("to", Bid.Status.DRAFT)
    stands = (bid.status, bid.ended_because, bid.ended_with_lot)
    return stands == (state, reasons[-1] if reasons else "", with_lot)


def unchanged(bid: Bid, logged: str) -> bool:
    """Whether its bytes are those whose digest the log holds, and its columns say what they say."""
    return digest(bid.body or b"") == logged == bid.digest and not bid_body.unlike(bid)
