"""Requirements: what a lot of a tender asks for."""

import re
import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from types import MappingProxyType
from typing import Any

from django.db import models
from django.db.models import Case, F, Max, Q, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from certcentre.accounts.models import User
from certcentre.lifecycle import Conflict, NotReady
from standards.catalogue.editions import Criterion, Obligation
from standards.registry.matching import market
from standards.registry.matching.qualifying import Requirement as Asked
from tenders.last_step import LastStep
from tenders.scoring import HIGHEST

LONGEST = 4000  # letters of what somebody says in their own words, in one place
REF = re.compile(r"L(\d{1,4})-(\d{1,6})", re.ASCII)

ASSURANCE = {
    1: _("AL1 declared"),
    2: _("AL2 evidence on file"),
    3: _("AL3 verified"),
    4: _("AL4 certified"),
}


def ref_of(lot: int, position: int) -> str:
    """What is asked for by lot and place, as L1-001: the same on every page and in every export."""
    return f"L{lot}-{position:03d}"


def place_of(ref: str) -> tuple[int, int] | None:
    """Lot and place that a reference names; None where it is none."""
    match = REF.fullmatch(ref)
    return (int(match[1]), int(match[2])) if match else None


def cut_at_refs(words: str) -> list[str]:
    """A sentence in parts: the references in it, and what stands before, between and behind."""
    ends = [end for match in REF.finditer(words) for end in match.span()]
    parts = [words[start:end] for start, end in pairwise([0, *ends, len(words)])]
    return [part for part in parts if part]


def asked_for(
    criterion: str | None,
    obligation: str,
    least: int,
    weight: int | None,
    must_be_present: bool,
    alternatives: list[str],
    fact: str,
    values: list[str],
    how: str,
) -> Asked | None:
    """A row as the market is asked for it; None where it is in own words, to be read."""
    if not criterion and not fact:
        return None
    others, wanted = tuple(alternatives), tuple(values)
    return Asked(
        criterion or "", obligation, least, weight, must_be_present, others, fact, wanted, how
    )


class RequirementQuerySet(models.QuerySet["Requirement"]):
    def with_texts(self) -> "RequirementQuerySet":
        """With criterion and edition, in the order shown and exported. One statement."""
        return self.select_related("lot", "criterion__edition", "criterion__level").order_by(
            "lot__number", "position"
        )

    def numbered(self) -> "RequirementQuerySet":
        """Each with its number in references."""
        return self.annotate(in_refs=Coalesce("number", "position"))

    def called(self, number: int) -> "Requirement | None":
        """The one of a lot that references call by this number."""
        own = self.filter(Q(number=number) | Q(number=None, position=number))
        return own.first()

    def place(self, rows: Sequence["Requirement"], last: int | None) -> None:
        """Give rows of one lot a place after the last of their edition, facts first, and make room
        there; and a number each, from `last` on, or from what the lot has, if any."""
        groups: dict[tuple[int | None, bool], list[Requirement]] = {}
        for row in rows:
            groups.setdefault(row.kept_with, []).append(row)
        ends = self.aggregate(position=Max("position"), number=Max("number"))
        end, number = ends["position"] or 0, ends["number"] if last is None else last
        for members in groups.values():
            group = self.beside(members[0])
            after = group.aggregate(end=Max("position"))["end"] or (0 if members[0].fact else end)
            self.filter(position__gt=after).update(position=F("position") + len(members))
            for offset, member in enumerate(members, start=1):
                member.position = after + offset
                member.number = None if number is None else number + offset
            number = None if number is None else number + len(members)
            end += len(members)
            Requirement.objects.bulk_create(members, batch_size=500)

    def take_out(self, rows: Sequence["Requirement"]) -> None:
        """Delete these rows of one lot; those after each move up. Two statements, however many."""
        self.filter(pk__in=[row.pk for row in rows]).delete()
        gone = sorted(row.position for row in rows)
        ends = [place for place, after in pairwise([*gone, 0]) if after != place + 1]
        moves = [  # the last first: rows behind it move by all, those before by fewer
            When(position__gt=end, then=F("position") - (gone.index(end) + 1))
            for end in reversed(ends)
        ]
        if moves:
            later = self.filter(position__gt=gone[0])
            later.update(position=Case(*moves, output_field=models.PositiveIntegerField()))

    def scored_by_people(self) -> "RequirementQuerySet":
        """Shoulds in the buyer's own words."""
        return self.filter(criterion=None, fact="", obligation=Obligation.SHOULD)

    def beside(self, requirement: "Requirement") -> "RequirementQuerySet":
        """Those from the same edition, those that ask for facts, or those in own words."""
        edition, factual = requirement.kept_with
        if factual:
            return self.exclude(fact="")
        return self.filter(criterion__edition=edition, fact="")


