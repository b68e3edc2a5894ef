"""The centre corrects country and number, when the business register says otherwise now."""

import pytest
from django.urls import reverse

from certcentre.lifecycle import IllegalMove, NotAllowed, NotReady
from certcentre.log.models import LogEntry
from tests import make

NOW = {"country": "KE", "register_number": "77-1"}


def correct(organisation, by, at, **details):
    organisation.correct(by=by, at=at, reason="Extract of today", **{**NOW, **details})


def test_an_officer_corrects_a_verified_number_with_a_reason(client, centre, provider):
    client.force_login(centre.officer)
    address = reverse("organisation-correct", args=[provider.pk])
    assert address in client.get(provider.get_absolute_url()).content.decode()
    assert f'value="{provider.register_number}"' in client.get(address).content.decode()
    assert client.post(address, {**NOW, "reason": ""}).status_code == 422
    assert client.post(address, {**NOW, "reason": "Extract of today"}).status_code == 302
    provider.refresh_from_db()
    assert (provider.register_number, provider.country) == ("77-1", "KE")
    logged = LogEntry.objects.about(provider).last()
    assert (logged.step, logged.reason) == ("organisation.corrected", "Extract of today")


def test_a_name_is_not_corrected(centre, provider, at):
    """It would be gone without a trace: test_rename.py."""
    with pytest.raises(TypeError):
        correct(provider, centre.officer, at, name="Other")


def test_a_manager_does_not_correct_what_was_verified(provider, at):
    with pytest.raises(NotAllowed):
        correct(provider, provider.person, at)


def test_what_was_never_verified_its_manager_corrects(centre, at):
    registered = make.organisation(verified=False)
    with pytest.raises(IllegalMove, match="its manager"):
        correct(registered, centre.officer, at)


def test_what_stays_the_same_is_no_correction(centre, provider, at):
    same = {name: getattr(provider, name) for name in NOW}
    with pytest.raises(NotReady, match="already"):
        correct(provider, centre.officer, at, **same)
