"""Editions of standards, their levels and criteria."""

from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext, override, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from certcentre.accounts.people import Reader, User
from certcentre.lifecycle import IllegalMove, NotReady, move, require_way
from certcentre.places import country, read_in
from standards.catalogue import steps
from standards.catalogue.field_labels import unsaid
from standards.catalogue.levels import at_level
from standards.catalogue.methods import Method, in_words, lacking, needed
from standards.catalogue.reviewing import (
    Signed,
    is_officer,
    judged_by_the_centre,
    signed_by_a_second,
    two_people,
)
from standards.catalogue.standards import Standard


class Domain(models.TextChoices):
    """What a criterion is about, in nine kinds."""

    LEGAL = "legal", _("Legal")
    SECURITY = "security", _("Security")
    TECHNICAL = "technical", _("Technical")
    DATA_EXCHANGE = "data_exchange", _("Data exchange")
    ETHICAL = "ethical", _("Ethical")
    ACCESSIBILITY = "accessibility", _("Accessibility")
    PEDAGOGICAL = "pedagogical", _("Pedagogical")
    AI = "ai", _("Artificial intelligence")
    CHILD_RIGHTS = "child_rights", _("Child rights")


class SeedCategory(models.TextChoices):
    """The five kinds of standards of the founding paper."""

    LEGAL = "legal", _("Legal")
    TECHNICAL = "technical", _("Technical")
    SECURITY = "security", _("Security")
    DATA_EXCHANGE = "data_exchange", _("Data exchange")
    ETHICAL = "ethical", _("Ethical")


WORLDWIDE = "global"
PLACES = {  # of jurisdictions that are no country
    WORLDWIDE: _("Worldwide"),
    "EU": _("European Union"),
    "EEA": _("European Economic Area"),
    "MALABO": _("States of the Malabo Convention"),
    "GB-ENG": _("England"),
}


class Nature(models.TextChoices):
    """What an edition rests on. A law has no equivalent; all else has."""

    STANDARD = "", _("Standard, label or certificate")
    LAW = "law", _("Law")


class Obligation(models.TextChoices):
    """How binding a level is inside its edition, or a requirement inside a tender."""

    MUST = "must", _("Must")
    SHOULD = "should", _("Should")
    MAY = "may", pgettext_lazy("obligation", "May")  # not the month


class Translated(models.Model):
    """Text that may stand in several languages: the field itself, or `translations[language]`."""

    translations = models.JSONField(default=dict, blank=True)
    # {language: {field: [who, digest of the text it was made from]}}: see translations.py
    translation_state = models.JSONField(default=dict, blank=True)

    class Meta:
        abstract = True

    def text(self, field: str, language: str | None = None) -> str:
        """The field in the reader's language, else as it was written."""
        code = (language or read_in()).split("-")[0]
        return self.translations.get(code, {}).get(field) or getattr(self, field)


class EditionQuerySet(models.QuerySet["Edition"]):
    def published(self) -> "EditionQuerySet":
        """Editions that are out, withdrawn ones included: their pages stay."""
        return self.exclude(status=Edition.Status.DRAFT)

    def visible_to(self, user: Reader) -> "EditionQuerySet":
        """Drafts are for the centre's officers alone."""
        return self.all() if is_officer(user) else self.published()

    def in_force(self, *, at: datetime) -> "EditionQuerySet":
        """Editions that may be attested and asked for: begun, and not deprecated."""
        begun = Q(effective_from=None) | Q(effective_from__lte=at.date())
        return self.answerable(at=at).filter(begun)

    def answerable(self, *, at: datetime) -> "EditionQuerySet":
        """Those that a provider may begin to answer: announced ones too, deprecated ones not."""
        return self.filter(status=Edition.Status.PUBLISHED).filter(
            Q(deprecated_from=None) | Q(deprecated_from__gt=at.date())
        )


