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
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field

from certcentre.numbers import LONGEST, number_in
from standards.assessment.solutions import Solution
from standards.attestation.certificates import Certificate
from standards.registry.matching.facts import CHECKED
from standards.registry.matching.state import Market, process
from standards.registry.search.by_words import Answer, Catalogue, answer
from standards.registry.search.place_filters import PlacesField, countries_filter, languages_filter
from standards.registry.search.wanted import (
    Assured,
    Lacking,
    Tiers,
    Wanted,
    among,
    answered,
    newest,
    place_of,
)

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
    "product_kind": "product_kind",
    "delivery": "delivery",
    "price": "price_model",
    "provider_size": "provider_size",
}
PLACES = {"country": "countries_offered", "language": "languages"}  # in any name they have
SORTS = [("name", _("Name")), ("proven", _("Best proven first")), ("new", _("Newest"))]


@extend_schema_field({"type": "array", "items": {"type": "string"}})
class KnownFilter(django_filters.MultipleChoiceFilter):
    """Some of what the catalogue knows now; it is read where one is asked for."""

    def __init__(self, *args: Any, **more: Any) -> None:
        unknown = _("We do not know “%(value)s”.")
        super().__init__(*args, error_messages={"invalid_choice": unknown}, **more)


@extend_schema_field({"type": "integer", "minimum": 1, "maximum": 4})
class LevelFilter(django_filters.TypedChoiceFilter):
    """An assurance level."""


class SolutionFilter(django_filters.FilterSet):
    """What a visitor may narrow the register by. A value that cannot be read narrows nothing.

    Where sets alone decide, the list says in `told` how many it holds.
    """

    q = django_filters.CharFilter(
        label=_("Words; where nothing has all, all but one; the nearest where one stands nowhere")
    )
    standard = KnownFilter(label=_("Editions by their keys; criteria of any of them are enough"))
    standards = django_filters.ChoiceFilter(label=_("Any of them, or all"), choices=TOGETHER)
    least = LevelFilter(label=_("Least assurance"), choices=LEVELS, coerce=int, empty_value=0)
    need = KnownFilter(label=_("Learner needs that are supported"))
    partly = KnownFilter(label=_("Learner needs of which a part is supported; beside need, either"))
    country = countries_filter(_("Offered in; any of these is enough"))
    language = languages_filter(_("In the language; any of these is enough"))
    connection = django_filters.ChoiceFilter(label=_("Connection"), choices=CONNECTIONS)
    subject = KnownFilter(label=_("Subject"))
    stage = KnownFilter(label=_("Stage of education"))
    product_kind = KnownFilter(label=_("Kind of product"))
    delivery = KnownFilter(label=_("How it is delivered"))
    price = KnownFilter(label=_("What it costs"))
    provider_size = KnownFilter(label=_("Size of the provider"))
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
        """With what the catalogue knows now, where some of it is asked for."""
        form = super().form
        for name in {"need", "partly", "standard", *FACTS} & set(self.data):
            form.fields[name].choices = self.known(name)
        return form

    def known(self, name: str) -> list[tuple[str, str]]:
        """What may be chosen: needs, published editions, or the values of a fact."""
        if name in ("need", "partly"):
            return [(need.key, need.text("label")) for need in self.catalogue.needs]
        if name == "standard":
            return [(each.key, each.text("name")) for each in self.catalogue.editions]
        return self.catalogue.values_of(FACTS[name])

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

    def lacking(self, solutions: Iterable[Solution]) -> dict[UUID, list[Lacking]]:
        """What each of these lacks of the needs of which a part is enough; they come with their
        standing."""
        if not self.wanted.partly:
            return {}
        places = {solution.pk: place_of(solution) for solution in solutions}
        return {key: self.wanted.lacking(self.market, place) for key, place in places.items()}

    def only_said(self, solutions: Iterable[Solution]) -> dict[UUID, str]:
        """Whose word the connection is that is asked for, and how each of these stands in the need
        that checks it; they come with their standing."""
        asked = self.wanted.connection
        if not asked:
            return {}
        words = gettext("“%(fact)s” is the provider’s word.") % {"fact": dict(CONNECTIONS)[asked]}
        need = next((each for each in self.catalogue.needs if each.key == CHECKED.get(asked)), None)
        if need is None:
            return {solution.pk: words for solution in solutions}
        counted = gettext("Of what is checked for “%(need)s” it meets %(met)s of %(of)s.")
        answers = {
            solution.pk: answered(self.market, place_of(solution), need.key, need.evidence)
            for solution in solutions
        }
        names = {"need": need.text("label")}
        return {
            key: f"{words} {counted % {**names, 'met': each.met, 'of': each.of}}"
            for key, each in answers.items()
        }

    def filter_queryset(self, queryset: QuerySet[Solution]) -> QuerySet[Solution]:
        asked = self.form.cleaned_data
        rows = queryset.order_by("name", "pk")
        self.wanted = Wanted(
            editions=tuple(dict.fromkeys(self.chosen("standard"))),
            together=asked.get("standards") == "all",
            least=asked.get("least") or 0,
            needs=self.needs("need"),
            partly=self.needs("partly"),
            connection=asked.get("connection") or "",
            facts={
                key: tuple(values)
                for name, key in {**PLACES, **FACTS}.items()
                if (values := self.chosen(name))
            },
        )
        if self.wanted.asked:
            self.assurances = partial(self.wanted.assurances, self.market)
        if asked.get("q"):
            self.answer = answer(asked["q"], self.market, self.catalogue, at=self.at)
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

    def chosen(self, name: str) -> list[str]:
        """The values of one filter that are known; one that is not takes no other with it."""
        if name not in self.form.errors:
            return list(self.form.cleaned_data.get(name) or [])
        if name in PLACES:
            return list(self.legible(name))
        known = dict(self.known(name))
        return [value for value in self.data.getlist(name) if value in known]

    def legible(self, name: str) -> dict[str, list[str]]:
        """The codes of the places that are named, each with what it was typed as."""
        field, typed = cast(PlacesField, self.form.fields[name]), self.data.getlist(name)
        codes: dict[str, list[str]] = {}
        for text, code in zip(typed, field.read_each(typed), strict=True):
            if code:
                codes.setdefault(code, []).append(text)
        return codes

    def needs(self, name: str) -> dict[str, dict[str, Any]]:
        """The needs that are chosen, with what each rests on."""
        chosen = set(self.chosen(name))
        known = self.catalogue.needs if chosen else ()
        return {each.key: each.evidence for each in known if each.key in chosen}

    def members(self, wanted: Wanted, *, words: bool = True) -> int:
        """The places of what is wanted, and of what the words lead to."""
        led = self.answer.members if self.answer and words else ~0
        return wanted.members(self.market) & led

    @cached_property
    def catalogue(self) -> Catalogue:
        """What words are understood by; read where it was not given."""
        return self.given or Catalogue.now()


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
            return rows.filter(over, status__in=Certificate.STANDING)
        rows = rows.filter(status=status)
        return rows.exclude(over) if status in Certificate.STANDING else rows
