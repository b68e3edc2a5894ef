"""Declaring a tie to another organisation."""

import pytest
from django.urls import reverse

from certcentre.accounts.models import Interest

pytestmark = pytest.mark.django_db


def test_a_tie_is_declared(client, auditor, provider):
    client.force_login(auditor.person)
    given = {"other": provider.pk, "nature": "We own part of it"}
    client.post(reverse("interest-declare", args=[auditor.pk]), given)
    assert Interest.between(provider, auditor).exists()


def test_not_to_oneself(client, auditor):
    client.force_login(auditor.person)
    page = client.post(
        reverse("interest-declare", args=[auditor.pk]), {"other": auditor.pk, "nature": "us"}
    )
    assert "other" in page.context["form"].errors
    assert not Interest.objects.exists()
