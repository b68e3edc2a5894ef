"""The centre verifies an organisation."""

import pytest

from certcentre.lifecycle import IllegalMove, NotAllowed
from certcentre.log.models import LogEntry
from tests import make


def test_verify_says_how_by_whom_and_when(centre, at):
    company = make.organisation("provider", verified=False)
    company.verify(by=centre.officer, at=at, how="Register extract")
    company.refresh_from_db()
    assert (company.status, company.verified_how) == ("verified", "Register extract")
    assert LogEntry.objects.about(company).last().actor == centre.officer


def test_verify_twice_is_refused(centre, provider, at):
    with pytest.raises(IllegalMove):
        provider.verify(by=centre.officer, at=at, how="again")


def test_verify_by_own_manager_is_refused(provider, at):
    with pytest.raises(NotAllowed):
        provider.suspend(by=provider.person, at=at, reason="no")
