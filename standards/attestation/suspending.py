"""In and out of force: moving certificates together with the claims that rest on them."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.db.models import Q

from certcentre.accounts.models import User
from certcentre.lifecycle import move
from certcentre.log.models import LogEntry
from standards.assessment import claims
from standards.assessment.claims import Claim, Ending, Outcome

PUBLIC = LogEntry.Visibility.PUBLIC


def take_out(
    certificates: Iterable[Any], to: str, *, by: User, at: datetime, reason: str, **stamps: Any
) -> None:
    """Move certificates out of force and end their claims, with one change of claims."""
    taken = list(certificates)
    for one in taken:
        organisation = one.body
        details: dict[str, Any] = {"organisation": organisation, "visibility": PUBLIC, **stamps}
        move(one, to, by=by, at=at, reason=reason, **details)
    if taken:
        endings = [Ending(Q(source=one.number), f"{to} {one.number}") for one in taken]
        claims.change({one.release_id for one in taken}, end=endings, at=at)


def put_back(certificates: Iterable[Any], *, by: User, at: datetime, reason: str) -> None:
    """Move suspended certificates back into force, with the claims that the suspension ended."""
    taken = list(certificates)
    since = {one.pk: one.suspended_at for one in taken}
    for one in taken:
        move(
            one,
            "valid",
            by=by,
            at=at,
            reason=reason,
            step="certificate.reinstated",
            organisation=one.body,
            visibility=PUBLIC,
            suspended_at=None,
            suspended_with=None,
        )
    if taken:
        again = (claim for one in taken for claim in lost(one, since[one.pk], at))
        claims.change({one.release_id for one in taken}, add=again, at=at)


def lost(certificate: Any, since: datetime, at: datetime) -> Iterator[Claim]:
    """What a suspension ended and time has not, where nothing since has said otherwise.

    A generator on purpose: it reads after `claims.change()` has locked the release.
    """
    contradicted = Claim.objects.filter(
        release=certificate.release_id,
        outcome__in=(Outcome.PARTLY_MET, Outcome.NOT_MET),
        valid_from__gte=since,
    )
    ended = Claim.objects.filter(
        source=certificate.number, ended_at=since, ended_by=f"suspended {certificate.number}"
    ).exclude(criterion__in=contradicted.values("criterion"))
    for claim in ended.filter(valid_until__gt=at):
        yield copied(claim, valid_from=at)


def copied(claim: Claim, **changes: Any) -> Claim:
    """The same claim, said anew."""
    kept = ("release_id", "criterion_id", "outcome", "assurance", "basis", "accepted_by", "source")
    values = {name: getattr(claim, name) for name in (*kept, "valid_until")}
    return Claim(**{**values, **changes})
