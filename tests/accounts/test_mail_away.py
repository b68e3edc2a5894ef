"""Mail is away: what somebody did stands, and their mail leaves later, once."""

import socket
from datetime import timedelta

import pytest
from django.core import mail
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from certcentre.accounts.models import UnsentMail, User
from certcentre.accounts.outbox import LASTS, send_unsent
from tests import make

pytestmark = pytest.mark.django_db
LOCMEM = "django.core.mail.backends.locmem.EmailBackend"
WAITS = "leaves by itself as soon as it is back"


@pytest.fixture(autouse=True)
def no_limit_from_earlier_runs():
    cache.clear()


@pytest.fixture
def away(settings):
    """A port where nobody listens; gives what brings mail back."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        settings.EMAIL_HOST, settings.EMAIL_PORT = taken.getsockname()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    return lambda: setattr(settings, "EMAIL_BACKEND", LOCMEM)


def sign_up(client):
    given = {
        "name": "Ada Lovelace",
        "email": "ada@example.org",
        "password1": "a-long-and-odd-one-77",
        "password2": "a-long-and-odd-one-77",
    }
    return client.post(reverse("account_signup"), given, follow=True)


def test_signing_up_stands_and_the_mail_follows_once(client, away, settings):
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    page = sign_up(client)
    assert page.status_code == 200
    assert page.content.decode().count(WAITS) == 1
    assert "on its way" not in page.content.decode()
    assert "Your mail comes later" in page.content.decode()
    assert User.objects.filter(email="ada@example.org").exists()
    now = timezone.now()
    assert send_unsent(at=now) == 0  # still away
    away()
    assert send_unsent(at=now) == 0  # not yet its turn
    later = now + timedelta(minutes=9)
    assert (send_unsent(at=later), send_unsent(at=later)) == (1, 0)
    (sent,) = mail.outbox
    assert sent.to == ["ada@example.org"]
    assert "/accounts/confirm-email/" in sent.body
    assert not UnsentMail.objects.exists()


def test_a_server_that_takes_the_connection_and_says_nothing_is_away_too(client, away, settings):
    assert 0 < settings.EMAIL_TIMEOUT <= 10  # else a page would wait for as long as it is silent
    settings.EMAIL_TIMEOUT = 0.5
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.EMAIL_HOST, settings.EMAIL_PORT = silent.getsockname()
        page = sign_up(client)
        assert (page.status_code, UnsentMail.objects.count()) == (200, 1)
    away()
    assert send_unsent(at=timezone.now() + timedelta(minutes=9)) == 1
    assert len(mail.outbox) == 1


@pytest.mark.parametrize("known", [True, False])
def test_a_new_password_is_asked_for_alike_whoever_asks(client, away, known):
    person = make.user("known")
    address = person.email if known else "nobody@example.org"
    page = client.post(reverse("account_reset_password"), {"email": address}, follow=True)
    assert WAITS in page.content.decode()
    assert "on its way" not in page.content.decode()
    assert UnsentMail.objects.count() == 1


@pytest.mark.parametrize("name", ["account_reset_password_done", "account_email_verification_sent"])
def test_another_message_is_not_taken_for_mail_that_waits(client, name):
    client.force_login(make.user())
    client.post(reverse("account_logout"))  # its message is shown on the next page
    page = client.get(reverse(name)).text
    assert 'class="messages"' in page
    assert "Look into your mail" in page
    assert "Your mail comes later" not in page


def test_the_page_says_that_it_waits_for_as_long_as_it_does(client, away):
    asked = client.post(reverse("account_reset_password"), {"email": "nobody@example.org"})
    for _ in range(2):
        assert "Your mail comes later" in client.get(asked.url).text
    away()
    send_unsent(at=timezone.now() + timedelta(minutes=9))
    assert "Look into your mail" in client.get(asked.url).text


def test_what_waits_cannot_be_read_in_the_database(client, away):
    person = make.user("known")
    client.post(reverse("account_reset_password"), {"email": person.email})
    sealed = bytes(UnsentMail.objects.get().sealed)
    assert person.email.encode() not in sealed
    assert b"password" not in sealed


def test_nothing_is_said_to_wait_where_mail_works(client, settings):
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    page = sign_up(client).content.decode()
    assert WAITS not in page
    assert page.count("on its way") == 1
    assert len(mail.outbox) == 1
    assert not UnsentMail.objects.exists()


def test_of_two_processes_one_sends_it(client, away):
    client.post(reverse("account_reset_password"), {"email": "nobody@example.org"})
    waiting, now = UnsentMail.objects.get(), timezone.now()
    assert waiting.claim(at=now)
    assert not waiting.claim(at=now)
    away()
    assert send_unsent(at=now) == 0


def test_a_mail_whose_links_are_old_is_forgotten(client, away, caplog):
    client.post(reverse("account_reset_password"), {"email": "nobody@example.org"})
    away()
    assert send_unsent(at=timezone.now() + LASTS) == 0
    assert mail.outbox == []
    assert not UnsentMail.objects.exists()
    assert "never left" in caplog.text
