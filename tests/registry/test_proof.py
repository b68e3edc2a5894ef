"""Signatures: byte for byte what the specification and another program make."""

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from certcentre import base58, keys
from standards.registry.credentials import proof
from tests.shared import sample

OURS = json.loads((Path(__file__).parent / "eddsa_vector.json").read_text())
W3C = "w3c/eddsa/TestVectors"


@pytest.fixture
def private():
    return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(OURS["seed"]))


@pytest.fixture
def signed(private):
    return proof.signed(
        OURS["document"],
        sign=private.sign,
        method=OURS["verificationMethod"],
        at=datetime.fromisoformat(OURS["created"]),
    )


def vector(name):
    return sample(f"{W3C}/eddsa-jcs-2022/{name}").read_text()


def test_our_vector_comes_out_as_another_program_made_it(signed):
    assert signed["proof"]["proofValue"] == OURS["proofValue"]
    assert signed["proof"]["@context"] == OURS["document"]["@context"]


def test_our_vector_verifies_with_its_key(signed):
    public = keys.from_multikey(OURS["publicKeyMultibase"])
    assert proof.holds(signed, signed["proof"], public)
    assert not proof.holds({**signed, "name": "Other"}, signed["proof"], public)
    assert not proof.holds(signed, {**signed["proof"], "created": "2026-11-25T09:00:00Z"}, public)


@pytest.mark.parametrize("value", ["", "z", "z1", None, 5, "u" + "A" * 86, "z" + "1" * 500])
def test_a_malformed_proof_value_is_simply_not_right(signed, value):
    public = keys.from_multikey(OURS["publicKeyMultibase"])
    assert not proof.holds(signed, {**signed["proof"], "proofValue": value}, public)


def test_w3c_hashes_come_out_byte_for_byte():
    document = json.loads(sample(f"{W3C}/unsigned.json").read_text())
    options = json.loads(vector("proofConfigJCS.json"))
    assert rfc8785.dumps(document).decode() == vector("canonDocJCS.txt")
    assert rfc8785.dumps(options).decode() == vector("proofCanonJCS.txt")
    assert hashlib.sha256(rfc8785.dumps(document)).hexdigest() == vector("docHashJCS.txt")
    assert hashlib.sha256(rfc8785.dumps(options)).hexdigest() == vector("proofHashJCS.txt")
    assert proof.to_sign(document, options).hex() == vector("combinedHashJCS.txt")


def test_w3c_signature_comes_out_byte_for_byte():
    pair = json.loads(sample(f"{W3C}/keyPair.json").read_text())
    seed = base58.decode(pair["privateKeyMultibase"]).removeprefix(b"\x80\x26")
    wanted = json.loads(vector("signedJCS.json"))
    made = proof.signed(
        json.loads(sample(f"{W3C}/unsigned.json").read_text()),
        sign=Ed25519PrivateKey.from_private_bytes(seed).sign,
        method=wanted["proof"]["verificationMethod"],
        at=datetime(2023, 2, 24, 23, 36, 38, tzinfo=UTC),
    )
    assert rfc8785.dumps(made) == rfc8785.dumps(wanted)
    assert made["proof"]["proofValue"] == vector("sigBTC58JCS.txt")


def test_a_token_holds_with_its_key_alone(private):
    public = private.public_key().public_bytes_raw()
    token = proof.enveloped(OURS["document"], sign=private.sign, method="did:web:a.example#1")
    header, payload = (json.loads(part) for part in proof.parts_of(token))
    assert header["typ"] == "vc+jwt"
    assert payload == OURS["document"]
    assert proof.token_holds(token, public)
    assert not proof.token_holds(token[:-1] + ("A" if token[-1] != "A" else "B"), public)
    assert not proof.token_holds(token, b"\0" * 32)


@pytest.mark.parametrize("text", ["a", "AB=", "A B", "AB", "é"])
def test_base64_has_one_reading(text):
    with pytest.raises(ValueError, match=r"base64|ascii|adding|characters"):
        proof.from_base64(text)
