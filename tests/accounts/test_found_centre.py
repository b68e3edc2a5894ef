"""Setting up the centre on a new installation."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from certcentre.accounts.models import Organisation, User

pytestmark = pytest.mark.django_db


def found(email="chief@example.org"):
    out = StringIO()
    call_command("found_centre", "Example Centre", email, country="ee", stdout=out)
    return out.getvalue()


def test_the_first_officer_chooses_a_password_at_the_address_shown(client):
    address = found().split()[-1]
    page = client.get(address.removeprefix("http://127.0.0.1:8000"), follow=True)
    assert page.context["form"].fields.keys() == {"password1", "password2"}
    assert User.objects.get().is_officer()


def test_the_centre_is_in_force():
    found()
    assert Organisation.objects.in_force().get().kind == "centre"


def test_there_is_one_centre():
    found()
    with pytest.raises(CommandError, match="already"):
        found("second@example.org")
    assert User.objects.count() == 1


def test_a_bad_address_is_refused():
    with pytest.raises(CommandError):
        found("nobody")
    assert not User.objects.exists()
