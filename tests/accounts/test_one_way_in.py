"""There is one way in: the portal's own sign-in."""

import pytest
from django.apps import apps
from django.urls import NoReverseMatch, reverse

from tests import make


def test_there_is_no_admin_site(client, db):
    boss = make.user(is_staff=True, is_superuser=True)
    client.force_login(boss)
    assert client.get("/admin/").status_code == 404
    assert not apps.is_installed("django.contrib.admin")
    with pytest.raises(NoReverseMatch):
        reverse("admin:login")
