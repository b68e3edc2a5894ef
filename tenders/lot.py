"""Lots: the parts of a tender that can each be won alone, and what is asked in them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import Exists, Max, OuterRef
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from certcentre.accounts.models import User
from certcentre.lifecycle import IllegalMove, NotReady, require_way
from standards.catalogue.editions import Criterion, Edition, Level, Nature, Obligation
from standards.catalogue.facts import CountryGroup
from standards.registry.matching.narrowing import Where
from tenders.award_criteria import HOLDS, AwardCriteria
from tenders.notice import LINE
from tenders.requirements import Requirement

MAX_REQUIREMENTS = 3000
EVALUATED = "closed"  # the state of an evaluation that nobody changes (bids/evaluation.py)


@dataclass(frozen=True)
class Added:
    """What one adding did: how many are new, which stood there, which may not be asked for.

    `shared`: no *should* of the lot had a weight before, so what the price leaves of 100 is spread
    over them now.
    """

    new: int = 0
    there: list[str] = field(default_factory=list)
    not_in_force: list[str] = field(default_factory=list)
    shared: bool = False


class LotQuerySet(models.QuerySet["Lot"]):
    def to_close(self) -> Self:
        """Open ones with bids that are read, or brought, whose evaluation is not closed."""
        asked_alike = Lot.objects.alias(line=LINE).filter(
            line=OuterRef("line"), number=OuterRef("number"), bids__status__in=("opened", "brought")
        )
        rows = self.alias(line=LINE).filter(Exists(asked_alike), status=Lot.Status.OPEN)
        return rows.exclude(evaluations__status=EVALUATED)


class LotNotice(AwardCriteria):
    """What a lot says of itself and where it stands; its verbs are those of `Lot`."""

    class Status(models.TextChoices):
        OPEN = "open", _("Open")
        AWARDED = "awarded", _("Awarded")
        CONTRACTED = "contracted", _("Under contract")
        CANCELLED = "cancelled", _("Cancelled")

    LIFECYCLE = {
        Status.OPEN: {Status.AWARDED, Status.CANCELLED},
        Status.AWARDED: {Status.CONTRACTED, Status.CANCELLED},
        Status.CONTRACTED: set(),
        Status.CANCELLED: set(),
    }
    DETAILS = (
        "title",
        "about_products",
        "countries",
        "languages",
        "all_countries",
        "all_languages",
    )

    number = models.PositiveSmallIntegerField()
    title = models.CharField(_("title"), max_length=200)
    about_products = models.BooleanField(_("about products"), default=True)
    countries = models.JSONField(_("countries of use"), default=list, blank=True)  # [] the tender's
    languages = models.JSONField(_("languages of use"), default=list, blank=True)  # [] the tender's
    all_countries = models.BooleanField(_("in each of these countries"), default=True)
    all_languages = models.BooleanField(_("in each of these languages"), default=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.OPEN)
    cancelled_at = models.DateTimeField(null=True)
    cancelled_because = models.TextField(blank=True)

    class Meta:
        abstract = True
        verbose_name = _("lot")
        ordering = ["tender", "number"]
        constraints = [
            models.UniqueConstraint(fields=["tender", "number"], name="lot_number_once"),
            *HOLDS,
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"

    @property
    def is_open(self) -> bool:
        """Neither awarded nor cancelled."""
        return self.status == self.Status.OPEN

    def require_open(self) -> None:
        """Refuse a bid for what is awarded or cancelled."""
        if not self.is_open:
            words = gettext("The lot stands at “%(state)s”, so no bid is taken for it.")
            raise IllegalMove(words % {"state": self.get_status_display()})


class Lot(LotNotice):
    """A part of a tender that can be won on its own."""

    tender = models.ForeignKey("Tender", on_delete=models.CASCADE, related_name="lots")
    follows = models.ForeignKey(  # in the version before, which this one was taken over from
        "self", null=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = LotQuerySet.as_manager()

    def get_absolute_url(self) -> str:
        return reverse("tender-award", args=[self.tender.reference])

    @property
    def line_of_lots(self) -> list[int]:
        """This lot and those of earlier versions that it was taken over from, as keys."""
        keys, follows = [self.pk], self.follows_id
        while follows:
            keys.append(follows)
            follows = Lot.objects.values_list("follows_id", flat=True).get(pk=follows)
        return keys

    @property
    def last_number(self) -> int:
        """The last that a requirement of this lot had in a reference, in whichever version."""
        rows = Requirement.objects.filter(lot__in=self.line_of_lots).numbered()
        return int(rows.aggregate(last=Max("in_refs"))["last"] or 0)

    @property
    def where(self) -> Where:
        """Where its products are used: in its own countries and languages, else the tender's."""
        return Where(
            tuple(self.countries or self.tender.countries),
            tuple(self.languages or self.tender.languages),
            self.all_countries,
            self.all_languages,
        )

    def may_edit(self, *, by: User, at: datetime) -> None:
        """Whoever may edit the tender changes, fills and removes its lots."""
        self.tender.may_edit(by=by, at=at)

    def may_award(self, *, by: User, at: datetime) -> None:
        """A signatory awards what is open, once bids have closed and are opened, and the evaluation
        of those that are read here is closed (rule R118)."""
        self.tender.require_awarding(by=by, at=at)
        require_way(self, "awarded")
        if self._to_close(by, at):
            raise IllegalMove(gettext("The evaluation of this lot is not closed. Close it first."))

    def may_close(self, *, by: User, at: datetime) -> None:
        """A signatory closes the evaluation of an open lot, once bids for it are read."""
        self.tender.require_awarding(by=by, at=at)
        require_way(self, "awarded")
        if not self._to_close(by, at):
            self.require_evaluating()
            raise IllegalMove(gettext("No bid for this lot is read here, so none is evaluated."))

    def _to_close(self, by: User, at: datetime) -> bool:
        """Whether its evaluation is to be closed; one statement for all lots of a tender."""
        rows = Lot.objects.filter(tender=self.tender_id).to_close()
        keys = by.once(("to close", self.tender_id, at), lambda: set(rows.values_list("pk")))
        return (self.pk,) in keys

    @property
    def evaluation(self) -> Any:
        """Its evaluation as it was closed last; None where it never was."""
        return self.evaluations.order_by("closed_at", "pk").last()

    def require_evaluating(self) -> None:
        """Refuse what would change an evaluation that is closed (rule R118)."""
        if self.evaluations.filter(status=EVALUATED).exists():
            words = gettext("The evaluation of this lot is closed. Open it again first.")
            raise IllegalMove(words)

    @property
    def is_over(self) -> bool:
        """Awarded, or cancelled by itself or with its tender."""
        return not self.is_open or self.tender.status == self.tender.Status.CANCELLED

    @property
    def called_off_at(self) -> datetime | None:
        """When it was cancelled, by itself or with its tender."""
        return self.cancelled_at or (self.tender.cancelled_at if self.is_open else None)

    @property
    def stands_at(self) -> str:
        """Its state in words; cancelled too where it ended with its tender."""
        if self.called_off_at:
            return str(self.Status.CANCELLED.label)
        return self.get_status_display()

    @property
    def called_off_because(self) -> str:
        return self.cancelled_because if self.cancelled_at else self.tender.outcome

    def may_remove(self, *, by: User, at: datetime) -> None:
        """An editor takes a lot out of the draft, unless bidders may have answered it already."""
        self.may_edit(by=by, at=at)
        if self.follows_id:
            words = gettext("The version in force has this lot. It is cancelled, never taken out.")
            raise IllegalMove(words)
        if not self.tender.lots.exclude(pk=self.pk).exists():
            raise NotReady(gettext("A tender has at least one lot. Rename this one instead."))

    def may_cancel(self, *, by: User, at: datetime) -> None:
        """A signatory gives a lot up: while the tender is in force, or before its contract."""
        self.tender.require_signatory(by=by, at=at)
        if self.is_open:
            self.tender.require_in_force()
        require_way(self, "cancelled")

    def state(self, *, by: User, at: datetime, **details: Any) -> None:
        """Say what the lot is about: any of DETAILS."""
        unknown = set(details) - set(self.DETAILS)
        if unknown:
            raise TypeError(f"Not details of a lot: {', '.join(sorted(unknown))}")
        with self.tender.edited(by=by, at=at):
            Lot.objects.filter(pk=self.pk).update(**details)
        for name, value in details.items():
            setattr(self, name, value)

    def remove(self, *, by: User, at: datetime) -> None:
        """Take the lot out with what it asks for; in a first version those after it move up by
        one, in a later one they keep their numbers (rule R141)."""
        with self.tender.edited(by=by, at=at):
            self.may_remove(by=by, at=at)
            Lot.objects.filter(pk=self.pk).delete()
            if self.tender.amends_id:
                return
            for later in self.tender.lots.filter(number__gt=self.number).order_by("number"):
                Lot.objects.filter(pk=later.pk).update(number=later.number - 1)

    def add(
        self,
        criteria: Iterable[Criterion],
        *,
        by: User,
        at: datetime,
        obligation: str = "",
        least: int | Mapping[str, int] = 1,
        justification: str = "",
        evidence_asked: str = "",
        alternatives: Mapping[str, list[str]] | None = None,
    ) -> Added:
        """Ask for these criteria, each once; adding them again changes nothing.

        `obligation` empty takes each criterion's own level's. `least` is one assurance for all,
        or one by domain with "" for every other (`Profile.least`); `alternatives` names, for a
        criterion's key, others that do as well. They come after what the lot
        already asks for from the same edition, so that an edition stays together.
        """
        wanted = list({criterion.pk: criterion for criterion in criteria}.values())
        with self.tender.edited(by=by, at=at):
            there = set(self.requirements.values_list("criterion_id", flat=True))
            allowed = lasting(wanted, at=at)
            new = [c for c in allowed if c.pk not in there]
            self.require_room(len(new))
            levels = Level.objects.in_bulk({c.level_id for c in new}) if not obligation else {}
            fill = {"justification": justification, "evidence_asked": evidence_asked}
            rows = [
                Requirement(
                    lot=self,
                    criterion=criterion,
                    obligation=obligation or levels[criterion.level_id].obligation,
                    least=least if isinstance(least, int) else least_for(criterion, least),
                    alternatives=(alternatives or {}).get(criterion.key, []),
                    **fill,
                )
                for criterion in new
            ]
            self.place(rows)
            scored = any(row.obligation == Obligation.SHOULD for row in rows)
            shared = scored and not self.requirements.filter(weight__isnull=False).exists()
            shared = shared and self.scored.count() <= self.room_for_shoulds
            if shared:
                self.share_evenly()
        return Added(
            len(new),
            [c.key for c in wanted if c.pk in there],
            [c.key for c in wanted if c not in allowed and c.pk not in there],
            shared,
        )

    def add_edition(
        self, edition: Edition, level: Level | None = None, *, by: User, at: datetime, **fill: Any
    ) -> Added:
        """Ask for an edition at a level (lower ones included where cumulative), or all of it."""
        criteria = Criterion.objects.at_level(edition, level)
        return self.add(criteria.order_by("position"), by=by, at=at, **fill)

    def add_words(
        self, words: str, *, by: User, at: datetime, obligation: str = "must", **fill: Any
    ) -> Requirement:
        """Ask for something in the buyer's own words; it is read, never counted."""
        with self.tender.edited(by=by, at=at):
            self.require_room(1)
            made = Requirement(lot=self, words=words, obligation=obligation, **fill)
            made.weight = made.weight if obligation == Obligation.SHOULD else None
            self.place([made])
        return made

    def add_fact(
        self,
        fact: str,
        values: Iterable[str],
        *,
        by: User,
        at: datetime,
        how: str = Requirement.How.ANY,
        obligation: str = "must",
        **fill: Any,
    ) -> Requirement:
        """Ask what providers state of a product; such requirements come first in the lot."""
        wanted = list(dict.fromkeys(values))
        with self.tender.edited(by=by, at=at):
            self.require_room(1)
            made = Requirement(lot=self, fact=fact, fact_values=wanted, fact_how=how, **fill)
            made.obligation = obligation
            made.weight = made.weight if obligation == Obligation.SHOULD else None
            made.require_askable()
            if self.requirements.filter(fact=fact, fact_how=how, fact_values=wanted).exists():
                raise NotReady(gettext("The lot asks for this already."))
            self.place([made])
        return made

    def share_weights(self, *, by: User, at: datetime) -> None:
        """Spread what the price leaves evenly over the *should* requirements."""
        with self.tender.edited(by=by, at=at):
            self.share_evenly()

    def require_room(self, number: int, stand: int | None = None) -> None:
        """NotReady where the tender cannot ask for so many more than `stand`, counted if None."""
        if stand is None:
            stand = Requirement.objects.filter(lot__tender=self.tender_id).count()
        if stand + number > MAX_REQUIREMENTS:
            raise NotReady(
                gettext("A tender asks for at most %(number)s things.")
                % {"number": MAX_REQUIREMENTS}
            )

    def place(self, rows: list[Requirement]) -> None:
        """Give each row a place, and where references stay a number that none had (rule R141)."""
        self.requirements.place(rows, self.last_number if self.follows_id else None)


def lasting(criteria: Sequence[Criterion], *, at: datetime) -> list[Criterion]:
    """Those that may be asked for: of an edition in force, and themselves not withdrawn. One
    statement."""
    editions = Edition.objects.in_force(at=at).filter(pk__in={c.edition_id for c in criteria})
    in_force = set(editions.values_list("pk", flat=True))
    return [c for c in criteria if c.edition_id in in_force and not c.force]


def least_for(criterion: Criterion, by_domain: Mapping[str, int]) -> int:
    return by_domain.get(criterion.domain, by_domain.get("", 1))


def countries_of_law(lot: Lot) -> tuple[str, ...]:
    """Whose laws hold for its products: those of use, and where none is named the buyer's."""
    return lot.where.countries or tuple(filter(None, [lot.tender.buyer.country]))


def country_groups(editions: Iterable[Edition]) -> dict[str, list[str]]:
    """The members of each group of countries, where one of these is a law; one statement then."""
    if all(edition.nature != Nature.LAW for edition in editions):
        return {}
    return dict(CountryGroup.objects.values_list("key", "members"))
