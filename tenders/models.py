"""Tenders: what a buyer asks for, in lots, and what was published."""

import uuid
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from certcentre.accounts.models import Organisation, Role
from standards.catalogue.editions import Criterion, Obligation


class TenderQuerySet(models.QuerySet["Tender"]):
    def editable_by(self, user: Any) -> "TenderQuerySet":
        return self.filter(buyer__in=Organisation.objects.acted_for_by(user, Role.EDITOR))

    def published(self) -> "TenderQuerySet":
        """What the public may read: published, and what became of it."""
        return self.exclude(status=Tender.Status.DRAFT)

    def visible_to(self, user: Any) -> "TenderQuerySet":
        """Published tenders, and the drafts of organisations that `user` belongs to."""
        own = Q(buyer__in=Organisation.objects.acted_for_by(user))
        return self.filter(~Q(status=Tender.Status.DRAFT) | own)

    def open(self, *, at: datetime) -> "TenderQuerySet":
        """Published and not past the deadline."""
        return self.filter(status=Tender.Status.PUBLISHED).filter(
            Q(deadline=None) | Q(deadline__gt=at)
        )


class Tender(models.Model):
    """A buyer's call: lots of requirements, frozen when published."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")
        AWARDED = "awarded", _("Awarded")
        CANCELLED = "cancelled", _("Cancelled")

    LIFECYCLE = {
        Status.DRAFT: {Status.PUBLISHED},
        Status.PUBLISHED: {Status.AWARDED, Status.CANCELLED},
        Status.AWARDED: set(),
        Status.CANCELLED: set(),
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=16, unique=True)
    version = models.PositiveSmallIntegerField(default=1)
    buyer = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="tenders")
    title = models.CharField(_("title"), max_length=200)
    summary = models.TextField(_("what you want to buy"), max_length=2000, blank=True)
    language = models.CharField(_("language of the annex"), max_length=2, default="en")
    wording = models.CharField(_("law that governs the purchase"), max_length=20)
    countries = models.JSONField(_("countries of use"), default=list)
    languages = models.JSONField(_("languages of use"), default=list)
    deadline = models.DateTimeField(_("bids close"), null=True, blank=True)
    status = models.CharField(max_length=9, choices=Status.choices, default=Status.DRAFT)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    body = models.BinaryField(null=True)  # canonical JSON of the tender as published
    digest = models.CharField(max_length=64, blank=True)  # SHA-256 of body, hexadecimal

    objects = TenderQuerySet.as_manager()

    class Meta:
        verbose_name = _("tender")
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="draft") | Q(published_at__isnull=False),
                name="tender_published_has_a_date",
            )
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("tender", args=[self.reference])


class Lot(models.Model):
    """A part of a tender that can be won on its own."""

    tender = models.ForeignKey(Tender, on_delete=models.CASCADE, related_name="lots")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(_("title"), max_length=200)

    class Meta:
        verbose_name = _("lot")
        ordering = ["tender", "number"]
        constraints = [models.UniqueConstraint(fields=["tender", "number"], name="lot_number_once")]

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"


class Requirement(models.Model):
    """One thing a lot asks for: a criterion of the catalogue, or the buyer's own words."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    lot = models.ForeignKey(Lot, on_delete=models.CASCADE, related_name="requirements")
    position = models.PositiveIntegerField()
    criterion = models.ForeignKey(Criterion, null=True, on_delete=models.PROTECT, related_name="+")
    words = models.TextField(_("requirement in your own words"), blank=True)
    obligation = models.CharField(
        _("obligation"), max_length=6, choices=Obligation.choices, default=Obligation.MUST
    )
    weight = models.PositiveSmallIntegerField(_("weight"), null=True, blank=True)
    least = models.PositiveSmallIntegerField(_("least assurance"), default=1)
    must_be_present = models.BooleanField(_("must be present"), default=False)
    evidence_asked = models.TextField(_("evidence to be supplied"), blank=True)
    justification = models.TextField(_("why you need it"), blank=True)

    class Meta:
        verbose_name = _("requirement")
        ordering = ["lot", "position"]
        constraints = [
            models.CheckConstraint(
                condition=Q(criterion__isnull=False) ^ ~Q(words=""),
                name="requirement_criterion_or_words",
            ),
            models.CheckConstraint(
                condition=Q(weight=None) | Q(obligation="should"),
                name="requirement_only_should_has_weight",
            ),
            models.CheckConstraint(
                condition=Q(least__gte=1, least__lte=4), name="requirement_least_one_to_four"
            ),
            models.UniqueConstraint(
                fields=["lot", "criterion"],
                condition=Q(criterion__isnull=False),
                name="requirement_criterion_once_per_lot",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lot_id} {self.position}"
