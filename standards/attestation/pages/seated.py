"""Fetching an engagement for somebody who has a seat at it."""

import uuid

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext

from certcentre.accounts.views import person
from standards.attestation.abilities import Seat, seats
from standards.attestation.engagement import Engagement

Trail = list[tuple[str, str]]


def seated(request: HttpRequest, pk: uuid.UUID) -> tuple[Engagement, Seat]:
    """The engagement and the person's roles at it; 404 to whoever is of neither party."""
    mine = Engagement.objects.visible_to(request.user).with_parties()
    found = get_object_or_404(mine.select_related("declaration__assessment", "evaluator"), pk=pk)
    return found, seats(person(request), [found])[found.pk]


def trail(engagement: Engagement | None = None) -> Trail:
    """The way up from a page of an engagement."""
    up = [(gettext("Examinations"), reverse("engagements"))]
    if engagement:
        up.append((engagement.number, engagement.get_absolute_url()))
    return up
