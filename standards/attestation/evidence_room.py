"""Opening a provider's evidence to the body that examines it, and closing it again."""

from datetime import datetime
from typing import TYPE_CHECKING

from certcentre.accounts.models import User
from certcentre.log.models import record
from standards.assessment.declarations import Grant

if TYPE_CHECKING:
    from standards.attestation.engagement import Engagement


def open_to_body(engagement: "Engagement", *, by: User, at: datetime) -> None:
    """From acceptance to the end of the engagement; the file view asks these rows alone."""
    Grant.objects.create(
        declaration_id=engagement.declaration_id,
        organisation_id=engagement.body_id,
        since=at,
        why=engagement.number,
    )
    record(engagement, "evidence.opened", by=by, at=at, organisation=engagement.provider)


def close(engagement: "Engagement", *, by: User, at: datetime) -> None:
    """The body may no longer open the files, unless another engagement lets it."""
    grants = Grant.objects.filter(
        declaration=engagement.declaration_id,
        organisation=engagement.body_id,
        why=engagement.number,
        until=None,
    )
    if grants.update(until=at):
        record(engagement, "evidence.closed", by=by, at=at, organisation=engagement.provider)