class Requirement(models.Model):
    """One thing a lot asks for: a criterion of the catalogue, a fact about the product, or the
    buyer's own words."""

    class How(models.TextChoices):
        ANY = "any", _("At least one of these")
        ALL = "all", _("Each of these")
        ONLY = "only", _("Nothing but these")

    CHANGED = (
        "words",
        "fact_values",
        "fact_how",
        "obligation",
        "weight",
        "least",
        "must_be_present",
        "evidence_asked",
        "justification",
        "alternatives",
    )

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    lot = models.ForeignKey("Lot", on_delete=models.CASCADE, related_name="requirements")
    position = models.PositiveIntegerField()
    number = models.PositiveIntegerField(null=True)  # in references; None: its position
    criterion = models.ForeignKey(Criterion, null=True, on_delete=models.PROTECT, related_name="+")
    words = models.TextField(_("requirement in your own words"), blank=True)
    fact = models.CharField(max_length=40, blank=True)  # key of a fact that providers state
    fact_values = models.JSONField(_("what you ask for"), default=list, blank=True)
    fact_how = models.CharField(_("how"), max_length=4, choices=How.choices, default=How.ANY)
    obligation = models.CharField(
        _("obligation"), max_length=6, choices=Obligation.choices, default=Obligation.MUST
    )
    weight = models.PositiveSmallIntegerField(_("weight"), null=True, blank=True)
    least_score = models.PositiveSmallIntegerField(  # of own words that people score
        _("least score"), null=True, blank=True
    )
    least = models.PositiveSmallIntegerField(
        _("least assurance"), default=1, choices=list(ASSURANCE.items())
    )
    must_be_present = models.BooleanField(_("must be present"), default=False)
    evidence_asked = models.TextField(_("evidence to be supplied"), blank=True)
    justification = models.TextField(_("why you need it"), blank=True)
    alternatives = models.JSONField(  # keys of criteria that do as well
        _("accepted alternatives"), default=list, blank=True
    )
    revision = models.PositiveIntegerField(default=0)

    objects = RequirementQuerySet.as_manager()

    class Meta:
        verbose_name = _("requirement")
        ordering = ["lot", "position"]
        constraints = [
            models.CheckConstraint(
                condition=Q(criterion__isnull=False, words="", fact="")
                | Q(criterion=None, fact="") & ~Q(words="")
                | Q(criterion=None, words="") & ~Q(fact=""),
                name="requirement_criterion_fact_or_words",
            ),
            models.CheckConstraint(
                condition=Q(weight=None) | Q(obligation="should"),
                name="requirement_only_should_has_weight",
            ),
            models.CheckConstraint(
                condition=Q(least__gte=1, least__lte=4), name="requirement_least_one_to_four"
            ),
            models.CheckConstraint(
                condition=Q(least_score=None)
                | Q(least_score__gte=1, least_score__lte=HIGHEST, criterion=None, fact=""),
                name="requirement_least_score_of_own_words",
            ),
            models.UniqueConstraint(
                fields=["lot", "number"],
                condition=Q(number__isnull=False),
                name="requirement_number_once_per_lot",
            ),
            models.UniqueConstraint(
                fields=["lot", "criterion"],
                condition=Q(criterion__isnull=False),
                name="requirement_criterion_once_per_lot",
            ),
        ]

    def __str__(self) -> str:
        return self.ref

    @property
    def scored_by_people(self) -> bool:
        """Whether it is a should in the buyer's own words."""
        return self.own_words and self.obligation == Obligation.SHOULD

    @property
    def lacks_reason(self) -> bool:
        """Whether it is a must that says nowhere why."""
        return self.obligation == Obligation.MUST and not self.justification.strip()

    @property
    def own_words(self) -> bool:
        """Whether it is in the buyer's words, to be read and never counted."""
        return not self.criterion_id and not self.fact

    @property
    def kept_with(self) -> tuple[int | None, bool]:
        """What stands together in a lot: those of one edition, those about facts, own words."""
        return self.criterion.edition_id if self.criterion else None, bool(self.fact)

    @property
    def as_asked(self) -> Asked | None:
        """As the market is asked for it; None where it is in own words."""
        key = self.criterion.key if self.criterion else None
        present, others = self.must_be_present, self.alternatives
        fact = (self.fact, self.fact_values, self.fact_how)
        return asked_for(key, self.obligation, self.least, self.weight, present, others, *fact)

    @property
    def ref(self) -> str:
        """Its lot and number there, as L1-001."""
        return ref_of(self.lot.number, self.number_in_lot)

    @property
    def number_in_lot(self) -> int:
        """Its place, unless an earlier version or a file gave it a number (rule R141)."""
        return self.number or self.position

    def may_change(self, *, by: User, at: datetime) -> None:
        """Whoever may edit the tender changes, moves and removes what it asks for."""
        self.lot.tender.may_edit(by=by, at=at)

    def change(self, *, by: User, at: datetime, revision: int, **fields: Any) -> int:
        """Change any of CHANGED if nobody did since `revision`; gives the new revision.

        Raises Conflict, with what is stored, when somebody did.
        """
        unknown = set(fields) - set(self.CHANGED)
        unknown |= set(fields) & self._not_its_own
        if unknown:
            raise TypeError(f"Cannot be changed: {', '.join(sorted(unknown))}")
        fields = self.fitting(fields)
        if "alternatives" in fields:
            self._must_be_known(fields["alternatives"])
        if "fact_values" in fields or "fact_how" in fields:
            self.require_askable(fields)
        with self.lot.tender.edited(by=by, at=at):
            rows = Requirement.objects.filter(pk=self.pk, revision=revision)
            if not rows.update(revision=revision + 1, **fields):
                stored = Requirement.objects.with_texts().filter(pk=self.pk).first()
                raise Conflict(stored)
        for name, value in fields.items():
            setattr(self, name, value)
        self.revision = revision + 1
        return self.revision

    def fitting(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        """These fields, with what follows from them; NotReady where a weight is given to what is
        and stays no *should*."""
        obligation = fields.get("obligation", self.obligation)
        if obligation == Obligation.SHOULD:
            return dict(fields)
        if obligation == self.obligation and fields.get("weight") is not None:
            raise NotReady(gettext("Only a should has a weight."))
        return {**fields, "weight": None}

    @property
    def _not_its_own(self) -> set[str]:
        """What requirements of the other kinds say."""
        facts = set() if self.fact else {"fact_values", "fact_how"}
        return facts | ({"words"} if self.fact or self.criterion_id else set())

    def require_askable(self, fields: Mapping[str, Any] = MappingProxyType({})) -> None:
        """Refuse to ask what no provider can state of the fact."""
        values = fields.get("fact_values", self.fact_values)
        how = fields.get("fact_how", self.fact_how)
        if problems := market.amiss([Asked(fact=self.fact, values=tuple(values), how=how)]):
            raise NotReady(*problems)

    @property
    def is_askable(self) -> bool:
        """The same, as an answer."""
        try:
            self.require_askable()
        except NotReady:
            return False
        return True

    @property
    def asks_once(self) -> object:
        """What a lot asks for but once: a criterion, or a fact in the same way; None of own
        words."""
        if self.fact:
            return (self.fact, self.fact_how, *self.fact_values)
        return self.criterion_id

    def _must_be_known(self, keys: list[str]) -> None:
        """An alternative is another published criterion."""
        own = self.criterion.key if self.criterion else ""
        known = set(
            Criterion.objects.published().filter(key__in=keys).values_list("key", flat=True)
        )
        if wrong := [key for key in keys if key not in known - {own}]:
            words = gettext("We know no criterion %(keys)s that could be an alternative here.")
            raise NotReady(words % {"keys": ", ".join(wrong[:5])})

    def move_up(self, *, by: User, at: datetime) -> bool:
        """Swap places with the one before it from the same edition; False when it is first."""
        return self._swap(-1, by, at)

    def move_down(self, *, by: User, at: datetime) -> bool:
        """Swap places with the one after it from the same edition; False when it is last."""
        return self._swap(1, by, at)

    def _swap(self, step: int, by: User, at: datetime) -> bool:
        with self.lot.tender.edited(by=by, at=at):
            self.refresh_from_db(fields=["position"])
            beside = (
                self.lot.requirements.beside(self).filter(position=self.position + step).first()
            )
            if beside is None:
                return False
            Requirement.objects.filter(pk=beside.pk).update(position=self.position)
            Requirement.objects.filter(pk=self.pk).update(position=self.position + step)
        self.position += step
        return True

    def remove(self, *, by: User, at: datetime) -> None:
        """Take it out; those after it move up by one."""
        lot = self.lot
        with lot.tender.edited(by=by, at=at), LastStep.taken(lot, "out", by=by, at=at) as step:
            self.refresh_from_db(fields=["position"])
            step.number, step.about = 1, self.ref
            lot.requirements.take_out([self])


def keep_numbers(rows: Sequence[Requirement], refs: Sequence[str]) -> None:
    """Call rows of one lot as a file does, where it skips what an earlier version had."""
    known = [place[1] for place in map(place_of, refs) if place]
    rising = all(first < second for first, second in pairwise(known))
    if len(known) == len(rows) and rising and known != [row.position for row in rows]:
        for row, number in zip(rows, known, strict=True):
            row.number = number
