"""One search for everything public: solutions, standards, criteria, numbers."""

import re
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from certcentre.desk import addresses
from standards.assessment.solutions import Solution
from standards.catalogue.editions import Criterion, Edition
from standards.registry.finding import saying
from standards.registry.verifying.numbers import record_of
from tenders.models import Tender

SHOWN = 8  # of each kind
LONGEST = 200
NUMBER = re.compile(r"^(CC|DC|AC|XC|TD)-?(\d{4})-?(\d{1,6})(-?V\d{1,3})?$", re.IGNORECASE)


@login_not_required
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """A number leads to its page; words find what is public."""
    words = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST]
    found = numbered(words)
    if found and (where := addresses.of(found)):
        return redirect(where)
    context = {"q": words, **(matches(words) if words else {})}
    return render(request, "desk/search.html", context)


def numbered(words: str) -> Any:
    """The public record of this number, however it is typed; None where there is none.

    A certificate, declaration, accreditation, external certificate or version of a tender.
    """
    match = NUMBER.match("".join(words.split()))
    if match is None:
        return None
    prefix, year, digits, version = match.groups()
    number = f"{prefix.upper()}-{year}-{int(digits):06d}"
    if prefix.upper() != "TD":
        return None if version else record_of(number)
    later = f"-v{int(version.strip('-Vv'))}" if version else ""
    return Tender.objects.published().filter(reference=number + later).first()


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
