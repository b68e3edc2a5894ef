"""Limits of signing in: they see the real visitor, and nobody keeps the true owner out."""

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core.cache import cache
from django.urls import reverse

from certcentre.accounts.models import User
from tests import make

PASSWORD = "a long enough secret"
PROXY = "10.0.0.2"
ATTACKER, OTHER = "198.51.100.1", "198.51.100.2"


@pytest.fixture(autouse=True)
def limits(settings):
    cache.clear()
    settings.TRUSTED_PROXIES = "1"


@pytest.fixture
def person(db):
    return make.user(email="person@example.org", password=PASSWORD)


def post(client, page, visitor=OTHER, **sent):
    """Through the proxy, from this visitor."""
    headers = {"X-Forwarded-For": visitor}
    return client.post(reverse(page), sent, headers=headers, REMOTE_ADDR=PROXY)


def sign_in(client, password=PASSWORD, visitor=OTHER, login="person@example.org"):
    return post(client, "account_login", visitor, login=login, password=password)


def guess(client, times=30):
    """Wrong passwords of one visitor, each for another account."""
    return [
        sign_in(client, "wrong", ATTACKER, f"person{number}@example.org") for number in range(times)
    ]


def test_thirty_wrong_passwords_do_not_stop_another_visitor(client, person):
    guess(client)
    assert sign_in(client).status_code == 302


def test_without_the_setting_they_do(client, person, settings):
    """The control: the proxy is taken for the visitor."""
    settings.TRUSTED_PROXIES = ""
    guess(client)
    assert sign_in(client).status_code != 302


def test_the_one_who_guesses_is_stopped_and_told_when_to_come_back(client, db):
    answers = guess(client, 40)
    assert answers[9].status_code == 200
    assert "Too many attempts were wrong." in answers[11].text
    assert answers[-1].status_code == 429
    assert answers[-1].headers["Retry-After"] == "60"
    assert "Wait a minute" in answers[-1].text


def test_one_account_is_guessed_five_times_from_however_many_places(client, person):
    for number in range(5):
        sign_in(client, "wrong", f"198.51.100.{number + 10}")
    assert "Too many attempts were wrong." in sign_in(client, PASSWORD, OTHER).text


def test_a_known_device_is_not_kept_out_by_others(client, person):
    sign_in(client)
    client.post(reverse("account_logout"))
    stranger = client.__class__()
    for number in range(8):
        sign_in(stranger, "wrong", f"198.51.100.{number + 10}")
    assert "Too many attempts were wrong." in sign_in(stranger, PASSWORD, OTHER).text
    assert sign_in(client).status_code == 302


def test_a_known_device_has_a_limit_of_its_own(client, person):
    sign_in(client)
    client.post(reverse("account_logout"))
    for number in range(5):
        sign_in(client, "wrong", f"198.51.100.{number + 10}")
    assert "Too many attempts were wrong." in sign_in(client).text


def test_a_forged_cookie_makes_no_device_known(client, person):
    client.cookies["known"] = f'["{person.pk}"]'
    stranger = client.__class__()
    for number in range(5):
        sign_in(stranger, "wrong", f"198.51.100.{number + 10}")
    assert "Too many attempts were wrong." in sign_in(client).text


@pytest.fixture
def hashed(monkeypatch):
    """How often a password was hashed: what takes the time of an answer."""
    times = []
    encode = MD5PasswordHasher.encode

    def counted(self, password, salt):
        times.append(salt)
        return encode(self, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", counted)
    return times


def sign_up(client, email):
    sent = {"name": "Ada", "email": email, "password1": PASSWORD, "password2": PASSWORD}
    return post(client, "account_signup", **sent)


WAYS = {
    "sign in": lambda client, email: sign_in(client, "wrong", login=email),
    "sign up": sign_up,
    "reset": lambda client, email: post(client, "account_reset_password", email=email),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_known_and_an_unknown_address_get_the_same_answer_in_the_same_time(
    way, client, person, hashed
):
    answers, times = [], []
    for email in (person.email, "nobody@example.org"):
        hashed.clear()
        answer = WAYS[way](client.__class__(), email)
        times.append(len(hashed))
        answers.append((answer.status_code, answer.headers.get("Location")))
    assert answers[0] == answers[1]
    assert times[0] == times[1]
    assert User.objects.filter(email=person.email).count() == 1
