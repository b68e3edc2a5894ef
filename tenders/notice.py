"""What a tender says of itself: who buys what, in which words, until when, and where it stands."""

import uuid
import zlib
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Left, StrIndex
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from certcentre import zones
from certcentre.accounts.models import Organisation, User
from certcentre.lifecycle import IllegalMove, NotReady, illegal
from certcentre.numbers import LATER, line_of
from tenders import paper_languages
from tenders.notice_terms import Terms

LINE = Case(  # of a row with a tender, as `Notice.line` has it
    When(tender__version=1, then=F("tender__reference")),
    default=Left("tender__reference", StrIndex("tender__reference", Value(LATER)) - 1),
)


class Notice(Terms):
    """All that a tender says of itself and where it stands; its verbs are those of `Tender`."""

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
    DETAILS = (
        *("title", "summary", "language", "wording", "countries", "languages", "deadline"),
        *Terms.TERMS,
    )

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
        _("language of the annex"),
        max_length=paper_languages.LONGEST,
        default=paper_languages.ORIGINAL,
    )
    second_language = models.CharField(
        _("second language of the papers"), max_length=paper_languages.LONGEST, blank=True
    )
    second_words = models.JSONField(default=dict, blank=True)  # own words, by language and text
    wording = models.CharField(_("law that governs the purchase"), max_length=20, default="neutral")
    countries = models.JSONField(_("countries of use"), default=list, blank=True)
    languages = models.JSONField(_("languages of use"), default=list, blank=True)
    deadline = models.DateTimeField(_("bids close"), null=True, blank=True)
    grounds = models.JSONField(default=list, blank=True)  # as `grounds.picked` has them
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
    invited_only = models.BooleanField(default=False)  # who bids; said when it is published
    replaced_at = models.DateTimeField(null=True)  # when the version that amends it was published
    awarded_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    outcome = models.TextField(blank=True)  # why it was awarded or cancelled

    class Meta:
        abstract = True
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

    @property
    def line(self) -> str:
        """The reference of version 1, which those of later versions begin with."""
        return line_of(self.reference, self.version)

    @property
    def asked_until(self) -> datetime | None:
        """Until when questions are taken: the day the notice names, else until bids close."""
        return self.questions_until or self.deadline

    def day(self, at: datetime) -> date:
        """The day that it is at its place: terms that are counted in days go by it."""
        return zones.day_of(at, self.zone)

    def is_open(self, *, at: datetime) -> bool:
        """Whether bids may still come."""
        return self.in_force and not self.has_closed(at=at)

    def has_closed(self, *, at: datetime) -> bool:
        """Whether bids closed as it says, and not by its being cancelled before."""
        return bool(self.deadline and self.deadline <= min(at, self.cancelled_at or at))

    def questions_are_over(self, *, at: datetime) -> bool:
        """Whether the day has passed until which questions were taken."""
        return bool(self.asked_until and self.asked_until <= at)

    def takes_questions(self, *, at: datetime) -> bool:
        return self.is_open(at=at) and not self.questions_are_over(at=at)

    @property
    def taken_here(self) -> bool:
        """Whether bids for what was published come in through the portal."""
        return self.bid_how == self.How.HERE and self.status != self.Status.DRAFT

    @property
    def by_invitation(self) -> bool:
        """Whether it is to be bid on here, and not by everybody."""
        return self.method != self.Method.OPEN and self.bid_how == self.How.HERE

    @property
    def in_force(self) -> bool:
        """Whether this version is what bidders answer."""
        return self.status == self.Status.PUBLISHED and not self.replaced_at

    def require_in_force(self) -> None:
        """Refuse a step that belongs to the newer version, or to none any more."""
        if self.replaced_at:
            raise IllegalMove(gettext("A newer version has taken its place. Take this step there."))
        self._require(self.Status.PUBLISHED)

    def _require(self, state: str) -> None:
        if self.status != state:
            raise illegal(type(self), self.status)

    def require_taking_bids(self, *, at: datetime) -> None:
        """Bids come in here, and their end has not come."""
        self.require_in_force()
        if self.bid_how != self.How.HERE:
            raise IllegalMove(gettext("Bids are not taken here. The notice says where they go."))
        if self.deadline and not self.is_open(at=at):
            words = gettext("Bids closed %(day)s. None is taken any more.")
            raise IllegalMove(words % {"day": zones.written(self.deadline, self.zone)})

    def require_closed(self, words: str, *, by: User, at: datetime) -> None:
        """Refuse a step while bids may still come, with `words` and the day in them, or while those
        that came in here wait for their opening."""
        self.require_in_force()
        if self.deadline and self.is_open(at=at):
            raise IllegalMove(words % {"day": zones.written(self.deadline, self.zone)})
        if self.taken_here:
            self.require_read(by=by, at=at)

    def require_read(self, *, by: User, at: datetime) -> None:
        """Refuse what is done with bids while the buyer reads none."""
        if not by.once(("read", self.pk, at), self.bids_are_read):
            words = gettext("No bid stands here yet. Bring the returned forms first.")
            if self.taken_here:
                words = gettext("The bids are not opened yet. Open them first.")
            raise IllegalMove(words)

    def bids_are_read(self) -> bool:
        """Whether the buyer reads bids: those that came in here were opened; or, where none come
        in here, returned forms were brought, also if all of them were taken back since."""
        rows: Any = type(self)._default_manager
        if self.taken_here:
            return bool(rows.filter(pk=self.pk, opening__held_at__isnull=False).exists())
        return bool(rows.of_line(self.line).filter(bids__form_digest__gt="").exists())

    @staticmethod
    def require_two_languages(first: str, second: str) -> None:
        """Refuse papers whose second language is their first."""
        if second and first == second:
            words = gettext(
                "The papers cannot be in one language twice. Choose another one here, or under "
                "“Second language”."
            )
            raise NotReady(words)

    @property
    def details_print(self) -> str:
        """A short print of the details, to tell what a change of them began from."""
        return printed(str(getattr(self, name)) for name in self.DETAILS)

    @property
    def grounds_print(self) -> str:
        """The same of the grounds."""
        return printed([str(self.grounds)])

    @property
    def second_print(self) -> str:
        """The same of the second language and what is said in it."""
        return printed([self.second_language, str(sorted(self.second_texts.items()))])

    @property
    def second_texts(self) -> dict[str, str]:
        """What says own texts in the second language, by the text."""
        return dict(self.second_words.get(self.second_language, {}))


def printed(texts: Iterable[str]) -> str:
    return f"{zlib.crc32(chr(31).join(texts).encode()):x}"
