"""Credentials as a forger would make them, some with a key of ours, some with one of their own."""

import copy
import json

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from certcentre import keys
from certcentre.keys import Purpose
from standards.registry.credentials import did, proof
from standards.registry.credentials.store import place
from tests.make.moment import AT


class Signer:
    """An issuer with a key: `signed(document)` and `token(payload)`."""

    def __init__(self, issuer, sign, method):
        self.issuer, self.sign, self.method = issuer, sign, method

    def signed(self, document, at=AT, **options):
        """With a proof by this key; `options` replace what the proof says, before signing."""
        context = document.get("@context")
        said = {
            "type": "DataIntegrityProof",
            "cryptosuite": proof.SUITE,
            "created": proof.stamp(at),
            "verificationMethod": self.method,
            "proofPurpose": "assertionMethod",
            **({"@context": context} if context is not None else {}),
            **options,
        }
        value = self.sign(proof.to_sign(document, said))
        return {**document, "proof": {**said, "proofValue": keys.base58.encode(value)}}

    def token(self, payload, **header):
        said = {"alg": "EdDSA", "typ": "vc+jwt", "cty": "vc", "kid": self.method, **header}
        said = {name: value for name, value in said.items() if value is not None}
        parts = [proof.to_base64(json.dumps(one).encode()) for one in (said, payload)]
        start = ".".join(parts)
        return f"{start}.{proof.to_base64(self.sign(start.encode()))}"


def us():
    """The register itself, with its own key."""
    key, here = keys.active(Purpose.CREDENTIALS), place().did
    return Signer(here, key.sign, did.method(here, key))


def other(issuer="did:web:other.example"):
    """Somebody else, with the DID document that their domain would serve."""
    private = Ed25519PrivateKey.generate()
    made = Signer(issuer, private.sign, f"{issuer}#k1")
    made.public = private.public_key().public_bytes_raw()
    made.document = {
        "@context": did.CONTEXT,
        "id": issuer,
        "verificationMethod": [
            {
                "id": f"{issuer}#k1",
                "type": "Multikey",
                "controller": issuer,
                "publicKeyMultibase": keys.to_multikey(made.public),
            }
        ],
        "assertionMethod": [f"{issuer}#k1"],
    }
    return made


def plain(issuer, **changes):
    """A small sound credential, not signed."""
    document = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "id": "https://other.example/credentials/1",
        "type": ["VerifiableCredential"],
        "issuer": issuer,
        "name": "Example credential",
        "validFrom": "2026-11-01T00:00:00Z",
        "validUntil": "2027-11-01T00:00:00Z",
        "credentialSubject": {"id": "urn:uuid:1"},
        **changes,
    }
    return {name: value for name, value in document.items() if value is not None}


def without_proof(document):
    return {name: copy.deepcopy(value) for name, value in document.items() if name != "proof"}
