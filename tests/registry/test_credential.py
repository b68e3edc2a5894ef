"""The credential of a certificate and of a declaration: built once, stored, for anybody."""

import json
import re
import threading
from datetime import timedelta

import jsonschema
import pytest
from django.db import connections
from django.urls import reverse

from certcentre import keys
from certcentre.desk.timers import tick
from standards.models import Certificate, Credential
from standards.registry.credentials import proof, store
from standards.registry.credentials.store import waiting
from tests import make
from tests.shared import sample

pytestmark = pytest.mark.alike


@pytest.fixture(autouse=True)
def own_keys(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    settings.BASE_URL = "https://register.example"


@pytest.fixture
def certificate(db):
    return make.certificate()


def got(client, path):
    answer = client.get(path)
    assert answer.status_code == 200, path
    return json.loads(answer.content)


def fetched(client, certificate):
    return got(client, reverse("credential", args=[certificate.number]))


def test_a_certificate_is_a_third_partys_attestation(client, certificate):
    found = fetched(client, certificate)
    subject = found["credentialSubject"]
    assert found["id"] == f"https://register.example/credentials/{certificate.number}.json"
    assert found["issuer"]["id"] == "did:web:register.example"
    assert found["validUntil"] == proof.stamp(certificate.valid_until)
    assert (subject["assessorLevel"], subject["attestationType"]) == ("3rdParty", "certification")
    assert subject["registerStatement"]["decision"]["by"]["name"] == certificate.body.name
    assert subject["registerStatement"]["scope"]["covered"] == "3"
    assert [one["conformance"] for one in subject["conformityAssessment"]] == [True] * 3


def test_a_part_is_a_verification_with_its_exclusions(client, db):
    three = make.criteria(3)
    part = make.certificate(declaration=make.declaration(criteria=three), criteria=three[:2])
    subject = fetched(client, part)["credentialSubject"]
    assert subject["attestationType"] == "verification"
    assert subject["registerStatement"]["kind"] == "verification"
    left = subject["registerStatement"]["exclusions"]
    assert [(one["name"][:3], one["reason"]) for one in left] == [("1.3", "not_in_scope")]


def test_criteria_lead_to_their_pages(client, certificate):
    one = fetched(client, certificate)["credentialSubject"]["conformityAssessment"][0]
    criterion = certificate.edition.criteria.order_by("position").first()
    address = f"https://register.example{criterion.get_absolute_url()}"
    assert one["assessmentCriteria"][0]["id"] == address


def test_a_declaration_is_the_providers_own_word(client, certificate):
    declaration = certificate.engagement.declaration
    found = got(client, reverse("declaration-credential", args=[declaration.number]))
    subject = found["credentialSubject"]
    assert (subject["assessorLevel"], subject["assessmentLevel"]) == ("self", "scheme-self")
    assert subject["attestationType"] == "declaration"
    said = re.sub(r'"conformityCertificate"', "", json.dumps(found)).lower()
    assert "certificate" not in said
    assert "certification" not in said


def test_evidence_is_named_by_digest_alone(client, provider, at):
    draft = make.assessment(organisation=provider)
    piece = make.evidence(provider)
    for answer in draft.answers.all():
        answer.give(value="met", by=provider.person, at=at, revision=answer.revision)
    first = draft.answers.order_by("pk").first()
    make.attach(first, piece)
    made = make.certificate(declaration=make.declare(draft))
    found = fetched(client, made)["credentialSubject"]["conformityAssessment"][0]["evidence"]
    assert found[0]["linkName"] == piece.title
    assert found[0]["digestMultibase"].startswith("zQm")
    assert piece.link not in json.dumps(found)


def test_no_number_stands_in_a_credential(client, certificate):
    def numbers(value):
        if isinstance(value, dict | list):
            inner = value.values() if isinstance(value, dict) else value
            return any(numbers(one) for one in inner)
        return isinstance(value, int | float) and not isinstance(value, bool)

    assert not numbers(fetched(client, certificate))


def test_the_un_schema_accepts_it_once_the_index_is_rewritten(client, certificate):
    schema = json.loads(sample("untp/dcc.json").read_text())
    declaration = certificate.engagement.declaration
    for path in (
        reverse("credential", args=[certificate.number]),
        reverse("declaration-credential", args=[declaration.number]),
    ):
        found = got(client, path)
        first = found["credentialStatus"][0]  # the UN wants one entry, with a number
        found["credentialStatus"] = {**first, "statusListIndex": int(first["statusListIndex"])}
        checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
        jsonschema.Draft202012Validator(schema, format_checker=checker).validate(found)
        del found["credentialSubject"]["issuedToParty"]
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(found, schema)


def test_the_token_carries_the_same_payload(client, certificate):
    answer = client.get(reverse("credential-token", args=[certificate.number]))
    header, payload = (json.loads(part) for part in proof.parts_of(answer.content.decode()))
    bare = {k: v for k, v in fetched(client, certificate).items() if k != "proof"}
    assert answer["Content-Type"] == "application/vc+jwt"
    assert payload == bare
    key = keys.listed()[0]
    assert header == {
        "alg": "EdDSA",
        "cty": "vc",
        "kid": f"did:web:register.example#{key.id}",
        "typ": "vc+jwt",
    }
    assert proof.token_holds(answer.content.decode(), key.public)


def test_it_is_never_built_again(client, certificate, settings, at):
    first = client.get(reverse("credential", args=[certificate.number])).content
    keys.new(keys.Purpose.CREDENTIALS, at=at)
    settings.BASE_URL = "https://moved.example"
    assert client.get(reverse("credential", args=[certificate.number])).content == first


def test_what_the_log_contradicts_keeps_nobody_waiting(certificate, at, monkeypatch, caplog):
    monkeypatch.setattr(store, "AT_ONCE", 1)
    other = make.certificate()
    Certificate.objects.filter(pk=certificate.pk).update(facts={})
    store.issue_waiting(at=at)
    store.issue_waiting(at=at)
    assert set(Credential.objects.values_list("certificate", flat=True)) == {None, other.pk}
    assert f"{certificate.number} was put aside" in caplog.text


def test_each_is_tried_again_after_its_own_hour_whatever_fails_meanwhile(certificate, at):
    """One that fails later does not put off the first again, and the first does not free it."""
    later = make.certificate()
    facts = {kept.pk: kept.facts for kept in (certificate, later)}
    Certificate.objects.filter(pk=certificate.pk).update(facts={})
    store.issue_waiting(at=at)
    Credential.objects.filter(certificate=later).delete()
    Certificate.objects.filter(pk=later.pk).update(facts={})
    store.issue_waiting(at=at + timedelta(minutes=50))
    for pk, kept in facts.items():
        Certificate.objects.filter(pk=pk).update(facts=kept)
    store.issue_waiting(at=at + timedelta(minutes=61))
    assert Credential.objects.filter(certificate=certificate).exists()
    assert not Credential.objects.filter(certificate=later).exists()
    store.issue_waiting(at=at + timedelta(minutes=111))
    assert Credential.objects.filter(certificate=later).exists()


def test_a_timer_issues_what_is_concluded(certificate, at):
    assert len(waiting(at=at)) == 2
    tick(at=at)
    assert waiting(at=at) == []
    assert set(Credential.objects.values_list("number", flat=True)) == {
        certificate.number,
        certificate.engagement.declaration.number,
    }


def test_one_that_was_asked_for_before_has_not_changed(client, certificate):
    answer = client.get(reverse("credential", args=[certificate.number]))
    again = client.get(
        reverse("credential", args=[certificate.number]), headers={"If-None-Match": answer["ETag"]}
    )
    assert again.status_code == 304
    assert answer["Access-Control-Allow-Origin"] == "*"


def test_a_rotated_key_still_verifies_and_a_compromised_one_is_gone(client, certificate, at):
    found = fetched(client, certificate)
    key = keys.listed()[0]
    keys.retire(key.id, at=at)
    keys.new(keys.Purpose.CREDENTIALS, at=at)
    listed = got(client, reverse("did-document"))
    assert found["proof"]["verificationMethod"] in listed["assertionMethod"]
    keys.retire(key.id, at=at, compromised=True)
    listed = got(client, reverse("did-document"))
    assert found["proof"]["verificationMethod"] not in listed["assertionMethod"]


def test_the_log_key_signs_no_credentials(client, db):
    keys.active(keys.Purpose.LOG)
    listed = got(client, reverse("did-document"))
    assert len(listed["assertionMethod"]) == 1


def test_its_page_leads_to_what_a_program_needs(client, certificate):
    text = client.get(certificate.get_absolute_url()).content.decode()
    named = [("credential", certificate.number), ("credential-token", certificate.number)]
    addresses = [reverse(name, args=[number]) for name, number in named]
    assert all(f'href="{path}"' in text for path in [*addresses, reverse("did-document")])


def test_without_the_passphrase_it_says_so(client, certificate, settings):
    settings.KEYS_PASSPHRASE = "one"
    keys.active(keys.Purpose.CREDENTIALS)
    settings.KEYS_PASSPHRASE = "another"
    answer = client.get(reverse("credential", args=[certificate.number]))
    assert answer.status_code == 503
    assert not Credential.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_sixteen_at_once_get_the_same(at):
    certificate = make.certificate()
    barrier, made = threading.Barrier(16), []

    def ask():
        barrier.wait()
        found = Credential.objects.issue(Certificate.objects.get(pk=certificate.pk), at=at)
        made.append((found.pk, bytes(found.document)))
        connections.close_all()

    threads = [threading.Thread(target=ask) for _ in range(16)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert len(made) == 16
    assert len(set(made)) == Credential.objects.filter(certificate=certificate).count() == 1
