"""Access ends when it ends: every door that a membership opens is shut when it is over."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from certcentre.accounts.models import Invitation, Membership, Organisation
from certcentre.jobs.models import Job
from certcentre.lifecycle import IllegalMove
from standards.assessment.declarations import Declaration
from standards.assessment.evidence import Evidence
from standards.attestation.engagement import Engagement
from tenders.pages.files import FORMATS
from tests import make
from tests.access import TABLE
from tests.effort import in_turn
from tests.test_access import answer, built, session_of, world

pytestmark = pytest.mark.alike
__all__ = ["built", "world"]
MEMBERS = ("reader", "rival", "provider", "auditor", "decider", "buyer", "officer")
OPENED = [
    pytest.param(row, who, id=f"{row} {who}")
    for row in TABLE
    for who in MEMBERS
    if row.expect[who] != row.expect["stranger"]
]
DOORS = [row for row in TABLE if len({row.expect[who] for who in ("stranger", *MEMBERS)}) > 1]


def left(person, at):
    Membership.objects.filter(user=person, until=None).update(until=at)


def asked(row, who, world):
    return answer(row, who, row.args(world), world).status_code


@pytest.fixture
def nobody(world):
    """Somebody with an account who belongs nowhere and was written to by nobody."""
    world.sessions["nobody"] = session_of(make.user("nobody"))
    yield "nobody"
    del world.sessions["nobody"]


def test_there_are_doors_of_every_kind():
    assert len(OPENED) > 600
    assert {case.values[1] for case in OPENED} == set(MEMBERS)


@pytest.mark.long
@pytest.mark.parametrize("row", in_turn(DOORS, of=3), ids=str)
def test_who_has_left_is_answered_like_anybody(row, world, nobody):
    """That it opened before, `tests/test_access.py` shows."""
    members = [who for who in MEMBERS if row.expect[who] != row.expect["stranger"]]
    answers = {}
    for who in members:
        with transaction.atomic():
            left(world.people[who], timezone.now())
            answers[who] = asked(row, who, world)
            transaction.set_rollback(True)
    assert answers == dict.fromkeys(members, asked(row, nobody, world))


@pytest.mark.parametrize(("row", "who"), OPENED[::40])
def test_some_of_these_doors(row, who, world, nobody):
    left(world.people[who], timezone.now())
    assert asked(row, who, world) == asked(row, nobody, world)


def stopped(organisation, centre, at):
    organisation.suspend(by=centre.officer, at=at, reason="Under review.")


@pytest.fixture
def at():
    return timezone.now()


@pytest.fixture
def examined(db, at):
    """An examination that was accepted, over a declaration with a file."""
    provider = make.organisation("provider")
    piece = make.evidence(provider)
    draft = make.assessment(organisation=provider)
    for given in draft.answers.all():
        given.give(value="met", by=provider.person, at=at, revision=0)
        given.attach(piece, by=provider.person, at=at)
    return make.engagement("accepted", declaration=make.declare(draft, at=at), at=at)


def opens(engagement, at):
    person = engagement.body.person
    return (
        Evidence.objects.openable_by(person, at=at).exists(),
        Engagement.objects.visible_to(person).exists(),
    )


def test_a_suspended_body_opens_nothing_of_the_provider(examined, centre, at):
    assert opens(examined, at) == (True, True)
    stopped(examined.body, centre, at)
    assert opens(examined, at) == (False, False)
    examined.body.verify(by=centre.officer, at=at, how="Looked again.")
    assert opens(examined, at) == (True, True)


@pytest.mark.parametrize("how", ["suspend", "withdraw", "run out"])
def test_without_its_accreditation_it_opens_no_evidence(examined, centre, at, how):
    accreditation = examined.body.accreditations.get()
    if how == "run out":
        at += timedelta(days=5000)
    else:
        getattr(accreditation, how)(by=centre.officer, at=at, reason="Under review.")
    assert opens(examined, at) == (False, True)


def test_an_accreditation_for_something_else_opens_nothing(examined, at):
    other = make.criteria(1)[0].edition
    examined.body.accreditations.get().editions.set([other])
    assert opens(examined, at) == (False, True)


def test_a_provider_that_is_suspended_still_reads_its_own(examined, centre, at):
    person = make.signer(examined.provider)
    stopped(examined.provider, centre, at)
    assert Evidence.objects.openable_by(person, at=at).exists()
    assert Declaration.objects.visible_to(person).exists()
    assert Engagement.objects.visible_to(person).exists()


def test_what_everybody_may_take_is_made_though_its_publisher_left(db, at):
    tender = make.tender(status="published")
    left(tender.person, at)
    jobs = Job.objects.filter(asked__tender=str(tender.pk))
    assert len(jobs) == sum(format.public and format.job for format in FORMATS.values())
    for job in jobs:
        job.require_asker()
        assert job.organisation is None


@pytest.mark.parametrize("how", ["left", "suspended", "closed"])
def test_the_letters_of_who_may_no_longer_invite_are_dead(client, provider, stranger, centre, how):
    now = timezone.now()
    letter = make.invitation(provider, stranger.email)
    mine = Invitation.objects.filter(pk=letter.pk)
    mine.update(expires_at=now + timedelta(days=9))
    assert mine.open(at=now).exists()
    if how == "left":
        left(provider.person, now)
    elif how == "suspended":
        stopped(provider, centre, now)
    else:
        provider.close(by=provider.person, at=now, reason="Over.")
    assert not mine.open(at=now).exists()
    with pytest.raises(IllegalMove, match="no longer works"):
        letter.accept(by=stranger, at=now)
    assert not stranger.acts_for(provider)
    client.force_login(stranger)
    assert "no longer works" in client.get(letter.get_absolute_url()).content.decode()


def test_a_suspended_organisation_invites_nobody(provider, centre, at):
    stopped(provider, centre, at)
    with pytest.raises(IllegalMove, match="suspended"):
        Invitation.send(
            provider, email="new@example.org", roles=["editor"], by=provider.person, at=at
        )
    assert Organisation.objects.at_work().filter(pk=provider.pk).count() == 0
