"""Signing in through the provider of an organisation: a real one, on this machine."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP
from allauth.socialaccount.models import SocialAccount
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from certcentre.accounts.models import IdentityProvider, Membership, User
from tests import make
from tests.accounts import node
from tests.accounts.own_provider import (
    ORGANISATIONS,
    by_address,
    callback,
    is_in,
    member,
    onward,
    organisation,
    own_provider,
    sign_in,
    sign_on,
)
from tests.accounts.test_sign_on import there
from tests.make.attestation import officer
from tests.make.moment import AT


@pytest.fixture(scope="module")
def issuer():
    backs = [callback(name) for name in ORGANISATIONS]
    with node.provider("oidc-provider", "provider.mjs", *backs) as url:
        yield url


@pytest.fixture(autouse=True)
def here(settings, db):
    """The provider is on this machine."""
    cache.clear()
    settings.OWN_PROVIDERS_HERE = True


@pytest.fixture
def north():
    return organisation("north")


@pytest.fixture
def provider(north, issuer):
    return own_provider(north, issuer)


def refused(client, answer, words):
    assert answer.status_code == 403
    assert words in " ".join(answer.text.split())
    assert not is_in(client)


def test_a_member_is_in_with_an_address_and_two_presses(client, provider, north, mailoutbox):
    person = member(north)
    page = client.get(reverse("account_login")).text
    assert f'formaction="{reverse("sign-on-organisation")}"' in page
    begun = by_address(client, person.email, next=reverse("organisations"))
    arrived = client.get(there(onward(begun), "ada", callback("north")))
    assert arrived.url == reverse("organisations")
    assert is_in(client)
    assert SocialAccount.objects.get().user == person
    assert "A sign-in from elsewhere was connected" in [mail.subject for mail in mailoutbox]
    assert [each.role for each in person.memberships.all()] == ["editor"]  # none is taken from it


def test_the_organisation_is_picked_by_its_name_too(client, provider, north):
    member(north, "withheld-1")
    answer = by_address(client, "north sch")
    assert "Sign in with North School" in " ".join(answer.text.split())
    assert reverse("openid_connect_login", args=[provider.key]) in answer.text
    assert "has this name" in by_address(client, "no such name").text
    assert "three letters or more" in by_address(client, "no").text


def test_an_address_of_no_such_domain_says_so_whoever_has_it(client, provider):
    """The same for an address that has an account."""
    known = make.user(email="known@elsewhere.example")
    for address in (known.email, "unknown@elsewhere.example", "@", "a@b@elsewhere.example"):
        answer = by_address(client, address)
        assert answer.status_code == 200
        assert "No organisation here has a sign-in of its own" in answer.text


def test_only_a_confirmed_domain_leads_anywhere(client, north, issuer):
    own_provider(north, issuer, confirmed=False)
    assert "No organisation here" in by_address(client, "ada@example.org").text


def test_who_is_invited_gets_an_account_and_no_role_before_they_accept(client, provider, north):
    letter = make.invitation(north, "ada@example.org")
    sign_on(client, provider, "ada")
    assert is_in(client)
    person = User.objects.get(email="ada@example.org")
    assert not person.memberships.exists()
    client.post(letter.get_absolute_url())
    assert [each.role for each in person.memberships.all()] == ["editor"]
    assert is_in(client)


def test_who_is_not_invited_gets_no_account(client, provider):
    refused(client, sign_on(client, provider, "ada"), "has invited you at this address yet")
    assert not User.objects.filter(email="ada@example.org").exists()


def test_an_address_that_nobody_confirmed_here_is_not_taken_over(client, provider, north):
    squatter = make.user(email="ada@example.org", confirmed=False)
    Membership.grant(user=squatter, organisation=north, role="editor", by=None, at=AT)
    refused(client, sign_on(client, provider, "ada"), "never confirmed it")
    assert not SocialAccount.objects.exists()


@pytest.mark.parametrize("name", ["withheld-1", "unconfirmed-1"])
def test_without_an_address_the_owner_connects_the_two_once(name, client, provider, north):
    person = member(north, name)
    refused(client, sign_on(client, provider, name), "no confirmed address")
    sign_in(client, person)
    page = client.get(reverse("socialaccount_connections")).text
    assert "North School" in page
    sign_on(client, provider, name, process="connect")
    client.post(reverse("account_logout"))
    sign_on(client, provider, name)
    assert is_in(client)


def test_a_hostile_provider_takes_no_account_of_others_by_their_address(client, north, issuer):
    """The address is that of a member of another organisation, its domain is not confirmed."""
    victim = member(organisation("south"))
    hostile = own_provider(north, issuer, ("north.example",))
    refused(client, sign_on(client, hostile, "ada"), "no confirmed address")
    assert not SocialAccount.objects.filter(user=victim).exists()


def test_nor_with_the_domain_confirmed_and_whoever_they_invite(client, provider, north):
    """The control is the first test of this file: a member, and of nothing else, is let in."""
    victim = member(organisation("south"))
    refused(client, sign_on(client, provider, "ada"), "lets in its members alone")
    Membership.grant(user=victim, organisation=north, role="editor", by=None, at=AT)
    refused(client, sign_on(client, provider, "ada"), "lets in its members alone")
    assert not SocialAccount.objects.exists()


def test_nobody_else_connects_with_it(client, provider):
    stranger = make.user("stranger", password="a long enough secret")
    sign_in(client, stranger)
    answer = sign_on(client, provider, "ada", process="connect")
    assert answer.status_code == 403
    assert not SocialAccount.objects.exists()


def test_two_organisations_that_trust_one_provider_share_their_people(client, provider, issuer):
    south = organisation("south")
    person = member(south)
    Membership.grant(user=person, organisation=provider.organisation, role="editor", by=None, at=AT)
    own_provider(south, issuer, (), confirmed=False)
    sign_on(client, provider, "ada")
    assert is_in(client)


def test_who_joins_another_organisation_is_signed_out_of_it(client, provider, north):
    person = member(north)
    sign_on(client, provider, "ada")
    assert is_in(client)
    Membership.grant(user=person, organisation=organisation("south"), role="editor", by=None, at=AT)
    assert not is_in(client)
    assert "lets you in no longer" in client.get(reverse("account_login")).text
    assert sign_in(client, person).status_code == 302
    assert is_in(client)


def test_a_suspended_organisation_lets_nobody_in_any_more(client, provider, north):
    person = member(north)
    sign_on(client, provider, "ada")
    north.suspend(by=officer(), at=AT, reason="So.")
    assert not is_in(client)
    begun = client.post(reverse("openid_connect_login", args=[provider.key]))
    assert begun.status_code == 404
    assert "No organisation here" in by_address(client, person.email).text
    assert "has this name" in by_address(client, "North School").text
    north.verify(by=officer(), at=AT, how="So.")
    sign_on(client, provider, "ada")
    assert is_in(client)


def ended_by(client, provider, step):
    """Whether somebody is signed out by a step; they are in before it."""
    sign_on(client, provider, "ada")
    assert is_in(client)
    step()
    return not is_in(client)


def changed(provider, north, **given):
    stands = {"issuer": provider.issuer, "client_id": "portal", "client_secret": "", "only": False}
    words = stands | {"domains": ["example.org"]} | given
    return lambda: provider.change(by=north.person, at=timezone.now(), **words)


def test_a_new_secret_signs_out_who_came_with_the_one_before(client, provider, north):
    member(north)
    assert not ended_by(client, provider, changed(provider, north, only=True))  # the control
    assert ended_by(client, provider, changed(provider, north, client_secret="another"))
    assert SocialAccount.objects.exists()


def test_another_address_parts_everybody_and_waits_for_the_centre_anew(client, provider, north):
    member(north)
    other = {"issuer": "http://127.0.0.1:9", "client_secret": "a-secret"}
    assert ended_by(client, provider, changed(provider, north, **other))
    assert not SocialAccount.objects.exists()
    assert not IdentityProvider.objects.get().domain_names(confirmed=True)


def test_taken_away_it_lets_nobody_in_and_keeps_nothing(client, provider, north):
    person = member(north)
    remove = {"by": north.person, "at": timezone.now()}
    assert ended_by(client, provider, lambda: provider.remove(**remove))
    assert not SocialAccount.objects.exists()
    assert client.post(reverse("openid_connect_login", args=[provider.key])).status_code == 404
    assert sign_in(client, person).status_code == 302


def test_who_leaves_is_signed_out_and_not_let_in_again(client, provider, north):
    person = member(north)
    leave = person.memberships.get().end
    assert ended_by(client, provider, lambda: leave(by=person, at=timezone.now()))
    refused(client, sign_on(client, provider, "ada"), "lets in its members alone")


def test_the_second_step_is_asked_after_it_too(client, provider, north):
    TOTP.activate(member(north), "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    sign_on(client, provider, "ada")
    assert not is_in(client)
    assert "code" in client.get(reverse("mfa_authenticate")).text
    provider.remove(by=north.person, at=timezone.now())  # meanwhile
    assert client.get(reverse("mfa_authenticate")).url == reverse("account_login")


def test_a_wrong_secret_lets_nobody_in(client, provider, north):
    """The control of all that are let in: the provider is really asked."""
    member(north)
    provider.change(
        by=north.person,
        at=AT,
        issuer=provider.issuer,
        client_id="portal",
        client_secret="wrong",
        domains=["example.org"],
        only=False,
    )
    assert sign_on(client, provider, "ada").status_code == 401
    assert not is_in(client)


def only(north, issuer):
    return own_provider(north, issuer, only=True)


def test_where_it_is_the_only_way_a_password_leads_members_there(client, north, issuer):
    provider, person = only(north, issuer), member(north)
    answer = sign_in(client, person)
    refused(client, answer, "Sign in with North School")
    assert "account_authentication_methods" not in client.session
    sign_on(client, provider, "ada")
    assert is_in(client)


def test_a_wrong_password_learns_nothing_of_it(client, north, issuer):
    only(north, issuer)
    answer = sign_in(client, member(north), "wrong")
    assert "North School" not in answer.text


def test_managers_keep_every_way_in_and_need_a_second_step(client, north, issuer, settings):
    settings.MFA_ROLES = ["decider"]
    only(north, issuer)
    north.person.set_password("a long enough secret")
    north.person.save()
    north.memberships.update(since=timezone.now() - timedelta(days=60))
    sign_in(client, north.person)
    assert is_in(client)
    User.objects.filter(pk=north.person.pk).update(
        factor_asked_at=timezone.now() - timedelta(days=8)
    )
    assert client.get(reverse("organisations")).url == reverse("mfa_index")


def test_nobody_is_sent_there_whom_it_cannot_let_in(client, north, issuer):
    """Neither who belongs elsewhere too, nor who has another address and is not connected."""
    only(north, issuer)
    both, elsewhere = member(north, "both"), member(north, "elsewhere")
    Membership.grant(user=both, organisation=organisation("south"), role="editor", by=None, at=AT)
    EmailAddress.objects.filter(user=elsewhere).update(email="else@where.example")
    User.objects.filter(pk=elsewhere.pk).update(email="else@where.example")
    elsewhere.refresh_from_db()
    for person in (both, elsewhere):
        sign_in(client, person)
        assert is_in(client)
        client.post(reverse("account_logout"))


def test_while_the_provider_is_away_it_is_said_and_other_ways_stay(client, north):
    person = member(north)
    provider = own_provider(north, "http://127.0.0.1:9")
    answer = by_address(client, person.email)
    assert answer.status_code == 401
    assert "The sign-in did not work" in answer.text
    assert client.post(reverse("openid_connect_login", args=[provider.key])).status_code == 401
    assert sign_in(client, person).status_code == 302
