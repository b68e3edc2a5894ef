"""The status lists: signed, short-lived, and true at the next look."""

import json
from datetime import timedelta

import pytest
from django.urls import reverse

from certcentre import keys
from standards.models import Credential
from standards.registry.credentials import bitstring, proof, store
from tests import make

pytestmark = pytest.mark.alike


@pytest.fixture(autouse=True)
def own_keys(settings, tmp_path):
    settings.DATA_DIR = tmp_path


kept = make.kept(make.certificate)


@pytest.fixture
def certificate(kept, db, at):
    made = kept()
    made.credential = Credential.objects.issue(made, at=at)
    return made


def listed(client, number):
    answer = client.get(reverse("status-list", args=[number]))
    found = json.loads(answer.content)
    assert proof.holds(found, found["proof"], keys.listed()[0].public)
    return found["credentialSubject"]


def bits(client, credential):
    """Withdrawn, suspended: as the two lists say now."""
    lists = [bitstring.decoded(listed(client, number)["encodedList"]) for number in (1, 2)]
    return tuple(bitstring.raised(found, credential.index) for found in lists)


def test_the_lists_say_what_they_are_for(client, certificate):
    assert listed(client, 1)["statusPurpose"] == "revocation"
    assert listed(client, 2)["statusPurpose"] == "suspension"
    assert len(bitstring.decoded(listed(client, 1)["encodedList"])) * 8 == 131_072


def test_suspending_reinstating_and_withdrawing_show_at_once(client, certificate, at):
    decider = {"by": certificate.body.second, "at": at, "reason": "Seen."}
    assert bits(client, certificate.credential) == (False, False)
    certificate.suspend(**decider)
    assert bits(client, certificate.credential) == (False, True)
    certificate.reinstate(**decider)
    assert bits(client, certificate.credential) == (False, False)
    certificate.withdraw(**decider)
    assert bits(client, certificate.credential) == (True, False)


def test_a_withdrawn_declaration_is_listed(client, certificate, at):
    declaration = certificate.engagement.declaration
    made = Credential.objects.issue(declaration, at=at)
    assert bits(client, made) == (False, False)
    signer = make.signer(declaration.release.solution.organisation)
    declaration.withdraw(by=signer, at=at, reason="Wrong.")
    assert bits(client, made) == (True, False)
    assert bits(client, certificate.credential) == (False, False)


def test_a_declaration_that_a_newer_one_replaced_is_listed(client, certificate, at):
    declaration = certificate.engagement.declaration
    made = Credential.objects.issue(declaration, at=at)
    make.declaration(declaration.release, at=at + timedelta(days=1))
    assert bits(client, made) == (True, False)


def test_the_same_state_gives_the_same_bytes_for_five_minutes(certificate, at):
    first = store.signed_list(1, at=at)
    assert store.signed_list(1, at=at + timedelta(minutes=4)) == first
    assert store.signed_list(1, at=at + timedelta(minutes=5)) != first


def test_a_list_is_short_lived(certificate, at):
    found = json.loads(store.signed_list(2, at=at))
    assert found["validFrom"] == "2026-11-24T09:00:00Z"
    assert found["validUntil"] == "2026-11-24T09:15:00Z"


def test_it_may_be_kept_if_it_is_asked_about(client, certificate, at):
    answer = client.get(reverse("status-list", args=[2]))
    address = reverse("status-list", args=[2])
    same = client.get(address, headers={"If-None-Match": answer["ETag"]})
    certificate.suspend(by=certificate.body.second, at=at, reason="Seen.")
    other = client.get(address, headers={"If-None-Match": answer["ETag"]})
    assert answer["Cache-Control"] == "public, no-cache"
    assert (same.status_code, other.status_code) == (304, 200)


def test_places_are_at_random_and_never_given_twice(certificate, at):
    declared = Credential.objects.issue(certificate.engagement.declaration, at=at)
    assert declared.index != certificate.credential.index
    twin = Credential(number="CC-2026-999999", certificate=None, declaration=None)
    assert ["block", "index"] in [
        list(c.fields) for c in twin._meta.constraints if hasattr(c, "fields")
    ]


@pytest.mark.parametrize("number", [0, 3, 4, 10**9])
def test_there_are_two_lists(client, certificate, number):
    assert client.get(reverse("status-list", args=[number])).status_code == 404


def test_a_list_costs_the_same_at_any_size(certificate, django_assert_num_queries, at):
    store.signed_list(1, at=at)
    with django_assert_num_queries(2):
        assert store.signed_list(1, at=at)


@pytest.mark.parametrize("index", [0, 7, 8, 131_071])
def test_the_first_bit_is_the_left_most(index):
    found = bitstring.decoded(bitstring.encoded([index]))
    assert found[index // 8] == 0x80 >> index % 8
    assert sum(found) == 0x80 >> index % 8


@pytest.mark.parametrize(
    "value", ["042", "4.2", "-1", "", " 4", "4\n", "٤", 4, None, "1e3", "1" * 11]
)
def test_only_a_plain_decimal_is_an_index(value):
    assert bitstring.index_of(value) is None


def test_an_index_is_read_as_it_stands():
    assert bitstring.index_of("0") == 0
    assert bitstring.index_of("94567") == 94567
