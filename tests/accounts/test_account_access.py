"""What the ways into an account must never let through."""

import re

import pytest
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import global_settings
from django.contrib.auth import authenticate
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.contrib.sessions.backends.db import SessionStore
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from certcentre import settings as ours
from certcentre.accounts.closing import close_account
from tests import make

PASSWORD = "a long enough secret"
NEW = "correct horse battery staple"


@pytest.fixture(autouse=True)
def quick(settings):
    cache.clear()
    settings.ACCOUNT_EMAIL_VERIFICATION = "optional"


@pytest.fixture
def person(db):
    return make.user(email="person@example.org", password=PASSWORD)


def signed_in(person):
    client = Client()
    client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
    return client


def is_in(client):
    return client.get(reverse("organisations")).status_code == 200


def change(client, current):
    sent = {"oldpassword": current, "password1": NEW, "password2": NEW}
    return client.post(reverse("account_change_password"), sent)


def test_the_current_password_is_asked_for(person):
    client = signed_in(person)
    change(client, "another long secret")
    assert authenticate(email=person.email, password=NEW) is None
    change(client, PASSWORD)
    assert authenticate(email=person.email, password=NEW) == person


def test_a_new_password_ends_the_other_sessions(person):
    here, elsewhere = signed_in(person), signed_in(person)
    change(here, PASSWORD)
    assert [is_in(client) for client in (here, elsewhere)] == [True, False]


def test_a_new_password_does_not_pass_by_the_second_step(person, client):
    TOTP.activate(person, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    key = f"{user_pk_to_url_str(person)}-{default_token_generator.make_token(person)}"
    uid, _dash, token = key.partition("-")
    page = client.get(reverse("account_reset_password_from_key", args=[uid, token]))
    client.post(page.url, {"password1": NEW, "password2": NEW})
    person.refresh_from_db()
    assert person.check_password(NEW)
    assert not is_in(client)
    sent = {"login": person.email, "password": NEW}
    answer = client.post(reverse("account_login"), sent, follow=True)
    assert answer.request["PATH_INFO"] == reverse("mfa_authenticate")
    assert not is_in(client)


def test_closing_ends_every_session(person):
    phone, desk = signed_in(person), signed_in(person)
    assert is_in(phone)
    close_account(person, at=timezone.now())
    assert not is_in(phone)
    assert not is_in(desk)


def test_signing_in_begins_a_new_session(person):
    client = Client()
    session = client.session  # as somebody may have planted it
    session["planted"] = True
    session.save()
    planted = session.session_key
    client.cookies["sessionid"] = planted
    client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
    key = client.cookies["sessionid"].value
    assert key != planted
    assert len(key) >= 32
    assert not SessionStore().exists(planted)


def test_every_page_offers_to_sign_out(person):
    client = signed_in(person)
    for name in ("home", "work", "organisations", "account-sessions", "help"):
        assert f'action="{reverse("account_logout")}"' in client.get(reverse(name)).text


def test_passwords_are_masked_and_left_to_the_browser(client, db):
    for name in ("account_login", "account_signup"):
        fields = re.findall(r'<input[^>]*name="password\w*"[^>]*>', client.get(reverse(name)).text)
        assert fields
        assert all('type="password"' in field for field in fields)
        assert all(re.search(r'autocomplete="(current|new)-password"', field) for field in fields)
        assert not any("onpaste" in field for field in fields)


def test_passwords_are_hashed_slowly():
    """As Django does it where nothing is set; the tests hash quickly."""
    assert not hasattr(ours, "PASSWORD_HASHERS")
    assert global_settings.PASSWORD_HASHERS[0].endswith(".PBKDF2PasswordHasher")
    assert PBKDF2PasswordHasher.iterations >= 600_000


def test_seeds_and_codes_are_drawn_by_chance_and_long(person):
    seeds = {generate_totp_secret() for _ in range(20)}
    assert len(seeds) == 20
    assert all(len(seed) >= 32 for seed in seeds)  # of 32 letters: 160 bits
    codes = RecoveryCodes.activate(person).get_unused_codes()
    assert len(set(codes)) == len(codes) == 10
    assert all(len(code) >= 8 for code in codes)
