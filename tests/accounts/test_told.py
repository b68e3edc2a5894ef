"""What is done with an account is told by mail, in the person's language, with links of ours."""

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.core.mail.backends.base import BaseEmailBackend
from django.urls import reverse

from tests import make

PASSWORD = "a long enough secret"
NEW = "correct horse battery staple"


class Away(BaseEmailBackend):
    """Nobody takes the mail."""

    def send_messages(self, messages):
        raise ConnectionRefusedError


@pytest.fixture(autouse=True)
def quick():
    cache.clear()


@pytest.fixture
def person(db):
    return make.user(email="person@example.org", password=PASSWORD)


@pytest.fixture
def signed_in(client, person):
    client.force_login(person)
    return client


def change(client):
    sent = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    return client.post(reverse("account_change_password"), sent)


def manage(client, action, email):
    return client.post(reverse("account_email"), {f"action_{action}": "1", "email": email})


def told(mailoutbox):
    return [(mail.subject, mail.to[0]) for mail in mailoutbox]


def test_a_new_password(signed_in, person, mailoutbox):
    change(signed_in)
    assert told(mailoutbox) == [("Your password was changed", person.email)]


def test_in_the_language_of_the_person(signed_in, person, mailoutbox):
    person.language = "fr"
    person.save()
    change(signed_in)
    assert "mot de passe" in mailoutbox[0].subject


def test_an_address_added(signed_in, person, mailoutbox):
    manage(signed_in, "add", "other@example.org")
    assert ("An address was added", person.email) in told(mailoutbox)


def test_another_address_in_use_is_told_at_both(signed_in, person, mailoutbox):
    EmailAddress.objects.create(user=person, email="other@example.org", verified=True)
    manage(signed_in, "primary", "other@example.org")
    said = told(mailoutbox)
    assert ("Your address was changed", "person@example.org") in said
    assert ("Your address was changed", "other@example.org") in said


def test_an_address_taken_away_is_told_at_both(signed_in, person, mailoutbox):
    EmailAddress.objects.create(user=person, email="other@example.org", verified=True)
    manage(signed_in, "remove", "other@example.org")
    assert sorted(told(mailoutbox)) == [
        ("An address was taken away", "other@example.org"),
        ("An address was taken away", "person@example.org"),
    ]


def test_the_deed_stands_while_mail_is_away(signed_in, person, settings):
    settings.EMAIL_BACKEND = f"{__name__}.Away"
    assert change(signed_in).status_code == 302
    person.refresh_from_db()
    assert person.check_password(NEW)


FORGED = "forged.example"
MAILS = {
    "reset": lambda client: ("account_reset_password", {"email": "person@example.org"}),
    "reset of nobody": lambda client: ("account_reset_password", {"email": "no@example.org"}),
    "sign up": lambda client: (
        "account_signup",
        {"name": "Ada", "email": "ada@example.org", "password1": NEW, "password2": NEW},
    ),
    "sign up again": lambda client: (
        "account_signup",
        {"name": "Ada", "email": "person@example.org", "password1": NEW, "password2": NEW},
    ),
}


def mailed(client, way, mailoutbox):
    """The mail that follows, asked for under a host that is not ours."""
    page, sent = MAILS[way](client)
    client.post(reverse(page), sent, headers={"Host": FORGED})
    return mailoutbox[-1].body


@pytest.mark.parametrize("way", MAILS)
def test_links_lead_to_the_portals_own_address(way, client, person, mailoutbox, settings):
    settings.ALLOWED_HOSTS, settings.BASE_URL = ["*"], "https://portal.example"
    body = mailed(client, way, mailoutbox)
    assert "https://portal.example/accounts/" in body
    assert FORGED not in body


def test_the_stock_adapter_believes_the_host(client, person, mailoutbox, settings):
    """The control."""
    settings.ALLOWED_HOSTS = ["*"]
    settings.ACCOUNT_ADAPTER = "allauth.account.adapter.DefaultAccountAdapter"
    assert FORGED in mailed(client, "reset", mailoutbox)
