"""What applies to a product, asked of the published rules in the database."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from standards.catalogue import applicability
from standards.catalogue.applicability import Applied, Catalogue, Shape, resolve
from standards.catalogue.editions import Criterion, Edition, Level, Review
from standards.catalogue.facts import CountryGroup, Rule


def applied(facts: Mapping[str, Any], *, at: datetime) -> Applied:
    """What the published rules say of these facts: four statements. Facts come checked."""
    rules = published_rules(at=at)
    return resolve(rules, facts, catalogue({rule.edition for rule in rules}), today=at.date())


def published_rules(*, at: datetime) -> list[applicability.Rule]:
    """The rules that count at a moment. One statement."""
    found = Rule.objects.filter(
        status=Review.PUBLISHED, edition__in=Edition.objects.answerable(at=at)
    )
    return [pure(rule, at.date()) for rule in found.select_related("edition", "level")]


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
