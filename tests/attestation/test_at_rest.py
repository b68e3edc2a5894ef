"""An examination stands still while its body may not attest all that it examines."""

from datetime import timedelta

import pytest

from certcentre.abilities import refusal
from certcentre.log.models import LogEntry
from certcentre.worklist import tasks_about
from standards.attestation.engagement import Engagement
from tests import make
from tests.make.assessment import signer
from tests.make.attestation import officer
from tests.make.moment import AT

LATER = AT + timedelta(days=1)


def built():
    """One that is asked for, beside one of the same body for a provider of another country."""
    body = make.body()
    engagement = make.engagement("requested", organisation=body)
    edition = engagement.editions.get().edition
    body.accreditations.get().withdraw(by=officer(), at=AT, reason="Too wide")
    for country in ("EE", "KE"):
        make.accreditation(body, [edition], countries=[country])
    far = make.organisation(country="KE")
    declaration = make.declaration(organisation=far, criteria=edition.criteria.all())
    engagement.far = make.engagement("accepted", declaration=declaration, organisation=body)
    engagement.near = body.accreditations.get(countries=["EE"])
    return engagement


kept = make.kept(built)


@pytest.fixture
def asked(db, kept):
    return kept()


def still(at=LATER):
    return set(Engagement.objects.at_rest(at=at))


def told(engagement):
    entries = LogEntry.objects.about(engagement).order_by("pk").values_list("step", flat=True)
    return [step for step in entries if step in ("engagement.rests", "engagement.goes_on")]


def test_it_rests_where_nothing_can_be_accepted(asked):
    asked.near.suspend(by=officer(), at=LATER, reason="Doubt")
    assert still() == {asked}
    asked.body.refresh_from_db()
    refused = refusal(asked, "accept", asked.body.person, LATER)
    assert refused.missing
    assert refusal(asked.far, "reschedule", asked.body.person, LATER) is None
    assert told(asked)[-1:] == ["engagement.rests"]
    assert "engagement.rests" not in told(asked.far)[2:]


def test_the_log_says_when_it_goes_on_by_another_accreditation(asked):
    before = told(asked)
    asked.near.withdraw(by=officer(), at=LATER, reason="Closed")
    make.accreditation(asked.body, [asked.editions.get().edition], at=LATER)
    assert told(asked)[len(before) :] == ["engagement.rests", "engagement.goes_on"]
    assert not still()


def test_what_is_over_does_not_rest(asked):
    asked.decline(by=asked.body.person, at=AT, reason="No time")
    asked.near.suspend(by=officer(), at=LATER, reason="Doubt")
    assert not still()


def test_it_stands_on_the_list_of_the_provider(asked):
    signatory = signer(asked.provider)
    asked.near.suspend(by=officer(), at=LATER, reason="Doubt")
    (task,) = tasks_about(asked, signatory, at=LATER)
    assert "stands still" in task.title
    assert not tasks_about(asked, signatory, at=LATER, turn=False)


@pytest.mark.parametrize(
    ("status", "words"),
    [("accepted", "then ask another body"), ("examining", "only the body can cancel")],
)
def test_its_page_says_what_the_provider_can_do(asked, client, status, words):
    make.advance(asked, status)
    asked.near.suspend(by=officer(), at=AT, reason="Doubt")
    client.force_login(signer(asked.provider))
    page = client.get(asked.get_absolute_url()).content.decode()
    assert "This examination stands still." in page
    assert words in page
