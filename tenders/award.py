"""The award of a lot: to whom, for how much and why, standstill and contract (rule R72)."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import rfc8785
from django.conf import settings
from django.db import models, transaction
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from certcentre.accounts.models import User
from certcentre.lifecycle import IllegalMove, NotReady, illegal, move, reason_required
from certcentre.log.models import digest
from certcentre.places import money
from certcentre.plain_text import plain
from tenders.amounts import CODE, DIGITS, PLACES
from tenders.bids.bid import Bid
from tenders.bids.scores import require_agreed
from tenders.frozen_body import moment
from tenders.lot import Lot
from tenders.requirements import LONGEST
from tenders.steps import (
    BID_AWARDED,
    BID_NOT_AWARDED,
    LOT_AWARDED,
    LOT_CONTRACTED,
)
from tenders.tender import Tender


class Award(models.Model):
    """To whom a lot was awarded, and what became of it."""

    STATED = ("supplier", "value", "currency", "bids", "reason", "standstill_until")

    lot = models.OneToOneField(Lot, on_delete=models.PROTECT, related_name="award")
    bid = models.OneToOneField(Bid, null=True, on_delete=models.PROTECT, related_name="award")
    supplier = models.CharField(_("supplier"), max_length=200)
    value = models.DecimalField(
        _("value"), max_digits=DIGITS, decimal_places=PLACES, null=True, blank=True
    )
    currency = models.CharField(_("currency"), max_length=CODE, blank=True)
    bids = models.PositiveSmallIntegerField(_("number of bids"), null=True, blank=True)
    reason = models.TextField(_("reason"), max_length=LONGEST)
    standstill_until = models.DateField(_("no contract before"), null=True, blank=True)
    awarded_at = models.DateTimeField()
    awarded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    contracted_on = models.DateField(_("contract signed on"), null=True)

    class Meta:
        verbose_name = _("award")
        ordering = ["lot"]

    def __str__(self) -> str:
        return f"{self.lot} {self.supplier}"

    def get_absolute_url(self) -> str:
        return reverse("tender-award", args=[self.lot.tender.reference])

    @property
    def frozen(self) -> bytes:
        """The canonical bytes (RFC 8785) of what was awarded, whose digest the log holds."""
        return rfc8785.dumps(
            {
                "lot": self.lot.number,
                "tender": self.lot.tender.reference,
                "bid": str(self.bid_id) if self.bid_id else None,
                "supplier": plain(self.supplier),
                "value": f"{self.value:.2f}" if self.value is not None else None,
                "currency": self.currency,
                "bids": self.bids,
                "reason": plain(self.reason),
                "standstill": self.standstill_until.isoformat() if self.standstill_until else None,
                "awarded": moment(self.awarded_at),
            }
        )

    @classmethod
    def give(
        cls,
        lot: Lot,
        *,
        by: User,
        at: datetime,
        reason: str,
        bid: Bid | None = None,
        supplier: str = "",
        value: Decimal | None = None,
        currency: str = "",
        bids: int | None = None,
        standstill_until: date | None = None,
    ) -> "Award":
        """Award the lot: to a bid that was opened here, or to a supplier by name.

        Of a bid, supplier and number of bids are those of the opening; the price too, where no
        other value is given. The other bids for the lot are told that they were not chosen.
        """
        lot.may_award(by=by, at=at)
        why = reason_required(reason, public=True)
        if standstill_until and standstill_until <= lot.tender.day(at):
            words = gettext(
                "The time for objections would be over today. Set a later day, or none."
            )
            raise NotReady(words)
        with held(lot, by=by, at=at) as tender:
            lot.may_award(by=by, at=at)
            opened = list(Bid.objects.filter(lot__in=lot.line_of_lots).read().whole())
            if tender.taken_here:
                require_agreed(lot)
                bid = chosen(bid, opened)
                supplier, bids = bid.organisation.name, len(opened)
                value, currency = (
                    (value, currency) if value is not None else (bid.price, bid.currency)
                )
            if not supplier.strip():
                raise NotReady(gettext("Say who is awarded."))
            made = cls.objects.create(
                lot=lot,
                bid=bid,
                supplier=supplier.strip(),
                value=value,
                currency=currency,
                bids=bids,
                reason=why,
                standstill_until=standstill_until,
                awarded_at=at,
                awarded_by=by,
            )
            for each in opened:
                made._tell(each, by=by, at=at)
            logged: Any = {"detail": {"digest": digest(made.frozen)}, "organisation": tender.buyer}
            move(lot, "awarded", step=LOT_AWARDED, by=by, at=at, reason=why, **logged)
            conclude(tender, by=by, at=at)
        return made

    def _tell(self, bid: Bid, *, by: User, at: datetime) -> None:
        """Say to each bid that is still in the race what became of it."""
        if bid.status != Bid.Status.OPENED:
            return
        chosen_one = bid.pk == self.bid_id
        step, state = (BID_AWARDED, "awarded") if chosen_one else (BID_NOT_AWARDED, "not_awarded")
        logged: Any = {"organisation": bid.organisation, "detail": {"number": bid.number}}
        logged |= {"ended_because": self.reason}
        move(bid, state, step=step, by=by, at=at, reason=self.reason, **logged)

    def may_contract(self, *, by: User, at: datetime) -> None:
        """A signatory, once the standstill is over."""
        self.lot.tender.require_signatory(by=by, at=at)
        if self.lot.status != Lot.Status.AWARDED:
            raise illegal(Lot, self.lot.status)
        if self.standstill_until and self.lot.tender.day(at) < self.standstill_until:
            words = gettext("The standstill lasts: no contract before %(day)s.")
            raise IllegalMove(words % {"day": date_format(self.standstill_until)})

    def contract(self, *, by: User, at: datetime, contracted_on: date) -> None:
        """Say on which day the contract was signed."""
        self.may_contract(by=by, at=at)
        tender = self.lot.tender
        first = max(filter(None, (tender.day(self.awarded_at), self.standstill_until)))
        if not first <= contracted_on <= tender.day(at):
            words = gettext("Give a day between %(first)s and today.")
            raise NotReady(words % {"first": date_format(first)})
        with held(self.lot, by=by, at=at):
            self.may_contract(by=by, at=at)
            Award.objects.filter(pk=self.pk).update(contracted_on=contracted_on)
            self.contracted_on = contracted_on
            detail = {"contracted_on": contracted_on.isoformat()}
            logged: Any = {"detail": detail, "organisation": self.lot.tender.buyer}
            move(self.lot, "contracted", step=LOT_CONTRACTED, by=by, at=at, **logged)


@contextmanager
def held(lot: Lot, *, by: User, at: datetime) -> Iterator[Tender]:
    """Hold the tender and the lot, as they stand now, until the step is taken."""
    with transaction.atomic():
        tender = Tender.objects.held(lot.tender_id)[lot.tender_id]
        lot.status = Lot.objects.select_for_update().get(pk=lot.pk).status
        lot.tender = tender
        yield tender


def chosen(bid: Bid | None, opened: list[Bid]) -> Bid:
    """The bid as it was opened for this lot; NotReady where it is none of them."""
    for each in opened:
        if bid and each.pk == bid.pk and each.status == Bid.Status.OPENED:
            return each
    raise NotReady(gettext("Choose one of the bids that were opened for this lot."))


def conclude(tender: Tender, *, by: User, at: datetime) -> None:
    """Where no lot is open any more, the tender is awarded; cancelled where every lot is."""
    lots = list(tender.lots.select_related("award").order_by("number"))
    if tender.status != Tender.Status.PUBLISHED or any(
        lot.status == Lot.Status.OPEN for lot in lots
    ):
        return
    words = "\n".join(line(lot, tender.language) for lot in lots)
    if all(lot.status == Lot.Status.CANCELLED for lot in lots):
        tender.call_off(by=by, at=at, outcome=words)
    else:
        tender.conclude(by=by, at=at, outcome=words)


def line(lot: Lot, language: str) -> str:
    """What became of a lot, in the language of the tender."""
    with override(language):
        about = {"number": lot.number, "title": lot.title}
        if lot.status == Lot.Status.CANCELLED:
            words = gettext("Lot %(number)d, %(title)s: cancelled. %(why)s")
            return words % {**about, "why": lot.cancelled_because}
        award: Award = lot.award
        about |= {"supplier": award.supplier, "why": award.reason}
        if award.value is None:
            return gettext("Lot %(number)d, %(title)s: %(supplier)s. %(why)s") % about
        words = gettext("Lot %(number)d, %(title)s: %(supplier)s, %(value)s. %(why)s")
        return words % {**about, "value": money(award.value, award.currency)}
