"""Fetching a tender for somebody who may read or write it."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from certcentre.accounts.models import Role
from certcentre.accounts.people import Reader, signed_in_user
from certcentre.lifecycle import NotAllowed, illegal
from tenders.independence import admit
from tenders.requirements import Lot, Requirement
from tenders.tender import Tender

Trail = list[tuple[str, str]]


@dataclass(frozen=True)
class Seat:
    """What a person may do with a tender, and why not where a rule forbids it."""

    member: bool = False
    edits: bool = False
    signs: bool = False
    why: str = ""


def seat_of(user: Reader, tender: Tender, *, at: datetime) -> Seat:
    """Asks the same rule as the verbs, so that buttons and rules agree. Two statements."""
    if not user.is_authenticated:
        return Seat()
    memberships = user.memberships.filter(organisation=tender.buyer_id, until=None)
    roles = set(memberships.values_list("role", flat=True))
    for role in sorted(roles & {Role.EDITOR, Role.SIGNATORY})[:1]:
        try:
            admit(user, tender.buyer_id, role, at=at)
        except NotAllowed as refused:
            return Seat(member=True, why=str(refused))
    return Seat(bool(roles), Role.EDITOR in roles, Role.SIGNATORY in roles)


def readable(request: HttpRequest, reference: str) -> Tender:
    """The tender if the person may see it; 404 like one that does not exist."""
    rows = Tender.objects.visible_to(request.user).select_related("buyer")
    return get_object_or_404(rows, reference=reference)


def writable(request: HttpRequest, reference: str) -> Tender:
    """A draft for its editor: 404 unseen, 403 without the role, 409 when it is no draft."""
    found = readable(request, reference)
    admit(signed_in_user(request), found.buyer_id, Role.EDITOR, at=timezone.now())
    if found.status != Tender.Status.DRAFT:
        raise illegal(Tender, found.status)
    return found


def signable(request: HttpRequest, reference: str) -> Tender:
    """The tender for a signatory of its buyer."""
    found = readable(request, reference)
    admit(signed_in_user(request), found.buyer_id, Role.SIGNATORY, at=timezone.now())
    return found


def held(request: HttpRequest, reference: str) -> Tender:
    """The tender for anybody who belongs to its buyer."""
    found = readable(request, reference)
    if not signed_in_user(request).acts_for(found.buyer):
        raise PermissionDenied
    return found


def lot_in(tender: Tender, pk: int) -> Lot:
    """A lot of this tender; the tender stays the one that was fetched."""
    lot = get_object_or_404(tender.lots, pk=pk)
    lot.tender = tender
    return lot


def requirement_in(tender: Tender, pk: uuid.UUID) -> Requirement:
    rows = Requirement.objects.with_texts().filter(lot__tender=tender)
    requirement = get_object_or_404(rows, pk=pk)
    requirement.lot.tender = tender
    return requirement


def chosen_lot(tender: Tender, lots: list[Any], wanted: str | None) -> Any:
    """The lot that the address asks for, else the first."""
    lot = next((lot for lot in lots if str(lot.pk) == wanted), lots[0])
    lot.tender = tender
    return lot


def here(lot: Lot, anchor: str = "") -> str:
    """The builder at this lot."""
    return f"{lot.tender.get_absolute_url()}?lot={lot.pk}{'#' + anchor if anchor else ''}"


def trail(tender: Tender | None = None) -> Trail:
    """The way up from a page of a tender."""
    up = [(gettext("Tenders"), reverse("tenders"))]
    if tender:
        up.append((tender.reference, tender.get_absolute_url()))
    return up
