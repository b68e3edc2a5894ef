"""The demonstration."""

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Count

from certcentre.accounts.models import Organisation, User
from certcentre.desk.demo import build, people
from certcentre.desk.home import waiting_for
from certcentre.desk.notices import send_notices
from certcentre.desk.record_check import differences
from standards.assessment.claims import effective
from standards.models import (
    Certificate,
    Engagement,
    ExternalCertificate,
    Fact,
    Release,
    Solution,
)
from tenders.models import Tender
from tests import make
from tests.make.moment import AT

pytestmark = [pytest.mark.alike, pytest.mark.long]


def test_it_refuses_outside_a_demo(settings):
    settings.DEMO = False
    with pytest.raises(CommandError, match="DEMO=1"):
        call_command("demo", "--no-serve")


def demonstration():
    make.catalogue()
    assert build(at=AT)


@pytest.fixture(scope="module")
def shown(django_db_setup, django_db_blocker):
    """The whole demonstration, made once for this module and taken away after."""
    with make.once(django_db_blocker, demonstration):
        yield


@pytest.fixture
def filled(shown, db):
    """What a test does to it is taken back."""


def test_built_twice_changes_nothing(filled):
    before = Organisation.objects.count(), User.objects.count()
    assert not build(at=AT)
    assert (Organisation.objects.count(), User.objects.count()) == before


@pytest.mark.parametrize("account", people.ACCOUNTS, ids=lambda account: account.email)
def test_the_accounts_sign_in(filled, client, account):
    given = {"login": account.email, "password": people.PASSWORD}
    assert client.post("/accounts/login/", given).url == "/work/"


ROLES = {
    "provider@demo.example": {"manager", "editor", "signatory"},
    "provider2@demo.example": {"editor"},
    "buyer@demo.example": {"manager", "editor", "signatory"},
    "buyer2@demo.example": {"evaluator"},
    "auditor@demo.example": {"manager", "evaluator"},
    "decider@demo.example": {"decider"},
    "centre@demo.example": {"officer", "manager"},
    "centre2@demo.example": {"officer"},
}


def test_the_accounts_have_their_roles(filled):
    held = {
        user.email: set(user.memberships.filter(until=None).values_list("role", flat=True))
        for user in User.objects.filter(email__in=ROLES)
    }
    assert held == ROLES


def test_something_waits_for_each_of_them(filled):
    waiting = {
        account.email: len(waiting_for(User.objects.get(email=account.email), at=AT).todo)
        for account in people.ACCOUNTS
    }
    assert all(waiting.values()), waiting


def in_force():
    """The effective claims of every listed release."""
    listed = Release.objects.listed().values("pk")
    return [one for held in effective(listed, at=AT).values() for one in held.values()]


def test_there_is_one_at_each_assurance(filled):
    assert {one.assurance for one in in_force() if one.outcome == "met"} == {1, 2, 3, 4}
    assert 36 <= Solution.objects.listed().count() <= 44


def test_one_is_suspended_one_expired_one_held(filled):
    found = {certificate.status_at(AT) for certificate in Certificate.objects.all()}
    assert {"valid", "suspended", "expired"} <= found
    assert Release.objects.get(status="held").solution.name == "Example Mood Board"


def test_examinations_and_tenders_are_under_way(filled):
    under_way = Engagement.objects.filter(status__in=["examining", "corrections"])
    assert under_way.count() == 2
    assert sorted(Tender.objects.values_list("status", flat=True)) == [
        "awarded",
        "draft",
        "published",
        "published",
    ]


def test_one_outside_certificate_counts_and_one_waits(filled):
    one, other = ExternalCertificate.objects.order_by("filed_at")
    assert (one.status, other.status) == ("recorded", "filed")
    given = [claim.criterion.key for claim in in_force() if claim.source == one.number]
    assert "iso-27001-2022:CERT-1" in given
    assert not any(claim.source == other.number for claim in in_force())


def test_some_have_two_releases_and_one_a_barrier(filled):
    twice = Solution.objects.annotate(number=Count("releases")).filter(number=2)
    assert twice.count() == 2
    flashing = [one for one in in_force() if one.criterion.key == "wcag-2.2:2.3.1"]
    assert [one.outcome for one in flashing].count("not_met") == 1


def test_every_record_is_what_the_log_says(filled):
    assert list(differences()) == []


def test_nobody_is_written_to_about_it(filled):
    assert send_notices(at=AT) == 0


def test_every_fact_is_one_that_the_catalogue_knows(filled):
    known = {fact.key for fact in Fact.objects.all()}
    told = {key for release in Release.objects.all() for key in release.facts}
    assert told == known
