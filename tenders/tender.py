"""The tender: a buyer's call, from draft to published, awarded or cancelled.

What is published stays as it is: an amendment is a new version, and takes the place of the one
before when it is published itself.
"""

import uuid
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Self

from django.apps import apps
from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Max, Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from certcentre.accounts.models import Organisation, Role
from certcentre.lifecycle import (
    Conflict,
    IllegalMove,
    NotAllowed,
    NotReady,
    illegal,
    move,
    reason_required,
)
from certcentre.log.models import LogEntry, next_number, record
from tenders import frozen_body, readiness
from tenders.downloads import ask_for_all
from tenders.independence import admit

MAX_LOTS = 50


class TenderQuerySet(models.QuerySet["Tender"]):
    def of_members(self, user: Any, *roles: str) -> Self:
        """Tenders of the organisations where `user` holds one of `roles` (any, if none named)."""
        return self.filter(buyer__in=Organisation.objects.acted_for_by(user, *roles))

    def editable_by(self, user: Any) -> Self:
        return self.of_members(user, Role.EDITOR)

    def published(self) -> Self:
        """What the public may read: published, and what became of it."""
        return self.exclude(status=Tender.Status.DRAFT)

    def visible_to(self, user: Any) -> Self:
        """Published tenders, and the drafts of organisations that `user` belongs to."""
        own = Q(buyer__in=Organisation.objects.acted_for_by(user))
        return self.filter(~Q(status=Tender.Status.DRAFT) | own)

    def open(self, *, at: datetime) -> Self:
        """In force and not past the deadline."""
        return self.in_force().filter(Q(deadline=None) | Q(deadline__gt=at))

    def held(self, *keys: Any) -> dict[Any, "Tender"]:
        """These rows by key, locked in the order of keys until the transaction ends."""
        rows = self.filter(pk__in=keys).defer("body").order_by("pk").select_for_update()
        return {one.pk: one for one in rows}

    def in_force(self) -> Self:
        """Published, neither awarded nor cancelled, and no newer version has taken its place."""
        return self.filter(status=Tender.Status.PUBLISHED, replaced_at=None)


