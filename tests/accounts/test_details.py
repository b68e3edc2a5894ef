"""Correcting what an organisation says of itself."""

import pytest
from django.urls import reverse

from certcentre.lifecycle import IllegalMove
from certcentre.log.models import LogEntry
from tests import make

pytestmark = pytest.mark.django_db


def test_before_verification_all_may_be_corrected(client):
    company = make.organisation(verified=False)
    client.force_login(company.person)
    given = {"name": "Example Renamed", "country": "FI", "register_number": "2"}
    client.post(reverse("organisation-details", args=[company.pk]), given)
    company.refresh_from_db()
    assert (company.name, company.country) == ("Example Renamed", "FI")


def test_after_it_only_website_and_size(client, provider, at):
    client.force_login(provider.person)
    page = client.get(reverse("organisation-details", args=[provider.pk]))
    assert list(page.context["form"].fields) == ["website", "size"]
    with pytest.raises(IllegalMove):
        provider.change_details(by=provider.person, at=at, name="Example Other")


def test_what_was_verified_meanwhile_stays(centre, at):
    company = make.organisation(verified=False)
    seen = type(company).objects.get(pk=company.pk)
    company.verify(by=centre.officer, at=at, how="Register")
    with pytest.raises(IllegalMove):
        seen.change_details(by=company.person, at=at, name="Example Swapped")


def test_the_log_says_which_details(provider, at):
    provider.change_details(by=provider.person, at=at, website="https://e.org", size="")
    assert b'"changed":["website"]' in bytes(LogEntry.objects.about(provider).last().body)
