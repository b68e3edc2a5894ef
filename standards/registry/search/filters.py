"""The filters of the register, one for page and API."""

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
from typing import Any, cast
from uuid import UUID

import django_filters
from django import forms
from django.db.models import F, Q, QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field

from certcentre.numbers import LONGEST, number_in
from certcentre.plain_text import UNFIT
from standards.assessment.solutions import Solution
from standards.attestation.certificates import Certificate
from standards.catalogue.profiles import Need
from standards.catalogue.reviewing import published
from standards.registry.matching.state import Market, process
from standards.registry.search.by_words import Answer, Catalogue, answer
from standards.registry.search.place_filters import country_filter, language_filter
from standards.registry.search.wanted import Assured, Tiers, Wanted, among, newest, place_of

LEVELS = [
    (1, _("AL1 declared")),
    (2, _("AL2 evidence on file")),
    (3, _("AL3 verified")),
    (4, _("AL4 certified")),
]
CONNECTIONS = [
    ("works_offline", _("Works offline")),
    ("tolerates_gaps", _("Tolerates gaps")),
    ("always_online", _("Always online")),
]
TOGETHER = [("any", _("Any of them")), ("all", _("All of them"))]
FACTS = {  # the fact that each filter asks of
    "subject": "subjects",
    "stage": "stages",
    "kind": "product_kind",
    "delivery": "delivery",
    "price": "price_model",
    "size": "provider_size",
}
SORTS = [("name", _("Name")), ("proven", _("Best proven first")), ("new", _("Newest"))]


class Words(forms.MultipleChoiceField):
    """Several short words; which of them exist is asked where they are used."""

    def valid_value(self, value: object) -> bool:
        return len(str(value)) <= 80 and not UNFIT.search(str(value))


@extend_schema_field({"type": "array", "items": {"type": "string"}})
class WordsFilter(django_filters.Filter):
    field_class = Words


@extend_schema_field({"type": "array", "items": {"type": "string"}})
class FactFilter(django_filters.MultipleChoiceFilter):
    """Any of some values of a fact; which there are is read where it is asked for."""


@extend_schema_field({"type": "integer", "minimum": 1, "maximum": 4})
class LevelFilter(django_filters.TypedChoiceFilter):
    """An assurance level."""


