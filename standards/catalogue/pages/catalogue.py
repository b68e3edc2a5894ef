"""The entry of the centre's people to the catalogue."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from standards.catalogue.abilities import officer
from standards.catalogue.editions import Edition, Standard
from standards.catalogue.pages.kinds import KINDS, Kind
from standards.catalogue.reviewing import Review
from standards.catalogue.succession import Standing, standing
from standards.catalogue.translation_sets import SETS


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
        "standards": Standard.objects.annotate(of=Count("editions")),
        "sets": [(key, words) for key, (_model, words) in SETS.items()],
        "kinds": [counted(kind) for kind in KINDS.values()],
        "drafts": [one for one in lines if one.edition.status == Edition.Status.DRAFT],
        "editions": [one for one in lines if one.edition.status != Edition.Status.DRAFT],
    }
    return render(request, "catalogue/office/catalogue.html", context)


def counted(kind: Kind) -> dict[str, Any]:
    """How many of a kind are published and proposed. One statement."""
    rows = kind.model.objects.values_list("status").annotate(n=Count("pk")).order_by()
    counts = dict(rows)
    return {
        "title": kind.title,
        "url": reverse(f"catalogue-{kind.key}"),
        "published": counts.get(Review.PUBLISHED, 0),
        "proposed": counts.get(Review.PROPOSED, 0),
    }
