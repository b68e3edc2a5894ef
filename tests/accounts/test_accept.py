"""Joining with a letter."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from certcentre.accounts.invitations import INVITATION_LASTS
from certcentre.accounts.models import Invitation
from certcentre.lifecycle import IllegalMove, NotAllowed
from certcentre.log.models import LogEntry
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def invited(provider, stranger):
    """A letter to the stranger, sent just now."""
    return Invitation.send(
        provider, email=stranger.email, roles=["editor"], by=provider.person, at=timezone.now()
    )


def test_the_invited_person_joins(client, invited, stranger, provider):
    client.force_login(stranger)
    assert b"Join" in client.get(invited.get_absolute_url()).content
    assert client.post(invited.get_absolute_url()).url == provider.get_absolute_url()
    assert stranger.acts_for(provider, "editor")


def test_whoever_it_is_for_declines_it(client, invited, stranger, rival_person):
    address = reverse("invitation-withdraw", args=[invited.organisation_id, invited.pk])
    client.force_login(stranger)
    assert address in client.get(invited.get_absolute_url()).content.decode()
    client.force_login(rival_person)
    assert client.post(address).status_code == 404
    client.force_login(stranger)
    assert client.post(address).url == reverse("organisations")
    invited.refresh_from_db()
    assert invited.withdrawn_at is not None
    assert LogEntry.objects.latest("pk").step == "invitation.declined"


def test_a_letter_works_once(invited, stranger):
    invited.accept(by=stranger, at=timezone.now())
    with pytest.raises(IllegalMove):
        invited.accept(by=stranger, at=timezone.now())


def test_somebody_else_cannot_use_it(client, invited, rival_person):
    with pytest.raises(NotAllowed):
        invited.accept(by=rival_person, at=timezone.now())
    client.force_login(rival_person)
    page = client.get(invited.get_absolute_url()).content.decode()
    assert "another e-mail address" in page
    assert invited.email not in page


@pytest.fixture
def rival_person():
    return make.organisation().person


def test_a_visitor_is_told_what_to_do_and_nothing_more(client, invited):
    page = client.get(invited.get_absolute_url()).content.decode()
    assert f"{reverse('account_signup')}?next=" in page
    assert invited.email not in page
    assert client.post(invited.get_absolute_url()).url.startswith(reverse("account_login"))


def test_the_page_is_the_same_whether_the_address_has_an_account(client, provider, at):
    now = timezone.now()
    pages = []
    for email in (make.user().email, "no-account@example.org"):
        sent = Invitation.send(provider, email=email, roles=["editor"], by=provider.person, at=now)
        page = client.get(sent.get_absolute_url()).content.decode()
        page = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page)
        pages.append(page.replace(sent.token, ""))
    assert pages[0] == pages[1]


@pytest.mark.parametrize("how", ["old", "withdrawn", "closed"])
def test_a_letter_that_no_longer_works_says_so(client, invited, stranger, provider, how):
    now = timezone.now()
    if how == "withdrawn":
        invited.withdraw(by=provider.person, at=now)
    if how == "closed":
        provider.close(by=provider.person, at=now, reason="over")
    later = now + INVITATION_LASTS + timedelta(days=1) if how == "old" else now
    with pytest.raises(IllegalMove):
        invited.accept(by=stranger, at=later)
    if how == "withdrawn":
        assert b"too old" in client.get(invited.get_absolute_url()).content
    assert not stranger.acts_for(provider)
