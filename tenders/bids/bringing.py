"""Bringing returned forms: bids of bidders who are not here, beside the others (rule R80).

One person of the buyer brings them, and a second one confirms having seen the paper (rule R88).
"""

import json
from collections.abc import Sequence
from contextlib import AbstractContextManager, ExitStack
from datetime import datetime
from functools import cached_property
from typing import Any, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Count, Exists, ExpressionWrapper, OuterRef, Q
from django.db.models.expressions import Combinable
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from certcentre.accounts.models import Organisation, User
from certcentre.accounts.people import Reader
from certcentre.lifecycle import IllegalMove, NotReady, illegal, move, reason_required
from certcentre.log.models import next_number, record, stored
from certcentre.plain_text import plain
from tenders.bids import body, dossier, offered
from tenders.bids.bid import Bid, BidQuerySet
from tenders.bids.dossier import BidFile
from tenders.bids.offered import Line
from tenders.bids.opening import lines_of, minutes_kept, open_each
from tenders.bids.returned_form import Bidders, Part, Returned, complete
from tenders.frozen_body import moment
from tenders.independence import admit, admit_second, as_second
from tenders.lot import Lot
from tenders.steps import (
    BID_BROUGHT,
    BID_CONFIRMED,
    BID_REFUSED,
    BRINGING_BROUGHT,
    BRINGING_CONFIRMED,
    BRINGING_REFUSED,
)
from tenders.tender import Tender

FORMAT = "certcentre.bringing/1"


class BringingQuerySet(models.QuerySet["Bringing"]):
    def visible_to(self, user: Reader) -> Self:
        """The buyer's people."""
        return self.filter(tender__buyer__in=Organisation.objects.acted_for_by(user))

    def on(self, tender: Tender) -> Self:
        """Those of any version of a tender in their order, each with `number` of its bids."""
        rows = self.filter(tender__in=Tender.objects.of_line(tender.line))
        rows = rows.select_related("brought_by", "closed_by").annotate(number=Count("bids"))
        return rows.annotate(waits=self._waits()).order_by("brought_at", "pk")

    def waiting(self) -> Self:
        """Of which a bid still waits, on a tender in force."""
        return self.filter(self._waits()).order_by("brought_at")

    @staticmethod
    def _waits() -> Combinable:
        bids = Bid.objects.filter(bringing=OuterRef("pk"), status=Bid.Status.BROUGHT)
        kept = Q(status=Bringing.Status.WAITING, tender__in=Tender.objects.in_force())
        return ExpressionWrapper(kept & Q(Exists(bids)), models.BooleanField())

    def to_confirm_by(self, user: User, *, at: datetime) -> Self:
        """Brought by somebody else of their organisation."""
        return self.visible_to(user).waiting().filter(as_second(user, "brought_by", at=at))


