"""Who changes how they get in has shown lately that it is them (rule R56)."""

import re

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.core.cache import cache
from django.urls import get_resolver, reverse

from certcentre.accounts import adapter
from tests import make
from tests.accounts.test_ask_again import PASSWORD, asks, long_after, sign_in

pytestmark = pytest.mark.alike

OF_ALLAUTH = re.compile("(account|mfa|openid_connect|saml|socialaccount)_")
# these let people in, out or back in, show what is, or ask for a secret of their own
HARMLESS = {
    *("account_login", "account_logout", "account_inactive", "account_signup"),
    *("account_reauthenticate", "account_email_verification_sent", "account_confirm_email"),
    *("account_change_password", "account_reset_password", "account_reset_password_done"),
    *("account_reset_password_from_key", "account_reset_password_from_key_done"),
    *("account_confirm_login_code", "mfa_authenticate", "mfa_login_webauthn", "mfa_index"),
    *("mfa_list_webauthn", "mfa_reauthenticate", "mfa_reauthenticate_webauthn"),
    *("socialaccount_login_cancelled", "socialaccount_login_error", "socialaccount_signup"),
    *("openid_connect_callback", "saml_acs", "saml_finish_acs", "saml_sls", "saml_metadata"),
}
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
ADDRESS = "account_email"
CHOSEN = re.compile(r"<input[^>]*\schecked[^>]*>")


@pytest.fixture(autouse=True)
def asked_again(settings):
    cache.clear()
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
    settings.ACCOUNT_EMAIL_VERIFICATION = "optional"


@pytest.fixture
def person(client, db):
    """Somebody with two addresses and two second steps, an hour after they signed in."""
    person = make.user(email="person@example.org", password=PASSWORD)
    EmailAddress.objects.create(user=person, email="second@example.org", verified=True)
    sign_in(client, person)
    assert client.get(reverse("organisations")).status_code == 200
    TOTP.activate(person, SECRET)
    RecoveryCodes.activate(person)
    long_after(client)
    return person


def state(person):
    """What lets them in."""
    addresses = EmailAddress.objects.filter(user=person).values_list("email", "primary")
    steps = Authenticator.objects.filter(user=person).values_list("pk", "type", "data")
    return sorted(addresses), sorted(map(str, steps))


CHANGES = {
    "an address is added": (ADDRESS, {"action_add": "1", "email": "new@example.org"}),
    "one is added beside the link": (
        ADDRESS,
        {"action_add": "1", "action_send": "1", "email": "new@example.org"},
    ),
    "another is used": (ADDRESS, {"action_primary": "1", "email": "second@example.org"}),
    "one is taken away": (ADDRESS, {"action_remove": "1", "email": "second@example.org"}),
    "the app is taken away": ("mfa_deactivate_totp", {}),
    "codes are made anew": ("mfa_generate_recovery_codes", {}),
}


@pytest.mark.parametrize("change", CHANGES)
def test_who_changes_how_they_get_in_is_asked_again(change, client, person):
    name, form = CHANGES[change]
    if "action_add" in form:  # allauth takes no new address beside a second step
        person.authenticator_set.all().delete()
    before = state(person)
    assert asks(client.post(reverse(name), form))
    assert state(person) == before


@pytest.mark.parametrize("change", CHANGES)
def test_soon_after_signing_in_nobody_is_asked(change, client, person):
    """The control: the same change by whoever has just given a code or password."""
    name, form = CHANGES[change]
    if "action_add" in form:  # allauth takes no new address beside a second step
        person.authenticator_set.all().delete()
    before = state(person)
    client.post(f"{reverse('account_reauthenticate')}?next=/", {"password": PASSWORD})
    answer = client.post(reverse(name), form)
    assert not asks(answer)
    assert state(person) != before


@pytest.mark.parametrize("name", ["mfa_view_recovery_codes", "mfa_download_recovery_codes"])
def test_codes_are_shown_to_whoever_has_shown_that_it_is_them(name, client, person):
    assert asks(client.get(reverse(name)))
    client.post(f"{reverse('account_reauthenticate')}?next=/", {"password": PASSWORD})
    assert client.get(reverse(name)).status_code == 200


@pytest.mark.parametrize("name", ["socialaccount_connections", "mfa_activate_totp"])
def test_other_changes_are_asked_about_too(name, client, person):
    assert asks(client.post(reverse(name), {}))


def test_a_provider_of_sign_ins_is_connected_by_whoever_has_shown_that_it_is_them(client, person):
    address = reverse("openid_connect_login", args=["sso"])
    assert asks(client.post(f"{address}?process=connect"))
    assert asks(client.post(address, {"process": "connect"}))
    assert client.post(address).status_code == 404  # the control: to sign in nobody is asked


def test_no_page_of_allauth_is_forgotten():
    ours = {"sign-on-organisation"}
    connect = adapter.CONNECTS - ours
    known = adapter.CHANGES_ACCESS | adapter.SHOWS_CODES | connect | {ADDRESS} | HARMLESS
    names = {name for name in get_resolver().reverse_dict if isinstance(name, str)}
    assert {name for name in names if OF_ALLAUTH.match(name)} == known


def test_the_address_that_was_typed_is_there_again(client, person):
    asked = client.post(reverse(ADDRESS), {"action_add": "1", "email": "new@example.org"})
    page = client.post(asked.url, {"password": PASSWORD}, follow=True)
    assert 'value="new@example.org"' in page.text
    assert "What you wrote is still here." in page.text


@pytest.mark.parametrize("step", ["action_primary", "action_remove"])
def test_the_address_that_was_chosen_is_chosen_again(step, client, person):
    asked = client.post(reverse(ADDRESS), {step: "1", "email": "second@example.org"})
    page = client.post(asked.url, {"password": PASSWORD}, follow=True).text
    (chosen,) = CHOSEN.findall(page)
    assert 'value="second@example.org"' in chosen
    (chosen,) = CHOSEN.findall(client.get(reverse(ADDRESS)).text)
    assert f'value="{person.email}"' in chosen  # the control: opened anew


@pytest.mark.parametrize("step", ["action_add", "action_primary"])
def test_a_form_without_an_address_is_no_mistake_of_ours(step, client, person):
    asked = client.post(reverse(ADDRESS), {step: "1"})
    page = client.post(asked.url, {"password": PASSWORD}, follow=True)
    assert page.status_code == 200


def test_looking_and_the_link_again_ask_nothing(client, person):
    assert client.get(reverse(ADDRESS)).status_code == 200
    again = client.post(reverse(ADDRESS), {"action_send": "1", "email": "second@example.org"})
    assert not asks(again)


def test_with_0_seconds_nobody_is_asked(client, person, settings):
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 0
    person.authenticator_set.all().delete()
    client.post(reverse(ADDRESS), {"action_add": "1", "email": "new@example.org"})
    assert EmailAddress.objects.filter(email="new@example.org").exists()
