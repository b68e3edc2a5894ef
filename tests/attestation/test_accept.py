"""The body accepts, declines; either side cancels."""

from datetime import timedelta

import pytest

from certcentre.accounts.models import Interest
from certcentre.lifecycle import IllegalMove, NotAllowed, NotReady
from certcentre.log.models import LogEntry
from standards.assessment.evidence import Grant
from tests import make

kept = make.kept(make.engagement)


@pytest.fixture
def requested(kept, db):
    return kept()


def accept(engagement, at, **changes):
    fields = {"interest_statement": "Nothing ties us.", "by": engagement.body.person, "at": at}
    engagement.accept(**{**fields, **changes})


def may_open(engagement, at):
    grants = Grant.objects.in_force(at=at).filter(organisation=engagement.body)
    return grants.filter(declaration=engagement.declaration).exists()


def test_accepting_opens_the_evidence_to_the_body(requested, at):
    assert not may_open(requested, at)
    accept(requested, at)
    assert may_open(requested, at)


def test_accepting_needs_a_statement_of_interest(requested, at):
    with pytest.raises(NotReady, match="ties"):
        accept(requested, at, interest_statement=" ")
    with pytest.raises(NotReady, match="day is over"):
        accept(requested, at, due_on=at.date() - timedelta(days=1))
    assert requested.status == "requested"


def test_only_a_manager_of_the_body_accepts(requested, at):
    for person in (requested.body.second, make.user(), make.signer(requested.provider)):
        with pytest.raises(NotAllowed):
            accept(requested, at, by=person)


def test_an_interest_declared_meanwhile_bars_accepting(requested, at):
    body, provider = requested.body, requested.provider
    Interest.declare(body, other=provider, nature="Shares", by=body.person, at=at)
    with pytest.raises(NotAllowed, match="interest"):
        accept(requested, at)


def test_an_accreditation_stopped_meanwhile_bars_accepting(requested, centre, at):
    for one in requested.body.accreditations.all():
        one.suspend(by=centre.officer, at=at, reason="Complaint")
    with pytest.raises(NotReady, match="not accredited"):
        accept(requested, at)


def test_declining_needs_a_reason(requested, at):
    with pytest.raises(NotReady):
        requested.decline(by=requested.body.person, at=at, reason="")
    requested.decline(by=requested.body.person, at=at, reason="No capacity")
    assert requested.status == "declined"


def test_the_provider_cancels_before_the_examination(requested, at):
    accept(requested, at)
    requested.cancel(by=make.signer(requested.provider), at=at)
    assert requested.status == "cancelled"
    assert not may_open(requested, at)


def test_once_it_has_begun_the_provider_cannot_cancel(db, at):
    begun = make.engagement("examining")
    with pytest.raises(IllegalMove, match="has begun"):
        begun.cancel(by=make.signer(begun.provider), at=at, reason="Changed our mind")
    assert begun.status == "examining"


def test_the_body_cancels_with_a_reason(db, at):
    begun = make.engagement("examining")
    with pytest.raises(NotReady):
        begun.cancel(by=begun.body.person, at=at)
    begun.cancel(by=begun.body.person, at=at, reason="The provider stopped answering")
    assert begun.status == "cancelled"
    assert not may_open(begun, at)


def test_nobody_else_cancels(requested, at):
    for person in (requested.body.second, make.user()):
        with pytest.raises(NotAllowed):
            requested.cancel(by=person, at=at, reason="No")


def test_another_engagement_keeps_the_evidence_open(requested, at):
    """Each engagement closes what it opened."""
    accept(requested, at)
    second = make.engagement(
        "accepted", declaration=requested.declaration, organisation=requested.body
    )
    second.cancel(by=second.body.person, at=at, reason="Asked twice")
    assert may_open(requested, at)


def test_the_report_is_due_on_another_day_with_a_reason(requested, at):
    body = requested.body
    accept(requested, at, due_on=at.date() + timedelta(days=30))
    day = at.date() + timedelta(days=60)
    requested.reschedule(due_on=day, by=body.person, at=at, reason="Agreed by telephone")
    requested.refresh_from_db()
    assert requested.due_on == day
    entry = LogEntry.objects.about(requested).get(step="engagement.rescheduled")
    assert (entry.reason, entry.actor) == ("Agreed by telephone", body.person)


@pytest.mark.parametrize(
    ("days", "reason", "said"),
    [
        (-1, "Late", "day is over"),
        (731, "Far", "within 2 years"),
        (30, "Same", "due already"),
        (60, " ", "Say why"),
    ],
)
def test_a_day_that_cannot_be_changes_nothing(requested, at, days, reason, said):
    accept(requested, at, due_on=at.date() + timedelta(days=30))
    day = at.date() + timedelta(days=days)
    with pytest.raises(NotReady, match=said):
        requested.reschedule(due_on=day, by=requested.body.person, at=at, reason=reason)
    requested.refresh_from_db()
    assert requested.due_on == at.date() + timedelta(days=30)


def test_only_the_body_sets_the_day_and_only_before_the_decision(requested, at):
    day = at.date() + timedelta(days=60)
    with pytest.raises(IllegalMove):
        requested.reschedule(due_on=day, by=requested.body.person, at=at, reason="Early")
    accept(requested, at)
    provider = make.signer(requested.provider)
    with pytest.raises(NotAllowed):
        requested.reschedule(due_on=day, by=provider, at=at, reason="We want more time")