class Tender(models.Model):
    """A buyer's call: lots of requirements, frozen when published."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")
        AWARDED = "awarded", _("Awarded")
        CANCELLED = "cancelled", _("Cancelled")

    class Language(models.TextChoices):
        ENGLISH = "en", _("English")
        FRENCH = "fr", _("French")

    LIFECYCLE = {
        Status.DRAFT: {Status.PUBLISHED},
        Status.PUBLISHED: {Status.AWARDED, Status.CANCELLED},
        Status.AWARDED: set(),
        Status.CANCELLED: set(),
    }
    DETAILS = ("title", "summary", "language", "wording", "countries", "languages", "deadline")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=20, unique=True)
    version = models.PositiveSmallIntegerField(default=1)
    amends = models.OneToOneField(
        "self", null=True, on_delete=models.PROTECT, related_name="amendment"
    )
    amended_because = models.TextField(blank=True)
    buyer = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="tenders")
    title = models.CharField(_("title"), max_length=200)
    summary = models.TextField(_("what you want to buy"), max_length=2000, blank=True)
    language = models.CharField(
        _("language of the annex"), max_length=2, choices=Language.choices, default=Language.ENGLISH
    )
    wording = models.CharField(_("law that governs the purchase"), max_length=20, default="neutral")
    countries = models.JSONField(_("countries of use"), default=list, blank=True)
    languages = models.JSONField(_("languages of use"), default=list, blank=True)
    deadline = models.DateTimeField(_("bids close"), null=True, blank=True)
    status = models.CharField(max_length=9, choices=Status.choices, default=Status.DRAFT)
    revision = models.PositiveIntegerField(default=0)  # counts the changes of the draft
    changed_at = models.DateTimeField()
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    authors = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+")
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    body = models.BinaryField(null=True)  # canonical JSON of the tender as published
    digest = models.CharField(max_length=64, blank=True)  # SHA-256 of body, hexadecimal
    replaced_at = models.DateTimeField(null=True)  # when the version that amends it was published
    awarded_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    outcome = models.TextField(blank=True)  # why it was awarded or cancelled

    objects = TenderQuerySet.as_manager()

    class Meta:
        verbose_name = _("tender")
        ordering = ["-created_at", "-reference"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="draft")
                | Q(published_at__isnull=False, body__isnull=False) & ~Q(digest=""),
                name="tender_published_is_frozen",
            ),
            models.CheckConstraint(
                condition=Q(amends=None, version=1)
                | Q(amends__isnull=False, version__gt=1) & ~Q(amended_because=""),
                name="tender_amended_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("tender", args=[self.reference])

    def is_open(self, *, at: datetime) -> bool:
        """Whether bids may still come."""
        return self.in_force and not (self.deadline and self.deadline <= at)

    @property
    def in_force(self) -> bool:
        """Whether this version is what bidders answer."""
        return self.status == self.Status.PUBLISHED and not self.replaced_at

    def require_in_force(self) -> None:
        """Refuse a step that belongs to the newer version, or to none any more."""
        if self.replaced_at:
            raise IllegalMove(gettext("A newer version has taken its place. Take this step there."))
        if self.status != self.Status.PUBLISHED:
            raise illegal(Tender, self.status)

    def require_closed(self, *, at: datetime) -> None:
        """Refuse a step that waits until no more bids may come."""
        if self.deadline and self.is_open(at=at):
            words = gettext("Bids close %(day)s. Award it after that, or cancel it.")
            raise NotReady(words % {"day": date_format(self.deadline, "DATETIME_FORMAT")})

    @classmethod
    def start(
        cls, buyer: Organisation, *, by: Any, at: datetime, title: str, **details: Any
    ) -> "Tender":
        """Open a draft with one lot. Details: summary, language, wording, countries, …"""
        if buyer.kind != Organisation.Kind.BUYER:
            raise NotAllowed(gettext("Only a buyer writes tenders. Register one beside this."))
        admit(by, buyer.pk, Role.EDITOR, at=at)
        with transaction.atomic():
            made = cls.objects.create(
                reference=next_number("TD", at=at),
                buyer=buyer,
                title=title,
                created_at=at,
                changed_at=at,
                created_by=by,
                **details,
            )
            made.authors.add(by)
            made.lots.create(number=1, title=title)
            record(made, "tender.started", by=by, at=at, organisation=buyer)
        return made

    @contextmanager
    def edited(self, *, by: Any, at: datetime) -> Iterator[None]:
        """Hold the draft while an author changes it, and count the change.

        Every verb that changes a draft, its lots or requirements runs inside; the locked row is
        why two of them, or one of them and publishing, never interleave.
        """
        admit(by, self.buyer_id, Role.EDITOR, at=at)
        with transaction.atomic():
            held = Tender.objects.select_for_update().only("status").get(pk=self.pk)
            if held.status != Tender.Status.DRAFT:
                raise illegal(Tender, held.status)
            yield
            Tender.objects.filter(pk=self.pk).update(revision=F("revision") + 1, changed_at=at)
            self.authors.add(by)

    @property
    def details_print(self) -> str:
        """A short print of the details, to tell what a change of them began from."""
        said = [str(getattr(self, name)) for name in self.DETAILS]
        return f"{zlib.crc32(chr(31).join(said).encode()):x}"

    def state(self, *, by: Any, at: datetime, seen: str = "", **details: Any) -> None:
        """Say what the tender is about: any of DETAILS.

        `seen` is their `details_print` when the change was begun; Conflict, with what is stored,
        when somebody changed them since.
        """
        unknown = set(details) - set(self.DETAILS)
        if unknown:
            raise TypeError(f"Not details of a tender: {', '.join(sorted(unknown))}")
        with self.edited(by=by, at=at):
            stored = Tender.objects.get(pk=self.pk)
            same = all(getattr(stored, name) == value for name, value in details.items())
            if seen and stored.details_print != seen and not same:
                raise Conflict(stored)
            Tender.objects.filter(pk=self.pk).update(**details)
        self.refresh_from_db()

    def add_lot(self, *, by: Any, at: datetime, title: str) -> Any:
        """Add a lot at the end."""
        with self.edited(by=by, at=at):
            last = self.lots.aggregate(last=Max("number"))["last"] or 0
            if last >= MAX_LOTS:
                raise NotReady(
                    gettext("A tender has at most %(number)s lots.") % {"number": MAX_LOTS}
                )
            return self.lots.create(number=last + 1, title=title)

    def publish(self, *, by: Any, at: datetime, revision: int | None = None) -> None:
        """Freeze every word of the tender and show it to the public.

        `revision` is the draft the signatory looked at; a later change refuses the step. The
        frozen bytes are computed before the transaction, and the revision guards them.
        """
        admit(by, self.buyer_id, Role.SIGNATORY, at=at)
        self.refresh_from_db()
        if self.status != Tender.Status.DRAFT:
            raise illegal(Tender, self.status)
        problems = readiness.missing(self, at=at)
        if problems:
            raise NotReady(*problems)
        seen = self.revision if revision is None else revision
        body, digest = frozen_body.freeze(self, by=by, at=at)
        shortlist: Any = apps.get_model("tenders", "Shortlist")
        kept = [
            shortlist.taken(lot, "published", by=by, at=at)
            for lot in self.lots.select_related("tender")
        ]
        with transaction.atomic():
            held = Tender.objects.held(self.pk, self.amends_id)
            if not held[self.pk].revision == seen == self.revision:
                raise Conflict(self)
            if self.amends_id:
                held[self.amends_id].replace(by=by, at=at, reason=self.amended_because)
            self._close_to(
                "published", by, at, published_at=at, published_by=by, body=body, digest=digest
            )
            shortlist.objects.bulk_create(kept)
            ask_for_all(self, by=by, at=at)

    def replace(self, *, by: Any, at: datetime, reason: str) -> None:
        """Step back for the version that amends this one; its row is held."""
        self.require_in_force()
        Tender.objects.filter(pk=self.pk).update(replaced_at=at)
        logged: Any = {"organisation": self.buyer, "visibility": LogEntry.Visibility.PUBLIC}
        record(self, "tender.replaced", by=by, at=at, reason=reason, **logged)

    def discard(self, *, by: Any, at: datetime) -> None:
        """Throw a draft away with all that belongs to it. Its number is not given again."""
        admit(by, self.buyer_id, Role.EDITOR, at=at)
        with transaction.atomic():
            held = Tender.objects.select_for_update().get(pk=self.pk)
            if held.status != Tender.Status.DRAFT:
                raise illegal(Tender, held.status)
            record(self, "tender.discarded", by=by, at=at, organisation=self.buyer)
            self.shortlists.all().delete()
            self.downloads.all().delete()
            Tender.objects.filter(pk=self.pk).delete()

    def award(self, *, by: Any, at: datetime, reason: str) -> None:
        """Say that the contract was given, and to whom or why; not while bids may still come."""
        admit(by, self.buyer_id, Role.SIGNATORY, at=at)
        self.require_closed(at=at)
        self._close_to("awarded", by, at, reason, awarded_at=at, outcome=reason)

    def cancel(self, *, by: Any, at: datetime, reason: str) -> None:
        """Take the call back, with the reason the public reads."""
        admit(by, self.buyer_id, Role.SIGNATORY, at=at)
        self._close_to("cancelled", by, at, reason, cancelled_at=at, outcome=reason)

    def _close_to(self, to: str, by: Any, at: datetime, reason: str = "", **stamps: Any) -> None:
        closes = "outcome" in stamps
        if closes:
            reason = reason_required(reason, public=True)
        digest = stamps.get("digest", self.digest)
        logged = {"visibility": LogEntry.Visibility.PUBLIC, "detail": {"digest": digest}}
        with transaction.atomic():
            if closes:
                Tender.objects.held(self.pk)[self.pk].require_in_force()
            stamps |= {"organisation": self.buyer, **logged}
            move(self, to, by=by, at=at, reason=reason, **stamps)