class Edition(Signed, Translated):
    """One dated version of a standard; once published its words never change.

    It counts from `effective_from`. To `grace_until` the edition it supersedes is taken as well;
    the day after, that one is deprecated: what rests on it stands, and nothing new begins with it.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    LIFECYCLE = {
        Status.DRAFT: {Status.PUBLISHED},
        Status.PUBLISHED: {Status.WITHDRAWN},
        Status.WITHDRAWN: set(),
    }

    key = models.CharField(max_length=80, unique=True)
    standard = models.ForeignKey(Standard, on_delete=models.PROTECT, related_name="editions")
    name = models.CharField(max_length=250)
    version = models.CharField(max_length=200)
    issuing_body = models.CharField(max_length=250)
    reference = models.CharField(max_length=250)
    published_text = models.CharField(max_length=200)
    seed_category = models.CharField(max_length=14, choices=SeedCategory.choices)
    domain = models.CharField(max_length=14, choices=Domain.choices)
    nature = models.CharField(max_length=3, choices=Nature.choices, blank=True, default="")
    jurisdictions = models.JSONField(default=list)
    text_licence = models.TextField()
    may_quote_text = models.CharField(max_length=250)
    catalogue_licence = models.CharField(max_length=40)
    notice = models.TextField(blank=True)
    source_basis = models.TextField(blank=True)
    notes = models.TextField(blank=True)
    office_notes = models.TextField(blank=True)  # for editors: no page but the office's shows them
    related = models.JSONField(default=list)  # [{"level", "relation", "target", "note"}]
    outline = models.JSONField(default=list)  # [{"id", "ref", "title", "text", "parent"}]
    source = models.JSONField(default=dict)  # the file it was read from; see import_plan.py
    last_checked = models.DateField(null=True)
    revision = models.PositiveSmallIntegerField(default=1)  # of words that ship: revisions.py
    effective_from = models.DateField(null=True)
    grace_until = models.DateField(null=True)
    deprecated_from = models.DateField(null=True)
    supersedes = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="successors"
    )
    language = models.CharField(max_length=2, default="en")  # that its words are written in
    status = models.CharField(max_length=9, choices=Status.choices, default=Status.DRAFT)
    published_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    words_digest = models.CharField(max_length=64)
    # as vouching.py shows it: its levels, and whether the log says otherwise of words and texts
    levels_shown: list["Level"]
    disagrees: bool
    texts_disagree: bool

    objects = EditionQuerySet.as_manager()

    class Meta:
        verbose_name = _("edition")
        ordering = ["name"]
        constraints = [
            two_people("edition"),
            models.CheckConstraint(
                condition=Q(grace_until=None)
                | Q(effective_from=None)
                | Q(grace_until__gte=F("effective_from")),
                name="edition_grace_after_effect",
            ),
            models.CheckConstraint(
                condition=~Q(supersedes=F("id")), name="edition_follows_another"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("edition", args=[self.key])

    @property
    def places(self) -> list[str]:
        """Where it holds, in the reader's language."""
        return [str(PLACES.get(code) or country(code)) for code in self.jurisdictions]

    def places_in(self, language: str) -> list[str]:
        """The same in this language."""
        with override(language):
            return self.places

    @property
    def withdrawal(self) -> str:
        """That it was withdrawn and when, as a sentence; empty while it is not."""
        if self.status != Edition.Status.WITHDRAWN or not self.withdrawn_at:
            return ""
        words = gettext("%(edition)s was withdrawn on %(day)s.")
        return words % {"edition": self.text("name"), "day": date_format(self.withdrawn_at)}

    def binds(self, day: date) -> bool:
        """Whether its criteria count on a day; before it they are announced, and only shown."""
        return self.effective_from is None or self.effective_from <= day

    def may_publish(self, *, by: User | None, at: datetime) -> None:
        """A second person, of a draft that lacks nothing."""
        signed_by_a_second(self, by)
        require_way(self, "published")
        problems = []
        if not self.criteria.exists():
            problems.append(gettext("%(edition)s has no criteria yet.") % {"edition": self})
        if unsaid_fields := unsaid(self):
            words = gettext("%(edition)s does not say these yet: %(fields)s. Change it first.")
            problems.append(words % {"edition": self, "fields": ", ".join(unsaid_fields)})
        if self.supersedes and self.supersedes.status == Edition.Status.DRAFT:
            words = gettext("%(edition)s follows a draft. Publish that one first.")
            problems.append(words % {"edition": self})
        if problems:
            raise NotReady(*problems)
        if by is not None:
            by.require_confirmed()

    def may_reschedule(self, *, by: User | None, at: datetime) -> None:
        judged_by_the_centre(by)
        if self.status == Edition.Status.WITHDRAWN:
            raise IllegalMove(gettext("This edition is withdrawn, so its days stay."))

    def may_withdraw(self, *, by: User | None, at: datetime) -> None:
        judged_by_the_centre(by)
        require_way(self, "withdrawn")

    def withdraw(self, *, by: User | None, at: datetime, reason: str) -> None:
        """Nobody may answer or ask for it from now on; its page and what rests on it stay."""
        self.may_withdraw(by=by, at=at)
        step = steps.EDITION_WITHDRAWN
        move(self, "withdrawn", step=step, by=by, at=at, reason=reason, withdrawn_at=at)


