"""Signing up, signing in, and what belongs to it: in our look and our words."""

import re

import pytest
from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.account.utils import user_pk_to_url_str
from django.core.cache import cache
from django.urls import reverse

from certcentre.accounts.models import User
from tests import make

VISITOR = [
    "account_login",
    "account_signup",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key_done",
    "account_email_verification_sent",
    "account_inactive",
    "socialaccount_login_cancelled",
]
PERSON = [
    "account_logout",
    "account_email",
    "account_change_password",
    "account_reauthenticate",
    "mfa_index",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_list_webauthn",
    "socialaccount_connections",
]
PASSWORD = "a long enough secret"


@pytest.fixture(autouse=True)
def no_limit_from_earlier_runs():
    cache.clear()


@pytest.fixture
def person(db):
    return make.user(email="person@example.org", password=PASSWORD)


def is_ours(answer):
    """One heading, our frame, nothing left of the stock pages."""
    headings = len(re.findall("<h1", answer.text))
    framed = 'class="masthead"' in answer.text and "Menu:" not in answer.text
    return answer.status_code == 200 and headings == 1 and framed


@pytest.mark.parametrize("name", VISITOR)
def test_a_visitor_opens(name, client, db):
    assert is_ours(client.get(reverse(name)))


@pytest.mark.parametrize("name", PERSON)
def test_a_person_opens(name, client, person):
    client.login(email=person.email, password=PASSWORD)
    assert is_ours(client.get(reverse(name)))


def test_sign_in_asks_address_and_password(client, person):
    sent = {"login": person.email, "password": PASSWORD}
    answer = client.post(reverse("account_login"), sent)
    assert answer.url == reverse("work")


def test_a_wrong_password_is_said_above_the_form(client, person):
    sent = {"login": person.email, "password": "no"}
    answer = client.post(reverse("account_login"), sent)
    assert is_ours(answer)
    assert 'role="alert"' in answer.text.partition('<form class="form"')[0]


def test_sign_up_asks_name_address_and_password_twice(client, db, mailoutbox):
    sent = {"name": "Ada", "email": "ada@example.org", "password1": PASSWORD, "password2": PASSWORD}
    answer = client.post(reverse("account_signup"), sent)
    assert answer.url == reverse("account_email_verification_sent")
    assert User.objects.get(email="ada@example.org").name == "Ada"
    assert mailoutbox[0].subject == "Confirm your address"


def test_every_field_of_sign_up_has_a_label(client, db):
    text = client.get(reverse("account_signup")).text
    ids = re.findall(r'<input type="(?:text|email|password)"[^>]*\sid="(id_\w+)"', text)
    assert len(ids) == 4
    assert all(f'<label for="{one}"' in text for one in ids)


def test_an_address_is_confirmed_with_one_press(client, person):
    address = EmailAddress.objects.create(user=person, email="second@example.org")
    url = reverse("account_confirm_email", args=[EmailConfirmationHMAC(address).key])
    assert is_ours(client.get(url))
    client.post(url)
    address.refresh_from_db()
    assert address.verified


def test_an_old_confirmation_link_says_what_to_do(client, db):
    answer = client.get(reverse("account_confirm_email", args=["old"]))
    assert is_ours(answer)
    assert "no longer works" in answer.text


def test_a_forgotten_password_is_replaced_through_the_link(client, person):
    key = default_token_generator.make_token(person)
    url = reverse("account_reset_password_from_key", args=[user_pk_to_url_str(person), key])
    page = client.get(url, follow=True)
    assert is_ours(page)
    sent = {"password1": "another long secret", "password2": "another long secret"}
    client.post(page.request["PATH_INFO"], sent)
    assert client.login(email=person.email, password="another long secret")


def test_an_old_reset_link_says_what_to_do(client, db):
    answer = client.get(reverse("account_reset_password_from_key", args=["1", "old"]))
    assert is_ours(answer)
    assert "no longer works" in answer.text


def test_nobody_learns_whether_an_address_has_an_account(client, person, mailoutbox):
    known = client.post(reverse("account_reset_password"), {"email": person.email})
    other = client.post(reverse("account_reset_password"), {"email": "nobody@example.org"})
    assert known.url == other.url
    assert [mail.subject for mail in mailoutbox] == ["A new password", "A new password"]


def test_a_second_address_is_added(client, person):
    client.login(email=person.email, password=PASSWORD)
    sent = {"email": "other@example.org", "action_add": "1"}
    assert is_ours(client.post(reverse("account_email"), sent, follow=True))
    assert EmailAddress.objects.filter(user=person, email="other@example.org").exists()
