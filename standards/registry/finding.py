"""Narrowing the register in SQL: by words, by what is claimed, by need, by facts.

Each function takes and gives a queryset of solutions, so that page, API and sitemap ask alike.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from standards.assessment.claims import Claim
from standards.assessment.solutions import Solution
from standards.catalogue.editions import Criterion

Solutions = QuerySet[Solution]
MOST_WORDS = 8  # further words of a search are left out


def effective(*, at: datetime) -> QuerySet[Claim]:
    """The effective claims at a moment: in force, and no stronger one in force beside them.

    The same question as `claims.effective()` answers for rows, asked of the database.
    """
    same = Q(release=OuterRef("release"), criterion=OuterRef("criterion"))
    higher = Q(assurance__gt=OuterRef("assurance"))
    level = Q(assurance=OuterRef("assurance"))
    later = level & Q(valid_from__gt=OuterRef("valid_from"))
    last = level & Q(valid_from=OuterRef("valid_from"), pk__gt=OuterRef("pk"))
    stronger = Claim.objects.in_force(at=at).filter(same, higher | later | last)
    return Claim.objects.in_force(at=at).filter(~Exists(stronger))


def saying(solutions: Solutions, words: str) -> Solutions:
    """Those whose name, summary or provider holds every word."""
    for word in words.casefold().split()[:MOST_WORDS]:
        solutions = solutions.filter(search_text__contains=word)
    return solutions


def claiming(solutions: Solutions, *, edition: str, least: int, at: datetime) -> Solutions:
    """Those with a criterion met at the least assurance, in one edition where one is named."""
    met = effective(at=at).filter(
        release=OuterRef("current_release"), outcome="met", assurance__gte=least
    )
    if edition:
        met = met.filter(criterion__in=Criterion.objects.filter(edition__key=edition))
    return solutions.filter(Exists(met))


def supporting(solutions: Solutions, evidence: Mapping[str, Any], *, at: datetime) -> Solutions:
    """Those that support a need, as `needs.derive()` says of one release at a time."""
    every = evidence.get("required_all", [])
    groups = [group["any_of"] for group in evidence.get("required_any", [])]
    wanted = [*every, *(key for group in groups for key in group)]
    hinders = Q(outcome__in=["not_met", "partly_met"])
    barriers = _of(evidence.get("barriers_if_not_met", []), at=at).filter(hinders)
    found = solutions.exclude(current_release__in=barriers.values("release"))
    found = found.filter(
        current_release__in=_of(wanted, at=at).filter(outcome="met").values("release")
    )
    if every:
        found = found.filter(current_release__in=_satisfying(every, len(every), at=at))
    for group in groups:
        found = found.filter(current_release__in=_satisfying(group, 1, at=at))
    return found


def _of(keys: Iterable[str], *, at: datetime) -> QuerySet[Claim]:
    return effective(at=at).filter(criterion__key__in=list(keys))


def _satisfying(keys: Iterable[str], number: int, *, at: datetime) -> QuerySet[Any, Any]:
    """Releases that satisfy at least so many of the criteria: met, or accepted not applicable."""
    excused = Q(outcome="not_applicable") & ~Q(accepted_by="")
    satisfied = _of(keys, at=at).filter(Q(outcome="met") | excused)
    counted = satisfied.order_by().values("release").annotate(held=Count("criterion"))
    return counted.filter(held__gte=number).values("release")


def offered_in(solutions: Solutions, country: str) -> Solutions:
    """Those whose facts name the country; where nothing is said, nothing is known."""
    return solutions.filter(_names("countries_offered", f'"{country.upper()}"'))


def in_language(solutions: Solutions, language: str) -> Solutions:
    """Those whose facts name the language, `pt` for `pt-BR` too (RFC 4647, basic filtering)."""
    return solutions.filter(
        _names("languages", f'"{language}"') | _names("languages", f'"{language}-')
    )


def _names(fact: str, text: str) -> Q:
    """A list fact holds the text; `contains` on JSON is not to be had on SQLite."""
    return Q(**{f"current_release__declared_facts__{fact}__icontains": text})
