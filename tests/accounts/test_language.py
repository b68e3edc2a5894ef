"""The language switch."""

import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db


def test_the_switch_also_sets_the_language_of_mails(client, stranger):
    client.force_login(stranger)
    client.post(reverse("set_language"), {"language": "fr"})
    stranger.refresh_from_db()
    assert stranger.language == "fr"


def test_an_unknown_language_changes_nothing(client, stranger):
    client.force_login(stranger)
    client.post(reverse("set_language"), {"language": "xx"})
    stranger.refresh_from_db()
    assert stranger.language == "en"
