"""Closing an account: who it was is forgotten, what was done stays."""

import pytest
from django.urls import reverse

from certcentre.accounts.closing import close_account
from certcentre.accounts.models import Invitation, Membership
from certcentre.lifecycle import NotAllowed
from certcentre.log.models import LogEntry
from tests import make


@pytest.fixture
def editor(provider):
    person = make.member(provider, "editor")
    person.set_password("a long password")
    person.save()
    return person


def test_name_and_address_are_replaced_and_roles_end(editor, at):
    address = editor.email
    close_account(editor, at=at)
    editor.refresh_from_db()
    assert address not in (editor.email, editor.name)
    assert not editor.is_active
    assert not Membership.objects.filter(user=editor, until=None).exists()


def test_the_log_keeps_the_random_id_and_no_name(editor, at):
    address = editor.email
    close_account(editor, at=at)
    entry = LogEntry.objects.get(step="account.closed")
    assert str(editor.pk).encode() in bytes(entry.body)
    assert address.encode() not in bytes(entry.body)


def test_invitations_to_the_address_are_taken_back(editor, buyer, at):
    letter = make.invitation(buyer, editor.email)
    close_account(editor, at=at)
    assert Invitation.objects.get(pk=letter.pk).withdrawn_at == at
    assert not Invitation.objects.filter(email=editor.email).exists()


def test_the_last_manager_hands_over_first(provider, at):
    with pytest.raises(NotAllowed):
        close_account(provider.person, at=at)
    provider.person.refresh_from_db()
    assert provider.person.is_active


def test_a_closed_account_cannot_sign_in(editor, client):
    client.force_login(editor)
    assert client.post(reverse("account-close"), {"password": "a long password"}).status_code == 302
    assert client.get(reverse("work")).status_code == 302


def test_the_wrong_password_closes_nothing(editor, client):
    client.force_login(editor)
    client.post(reverse("account-close"), {"password": "a guess"})
    editor.refresh_from_db()
    assert editor.is_active
