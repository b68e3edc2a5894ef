"""Who is affected when an edition is followed, deprecated or withdrawn: all that rests on it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import Count, Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from certcentre.desk import addresses
from standards.assessment.assessments import Assessment
from standards.assessment.claims import Claim
from standards.assessment.solutions import Solution
from standards.attestation.accreditation import Accreditation
from standards.attestation.certificates import Certificate
from standards.catalogue.abilities import for_officer
from standards.catalogue.editions import Criterion, Edition
from standards.catalogue.profiles import Need, Profile
from standards.catalogue.reviewing import Review
from standards.catalogue.rules import Rule
from tenders.models import Tender

Row = TypeVar("Row", bound=Model)

MOST = 50  # named of each kind; the count is of all


@dataclass(frozen=True)
class Group:
    """One kind of what is affected: how many, and the first of them as (words, address, more)."""

    key: str
    count: int
    named: list[tuple[str, str, str]] = field(default_factory=list)

    @property
    def more(self) -> int:
        return self.count - len(self.named)


def catalogue_affected(request: HttpRequest, key: str) -> HttpResponse:
    """The page of an edition's dependants. Fourteen statements, however many there are."""
    rows = Edition.objects.select_related("supersedes")
    edition: Edition = for_officer(request, rows, key=key)
    at = timezone.now()
    groups = [
        solutions(edition, at),
        drafts(edition),
        certificates(edition, at),
        accreditations(edition, at),
        tenders(edition),
        rules(edition),
        sets(edition),
    ]
    context = {
        "edition": edition,
        "groups": {group.key: group for group in groups},
        "any": any(group.count for group in groups),
        "after": edition.successors.order_by("effective_from", "pk").first(),
    }
    return render(request, "desk/affected.html", context)


def solutions(edition: Edition, at: datetime) -> Group:
    """Listed solutions with a claim in force on it."""
    claims = Claim.objects.in_force(at=at).filter(criterion__edition=edition)
    solutions = (
        Solution.objects.listed()
        .filter(current_release__in=claims.values("release"))
        .select_related("organisation", "current_release")
        .order_by("name")
    )
    return group("solutions", solutions, lambda one: str(one.organisation))


def drafts(edition: Edition) -> Group:
    """Drafts that answer it; whose they are is the providers' own matter, so none is named."""
    answering = Assessment.objects.filter(
        status=Assessment.Status.DRAFT, answers__criterion__edition=edition
    )
    return Group("drafts", answering.distinct().count())


def certificates(edition: Edition, at: datetime) -> Group:
    certificates = Certificate.objects.in_force(at=at).filter(edition=edition)
    return group(
        "certificates", certificates.with_parties().order_by("number"), lambda c: str(c.release)
    )


def accreditations(edition: Edition, at: datetime) -> Group:
    accreditations = Accreditation.objects.in_force(at=at).filter(editions=edition)
    return group("accreditations", accreditations.select_related("body"), lambda one: str(one.body))


def tenders(edition: Edition) -> Group:
    """Published ones that run; drafts are counted and stay the buyers' own matter."""
    open_ = Tender.objects.in_force().filter(lots__requirements__criterion__edition=edition)
    asked = Count("lots__requirements", filter=Q(lots__requirements__criterion__edition=edition))
    return group("tenders", open_.annotate(asked=asked).order_by("deadline", "pk"), str)


def rules(edition: Edition) -> Group:
    rules = Rule.objects.filter(edition=edition).exclude(status=Review.WITHDRAWN)
    return Group("rules", rules.count(), [(rule.key, "", rule.why) for rule in rules[:MOST]])


def sets(edition: Edition) -> Group:
    """Profiles and learner needs that name one of its criteria or the edition itself."""
    keys = set(Criterion.objects.filter(edition=edition).values_list("key", flat=True))
    named = [
        (str(row), addresses.of(row) if isinstance(row, Need) else "", row._meta.verbose_name)
        for model in (Profile, Need)
        for row in model._default_manager.exclude(status=Review.WITHDRAWN)
        if names(contents_of(row), keys, edition.key)
    ]
    return Group("sets", len(named), [(a, b, str(c)) for a, b, c in named[:MOST]])


def contents_of(one: Profile | Need) -> Any:
    return one.contents if isinstance(one, Profile) else one.evidence


def names(part: object, keys: set[str], edition: str) -> bool:
    """Whether a criterion's or the edition's key stands anywhere in a set's contents."""
    if isinstance(part, str):
        return part in keys or part == edition
    if isinstance(part, dict):
        return any(names(each, keys, edition) for each in (*part.keys(), *part.values()))
    return isinstance(part, list) and any(names(each, keys, edition) for each in part)


def group(key: str, rows: QuerySet[Row], more: Callable[[Row], str]) -> Group:
    rows = rows.distinct()
    named = [(str(row), addresses.of(row), more(row)) for row in rows[:MOST]]
    return Group(key, rows.count(), named)
