"""The market at a glance, for the centre and for buyers."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from certcentre.accounts.models import Organisation
from standards.catalogue.editions import Domain
from standards.registry.coverage import LEVELS, as_table, coverage


def may_look(user: Any) -> None:
    """An officer of the centre, or somebody who belongs to a buyer in force."""
    buyers = Organisation.objects.acted_for_by(user).in_force()
    if not (user.is_officer() or buyers.filter(kind=Organisation.Kind.BUYER).exists()):
        raise PermissionDenied


@require_safe
def market(request: HttpRequest) -> HttpResponse:
    """Coverage by standard and assurance."""
    may_look(request.user)
    found = coverage(at=timezone.now())
    rows = [
        (f"{Domain(row.edition.domain).label} · {row.edition.text('name')}", row.numbers)
        for row in found.rows
    ]
    columns = [f"AL{level}+" for level in LEVELS]
    context = {
        "found": found,
        "rows": rows,
        "columns": [*columns, gettext("All mandatory")],
        "corner": gettext("Standard"),
    }
    return render(request, "registry/market.html", context)


@require_safe
def market_csv(request: HttpRequest) -> HttpResponse:
    may_look(request.user)
    table = as_table(coverage(at=timezone.now()))
    answer = HttpResponse(table, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="market.csv"'
    return answer
