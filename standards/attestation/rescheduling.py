"""Another day for the report of an examination."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext

from certcentre.accounts.models import Role, User
from certcentre.lifecycle import NotReady, reason_required
from certcentre.log.models import record
from standards.attestation import independence
from standards.attestation.engagement import Engagement, require_to_come


def reschedule(
    engagement: Engagement, *, due_on: date, by: User, at: datetime, reason: str
) -> None:
    """The body and the provider agreed on another day; both sides read why."""
    independence.require_role(by, engagement.body, Role.MANAGER, Role.EVALUATOR)
    require_to_come(due_on, at)
    with transaction.atomic():
        engagement.lock()
        engagement.require_status(Engagement.Status.ACCEPTED, *Engagement.BEGUN)
        if due_on == engagement.due_on:
            raise NotReady(gettext("That is the day it is due already. Give another one."))
        Engagement.objects.filter(pk=engagement.pk).update(due_on=due_on)
        record(
            engagement,
            "engagement.rescheduled",
            by=by,
            at=at,
            reason=reason_required(reason),
            organisation=engagement.body,
            detail={"before": str(engagement.due_on or ""), "after": str(due_on)},
        )
    engagement.due_on = due_on
