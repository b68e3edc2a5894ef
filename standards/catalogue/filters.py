"""How lists of editions and criteria are narrowed, on pages and in the API."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from standards.catalogue.editions import Criterion, Domain, Edition, Obligation, SeedCategory
from standards.catalogue.methods import Method


def said_in(words: str, *names: str) -> Q:
    """Every word stands in one of the fields."""
    wanted = Q()
    for word in words.split()[:8]:
        found = Q()
        for name in names:
            found |= Q(**{f"{name}__icontains": word})
        wanted &= found
    return wanted


class EditionFilter(django_filters.FilterSet):
    """Narrow editions by domain, kind, standard, country or words."""

    domain = django_filters.ChoiceFilter(
        choices=Domain.choices, label=_("Has criteria of this domain"), method="by_domain"
    )
    category = django_filters.ChoiceFilter(
        field_name="seed_category", choices=SeedCategory.choices, label=_("One of the five kinds")
    )
    standard = django_filters.CharFilter(
        field_name="standard__key", label=_("The key of a standard")
    )
    search = django_filters.CharFilter(method="by_words", label=_("Words of name or reference"))

    class Meta:
        model = Edition
        fields: list[str] = []

    def by_domain(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        has = Criterion.objects.filter(domain=value).values("edition")
        return rows.filter(pk__in=has)

    def by_words(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(said_in(value, "name", "key", "reference", "issuing_body"))


class CriterionFilter(django_filters.FilterSet):
    """Narrow criteria by edition, level, domain, kind or words."""

    edition = django_filters.CharFilter(field_name="edition__key", label=_("The key of an edition"))
    level = django_filters.CharFilter(field_name="level__key", label=_("The key of a level"))
    obligation = django_filters.ChoiceFilter(
        field_name="level__obligation", choices=Obligation.choices, label=_("How binding it is")
    )
    domain = django_filters.ChoiceFilter(choices=Domain.choices, label=_("What it is about"))
    category = django_filters.ChoiceFilter(
        field_name="edition__seed_category",
        choices=SeedCategory.choices,
        label=_("One of the five kinds"),
    )
    verification = django_filters.ChoiceFilter(
        choices=Method.choices,
        label=_("What an auditor must do, among other things"),
        lookup_expr="contains",
    )
    search = django_filters.CharFilter(method="by_words", label=_("Words of title or statement"))

    class Meta:
        model = Criterion
        fields: list[str] = []

    def by_words(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(said_in(value, "title", "statement", "ref", "key"))
