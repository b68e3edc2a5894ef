"""Signing in through a real provider of OpenID Connect, on this machine."""

import re
from datetime import timedelta
from html import unescape

import pytest
import requests
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP
from allauth.socialaccount.models import SocialAccount
from django.conf import settings as portal
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from certcentre.accounts.models import Membership, User
from certcentre.lifecycle import NotReady
from tests import make
from tests.accounts import node

CALLBACK = "http://testserver/accounts/oidc/sso/login/callback/"
PASSWORD = "a long enough secret"


@pytest.fixture(scope="module")
def provider_url():
    with node.provider("oidc-provider", "provider.mjs", CALLBACK) as url:
        yield url


@pytest.fixture
def sso(provider_url, settings, db):
    cache.clear()
    app = {
        "provider_id": "sso",
        "name": "Example Ministry",
        "client_id": "portal",
        "secret": "a-secret",
        "settings": {"server_url": provider_url},
    }
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}
    }


def there(address, name, callback=CALLBACK):
    """What the person does at the provider: give a name, agree; where that leads back to."""
    browser = requests.Session()
    answer = browser.get(address)
    for _ in range(5):
        form = re.search(r'action="([^"]+)"', answer.text)
        sent = {"login": name, "password": "any"}
        sent |= dict(re.findall(r'name="(prompt)" value="(\w+)"', answer.text))
        answer = browser.post(unescape(form[1]), data=sent, allow_redirects=False)
        while answer.is_redirect:
            onward = requests.compat.urljoin(answer.url, answer.headers["Location"])
            if onward.startswith(callback):
                return onward
            answer = browser.get(onward, allow_redirects=False)
    raise AssertionError("the provider did not send back")


def sign_on(client, name, **query):
    begun = client.post(reverse("openid_connect_login", args=["sso"], query=query or None))
    assert begun.status_code == 302
    return client.get(there(begun.url, name), follow=True)


def is_in(client):
    return client.get(reverse("organisations")).status_code == 200


def test_the_page_of_signing_in_has_its_button(client, sso):
    assert "Sign in with Example Ministry" in client.get(reverse("account_login")).text


def test_somebody_new_is_in_with_name_and_address_and_no_role(client, sso):
    sign_on(client, "ada")
    person = User.objects.get(email="ada@example.org")
    assert is_in(client)
    assert person.name == "Ada Lovelace"
    assert not person.memberships.exists()
    person.require_confirmed()
    assert not person.has_usable_password()


def test_the_second_time_it_is_the_same_person(client, sso):
    for _ in range(2):
        sign_on(client, "ada")
        client.post(reverse("account_logout"))
    assert User.objects.filter(email="ada@example.org").count() == 1


@pytest.mark.parametrize("name", ["withheld-1", "unconfirmed-1"])
def test_an_address_that_is_withheld_or_not_confirmed_is_not_needed_and_not_taken(
    name, client, sso, mailoutbox
):
    sign_on(client, name)
    person = User.objects.get(socialaccount__uid=name)
    assert is_in(client)
    assert person.is_withheld
    assert not EmailAddress.objects.filter(user=person).exists()
    assert mailoutbox == []
    assert "You have given no address yet" in client.get(reverse("account-home")).text
    with pytest.raises(NotReady):
        person.require_confirmed()


def test_two_who_withhold_theirs_are_two(client, sso):
    for name in ("withheld-1", "withheld-2"):
        sign_on(client, name)
        client.post(reverse("account_logout"))
    assert User.objects.filter(email__endswith=User.WITHHELD).count() == 2


def test_it_opens_no_account_that_is_here_already(client, sso, mailoutbox):
    """Who says at the provider to be somebody is not yet that person here."""
    owner = make.user(email="ada@example.org", password=PASSWORD)
    sign_on(client, "ada")
    assert not is_in(client)
    assert not SocialAccount.objects.filter(user=owner).exists()
    assert mailoutbox[0].to == [owner.email]


def test_the_owner_connects_the_two_and_parts_them(client, sso):
    owner = make.user(email="ada@example.org", password=PASSWORD)
    client.post(reverse("account_login"), {"login": owner.email, "password": PASSWORD})
    sign_on(client, "ada", process="connect")
    client.post(reverse("account_logout"))
    sign_on(client, "ada")
    assert is_in(client)
    connected = SocialAccount.objects.get(user=owner)
    client.post(reverse("socialaccount_connections"), {"account": connected.pk})
    assert not SocialAccount.objects.exists()


def test_without_a_password_an_account_is_closed_after_a_fresh_sign_in(client, sso, settings):
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
    sign_on(client, "ada")
    assert client.post(reverse("account-close")).url == reverse("home")
    assert not User.objects.filter(email="ada@example.org").exists()


def test_whoever_has_no_password_signs_in_anew_before_a_weighty_step(client, sso, settings):
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
    sign_on(client, "ada")
    session = client.session
    for proof in session["account_authentication_methods"]:
        proof["at"] -= 3600
    session.save()
    asked = client.get(reverse("account-close"))
    assert asked.url == f"{reverse('account_login')}?next={reverse('account-close')}"
    assert not is_in(client)
    sign_on(client, "ada")
    assert client.get(reverse("account-close")).status_code == 200


def test_the_second_step_is_asked_after_it_too(client, sso):
    sign_on(client, "ada")
    TOTP.activate(User.objects.get(email="ada@example.org"), "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    client.post(reverse("account_logout"))
    sign_on(client, "ada")
    assert not is_in(client)
    assert "code" in client.get(reverse("mfa_authenticate")).text


def test_a_role_demands_a_second_step_of_those_who_come_from_elsewhere(client, sso, settings):
    settings.MFA_ROLES = ["signatory"]
    sign_on(client, "ada")
    person = User.objects.get(email="ada@example.org")
    since = timezone.now() - timedelta(days=60)
    body = make.organisation("provider")
    Membership.grant(user=person, organisation=body, role="signatory", by=None, at=since)
    User.objects.filter(pk=person.pk).update(factor_asked_at=timezone.now() - timedelta(days=8))
    assert client.get(reverse("organisations")).url == reverse("mfa_index")


def test_a_device_is_known_afterwards_and_another_one_is_told(client, sso, mailoutbox):
    for _ in range(2):
        sign_on(client, "ada")
        client.post(reverse("account_logout"))
    assert mailoutbox == []
    sign_on(Client(), "ada")
    assert [mail.to for mail in mailoutbox] == [["ada@example.org"]]


def test_a_broken_off_sign_in_says_so(client, sso):
    begun = client.post(reverse("openid_connect_login", args=["sso"]))
    state = re.search(r"state=(\w+)", begun.url)[1]
    answer = client.get(CALLBACK, {"error": "access_denied", "state": state}, follow=True)
    assert "The sign-in was broken off" in answer.text


@pytest.mark.parametrize(("ci", "ends"), [("1", pytest.fail), ("", pytest.skip)])
def test_in_ci_no_real_provider_may_be_absent(ci, ends, monkeypatch):
    monkeypatch.setenv("CI", ci)
    with pytest.raises(ends.Exception, match="no-such-package"):
        node.provider("no-such-package", "provider.mjs").__enter__()


def test_where_no_provider_is_named_there_is_no_such_address(client, db):
    assert "Sign in with E" not in client.get(reverse("account_login")).text
    assert client.post(reverse("openid_connect_login", args=["sso"])).status_code == 404


def test_forms_may_lead_to_the_providers_alone():
    text = (portal.BASE_DIR / "certcentre" / "settings" / "__init__.py").read_text()
    assert '"form-action": [SELF, *ORIGINS]' in text
