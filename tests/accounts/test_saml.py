"""Signing in through a real provider of SAML, on this machine (tests/accounts/conftest.py)."""

from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from django.urls import reverse

from certcentre.accounts.models import User
from certcentre.lifecycle import NotReady
from tests import make
from tests.accounts import saml_world
from tests.accounts.saml_world import is_in, sign_on

pytestmark = pytest.mark.alike

PASSWORD = "a long enough secret"


def test_the_page_of_signing_in_has_its_button(client, saml):
    assert "Sign in with Example School" in client.get(reverse("account_login")).text


def test_somebody_new_is_in_with_the_name_and_no_role(client, saml):
    sign_on(client, "confirmed-ada")
    person = User.objects.get(email="confirmed-ada@example.org")
    assert is_in(client)
    assert person.name == "Ada Lovelace"
    assert not person.memberships.exists()
    person.require_confirmed()
    assert not person.has_usable_password()


def test_the_second_time_it_is_the_same_person(client, saml):
    for _ in range(2):
        sign_on(client, "confirmed-ada")
        client.post(reverse("account_logout"))
    assert User.objects.count() == 1


@pytest.mark.parametrize("name", ["withheld-1", "ada"])
def test_an_address_that_is_withheld_or_not_confirmed_is_not_needed_and_not_taken(
    name, client, saml, mailoutbox
):
    sign_on(client, name)
    person = User.objects.get(socialaccount__uid=name)
    assert is_in(client)
    assert person.is_withheld
    assert not EmailAddress.objects.filter(user=person).exists()
    assert mailoutbox == []
    with pytest.raises(NotReady):
        person.require_confirmed()


def test_addresses_of_a_domain_that_the_provider_vouches_for_count(client, use, metadata, db):
    use(METADATA=metadata, DOMAINS="school.example,example.org")
    sign_on(client, "ada")
    User.objects.get(email="ada@example.org").require_confirmed()
    assert EmailAddress.objects.get().verified


def test_it_opens_no_account_that_is_here_already(client, saml, mailoutbox):
    owner = make.user(email="confirmed-ada@example.org", password=PASSWORD)
    sign_on(client, "confirmed-ada")
    assert not is_in(client)
    assert not SocialAccount.objects.filter(user=owner).exists()
    assert mailoutbox[0].to == [owner.email]


@pytest.mark.parametrize("method", ["put", "head", "patch", "delete", "options"])
def test_by_no_other_method_does_it_begin(method, client, saml):
    address = reverse("saml_login", args=["saml"], query={"process": "connect"})
    assert getattr(client, method)(address).status_code == 405
    assert saml_world.begin(client)  # the control


def test_the_owner_connects_the_two_and_parts_them(client, saml):
    owner = make.user(email="ada@example.org", password=PASSWORD)
    client.post(reverse("account_login"), {"login": owner.email, "password": PASSWORD})
    sign_on(client, "ada", process="connect")
    client.post(reverse("account_logout"))
    sign_on(client, "ada")
    assert is_in(client)
    connected = SocialAccount.objects.get(user=owner)
    assert "Connected since" in client.get(reverse("socialaccount_connections")).text
    client.post(reverse("socialaccount_connections"), {"account": connected.pk})
    assert not SocialAccount.objects.exists()


def test_the_second_step_is_asked_after_it_too(client, saml):
    sign_on(client, "ada")
    TOTP.activate(User.objects.get(), "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    client.post(reverse("account_logout"))
    sign_on(client, "ada")
    assert not is_in(client)
    assert client.get(reverse("mfa_authenticate")).status_code == 200


def test_a_device_is_known_afterwards_and_another_one_is_told(client, saml, mailoutbox):
    for _ in range(2):
        sign_on(client, "confirmed-ada")
        client.post(reverse("account_logout"))
    assert mailoutbox == []
    sign_on(Client(), "confirmed-ada")
    assert [mail.to for mail in mailoutbox] == [["confirmed-ada@example.org"]]


def test_whoever_has_no_password_signs_in_anew_before_a_weighty_step(client, saml, settings):
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
    sign_on(client, "ada")
    session = client.session
    for proof in session["account_authentication_methods"]:
        proof["at"] -= 3600
    session.save()
    asked = client.get(reverse("account-close"))
    assert asked.url == f"{reverse('account_login')}?next={reverse('account-close')}"
    sign_on(client, "ada")
    assert client.get(reverse("account-close")).status_code == 200


def test_the_metadata_say_what_the_provider_must_know(client, saml):
    answer = client.get(reverse("saml_metadata", args=["saml"]))
    assert answer.status_code == 200
    assert 'WantAssertionsSigned="true"' in answer.text
    assert "http://testserver/accounts/saml/saml/acs/" in answer.text


def test_metadata_are_read_at_an_address_too(client, use, provider_url, db):
    use(METADATA=f"{provider_url}/metadata", PROVIDER=provider_url)
    sign_on(client, "ada")
    assert is_in(client)


@pytest.mark.parametrize("place", ["http://127.0.0.1:9/", "{}/none"])
def test_a_provider_that_is_away_gets_a_page_that_says_so(place, client, use, provider_url, db):
    use(METADATA=place.format(provider_url), PROVIDER=provider_url)
    answer = client.post(reverse("saml_login", args=["saml"]))
    assert answer.status_code == 401
    assert "The sign-in did not work" in answer.text


def test_what_fails_here_is_our_mistake_and_not_the_providers(saml, settings):
    """A sender that no mail takes: the mail about a new device fails."""
    sign_on(Client(), "confirmed-ada")
    settings.DEFAULT_FROM_EMAIL = "portal\n@example.org"
    client = Client(raise_request_exception=False)
    answer = sign_on(client, "confirmed-ada")
    assert answer.status_code == 500
    assert "Something went wrong on our side" in answer.text


@pytest.mark.parametrize("name", ["saml_login", "saml_metadata"])
def test_a_key_of_ours_that_signs_nothing_is_ours_too(name, client, saml):
    advanced = {"private_key": "none", "x509cert": "none", "metadata_signed": True}
    saml["settings"]["advanced"] |= {"authn_request_signed": True} | advanced
    client.raise_request_exception = False
    assert client.post(reverse(name, args=["saml"])).status_code == 500


def test_a_file_of_metadata_that_is_gone_is_ours_too(client, saml, metadata):
    Path(metadata).unlink()
    client.raise_request_exception = False
    assert client.post(reverse("saml_login", args=["saml"])).status_code == 500


def test_with_a_key_of_its_own_it_signs_what_it_asks_and_reads_what_is_encrypted(
    client, use, metadata, keys, db
):
    use(METADATA=metadata, KEY=str(keys / "portal.pem"))
    assert "Signature" in saml_world.request_of(saml_world.begin(client))
    xml, state = saml_world.answered(saml_world.begin(client), "ada", "encrypted")
    assert b"ada@example.org" not in xml
    saml_world.send(client, xml, state)
    assert is_in(client)


def test_where_no_provider_is_named_there_is_no_such_address(client, db):
    for name in ("saml_login", "saml_acs", "saml_metadata", "saml_sls"):
        assert client.post(reverse(name, args=["saml"])).status_code == 404
