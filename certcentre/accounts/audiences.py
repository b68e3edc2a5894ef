"""The people of an audience, as they are now."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Model

from certcentre.abilities import Refusal, refusal
from certcentre.accounts.organisations import Organisation
from certcentre.accounts.people import User
from certcentre.steps import Audience


def members(organisations: dict[str, Any], *roles: str) -> Iterable[User]:
    """Whoever holds one of the roles (any, if none is named) where the filter finds; each once."""
    where: dict[str, Any] = {"memberships__until": None}
    where["memberships__organisation__in"] = Organisation.objects.filter(**organisations).values(
        "pk"
    )
    if roles:
        where["memberships__role__in"] = roles
    return User.objects.filter(is_active=True, **where).distinct().order_by("pk")


def people(audiences: Iterable[Audience], record: Model, *, at: datetime) -> list[User | None]:
    """Everybody of the audiences of a record, each once; None is whoever a letter is for."""
    everybody: dict[User | None, None] = {}
    for audience in audiences:
        everybody |= dict.fromkeys(of(audience, record, at))
    return list(everybody)


def of(audience: Audience, record: Model, at: datetime) -> Iterable[User | None]:
    if audience.invited:
        return [None] if record.is_open(at=record.invited_at) else []  # type: ignore[attr-defined]
    if audience.people:
        persons = User.objects.filter(is_active=True, **audience.people(record)).distinct()
    else:
        where = audience.where(record) if audience.where else {}
        persons = members(where, *audience.roles)  # type: ignore[assignment]
    if not audience.able:
        return persons
    return [person for person in persons if in_turn(refusal(record, audience.able, person, at))]


def in_turn(refusal: Refusal | None) -> bool:
    """Whether the step is theirs, even where something is missing before it."""
    return refusal is None or refusal.missing