class Level(Translated):
    """A grade inside an edition. Where cumulative, the lower ones are included."""

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="levels")
    key = models.CharField(max_length=30)
    label = models.CharField(max_length=250)
    obligation = models.CharField(max_length=6, choices=Obligation.choices)
    cumulative = models.BooleanField(default=False)
    position = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = _("level")
        ordering = ["edition", "position"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "key"], name="level_key_once_per_edition")
        ]

    def __str__(self) -> str:
        return f"{self.edition.key} {self.key}"


class CriterionQuerySet(models.QuerySet["Criterion"]):
    def published(self) -> "CriterionQuerySet":
        return self.exclude(edition__status=Edition.Status.DRAFT)

    def answerable(self) -> "CriterionQuerySet":
        """Those that count: not withdrawn by their issuer, not merely announced."""
        return self.filter(force=Criterion.Force.IN_FORCE)

    def at_level(self, edition: Edition, level: Level | None) -> "CriterionQuerySet":
        """What counts at `level`, lower ones included where cumulative; all of it if None."""
        found = self.answerable().filter(edition=edition)
        return found if level is None else found.filter(at_level(level))


@lru_cache(maxsize=10_000)
def criterion_address(edition: str, ref: str) -> str:
    """Made once: a page of a solution leads to a hundred of them."""
    return reverse("criterion", args=[edition, ref])


class Criterion(Translated):
    """One thing a solution can meet; its key `<edition key>:<ref>` is permanent."""

    class Force(models.TextChoices):
        """Whether its edition still, or already, asks for it."""

        IN_FORCE = "", _("In force")
        ANNOUNCED = "announced", _("Announced, not yet binding")
        WITHDRAWN = "withdrawn", _("Withdrawn by its issuer")

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="criteria")
    level = models.ForeignKey(Level, on_delete=models.PROTECT, related_name="criteria")
    ref = models.CharField(max_length=60)
    key = models.CharField(max_length=141, unique=True)
    title = models.CharField(max_length=250)
    statement = models.TextField()
    guidance = models.TextField(blank=True)
    evidence_hint = models.TextField(blank=True)
    domain = models.CharField(max_length=14, choices=Domain.choices)
    group = models.CharField(max_length=200, blank=True)  # the heading it stands under
    part = models.CharField(max_length=120, blank=True)  # that heading's id in Edition.outline
    parent_ref = models.CharField(max_length=60, blank=True)  # the criterion that it is part of
    force = models.CharField(max_length=9, choices=Force.choices, blank=True, default="")
    source_id = models.CharField(max_length=250, blank=True)  # its permanent name in the source
    more = models.JSONField(default=dict)  # what else the source says: links, components
    verification = models.CharField(max_length=40, blank=True)  # methods it needs: methods.py
    position = models.PositiveIntegerField()
    slot = models.PositiveIntegerField(null=True, unique=True)
    disagrees: bool  # as vouching.py shows it
    texts_disagree: bool

    objects = CriterionQuerySet.as_manager()

    class Meta:
        verbose_name = _("criterion")
        verbose_name_plural = _("criteria")
        ordering = ["edition", "position"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "ref"], name="criterion_ref_once")
        ]

    def __str__(self) -> str:
        return self.key

    def get_absolute_url(self) -> str:
        return criterion_address(self.key.partition(":")[0], self.ref)

    @property
    def methods(self) -> list[Method]:
        """Those that an auditor must use to see that it is met; none: any will do."""
        return needed(self.verification)

    def methods_beside(self, used: Iterable[str]) -> list[Method]:
        """Those that it needs beside the ones used."""
        return lacking(self.verification, used)

    @property
    def how_verified(self) -> str:
        return in_words(self.verification)

    @property
    def called(self) -> str:
        """Its number and title, as people call it."""
        return f"{self.ref} {self.text('title')}"
