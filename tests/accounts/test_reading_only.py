"""READ_ONLY: whoever has an account signs in, each way that there is, and reads what is theirs."""

from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.auth.hashers import make_password
from django.core.cache import cache
from django.urls import reverse

from certcentre.accounts.models import UnsentMail, User
from tests import make
from tests.accounts.test_factors import PASSWORD, SECRET, code, own_page, sign_in
from tests.accounts.test_openid import CALLBACK, is_in, provider, server, sign_on  # noqa: F401
from tests.desk.test_backup import everything

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    cache.clear()
    return make.user(email="person@example.org", password=PASSWORD)


@pytest.fixture(autouse=True)
def reading_only(settings, person):
    settings.READ_ONLY = True
    settings.ACCOUNT_EMAIL_VERIFICATION = "optional"


def test_with_a_password(client, person):
    sign_in(client, person)
    assert own_page(client).status_code == 200
    assert client.post(reverse("account_logout")).status_code == 302
    assert own_page(client).status_code == 302


def test_with_a_password_that_is_hashed_better_now(client, person, settings):
    ours, earlier = (
        settings.PASSWORD_HASHERS,
        "django.contrib.auth.hashers.PBKDF2SHA1PasswordHasher",
    )
    settings.PASSWORD_HASHERS = [*ours, earlier]
    User.objects.filter(pk=person.pk).update(password=make_password(PASSWORD, hasher="pbkdf2_sha1"))
    sign_in(client, person)
    assert own_page(client).status_code == 200
    person.refresh_from_db()
    assert not person.password.startswith("pbkdf2")


def test_with_a_code_which_is_spent(client, person):
    TOTP.activate(person, SECRET)
    emergency = RecoveryCodes.activate(person).get_unused_codes()[0]
    for given in (code(), emergency):
        for let_in in (200, 302):
            sign_in(client, person)
            client.post(reverse("mfa_authenticate"), {"code": given})
            assert own_page(client).status_code == let_in
            client.logout()


def test_through_a_provider_that_is_connected(client, provider, settings):  # noqa: F811
    settings.READ_ONLY = False
    sign_on(client, provider)
    client.logout()
    settings.READ_ONLY = True
    sign_on(client, provider)
    assert is_in(client)


@pytest.mark.django_db(transaction=True)
def test_nobody_new_comes_through_it(client, provider):  # noqa: F811
    answer = sign_on(client, provider)
    assert answer.status_code == 503
    assert "No new account can be made just now. Whoever has one can sign in." in answer.text
    assert User.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_whoever_is_signed_in_and_connects_one_is_not_told_of_new_accounts(
    client,
    provider,  # noqa: F811
    person,
):
    sign_in(client, person)
    begun = client.post(reverse("openid_connect_login", args=["sso"]), {"process": "connect"})
    asked = {name: value[0] for name, value in parse_qs(urlsplit(begun.url).query).items()}
    provider.nonce = asked["nonce"]
    answer = client.get(CALLBACK, {"code": "any", "state": asked["state"]})
    assert answer.status_code == 503
    assert "The portal can only be read just now. Nothing was changed." in answer.text
    assert "new account" not in answer.text
    assert own_page(client).status_code == 200


def test_where_mail_is_away_too(client, person, settings):
    settings.READ_ONLY = False
    sign_in(client, person)
    settings.READ_ONLY = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    sign_in(other := client.__class__(), person)
    assert own_page(other).status_code == 200
    assert UnsentMail.objects.exists()


def test_a_role_that_asks_for_a_second_step_is_no_hindrance(client, centre, settings):
    settings.MFA_ROLES = ["officer"]
    client.force_login(centre.officer)
    assert own_page(client).status_code == 200


def test_no_link_to_a_new_password_leaves(client, person, mailoutbox):
    for ask in (client.get, client.post):
        answer = ask(reverse("account_reset_password"), {"email": person.email})
        assert answer.status_code == 503
        assert "No password can be chosen just now, and no link was sent." in answer.text
        assert "What you wrote" not in answer.text
    assert mailoutbox == []


@pytest.mark.django_db(transaction=True)
def test_nothing_else_of_an_account_is_written(client, person):
    """The control: the same tables, by other pages."""
    TOTP.activate(person, SECRET)
    client.force_login(person)
    before = everything()
    ways = {
        "mfa_generate_recovery_codes": {},
        "mfa_deactivate_totp": {},
        "account_change_password": {"oldpassword": PASSWORD},
        "account_signup": {"name": "Ada", "email": "a@b.example", "password1": PASSWORD},
        "set_language": {"language": "fr"},
    }
    sent = {name: client.post(reverse(name), given) for name, given in ways.items()}
    assert everything() == before
    assert {name for name, answer in sent.items() if answer.status_code != 503} <= {
        "account_signup"
    }
    assert Authenticator.objects.count() == 1
