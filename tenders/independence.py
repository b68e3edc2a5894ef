"""Who may write a tender: an editor of the buyer who belongs to no provider."""

from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext

from certcentre.accounts.models import Membership, Organisation, Role
from certcentre.accounts.organisations import COOLING_OFF
from certcentre.lifecycle import NotAllowed


def admit(person: Any, buyer_id: Any, role: str, *, at: datetime) -> None:
    """Raise NotAllowed unless `person` holds `role` at the buyer and is no provider's member.

    Asked by every verb that writes a tender. One statement.
    """
    memberships = Membership.objects.filter(user=person).filter(
        Q(until=None) | Q(until__gt=at - COOLING_OFF)
    )
    rows = list(memberships.values_list("organisation_id", "organisation__kind", "role", "until"))
    if (buyer_id, role) not in {(row[0], row[2]) for row in rows if row[3] is None}:
        raise NotAllowed(needed(role))
    if any(kind == Organisation.Kind.PROVIDER for _, kind, _, _ in rows):
        raise NotAllowed(
            gettext(
                "You belong to a provider, or did in the last 24 months, so you may not write "
                "or publish a tender. Ask a colleague who sells nothing to schools."
            )
        )


def needed(role: str) -> str:
    if role == Role.SIGNATORY:
        return gettext("Only a signatory of the buying organisation takes this step.")
    return gettext("Only an editor of the buying organisation may change its tenders.")


def providers_among(people: list[Any], *, at: datetime) -> list[str]:
    """Names of those who belong to a provider now or did in the 24 months before `at`."""
    memberships = Membership.objects.filter(
        Q(until=None) | Q(until__gt=at - COOLING_OFF),
        user__in=people,
        organisation__kind=Organisation.Kind.PROVIDER,
    )
    return sorted(set(memberships.values_list("user__name", flat=True)))
