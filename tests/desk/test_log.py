"""The log's pages: what was done in words, from the bytes; one entry with its proof."""

import json
import re

import pytest
from django.urls import reverse

from certcentre.desk import addresses
from certcentre.log.models import LogEntry
from standards.assessment.steps import RELEASE_HELD
from tests import make
from tests.make.attestation import officer

pytestmark = pytest.mark.django_db


def text(answer):
    return " ".join(answer.content.decode().split())


@pytest.fixture
def certificate():
    return make.certificate()


def entry_of(certificate, client):
    return client.get(reverse("certificate-proof", args=[certificate.number]), follow=True)


def test_steps_stand_in_words_with_what_they_are_about(client, certificate):
    page = text(client.get("/log/"))
    assert "Certificate or verification issued" in page
    assert f'<a href="{certificate.get_absolute_url()}"' in page
    assert certificate.body.name in page


def test_private_steps_are_not_in_the_list(client, certificate):
    private = LogEntry.objects.filter(visibility="private").values_list("step", flat=True)
    page = text(client.get("/log/"))
    assert private
    assert not [step for step in private if step in page]


def test_it_is_shown_from_the_bytes(client, certificate):
    LogEntry.objects.about(certificate).update(reason="a changed column")
    assert "a changed column" not in text(entry_of(certificate, client))


def test_narrowed_by_kind(client, certificate):
    page = text(client.get("/log/?kind=certificates"))
    assert "issued" in page
    assert "Organisation verified" not in page
    assert "Organisation verified" in text(client.get("/log/?kind=organisations"))


@pytest.mark.parametrize("shape", ["{}", "  {}  "])
def test_narrowed_to_a_number(client, certificate, shape):
    page = text(client.get("/log/", {"about": shape.format(certificate.number.lower())}))
    assert f"Public steps of {certificate.number}" in page
    assert "Organisation verified" not in page


def test_narrowed_to_a_declaration(client, certificate):
    declaration = certificate.engagement.declaration
    page = text(client.get("/log/", {"about": declaration.number}))
    assert "Declaration made" in page
    assert addresses.of(declaration) in page


def test_a_number_that_is_not_there_is_said(client):
    assert "There is no public CC-2026-000999." in text(client.get("/log/?about=CC-2026-000999"))


def test_older_steps_are_a_page_further(client):
    make.log(90)
    page = client.get("/log/").content.decode()
    older = client.get("/log/?before=15").content.decode()
    assert "?before=15" in page
    assert 'href="/log/12/"' in older
    assert 'href="/log/15/"' not in older


def test_a_longer_list_takes_no_more_statements(client, django_assert_num_queries):
    for _ in range(2):
        make.organisation("provider")
    make.log(6)
    with django_assert_num_queries(5):
        client.get("/log/")
    for _ in range(4):
        make.organisation("provider")
    client.get("/log/")
    with django_assert_num_queries(5):
        assert client.get("/log/").status_code == 200


def test_an_entry_shows_its_proof_and_how_to_check_it(client, certificate):
    page = text(entry_of(certificate, client))
    entry = LogEntry.objects.about(certificate).get(step="certificate.issued")
    assert "How to check it without trusting us" in page
    assert entry.leaf.decode().replace('"', "&quot;") in page
    assert "127.0.0.1:8000/log" in page


def test_a_private_entry_shows_its_hash_alone(client):
    make.log(2)
    page = text(client.get("/log/1/"))
    entry = LogEntry.objects.get(leaf_index=1)
    assert entry.leaf.hex() in page
    assert "thing.done" not in page
    assert json.loads(entry.body)["reason"] not in page


def test_a_held_release_is_not_named(client, provider, at):
    release = make.release(organisation=provider)
    make.entries(1)
    LogEntry.objects.all().delete()
    release._move(RELEASE_HELD, "held", None, at, "")
    page = text(client.get("/log/"))
    assert "Release held for a decision by the centre" in page
    assert str(release) not in page


def test_neither_rule_nor_reason_of_a_hold_is_in_what_everybody_reads(client, at):
    """Bytes that stand in the tree are public for ever, so the why has an entry of its own."""
    held = make.declaration().release
    held.publish(["I04"], by=make.signer(held.solution.organisation), at=at)
    held.refuse(by=officer(), at=at, reason="Not before the audit")
    told = [*LogEntry.objects.filter(reason__in=["I04", "Not before the audit"])]
    assert [entry.visibility for entry in told] == ["private", "private"]
    pages = [client.get("/log/"), client.get("/api/v1/log/?page_size=500")]
    pages += [client.get(f"/log/{entry.leaf_index}/") for entry in LogEntry.objects.order_by("pk")]
    assert "Release refused by the centre" in pages[0].text
    for page in pages:
        assert page.status_code == 200
        assert "I04" not in page.text
        assert "Not before the audit" not in page.text


def test_the_certificate_page_links_its_proof(client, certificate):
    page = client.get(certificate.get_absolute_url()).content.decode()
    assert reverse("certificate-proof", args=[certificate.number]) in page


def test_the_keys_of_the_log_stand_in_a_file_for_programs(client, certificate):
    page, file = text(entry_of(certificate, client)), client.get("/log/keys")
    assert file["content-type"].startswith("text/plain")
    lines = file.content.decode().splitlines()
    assert lines
    assert all(line in page for line in lines)


def test_moments_for_machines_end_at_the_second(client, certificate):
    for page in (client.get("/"), client.get("/log/"), entry_of(certificate, client)):
        moments = re.findall(r'datetime="([^"]*)"', text(page))
        assert moments
        assert not [moment for moment in moments if "." in moment]
