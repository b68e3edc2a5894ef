"""One search for everything public: solutions, standards, criteria, numbers."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db.models import Model, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from certcentre.accounts.people import Reader
from certcentre.desk import addresses
from certcentre.limits import limited
from certcentre.numbers import LONGEST, number_in
from standards.assessment.solutions import Solution
from standards.attestation.engagement import Engagement
from standards.catalogue.editions import Criterion, Edition
from standards.registry.search.wanted import saying
from standards.registry.verify.records import record_of
from tenders.models import Tender

SHOWN = 8  # of each kind


@limited("search")
@login_not_required
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """A number leads to its page; words find what is public."""
    words = request.GET.get("q", "").strip()[:LONGEST]
    record = numbered(words, request.user)
    if record and (where := addresses.of(record)):
        return redirect(where)
    context = {"q": words, **(matches(words) if words else {})}
    return render(request, "desk/search.html", context)


def numbered(words: str, user: Reader) -> Model | None:
    """The record of the number that was typed; None where there is none that the user may see.

    A certificate, declaration, accreditation, external certificate, engagement, or one version of
    a tender.
    """
    number = number_in(words)
    if number.startswith("TD"):
        return Tender.objects.published().filter(reference=number).first()
    if number.startswith("EN"):
        return Engagement.objects.visible_to(user).filter(number=number).first()
    return record_of(number)


def matches(words: str) -> dict[str, Any]:
    """Solutions, editions and criteria that hold every word; three statements."""
    solutions = saying(Solution.objects.listed(), words).select_related("organisation")
    standards, criteria = Q(), Q()
    for word in words.split()[:LONGEST]:
        standards &= Q(name__icontains=word) | Q(key__icontains=word) | Q(reference__icontains=word)
        criteria &= Q(title__icontains=word) | Q(key__icontains=word)
    return {
        "solutions": solutions[:SHOWN],
        "editions": Edition.objects.published().filter(standards)[:SHOWN],
        "criteria": Criterion.objects.published()
        .filter(criteria)
        .select_related("edition")[:SHOWN],
    }
