"""Who may do what next on an engagement, and what waits for whom."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from certcentre.accounts.models import Membership, Role, User
from standards.attestation.engagement import Engagement

Status = Engagement.Status
# state → the side whose turn it is, the roles that take the step, and the step in words
NEXT: dict[str, tuple[str, set[str], Promise]] = {
    Status.REQUESTED: ("body", {Role.MANAGER}, _("Accept or decline")),
    Status.ACCEPTED: ("body", {Role.EVALUATOR}, _("Begin the examination")),
    Status.EXAMINING: ("body", {Role.EVALUATOR}, _("Record findings")),
    Status.AWAITING_CORRECTIONS: (
        "provider",
        {Role.EDITOR, Role.SIGNATORY},
        _("Answer the nonconformities"),
    ),
    Status.READY: ("body", {Role.DECIDER}, _("Decide")),
}


@dataclass(frozen=True)
class Seat:
    """The roles that one person holds on either side of an engagement."""

    body: frozenset[str]
    provider: frozenset[str]

    def holds(self, side: str, roles: set[str]) -> bool:
        held = self.body if side == "body" else self.provider
        return bool(held & roles)

    @property
    def examines(self) -> bool:
        return Role.EVALUATOR in self.body

    @property
    def decides(self) -> bool:
        return Role.DECIDER in self.body

    @property
    def manages(self) -> bool:
        return Role.MANAGER in self.body

    @property
    def signs(self) -> bool:
        return Role.SIGNATORY in self.provider

    @property
    def answers(self) -> bool:
        return bool({Role.EDITOR, Role.SIGNATORY} & self.provider)


def seats(user: User, engagements: Iterable[Engagement]) -> dict[UUID, Seat]:
    """The person's seat at each engagement, by its key. One statement."""
    rows = list(engagements)
    sides = {one.body_id for one in rows} | {one.provider_id for one in rows}
    held: dict[UUID, set[str]] = {}
    mine = Membership.objects.filter(user=user, until=None, organisation__in=sides)
    for organisation, role in mine.values_list("organisation", "role"):
        held.setdefault(organisation, set()).add(role)
    return {
        one.pk: Seat(frozenset(held.get(one.body_id, ())), frozenset(held.get(one.provider_id, ())))
        for one in rows
    }


def waits(engagement: Engagement, seat: Seat) -> Promise | str:
    """What waits for this person, in words; empty when the turn is somebody else's."""
    side, roles, words = NEXT.get(engagement.status, ("", set(), ""))
    return words if side and seat.holds(side, set(roles)) else ""
