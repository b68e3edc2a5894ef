"""Facts about a product, and the rules that say what they bring into play."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from certcentre.places import country, language
from standards.catalogue.editions import (
    REVIEW_LIFECYCLE,
    Edition,
    Level,
    Review,
    Reviewed,
    Translated,
    two_people,
)


class Fact(Translated):
    """One question about a product, asked once; unanswered is unknown, never no."""

    class Type(models.TextChoices):
        SINGLE = "single"
        MULTI = "multi"
        BOOL = "bool"
        COUNTRY = "country"
        COUNTRIES = "countries"
        LANGUAGES = "languages"

    class Group(models.TextChoices):
        """The short pages that the facts are asked on, in order."""

        PRODUCT = "product", _("The product")
        PEOPLE = "people", _("The people who use it")
        MARKET = "market", _("Where and to whom it is offered")
        DATA = "data", _("Personal data")
        AI = "ai", _("Artificial intelligence")
        CONTENT = "content", _("Content and learning")
        CONNECTIONS = "connections", _("Connections and money")

    key = models.CharField(max_length=40, unique=True)
    type = models.CharField(max_length=9, choices=Type.choices)
    group = models.CharField(max_length=12, choices=Group.choices)
    ask = models.CharField(max_length=250)
    why = models.CharField(max_length=250, blank=True)
    values = models.JSONField(default=list)  # [{"id", "label", "alone"?}] in the order shown
    position = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = _("fact")
        ordering = ["position"]

    def __str__(self) -> str:
        return self.key

    def value_ids(self) -> set[str]:
        return {value["id"] for value in self.values}

    def choices(self) -> list[tuple[str, str]]:
        """Its values with their labels in the reader's language, in the order shown."""
        code = (get_language() or "en").split("-")[0]
        labels = self.translations.get(code, {}).get("values", {})
        return [(value["id"], labels.get(value["id"], value["label"])) for value in self.values]

    def said(self, value: Any) -> str:
        """An answer in words."""
        match self.type:
            case Fact.Type.BOOL:
                return gettext("Yes") if value else gettext("No")
            case Fact.Type.COUNTRY:
                return country(value)
            case Fact.Type.COUNTRIES:
                return ", ".join(country(code) for code in value)
            case Fact.Type.LANGUAGES:
                return ", ".join(language(code) for code in value)
        labels = dict(self.choices())
        given = value if isinstance(value, list) else [value]
        return ", ".join(str(labels.get(each, each)) for each in given)


def groups() -> list[tuple[str, str, list[Fact]]]:
    """The facts as they are asked: (group, its label, its facts) a page. One statement."""
    found: dict[str, list[Fact]] = {group: [] for group in Fact.Group.values}
    for fact in Fact.objects.all():
        found[fact.group].append(fact)
    return [(key, str(Fact.Group(key).label), facts) for key, facts in found.items() if facts]


class CountryGroup(models.Model):
    """Countries (or ages) that rules name together, as `group:EU`."""

    key = models.CharField(max_length=20, unique=True)
    members = models.JSONField(default=list)

    class Meta:
        verbose_name = _("country group")
        ordering = ["key"]

    def __str__(self) -> str:
        return self.key


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
