"""The filters of the register, one for page and API."""

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
from typing import Any, cast
from uuid import UUID

import django_filters
from django import forms
from django.db.models import Case, F, Q, QuerySet, When
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field

from certcentre.numbers import LONGEST, number_in
from certcentre.plain_text import UNFIT
from standards.assessment.solutions import Release, Solution
from standards.attestation.certificates import Certificate
from standards.catalogue.profiles import Need
from standards.catalogue.reviewing import published
from standards.registry.matching.state import process
from standards.registry.search.by_words import Answer, Catalogue, answer
from standards.registry.search.place_filters import country_filter, language_filter
from standards.registry.search.wanted import Assured, Tiers, Wanted, among

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
SORTS = [("name", _("Name")), ("proven", _("Best proven first")), ("new", _("Newest"))]


class Words(forms.MultipleChoiceField):
    """Several short words; which of them exist is asked where they are used."""

    def valid_value(self, value: object) -> bool:
        return len(str(value)) <= 80 and not UNFIT.search(str(value))


@extend_schema_field({"type": "array", "items": {"type": "string"}})
class WordsFilter(django_filters.Filter):
    field_class = Words


@extend_schema_field({"type": "integer", "minimum": 1, "maximum": 4})
class LevelFilter(django_filters.TypedChoiceFilter):
    """An assurance level."""


class SolutionFilter(django_filters.FilterSet):
    """What a visitor may narrow the register by. A value that cannot be read narrows nothing.

    Where sets alone decide, the list says in `told` how many it holds.
    """

    q = django_filters.CharFilter(label=_("Words in name or description"), max_length=200)
    standard = django_filters.CharFilter(label=_("Edition by its key"), max_length=80)
    least = LevelFilter(label=_("Least assurance"), choices=LEVELS, coerce=int, empty_value=0)
    need = WordsFilter(label=_("Learner needs that are supported"))
    country = country_filter(_("Offered in"))
    language = language_filter(_("In the language"))
    connection = django_filters.ChoiceFilter(label=_("Connection"), choices=CONNECTIONS)
    sort = django_filters.ChoiceFilter(label=_("Order"), choices=SORTS)

    def __init__(
        self, *args: Any, at: datetime, catalogue: Catalogue | None = None, **more: Any
    ) -> None:
        super().__init__(*args, **more)
        self.at = at
        self.given = catalogue
        self.answer: Answer | None = None
        self.assurances: Callable[[Iterable[int]], dict[int, Assured]] | None = None

    def assured(self, solutions: Iterable[Solution]) -> dict[UUID, Assured]:
        """How well the needs and the standard that are asked for are proven of each of these.

        Empty where neither is asked. Solutions come with their standing, once they are narrowed.
        """
        if self.assurances is None:
            return {}
        places = {solution.pk: place_of(solution) for solution in solutions}
        assured = self.assurances(places.values())
        return {key: assured[place] for key, place in places.items()}

    def filter_queryset(self, queryset: QuerySet[Solution]) -> QuerySet[Solution]:
        asked = self.form.cleaned_data
        rows = self._sorted(queryset)
        needs = self._needs(asked.get("need") or [])
        if needs is None:
            return rows.none()
        wanted = Wanted(
            edition=asked.get("standard") or "",
            least=asked.get("least") or 0,
            needs=needs,
            country=asked.get("country") or "",
            language=asked.get("language") or "",
            connection=asked.get("connection") or "",
        )
        market = process.market(at=self.at)
        members = wanted.members(market)
        if wanted.asked:
            self.assurances = partial(wanted.assurances, market)
        if asked.get("q"):
            self.answer = answer(asked["q"], market, self.catalogue)
            named = members & self.answer.members & self.answer.named
            members &= self.answer.members
            if not asked.get("sort"):
                return Tiers(rows, [named, members ^ named])  # type: ignore[return-value]
        if wanted != Wanted() or asked.get("q"):
            rows = among(rows, members)
        rows.told = members.bit_count()  # type: ignore[attr-defined]
        return rows

    @cached_property
    def catalogue(self) -> Catalogue:
        """What words are understood by; read where it was not given."""
        return self.given or Catalogue.now()

    def _needs(self, keys: list[str]) -> list[dict[str, Any]] | None:
        """The evidence of each need that is asked for; None where one does not exist."""
        if not keys:
            return []
        needs = self.given.needs if self.given else published(Need).filter(key__in=keys)
        evidence = {need.key: need.evidence for need in needs}
        chosen = list(dict.fromkeys(keys))
        return [evidence[key] for key in chosen] if set(chosen) <= set(evidence) else None

    def _sorted(self, rows: QuerySet[Solution]) -> QuerySet[Solution]:
        """By name; with words in the order of what is proven, unless another is asked for."""
        sort = self.form.cleaned_data.get("sort")
        if sort == "new":
            return rows.order_by("-current_release__public_since", "pk")
        words = self.form.cleaned_data.get("q")
        if sort == "proven" or (words and not sort):
            return rows.order_by(*best_proven(words or ""))
        return rows.order_by("name", "pk")


def best_proven(words: str = "") -> list[Any]:
    """The order of a list: what is called just so, what is best proven, then names."""
    just_so = [Case(When(name__iexact=words, then=0), default=1)] if words else []
    return [*just_so, F("current_release__standing__proven").desc(nulls_last=True), "name", "pk"]


def place_of(solution: Solution) -> int:
    """Where the sets hold it: the key of its current release's standing."""
    return cast(Release, solution.current_release).standing.pk


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
