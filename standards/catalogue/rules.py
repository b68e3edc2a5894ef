"""Rules: what facts bring into play, and what applies by those that are published."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from standards.catalogue import applicability
from standards.catalogue.applicability import RANK, Applied, Catalogue, Shape, resolve
from standards.catalogue.editions import Criterion, Edition, Level, Translated
from standards.catalogue.facts import CountryGroup
from standards.catalogue.reviewing import REVIEW_LIFECYCLE, Review, Reviewed, two_people


class Rule(Reviewed, Translated):
    """When facts bring a standard or criteria into play, with which effect and on what basis."""

    class Effect(models.TextChoices):
        BLOCKS_LISTING = "blocks_listing", _("Held for a decision by the centre")
        MANDATORY_BY_LAW = "mandatory_by_law", _("A law probably applies")
        EXPECTED = "expected", _("Expected")
        FLAG = "flag", _("Shown to buyers as a warning")
        OPTIONAL = "optional", _("May be claimed")
        NOT_APPLICABLE = "not_applicable", _("Not applicable")

    LIFECYCLE = REVIEW_LIFECYCLE

    key = models.CharField(max_length=20, unique=True)
    when = models.JSONField()
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="rules")
    level = models.ForeignKey(Level, null=True, on_delete=models.PROTECT, related_name="+")
    refs = models.JSONField(default=list)  # criteria it lists; empty: the level or whole edition
    effect = models.CharField(max_length=16, choices=Effect.choices)
    why = models.TextField()
    legal_basis = models.TextField(blank=True)
    human_confirmation = models.BooleanField(default=False)
    applies_from = models.DateField(null=True)
    law_excludes = models.JSONField(default=list)
    status = models.CharField(max_length=9, choices=Review.choices, default=Review.PROPOSED)

    class Meta:
        verbose_name = _("rule")
        ordering = ["key"]
        constraints = [
            two_people("rule"),
            models.CheckConstraint(
                condition=~Q(effect="mandatory_by_law")
                | (Q(human_confirmation=True) & ~Q(legal_basis="")),
                name="rule_law_has_a_basis",
            ),
        ]

    def __str__(self) -> str:
        return self.key


def applied(facts: Mapping[str, Any], *, at: datetime) -> Applied:
    """What the published rules say of these facts: four statements. Facts come checked."""
    rules = published_rules(at=at)
    return resolve(rules, facts, catalogue({rule.edition for rule in rules}), today=at.date())


def published_rules(*, at: datetime) -> list[applicability.Rule]:
    """The rules that count at a moment. One statement."""
    rules = Rule.objects.filter(
        status=Review.PUBLISHED, edition__in=Edition.objects.answerable(at=at)
    )
    return [pure(rule, at.date()) for rule in rules.select_related("edition", "level")]


def pure(rule: Rule, today: date) -> applicability.Rule:
    """A stored rule as it is read, published or not."""
    return applicability.Rule(
        key=rule.key,
        when=rule.when,
        edition=rule.edition.key,
        effect=rule.effect,
        level=rule.level.key if rule.level else "",
        refs=tuple(rule.refs),
        law_excludes=tuple(rule.law_excludes),
        applies_from=begins(rule, today),
        reason=rule.text("why"),
        basis=rule.legal_basis,
    )


def begins(rule: Rule, today: date) -> date | None:
    """A law begins on its own day, and not before the edition that it names."""
    announced = None if rule.edition.binds(today) else rule.edition.effective_from
    return max((day for day in (rule.applies_from, announced) if day), default=None)


def rules_of(edition: Edition) -> list[Rule]:
    """The published rules that bring it into play, the most binding first."""
    rules = edition.rules.filter(status=Review.PUBLISHED).select_related("level")
    return sorted(rules, key=lambda rule: (-RANK[rule.effect], rule.key))


def catalogue(keys: set[str]) -> Catalogue:
    """The shape of these editions, and the groups of countries and ages: three statements."""
    levels: dict[str, dict[str, bool]] = {key: {} for key in keys}
    criteria: dict[str, dict[str, str]] = {key: {} for key in keys}
    for edition, level, cumulative in (
        Level.objects.filter(edition__key__in=keys)
        .order_by("position")
        .values_list("edition__key", "key", "cumulative")
    ):
        levels[edition][level] = cumulative
    for edition, ref, level in (
        Criterion.objects.answerable()
        .filter(edition__key__in=keys)
        .order_by("position")
        .values_list("edition__key", "ref", "level__key")
    ):
        criteria[edition][ref] = level
    return Catalogue(
        editions={key: Shape(levels[key], criteria[key]) for key in keys},
        groups=dict(CountryGroup.objects.values_list("key", "members")),
    )
