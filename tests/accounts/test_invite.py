"""Letting somebody in."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from certcentre.accounts.invitations import INVITATION_LASTS, OPEN_AT_ONCE
from certcentre.accounts.models import Invitation, Membership
from certcentre.lifecycle import IllegalMove, NotAllowed, NotReady
from tests import make

pytestmark = pytest.mark.django_db


def letter(organisation, at, email="new@example.org", roles=("editor",)):
    return Invitation.send(
        organisation, email=email, roles=list(roles), by=organisation.person, at=at
    )


def test_the_manager_writes_to_an_address(client, provider):
    client.force_login(provider.person)
    given = {"email": "New@Example.org", "roles": ["editor", "signatory"]}
    client.post(reverse("invite", args=[provider.pk]), given)
    sent = Invitation.objects.get()
    assert (sent.email, sent.roles) == ("new@example.org", ["editor", "signatory"])


def test_the_answer_tells_nothing_about_accounts(client, provider):
    client.force_login(provider.person)
    known = make.user("known").email
    answers = []
    for email in (known, "unknown9@example.org"):
        given = {"email": email, "roles": ["editor"]}
        page = client.post(reverse("invite", args=[provider.pk]), given, follow=True)
        answers.append(page.content.decode().count("We are writing to"))
    assert answers == [1, 1]


@pytest.mark.parametrize("given", [{"email": "no"}, {"roles": []}, {"roles": ["decider"]}])
def test_bad_input_sends_nothing(client, provider, given):
    client.force_login(provider.person)
    complete = {"email": "new@example.org", "roles": ["editor"]}
    answer = client.post(reverse("invite", args=[provider.pk]), complete | given)
    assert answer.status_code == 422
    assert answer.context["form"].errors
    assert not Invitation.objects.exists()


def test_roles_must_fit_the_kind(auditor, at):
    assert letter(auditor, at, roles=["decider"])
    with pytest.raises(NotAllowed):
        letter(auditor, at, "b@example.org", roles=["signatory"])


def test_one_open_letter_per_address(provider, at):
    first = letter(provider, at)
    with pytest.raises(NotReady):
        letter(provider, at)
    first.withdraw(by=provider.person, at=at)
    assert letter(provider, at)


def test_nobody_writes_to_the_world_from_here(provider, at):
    for number in range(OPEN_AT_ONCE):
        letter(provider, at, f"p{number}@example.org")
    with pytest.raises(NotReady):
        letter(provider, at, "last@example.org")


def test_an_address_that_is_invited_already_is_named_at_its_field(client, provider):
    letter(provider, timezone.now())
    client.force_login(provider.person)
    given = {"email": "New@example.org", "roles": ["editor"]}
    answer = client.post(reverse("invite", args=[provider.pk]), given)
    assert answer.status_code == 422
    assert "Withdraw it to send a new one." in str(answer.context["form"].errors["email"])
    assert "New@example.org" in answer.content.decode()


def test_nobody_invites_themselves(client, provider):
    client.force_login(provider.person)
    given = {"email": provider.person.email.upper(), "roles": ["editor"]}
    answer = client.post(reverse("invite", args=[provider.pk]), given)
    assert answer.status_code == 422
    assert "This is your own address." in str(answer.context["form"].errors["email"])
    assert not Invitation.objects.exists()


def test_too_old_a_letter_makes_room_for_a_new_one(provider, at):
    letter(provider, at)
    assert letter(provider, at + INVITATION_LASTS + timedelta(days=1))


def test_a_closed_organisation_invites_nobody(provider, at):
    provider.close(by=provider.person, at=at, reason="over")
    with pytest.raises(IllegalMove):
        letter(provider, at)
    assert Membership.objects.filter(organisation=provider).count() == 3
