"""A credential is told to be put together as W3C credentials 2.0 are only where it is."""

import json

import pytest

from standards.registry.verify.checking import checked
from tests.registry import forging

pytestmark = pytest.mark.django_db
HOW = "How it is put together"
V2 = "https://www.w3.org/ns/credentials/v2"
GOOD = {
    "all that may stand there": {
        "id": "urn:uuid:5f7b8c2e-6d0f-4a43-9f3e-0a9d3d7c1a11",
        "name": [{"@value": "Zeugnis", "@language": "de"}, {"@value": "Certificate"}],
        "description": "Of something.",
        "validFrom": "2026-01-01T00:00:00Z",
        "validUntil": "2030-01-01T00:00:00+02:00",
        "credentialSubject": [{"id": "did:example:a", "x": 1}, {"y": 2}],
        "credentialSchema": {"id": "https://example.org/schema", "type": "JsonSchema"},
        "evidence": [{"type": "Evidence"}],
        "termsOfUse": {"type": "Terms"},
        "refreshService": {"type": "Refresh"},
    },
    "no id": {},
}
BAD = {
    "a context that is no address": {"@context": [V2, "our words"]},
    "a context that is a number": {"@context": [V2, 2]},
    "an id that is no address": {"id": "not an address"},
    "an id that is no text": {"id": 7},
    "an id that is a part": {"id": {"x": 1}},
    "two ids": {"id": ["https://example.org/1", "https://example.org/2"]},
    "a type with a space": {"type": ["VerifiableCredential", "Two Words"]},
    "a type that is a number": {"type": ["VerifiableCredential", 3]},
    "an empty type": {"type": ["VerifiableCredential", ""]},
    "another type alone": {"type": ["Credential"]},
    "no subject": {"credentialSubject": {}},
    "a subject that is text": {"credentialSubject": "did:example:a"},
    "one of the subjects empty": {"credentialSubject": [{"x": 1}, {}]},
    "a subject’s id that is no address": {"credentialSubject": {"id": "nobody", "x": 1}},
    "a date without a zone": {"validFrom": "2026-01-01T00:00:00"},
    "a date without a time": {"validUntil": "2030-01-01Z"},
    "a date in words": {"validFrom": "1 January"},
    "an end before the beginning": {
        "validFrom": "2030-01-01T00:00:00Z",
        "validUntil": "2026-01-01T00:00:00Z",
    },
    "a schema without a type": {"credentialSchema": {"id": "https://example.org/schema"}},
    "a schema without an id": {"credentialSchema": {"type": "JsonSchema"}},
    "a schema that is text": {"credentialSchema": "https://example.org/schema"},
    "evidence without a type": {"evidence": [{"id": "https://example.org/1"}]},
    "evidence that is text": {"evidence": "a report"},
    "terms without a type": {"termsOfUse": {"id": "https://example.org/1"}},
    "a refresh service without a type": {"refreshService": {"id": "https://example.org/1"}},
    "a name that is a number": {"name": 7},
    "a name with more than its language": {"name": {"@value": "A", "@id": "x"}},
    "a description without a value": {"description": {"@language": "en"}},
    "a status without a type": {"credentialStatus": {"id": "https://example.org/1#2"}},
}


def verdict(changes, at):
    """Of one that the register signed, whatever it says."""
    us = forging.us()
    signed = us.signed(forging.plain(**{"issuer": us.issuer, **changes}))
    return checked(json.dumps(signed).encode(), at=at)


@pytest.mark.parametrize("name", GOOD)
def test_what_is_in_order_is_told_so(name, at):
    (check,) = [check for check in verdict(GOOD[name], at).checks if check.name == HOW]
    assert check.passed


@pytest.mark.parametrize("name", BAD)
def test_what_is_not_is_refused(name, at):
    answer = verdict(BAD[name], at)
    assert answer.state == "refused"
    assert not any(check.name == HOW and check.passed for check in answer.checks)


@pytest.mark.parametrize("issuer", ["nobody", "", {"name": "Nobody"}, {"id": "no address"}, 7])
def test_an_issuer_without_an_address_is_refused(issuer, at):
    answer = verdict({"issuer": issuer}, at)
    assert (answer.state, answer.checks[-1].name) == ("refused", HOW)
