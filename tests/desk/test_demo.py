"""The demonstration."""

import pytest
from django.core.management import CommandError, call_command

from certcentre.accounts.models import Organisation, User
from certcentre.desk import demo
from certcentre.desk.demo import people


def test_it_refuses_outside_a_demo(settings):
    settings.DEMO = False
    with pytest.raises(CommandError, match="DEMO=1"):
        call_command("demo", "--no-serve")


@pytest.mark.django_db
def test_built_twice_changes_nothing(at):
    assert demo.build(at=at)
    before = Organisation.objects.count(), User.objects.count()
    assert not demo.build(at=at)
    assert (Organisation.objects.count(), User.objects.count()) == before


@pytest.mark.django_db
@pytest.mark.parametrize("account", people.ACCOUNTS, ids=lambda account: account.email)
def test_the_accounts_sign_in(client, at, account):
    demo.build(at=at)
    given = {"login": account.email, "password": people.PASSWORD}
    assert client.post("/accounts/login/", given).url == "/work/"


ROLES = {
    "provider@demo.example": {"manager", "editor", "signatory"},
    "buyer@demo.example": {"manager", "editor", "signatory"},
    "auditor@demo.example": {"manager", "evaluator"},
    "decider@demo.example": {"decider"},
    "centre@demo.example": {"officer", "manager"},
    "centre2@demo.example": {"officer"},
}


@pytest.mark.django_db
def test_the_accounts_have_their_roles(at):
    demo.build(at=at)
    held = {
        user.email: set(user.memberships.filter(until=None).values_list("role", flat=True))
        for user in User.objects.filter(email__in=ROLES)
    }
    assert held == ROLES
