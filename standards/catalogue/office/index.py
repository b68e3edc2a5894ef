"""The entry of the centre's people to the catalogue."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from standards.catalogue.editions import Edition
from standards.catalogue.office.access import officer
from standards.catalogue.succession import Standing, standing


@dataclass(frozen=True)
class Line:
    """One edition in the list."""

    edition: Edition
    standing: Standing
    own: bool  # the reader drafted it, so somebody else publishes it


def catalogue(request: HttpRequest) -> HttpResponse:
    """What waits for a second person, and every edition with its days."""
    user, today = officer(request), timezone.localdate()
    rows = Edition.objects.annotate(of=Count("criteria")).select_related("supersedes")
    lines = [
        Line(one, standing(one, today), one.proposed_by_id == user.pk)
        for one in rows.order_by("name")
    ]
    context: dict[str, Any] = {
        "drafts": [one for one in lines if one.edition.status == Edition.Status.DRAFT],
        "editions": [one for one in lines if one.edition.status != Edition.Status.DRAFT],
    }
    return render(request, "catalogue/office/catalogue.html", context)
