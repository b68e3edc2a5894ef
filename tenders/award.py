"""The award of a lot: to whom, for how much and why, standstill and contract (rule R72)."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Self
from zoneinfo import ZoneInfo

import rfc8785
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from certcentre.accounts.models import Organisation, User
from certcentre.accounts.people import Reader
from certcentre.lifecycle import IllegalMove, NotReady, illegal, move, reason_required
from certcentre.log.models import LogEntry, digest, first_digest, last_move, same
from certcentre.places import money
from certcentre.plain_text import plain
from standards.attestation.validity import months_after
from tenders.amounts import CODE, DIGITS, PLACES, about_currency
from tenders.bids.bid import Bid
from tenders.candidates import Candidates, hindrances
from tenders.following import Follow, rely
from tenders.frozen_body import moment
from tenders.legal_clauses import pack
from tenders.lot import Lot
from tenders.lot_lock import held
from tenders.paper_languages import spoken
from tenders.requirements import LONGEST
from tenders.steps import (
    BID_AWARDED,
    BID_NOT_AWARDED,
    LOT_AWARDED,
    LOT_CONTRACTED,
)
from tenders.tender import Tender


class AwardQuerySet(models.QuerySet["Award"]):
    def of_members(self, user: Reader) -> Self:
        return self.filter(lot__tender__buyer__in=Organisation.objects.acted_for_by(user))

    def watched(self, *, at: datetime) -> Self:
        """To a bid, until the contract ends or the lot is cancelled (rule R81)."""
        under_way = Q(ends_at=None) | Q(ends_at__gt=at)
        status = (Lot.Status.AWARDED, Lot.Status.CONTRACTED)
        return self.filter(under_way, bid__isnull=False, lot__status__in=status)


class Award(models.Model):
    """To whom a lot was awarded, and what became of it."""

    STATED = (
        *("supplier", "value", "currency", "bids", "reason"),
        *("standstill_until", "standstill_reason"),
    )

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
    standstill_reason = models.TextField(_("why so soon"), max_length=LONGEST, blank=True)
    awarded_at = models.DateTimeField()
    awarded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    contracted_on = models.DateField(_("contract signed on"), null=True)
    ends_at = models.DateTimeField(null=True)  # the contract, by its months without extensions
    # what watching.py saw last: of what the bid rests on, what is weaker now, and since when
    weaker = models.JSONField(default=list)  # [{"ref", "criterion", "source", "then", "now"}]
    weaker_since = models.DateTimeField(null=True)
    looked_to = models.PositiveBigIntegerField(default=0)  # version of its products' standing

    objects = AwardQuerySet.as_manager()

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
        sooner = {"why_so_soon": plain(self.standstill_reason)} if self.standstill_reason else {}
        return rfc8785.dumps(
            {
                **sooner,
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

    @property
    def free_at(self) -> datetime | None:
        """From when on a contract may be signed, by the calendar of the place; None: at once."""
        zone = ZoneInfo(self.lot.tender.zone or "UTC")
        day = self.standstill_until
        return datetime.combine(day, time(), zone) if day else None

    @property
    def contracted(self) -> str | None:
        """The day of the contract, as the log has it."""
        return self.contracted_on.isoformat() if self.contracted_on else None

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
        standstill_reason: str = "",
    ) -> "Award":
        """Award the lot: to a bid that was opened or brought here, or, where bids go elsewhere, to
        a supplier by name.
        Of a bid, the supplier is its bidder, and the price the value, where no other is given.
        There are at least as many bids as are read here. The other bids for the lot are told that
        they were not chosen.
        """
        lot.may_award(by=by, at=at)
        why = reason_required(reason, public=True)
        require_standstill(lot.tender, standstill_until, standstill_reason, at=at)
        with held(lot) as tender:
            lot.may_award(by=by, at=at)
            candidates = Candidates.where_read(lot)
            if problems := hindrances(lot, candidates):
                raise NotReady(*problems)
            opened = [each.bid for each in candidates.comparison.columns] if candidates else []
            if candidates and (bid or tender.taken_here):
                bid = candidates.chosen(bid)
                supplier = bid.bidder
                if value is None:
                    value, currency = bid.price, bid.currency
            if wrong := about_currency(value, currency):
                raise NotReady(wrong)
            bids = max(len(opened), bids or 0) if opened else bids
            if not supplier.strip():
                raise NotReady(gettext("Say who is awarded."))
            made = cls.objects.create(
                lot=lot,
                bid=bid,
                supplier=supplier.strip(),
                value=value,
                currency=currency if value is not None else "",
                bids=bids,
                reason=why,
                standstill_until=standstill_until,
                standstill_reason=standstill_reason.strip(),
                awarded_at=at,
                awarded_by=by,
            )
            for each in opened:
                made._tell(each, by=by, at=at)
            made._followed(at=at)
            logged: Any = {"detail": {"digest": digest(made.frozen)}, "organisation": tender.buyer}
            move(lot, "awarded", step=LOT_AWARDED, by=by, at=at, reason=why, **logged)
            conclude(tender, by=by, at=at)
        return made

    def _followed(self, *, at: datetime) -> None:
        """From now on the buyer follows what it relied on."""
        if self.bid:
            tender = self.lot.tender
            products = self.bid.releases.values_list("solution", flat=True)
            rely(products, tender.buyer, why=Follow.Why.AWARD, line=tender.line, at=at)

    def _tell(self, bid: Bid, *, by: User, at: datetime) -> None:
        """Say to each bid that is still in the race what became of it."""
        if bid.status != Bid.Status.OPENED:
            return
        chosen_one = bid.pk == self.bid_id
        step, state = (BID_AWARDED, "awarded") if chosen_one else (BID_NOT_AWARDED, "not_awarded")
        logged: Any = {"organisation": bid.party, "detail": {"number": bid.number}}
        logged |= {"ended_at": at, "ended_because": self.reason}
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
        with held(self.lot):
            self.may_contract(by=by, at=at)
            ends_at = self._ends_at(contracted_on)
            Award.objects.filter(pk=self.pk).update(contracted_on=contracted_on, ends_at=ends_at)
            self.contracted_on = contracted_on
            detail = {"contracted_on": self.contracted}
            logged: Any = {"detail": detail, "organisation": self.lot.tender.buyer}
            move(self.lot, "contracted", step=LOT_CONTRACTED, by=by, at=at, **logged)

    def _ends_at(self, contracted_on: date) -> datetime | None:
        """When the contract is over by the calendar of the place; None where no length is said."""
        tender = self.lot.tender
        if not tender.contract_months:
            return None
        first = max(filter(None, (contracted_on, tender.contract_start)))
        begins = datetime.combine(first, time(), ZoneInfo(tender.zone or "UTC"))
        return months_after(begins, tender.contract_months)


def as_logged(lots: Sequence[Lot]) -> list[bool]:
    """Whether each lot with its award says what the log's steps on it do; an alarm of each that
    does not. One statement."""
    steps = LogEntry.objects.told(lots)
    return [same(lot, is_as_logged(lot, steps.get(str(lot.pk), []))) for lot in lots]


def is_as_logged(lot: Lot, steps: Sequence[dict[str, Any]]) -> bool:
    """Whether its state, award, contract and the reason of its end are those of the steps."""
    award: Award | None = getattr(lot, "award", None)
    if award:
        award.lot = lot
    stands = (lot.status, digest(award.frozen) if award else "")
    logged = (last_move(steps).get("to", Lot.Status.OPEN), first_digest(steps))
    return stands == logged and end_as_logged(lot, steps)


def end_as_logged(lot: Lot, steps: Sequence[dict[str, Any]]) -> bool:
    """Whether the day of its contract, or the reason of its end, is that of the steps."""
    award: Award | None = getattr(lot, "award", None)
    last, days = last_move(steps), (step["detail"].get("contracted_on") for step in steps)
    given_up = last.get("to") == Lot.Status.CANCELLED
    return (award.contracted if award else None, lot.cancelled_because) == (
        next(filter(None, days), None),
        last["reason"] if given_up else "",
    )


def price_beside(bid: Bid | None, value: Decimal | None, currency: str) -> str:
    """The price of a bid in words, where it is awarded for another amount; empty elsewhere."""
    if bid is None or (value, currency) == (bid.price, bid.currency):
        return ""
    return money(bid.price, bid.currency)


def require_standstill(tender: Tender, day: date | None, why: str, *, at: datetime) -> None:
    """NotReady where the time for objections would end before it began, or sooner than by law with
    no reason; `why` is published (rule R72)."""
    if day and day <= tender.day(at):
        words = gettext("The time for objections would be over today. Set a later day, or none.")
        raise NotReady(words)
    least = first_day(tender, at=at)
    if least and (day is None or day < least) and not why.strip():
        words = gettext(
            "The law gives time to object: no contract before %(day)s (%(basis)s). Set that day or "
            "a later one, or say why it is sooner; the reason is published."
        )
        basis = pack(tender.wording).standstill
        about = {"day": date_format(least), "basis": basis.basis[spoken()] if basis else ""}
        raise NotReady(words % about)


def first_day(tender: Tender, *, at: datetime) -> date | None:
    """The first day on which a contract may be signed after an award at `at`, by the law of the
    purchase; None where it names no days, or we do not know them."""
    law = pack(tender.wording).standstill
    electronic = tender.bid_how in Tender.ELECTRONIC
    days = law and (law.days if electronic else law.other_days or law.days)
    if not law or not days:
        return None
    last, left = tender.day(at), days
    if law.first == "award" and (law.count == "calendar" or last.weekday() < 5):
        left -= 1
    while left:  # the first day counts, or the one after
        last += timedelta(days=1)
        left -= law.count == "calendar" or last.weekday() < 5
    return last + timedelta(days=1)


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