class SolutionFilter(django_filters.FilterSet):
    """What a visitor may narrow the register by. A value that cannot be read narrows nothing.

    Where sets alone decide, the list says in `told` how many it holds.
    """

    q = django_filters.CharFilter(label=_("Words in name or description"), max_length=200)
    standard = WordsFilter(label=_("Editions by their keys; criteria of any of them are enough"))
    standards = django_filters.ChoiceFilter(label=_("Any of them, or all"), choices=TOGETHER)
    least = LevelFilter(label=_("Least assurance"), choices=LEVELS, coerce=int, empty_value=0)
    need = WordsFilter(label=_("Learner needs that are supported"))
    country = country_filter(_("Offered in"))
    language = language_filter(_("In the language"))
    connection = django_filters.ChoiceFilter(label=_("Connection"), choices=CONNECTIONS)
    subject = FactFilter(label=_("Subject"))
    stage = FactFilter(label=_("Stage of education"))
    kind = FactFilter(label=_("Kind of product"))
    delivery = FactFilter(label=_("How it is delivered"))
    price = FactFilter(label=_("What it costs"))
    size = FactFilter(label=_("Size of the provider"))
    sort = django_filters.ChoiceFilter(label=_("Order"), choices=SORTS)

    def __init__(
        self, *args: Any, at: datetime, catalogue: Catalogue | None = None, **more: Any
    ) -> None:
        super().__init__(*args, **more)
        self.at = at
        self.given = catalogue
        self.answer: Answer | None = None
        self.wanted = Wanted()
        self.assurances: Callable[[Iterable[int]], dict[int, Assured]] | None = None

    @property
    def form(self) -> forms.Form:
        """With the values that facts have now, where one is asked for."""
        form = super().form
        for name in FACTS.keys() & set(self.data):
            form.fields[name].choices = self.catalogue.values_of(FACTS[name])
        return form

    @cached_property
    def market(self) -> Market:
        return process.market(at=self.at)

    def assured(self, solutions: Iterable[Solution]) -> dict[UUID, Assured]:
        """How well the needs and the standards that are asked for are proven of each of these.

        Empty where neither is asked. Solutions come with their standing, once they are narrowed.
        """
        if self.assurances is None:
            return {}
        places = {solution.pk: place_of(solution) for solution in solutions}
        assured = self.assurances(places.values())
        return {key: assured[place] for key, place in places.items()}

    def filter_queryset(self, queryset: QuerySet[Solution]) -> QuerySet[Solution]:
        asked = self.form.cleaned_data
        rows = queryset.order_by("name", "pk")
        needs = self._needs(asked.get("need") or [])
        if needs is None:
            return rows.none()
        self.wanted = Wanted(
            editions=tuple(dict.fromkeys(asked.get("standard") or [])),
            together=asked.get("standards") == "all",
            least=asked.get("least") or 0,
            needs=needs,
            country=asked.get("country") or "",
            language=asked.get("language") or "",
            connection=asked.get("connection") or "",
            facts={key: tuple(asked[name]) for name, key in FACTS.items() if asked.get(name)},
        )
        if self.wanted.asked:
            self.assurances = partial(self.wanted.assurances, self.market)
        if asked.get("q"):
            self.answer = answer(asked["q"], self.market, self.catalogue)
        members = self.members(self.wanted)
        sort = asked.get("sort")
        if sort == "new":
            return Tiers(rows, [members], newest)  # type: ignore[return-value]
        if sort == "proven":
            return Tiers(rows, [members])  # type: ignore[return-value]
        if self.answer and not sort:
            return Tiers(rows, self.answer.tiers(members))  # type: ignore[return-value]
        if self.wanted != Wanted() or self.answer:
            rows = among(rows, members)
        rows.told = members.bit_count()  # type: ignore[attr-defined]
        return rows

    def members(self, wanted: Wanted, *, words: bool = True) -> int:
        """The places of what is wanted, and of what the words lead to."""
        led = self.answer.members if self.answer and words else ~0
        return wanted.members(self.market) & led

    @cached_property
    def catalogue(self) -> Catalogue:
        """What words are understood by; read where it was not given."""
        return self.given or Catalogue.now()

    def _needs(self, keys: list[str]) -> dict[str, dict[str, Any]] | None:
        """The evidence of each need that is asked for; None where one does not exist."""
        if not keys:
            return {}
        needs = self.given.needs if self.given else published(Need).filter(key__in=keys)
        evidence = {need.key: need.evidence for need in needs}
        return {key: evidence[key] for key in keys} if set(keys) <= set(evidence) else None


class CertificateFilter(django_filters.FilterSet):
    """Certificates by what they are for, and by their state now."""

    STATES = list(Certificate.WORDS.items())

    number = django_filters.CharFilter(label=_("Number"), max_length=LONGEST, method="by_number")
    solution = django_filters.UUIDFilter(label=_("Solution"), field_name="release__solution")
    edition = django_filters.CharFilter(
        label=_("Edition by its key"), field_name="edition__key", max_length=80
    )
    status = django_filters.ChoiceFilter(label=_("State"), choices=STATES, method="by_status")

    def __init__(self, *args: Any, at: datetime, **more: Any) -> None:
        super().__init__(*args, **more)
        self.at = at

    def by_number(
        self, certificates: QuerySet[Certificate], name: str, typed: str
    ) -> QuerySet[Certificate]:
        return certificates.filter(number=number_in(typed))

    def by_status(
        self, rows: QuerySet[Certificate], name: str, status: str
    ) -> QuerySet[Certificate]:
        """The question that `Certificate.status_at()` answers, asked of the database.

        What the log says otherwise of is under none of them."""
        rows = cast(QuerySet[Any], rows).filter(logged=F("status"))
        over = Q(valid_until__lte=self.at)
        if status == Certificate.EXPIRED:
            return rows.filter(over, status__in=["valid", "suspended"])
        rows = rows.filter(status=status)
        return rows.exclude(over) if status in ("valid", "suspended") else rows