class Bringing(models.Model):
    """Returned forms that one person of the buyer brought in one go, and the minutes of it."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("To be confirmed")
        CONFIRMED = "confirmed", _("Confirmed")
        REFUSED = "refused", _("Not confirmed")

    LIFECYCLE = {
        Status.WAITING: {Status.CONFIRMED, Status.REFUSED},
        Status.CONFIRMED: set(),
        Status.REFUSED: set(),
    }

    tender = models.ForeignKey(Tender, on_delete=models.PROTECT, related_name="bringings")
    status = models.CharField(max_length=9, choices=Status.choices, default=Status.WAITING)
    brought_at = models.DateTimeField()
    brought_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    closed_at = models.DateTimeField(null=True)  # when it was confirmed or not
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.TextField(blank=True)  # why it was not confirmed
    body = models.BinaryField(null=True)  # canonical JSON (RFC 8785)
    digest = models.CharField(max_length=64, blank=True)  # SHA-256 of body, hexadecimal

    objects = BringingQuerySet.as_manager()

    class Meta:
        verbose_name = _("bringing of forms")
        constraints = [
            models.CheckConstraint(
                condition=~Q(status="confirmed")
                | Q(closed_at__isnull=False, body__isnull=False) & ~Q(digest=""),
                name="bringing_confirmed_is_frozen",
            ),
            models.CheckConstraint(
                condition=~Q(status="confirmed") | ~Q(closed_by=models.F("brought_by")),
                name="bringing_by_two_people",
            ),
        ]

    def __str__(self) -> str:
        return str(self.tender.reference)

    def get_absolute_url(self) -> str:
        return reverse("bringing", args=[self.tender.reference, self.pk])

    @cached_property
    def waits(self) -> bool:
        """Whether a second person may still confirm it: not once its lots have ended."""
        return self._waits_now()

    @property
    def standing(self) -> str:
        """What became of it, in words."""
        if self.status == self.Status.WAITING and not self.waits:
            return gettext("Never confirmed")
        return str(self.get_status_display())

    @property
    def own_bids(self) -> BidQuerySet:
        """What was brought, by lot and number, whatever became of it."""
        return Bid.objects.filter(bringing=self.pk).whole().order_by("lot__number", "number")

    @property
    def content(self) -> dict[str, Any]:
        """The minutes, read from the bytes that the digest is of."""
        content: dict[str, Any] = json.loads(stored(self.body or b"{}"))
        return content

    def may_confirm(self, *, by: User, at: datetime) -> None:
        """A second member of the buyer, with no tie to any provider."""
        words = gettext("You brought these forms. Somebody else confirms them.")
        admit_second(by, self.tender.buyer_id, self.brought_by_id, words, at=at)
        self._require_waiting(by=by, at=at)

    def may_refuse(self, *, by: User, at: datetime) -> None:
        """Any member of the buyer with no such tie, whoever brought them too."""
        admit(by, self.tender.buyer_id, "", at=at)
        self._require_waiting(by=by, at=at)

    def _require_waiting(self, *, by: User, at: datetime) -> None:
        if self.status != self.Status.WAITING:
            raise illegal(Bringing, self.status)
        self.tender.require_in_force()
        if not by.once(("waiting", self.pk, at), self._waits_now):
            raise IllegalMove(gettext("None of these bids waits any more: their lots are over."))

    def _waits_now(self) -> bool:
        return Bringing.objects.waiting().filter(pk=self.pk).exists()

    def _waiting(self) -> BidQuerySet:
        return Bid.objects.filter(bringing=self.pk, status=Bid.Status.BROUGHT)

    def _held(self) -> list[Bid]:
        """Its bids that wait, held with the tender, in the order of the minutes."""
        Tender.objects.held(*Tender.objects.of_line(self.tender.line).values_list("pk", flat=True))
        self.status = Bringing.objects.select_for_update().get(pk=self.pk).status
        bids = list(self._waiting().whole().select_for_update(of=("self",)).order_by("pk"))
        return sorted(bids, key=lambda bid: (bid.lot.number, bid.number))

    def confirm(self, *, by: User, at: datetime) -> None:
        """Say that one saw the paper of each bid: they stand beside the others from now on."""
        self.may_confirm(by=by, at=at)
        with transaction.atomic():
            bids = self._held()
            self.may_confirm(by=by, at=at)
            kept = minutes_kept(self._minutes(bids, by=by, at=at), self.tender.buyer)
            open_each(bids, self.tender, BID_CONFIRMED, by=by, at=at)
            stamps: Any = {"closed_at": at, "closed_by": by, **kept}
            move(self, "confirmed", step=BRINGING_CONFIRMED, by=by, at=at, **stamps)

    def refuse(self, *, by: User, at: datetime, reason: str) -> None:
        """Take all of them back, with the reason; the same forms may then be brought anew."""
        self.may_refuse(by=by, at=at)
        why = reason_required(reason)
        with transaction.atomic():
            bids = self._held()
            self.may_refuse(by=by, at=at)
            for bid in bids:
                logged: Any = {"organisation": bid.party, "detail": {"number": bid.number}}
                logged |= {"reason": why, "taken_back_at": at, "ended_because": why}
                move(bid, "taken_back", step=BID_REFUSED, by=by, at=at, **logged)
            stamps: Any = {"closed_at": at, "closed_by": by, "reason": why}
            logged = {"detail": {"bids": len(bids)}, "organisation": self.tender.buyer}
            move(self, "refused", step=BRINGING_REFUSED, by=by, at=at, **logged, **stamps)

    def _minutes(self, bids: list[Bid], *, by: User, at: datetime) -> dict[str, Any]:
        """Who brought and who confirmed, and of each bid how it came; `unchanged` where it still
        is, byte for byte, what the log says was brought."""
        return {
            "format": FORMAT,
            "tender": self.tender.reference,
            "brought": moment(self.brought_at),
            "confirmed": moment(at),
            "by": [plain(self.brought_by.name), plain(by.name)],
            "bids": [
                line | {"brought": bid.content["brought"]}
                for line, bid in zip(lines_of(bids, at=at), bids, strict=True)
            ],
        }


def lots_of(tender: Tender) -> list[Lot]:
    """Its lots in order, each with the tender that is given."""
    lots = list(tender.lots.order_by("number"))
    for lot in lots:
        lot.tender = tender
    return lots


def asked_in(lot: Lot, *, at: datetime) -> list[Line]:
    """What a lot asks, unanswered: nothing in the portal stands for it in a bid that is brought."""
    return offered.lines(Bid(tender=lot.tender, lot=lot), {}, at=at)


def bring(tender: Tender, forms: Sequence[Returned], *, by: User, at: datetime) -> list[Bid]:
    """Take returned forms in, all or none: a bid for each lot that each of them answers.

    What is taken is frozen at once, with its files, and waits for a second person. NotReady where a
    form is not whole or not there, where nobody said when and how it came, where what came with it
    is none that we take, or where meanwhile a bid of the same name or form stands there;
    IllegalMove where its lot is not open.
    """
    tender.may_bring(by=by, at=at)
    with ExitStack() as files, transaction.atomic():
        tender = Tender.objects.held(tender.pk)[tender.pk]
        tender.may_bring(by=by, at=at)
        list(tender.lots.select_for_update().order_by("pk"))
        lots = [lot for lot in lots_of(tender) if any(lot.number in each.parts for each in forms)]
        lines = {lot.number: asked_in(lot, at=at) for lot in lots}
        bidders, bids, filed = Bidders(lots), [], list[BidFile]()
        bringing = Bringing.objects.create(tender=tender, brought_at=at, brought_by=by)
        for form in forms:
            own_lots = [lot for lot in lots if lot.number in form.parts]
            for lot in own_lots:  # before its file, which is not kept once it was taken in
                lot.require_open()
                lot.require_evaluating()
                if problem := bidders.clash(lot, form):
                    raise NotReady(problem)
                bidders.add(lot, form)
            papers = files.enter_context(papers_of(form, by=by, at=at))
            for lot in own_lots:
                bid = Bid(tender=tender, lot=lot, bringing=bringing)
                own = BidFile.copies(papers, bid=bid)
                make(bid, form, form.parts[lot.number], lines[lot.number], own, by=by, at=at)
                bids.append(bid)
                filed += own
        if not bids:
            raise NotReady(gettext("Bring at least one form."))
        BidFile.objects.bulk_create(filed)
        logged: Any = {"organisation": tender.buyer, "detail": {"bids": len(bids)}}
        record(bringing, BRINGING_BROUGHT, by=by, at=at, to_state=bringing.status, **logged)
    return bids


def papers_of(form: Returned, *, by: User, at: datetime) -> AbstractContextManager[list[BidFile]]:
    """A form and what came with it, as `dossier.that_came` keeps them."""
    if form.file is None:
        words = gettext("“%(file)s” is not kept any more. Bring it again.")
        raise NotReady(words % {"file": form.name})
    return dossier.that_came(form.file, form.annexes, form.digest, by=by, at=at)


def make(
    bid: Bid,
    form: Returned,
    part: Part,
    asked: Sequence[Line],
    files: Sequence[BidFile],
    *,
    by: User,
    at: datetime,
) -> None:
    """Write one bid, as it is frozen."""
    answered = complete(part, asked)
    about = {"file": form.name}
    if answered is None or form.problems or not form.bidder:
        raise NotReady(gettext("“%(file)s” is not whole.") % about)
    if form.received is None:
        raise NotReady(gettext("Say when and how “%(file)s” was received.") % about)
    if wrong := [words for _part, words in form.received.problems(bid.tender, at=at)]:
        raise NotReady(*wrong)
    columns: dict[str, Any] = {
        "bidder_name": form.bidder,
        "form_digest": form.digest,
        "number": next_number("BD", at=at),
        "price": part.price,
        "currency": part.currency,
        "offer": form.offer,
        "status": Bid.Status.BROUGHT,
        "started_at": at,
        "started_by": by,
        "handed_in_at": at,
        "handed_in_by": by,
    }
    for name, value in columns.items():
        setattr(bid, name, value)
    brought = {"by": plain(by.name), "file": form.name, **form.received.written()}
    filed = [each.about for each in files]
    for name, value in body.freeze(bid, answered, brought=brought, files=filed).items():
        setattr(bid, name, value)
    bid.save(force_insert=True)
    detail = {"number": bid.number, "digest": bid.digest}
    logged: Any = {"to_state": bid.status, "organisation": bid.party, "detail": detail}
    record(bid, BID_BROUGHT, by=by, at=at, **logged)
