"""Passwords are measured with the person's own words."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.urls import reverse

from certcentre.accounts.models import User
from tests import make

GOOD = ["correct horse battery staple", "zug-tasse-wolke-elf", "q7#Vt!m2Lx9@", "x" + "ŝĉ ĝ" * 40]


@pytest.mark.parametrize("password", GOOD[:3])
def test_taken(password, db):
    assert validate_password(password, make.user(name="Ada Lovelace")) is None


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("password1234", "many people use"),
        ("qwertzuiopü", "many people use"),
        ("asdfghjkl;'", "keyboard"),
        ("aaaaaaaaaaaaa", "again and again"),
        ("abcdefghijklm", "follow each other"),
        ("lovelace2026", "your name"),
        ("AdaLovelace!1", "your name"),
        ("ada.lovelace@example.org", "your name"),
        ("Readinghouse1", "organisation"),
        ("certification", "your name"),
        ("short1!", "10"),
    ],
)
def test_refused_and_told_why(password, why, db):
    person = make.user(name="Ada Lovelace", email="ada.lovelace@example.org")
    body = make.organisation("provider", name="Readinghouse OÜ")
    body.memberships.update(user=person)
    with pytest.raises(ValidationError) as refused:
        validate_password(password, person)
    assert any(why in said for said in refused.value.messages)


def test_the_same_words_are_fine_for_somebody_else(db):
    """The control: without the person's words it is hard enough."""
    assert validate_password("Zsuzsannakovacs77", None) is None
    with pytest.raises(ValidationError):
        validate_password("Zsuzsannakovacs77", make.user(name="Zsuzsanna Kovacs"))


def test_sign_up_knows_the_name(client, db):
    sent = {"name": "Zsuzsanna Kovacs", "email": "zk@example.org"}
    passwords = {"password1": "Zsuzsannakovacs77", "password2": "Zsuzsannakovacs77"}
    answer = client.post(reverse("account_signup"), sent | passwords)
    assert "It is made of your name" in answer.text
    assert "four words" in answer.text
    assert not User.objects.filter(email="zk@example.org").exists()


def test_a_long_one_is_measured_too(db):
    assert validate_password(GOOD[3] + "9" * 4000, None) is None
