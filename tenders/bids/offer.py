"""What a bid says and where it stands; its verbs are those of `Bid`."""

import json
import uuid
from datetime import datetime
from functools import cached_property
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from certcentre.accounts.models import Organisation
from certcentre.log.models import stored
from standards.assessment.solutions import Release
from tenders.amounts import CODE, DIGITS, PLACES
from tenders.bids.received import Received
from tenders.lot import Lot
from tenders.requirements import LONGEST
from tenders.tender import Tender

MOST_PRODUCTS = 20
KINDS = {"awarded": "good", "excluded": "bad"}  # of the tag that says where a bid stands


class Offer(models.Model):
    """Products, a price and words for one lot; a word on each requirement stands in `Reply`.

    One that the buyer brought for a bidder who is not here has no organisation and no replies: its
    answers stand in its frozen bytes; `handed_in_at` and `handed_in_by` say when and by whom it was
    brought, `bringing` with which others.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        HANDED_IN = "handed_in", _("Handed in")
        TAKEN_BACK = "taken_back", _("Taken back")
        BROUGHT = "brought", _("To be confirmed")
        OPENED = "opened", _("Opened")
        AWARDED = "awarded", _("Awarded")
        NOT_AWARDED = "not_awarded", _("Not awarded")
        EXCLUDED = "excluded", _("Excluded")
        UNOPENED = "unopened", _("Never opened")

    LIFECYCLE = {
        Status.DRAFT: {Status.HANDED_IN},
        Status.HANDED_IN: {Status.TAKEN_BACK, Status.OPENED, Status.UNOPENED},
        Status.TAKEN_BACK: set(),
        Status.BROUGHT: {Status.OPENED, Status.TAKEN_BACK, Status.UNOPENED},
        Status.OPENED: {Status.AWARDED, Status.NOT_AWARDED, Status.EXCLUDED},
        Status.AWARDED: {Status.NOT_AWARDED},  # its lot is cancelled after all
        Status.NOT_AWARDED: set(),
        Status.EXCLUDED: set(),
        Status.UNOPENED: set(),
    }
    HOLDING = (Status.DRAFT, Status.HANDED_IN)  # a place, while bids are taken
    READ = (Status.OPENED, Status.AWARDED, Status.NOT_AWARDED, Status.EXCLUDED)  # by the buyer
    STANDS = (Status.BROUGHT, *READ)  # of which no other form is brought
    SEALED = (Status.HANDED_IN, Status.BROUGHT)  # on which nobody decides yet
    ENDING = (*SEALED, Status.OPENED, Status.AWARDED)  # where the lot is cancelled
    TOLD = (Status.DRAFT, Status.NOT_AWARDED)  # then too, and stay what they are
    STATED = ("price", "currency", "price_words", "offer", "declared")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(max_length=16, blank=True)  # given when it is handed in
    tender = models.ForeignKey(Tender, on_delete=models.PROTECT, related_name="bids")
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="bids")
    organisation = models.ForeignKey(  # null: the buyer brought it (rule R80)
        Organisation, null=True, on_delete=models.PROTECT, related_name="bids"
    )
    bidder_name = models.CharField(max_length=200, blank=True)  # of a bid that was brought
    form_digest = models.CharField(max_length=64, blank=True)  # SHA-256 of the form it came in
    bringing = models.ForeignKey(  # null also in rows from before a second person confirmed them
        "tenders.Bringing", null=True, on_delete=models.PROTECT, related_name="bids"
    )
    releases = models.ManyToManyField(Release, related_name="+")
    price = models.DecimalField(
        _("price"), max_digits=DIGITS, decimal_places=PLACES, null=True, blank=True
    )
    currency = models.CharField(_("currency"), max_length=CODE, blank=True)
    price_words = models.TextField(_("what the price covers"), max_length=LONGEST, blank=True)
    offer = models.TextField(_("your offer in words"), max_length=LONGEST, blank=True)
    declared = models.JSONField(default=dict, blank=True)  # of grounds: answer and words, by code
    status = models.CharField(max_length=11, choices=Status.choices, default=Status.DRAFT)
    revision = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField()
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    signatory_name = models.CharField(max_length=120, blank=True)
    signatory_role = models.CharField(max_length=120, blank=True)
    handed_in_at = models.DateTimeField(null=True)
    handed_in_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    taken_back_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)  # excluded, chosen, not chosen, or in vain
    ended_because = models.TextField(blank=True)
    answers_judged = models.PositiveIntegerField(default=0)  # by people, as it is opened
    ended_with_lot = models.BooleanField(default=False)  # its lot or tender was cancelled
    body = models.BinaryField(null=True)  # canonical JSON (RFC 8785) of what was handed in
    digest = models.CharField(max_length=64, blank=True)  # SHA-256 of body, hexadecimal

    class Meta:
        abstract = True
        verbose_name = _("bid")
        ordering = ["-started_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="draft")
                | Q(handed_in_at__isnull=False, body__isnull=False) & ~Q(digest="") & ~Q(number=""),
                name="bid_handed_in_is_frozen",
            ),
            models.UniqueConstraint(
                fields=["lot", "organisation"],
                condition=Q(status="draft"),
                name="bid_one_draft_for_a_lot",
            ),
            models.UniqueConstraint(
                fields=["lot", "organisation"],
                condition=Q(status="handed_in"),
                name="bid_one_in_hand_for_a_lot",
            ),
            models.CheckConstraint(
                condition=Q(organisation__isnull=False, bidder_name="", form_digest="")
                | Q(organisation=None) & ~Q(bidder_name="") & ~Q(form_digest=""),
                name="bid_of_a_provider_or_brought",
            ),
            models.UniqueConstraint(
                fields=["lot", "form_digest"],
                condition=~Q(form_digest="") & ~Q(status="taken_back"),
                name="bid_brought_once_for_a_lot",
            ),
            models.UniqueConstraint(
                fields=["number"], condition=~Q(number=""), name="bid_number_once"
            ),
        ]

    def __str__(self) -> str:
        return self.number or f"{self.tender.reference} L{self.lot.number}"

    def get_absolute_url(self) -> str:
        return reverse("bid", args=[self.pk])

    @property
    def brought(self) -> bool:
        """Whether the buyer brought it, for a bidder who is not here."""
        return self.organisation_id is None

    @cached_property
    def received(self) -> Received | None:
        """When and how a form that was brought had come; None where that was not asked then."""
        return Received.of(self.content)

    @property
    def made_way(self) -> bool:
        """Whether another form of the same bidder may be brought: this one is left out."""
        return self.brought and self.status == self.Status.EXCLUDED

    @cached_property
    def bidder(self) -> str:
        """Whose bid it is, by the name under which it was handed in."""
        try:
            return str(self.content["bidder"]["name"])
        except (ValueError, LookupError, TypeError):  # a draft, or other bytes altogether
            return self.present_bidder

    @property
    def present_bidder(self) -> str:
        """Its name as the portal has it now."""
        return self.organisation.name if self.organisation else self.bidder_name

    @property
    def party(self) -> Organisation:
        """Whose people take the steps of it: the provider's, or the buyer's who brought it."""
        return self.organisation or self.tender.buyer

    @property
    def is_draft(self) -> bool:
        return self.status == self.Status.DRAFT

    @property
    def standing(self) -> tuple[str, str]:
        """Where it stands in words, and the kind of their tag."""
        if self.ended_with_lot:
            return gettext("Lot cancelled"), ""
        return str(self.get_status_display()), KINDS.get(self.status, "")

    @property
    def never_opened(self) -> bool:
        """Whether its lot ended first; so does one that was handed in before bids ended with their
        lots."""
        if self.status != self.Status.HANDED_IN:
            return self.status == self.Status.UNOPENED
        lot = self.newest_lot
        return lot is None or lot.is_over

    @property
    def is_read(self) -> bool:
        """Whether the buyer reads it."""
        return self.status in self.READ

    @property
    def has_letter(self) -> bool:
        """Whether a letter says what became of it: the buyer read it, and it has ended."""
        return self.is_read and self.ended_at is not None

    @property
    def content(self) -> dict[str, Any]:
        """What was handed in, read from the bytes that the digest is of."""
        content: dict[str, Any] = json.loads(stored(self.body or b"{}"))
        return content

    @property
    def newest(self) -> Tender:
        """The published version of the tender that stands now."""
        return self.tender.newest

    @property
    def newest_lot(self) -> Lot | None:
        """The lot as the version that stands now has it; None where it was taken out."""
        newest = self.newest
        if newest.pk == self.tender_id:
            self.lot.tender = newest
            return self.lot
        for lot in newest.lots.all():
            if self.lot_id in lot.line_of_lots:
                lot.tender = newest
                return lot
        return None

    def _require_taken(self, *, at: datetime) -> None:
        """Bids are taken for its tender and its lot."""
        self.tender.require_taking_bids(at=at)
        self.lot.require_open()
