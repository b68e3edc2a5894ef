"""What was issued keeps the names that it was issued with, and says how they are called now."""

import json
from datetime import timedelta

import pytest
from django.urls import reverse

from certcentre.accounts.models import Organisation
from standards.models import Credential
from standards.registry.credentials.paper import build
from standards.registry.verify.checking import checked
from standards.registry.verify.records import of_number
from tests import make

NEW = "Moonrise Tools"


@pytest.fixture
def certificate(db, at):
    return make.certificate()


def parties(certificate):
    return (
        Organisation.objects.get(pk=certificate.release.solution.organisation_id),
        Organisation.objects.get(pk=certificate.body_id),
    )


@pytest.mark.parametrize("place", [0, 1], ids=["the provider", "the body"])
def test_its_page_says_both_names(client, certificate, place):
    party = parties(certificate)[place]
    address = certificate.get_absolute_url()
    assert "Renamed since" not in client.get(address).text
    before = party.name
    make.renamed(party, NEW)
    page = client.get(address).text
    assert f"<bdi>{before}</bdi> is called <bdi>{NEW}</bdi> now" in page
    assert page.count("Renamed since") == 1
    assert f"{before}" in page.partition("Renamed since")[0], "as it was issued"


def test_its_page_takes_no_statement_more(client, certificate, django_assert_num_queries):
    address = certificate.get_absolute_url()
    client.get(address)
    with django_assert_num_queries(8):
        client.get(address)
    for number in range(3):
        for party in parties(certificate):
            make.renamed(party, f"{NEW} {number}")
    with django_assert_num_queries(8):
        assert f"{NEW} 2" in client.get(address).text


def test_credential_and_paper_are_those_of_before(certificate, at):
    provider, _body = parties(certificate)
    before = provider.name
    paper = build(certificate, "en", at=at)
    held = bytes(Credential.objects.issue(certificate, at=at).document)
    make.renamed(provider, NEW)
    certificate.refresh_from_db()
    assert build(certificate, "en", at=at) == paper
    assert bytes(Credential.objects.issue(certificate, at=at).document) == held
    assert before in held.decode()


def test_one_that_is_signed_after_the_renaming_names_what_was_examined(certificate, at):
    provider, _body = parties(certificate)
    make.renamed(provider, NEW)
    held = bytes(Credential.objects.issue(certificate, at=at).document)
    assert NEW not in held.decode()
    verdict = checked(held, at=at + timedelta(minutes=1))
    assert verdict.state == "valid"
    former = json.loads(held)["credentialSubject"]["issuedToParty"]["name"]
    assert verdict.notes == [f"{former} is called {NEW} now."]


def test_who_types_its_number_is_told_too(certificate, at):
    _provider, body = parties(certificate)
    before = body.name
    assert of_number(certificate.number, at=at).notes == []
    make.renamed(body, NEW)
    assert of_number(certificate.number, at=at).notes == [f"{before} is called {NEW} now."]
    make.renamed(body, before)
    assert of_number(certificate.number, at=at).notes == [], "it bears that name again"


def test_of_one_that_the_log_contradicts_nothing_more_is_said(certificate, at):
    facts = certificate.facts | {"provider": certificate.facts["provider"] | {"name": "Forged"}}
    type(certificate).objects.filter(pk=certificate.pk).update(facts=facts)
    verdict = of_number(certificate.number, at=at)
    assert (verdict.state, verdict.notes) == ("disagrees", [])


def test_the_api_has_the_names_of_today_and_as_issued(client, certificate):
    provider, body = parties(certificate)
    issued = {"provider": provider.name, "body": body.name}
    make.renamed(provider, NEW)
    shown = client.get(f"/api/v1/certificates/{certificate.number}/").json()
    assert (shown["provider"], shown["body"]) == (NEW, body.name)
    assert shown["as_issued"] == issued


def test_the_declaration_beneath_it_says_both(client, certificate):
    provider, _body = parties(certificate)
    declaration = certificate.engagement.declaration
    address = reverse("declaration", args=[declaration.number])
    client.force_login(Organisation.objects.get(kind="centre").memberships.first().user)
    assert "Renamed since" not in client.get(address).text
    before = provider.name
    make.renamed(provider, NEW)
    assert f"<bdi>{before}</bdi> is called <bdi>{NEW}</bdi> now" in client.get(address).text
