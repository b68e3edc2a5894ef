"""Signatures of credentials: `eddsa-jcs-2022` inside, or `application/vc+jwt` around. Pure.

W3C Data Integrity EdDSA Cryptosuites 1.0, section 3.3: proof options and document are made
canonical (RFC 8785) and hashed apart, **options first**; Ed25519 signs the 64 bytes.
JOSE: W3C VC-JOSE-COSE 1.0, section 3.1.1.
"""

import hashlib
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import rfc8785

from certcentre import base58, keys

SUITE = "eddsa-jcs-2022"
Document = dict[str, Any]
Sign = Callable[[bytes], bytes]


def stamp(moment: datetime) -> str:
    """`2026-11-24T09:00:00Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def signed(document: Document, *, sign: Sign, method: str, at: datetime) -> Document:
    """The document with its proof; `method` is the DID URL of the key that `sign` uses."""
    options: Document = {
        "type": "DataIntegrityProof",
        "cryptosuite": SUITE,
        "created": stamp(at),
        "verificationMethod": method,
        "proofPurpose": "assertionMethod",
    }
    if "@context" in document:
        options["@context"] = document["@context"]
    value = base58.encode(sign(to_sign(document, options)))
    return {**document, "proof": {**options, "proofValue": value}}


def to_sign(document: Document, options: Document) -> bytes:
    """The 64 bytes: the hash of the options, then that of the document without proof."""
    bare = {name: value for name, value in document.items() if name != "proof"}
    plain = {name: value for name, value in options.items() if name != "proofValue"}
    return b"".join(hashlib.sha256(rfc8785.dumps(part)).digest() for part in (plain, bare))


def holds(document: Document, proof: Document, public: bytes) -> bool:
    """Whether the proof is this key's over this document, as the document stands."""
    try:
        signature = base58.decode(str(proof.get("proofValue")))
        data = to_sign(document, proof)
    except (ValueError, rfc8785.CanonicalizationError):
        return False
    return keys.verifies(public, signature, data)


def enveloped(document: Document, *, sign: Sign, method: str) -> str:
    """The document without proof, as a compact token."""
    header = {"alg": "EdDSA", "cty": "vc", "kid": method, "typ": "vc+jwt"}
    bare = {name: value for name, value in document.items() if name != "proof"}
    start = f"{to_base64(rfc8785.dumps(header))}.{to_base64(rfc8785.dumps(bare))}"
    return f"{start}.{to_base64(sign(start.encode()))}"


def token_holds(token: str, public: bytes) -> bool:
    """Whether the third part of a compact token is this key's over the first two."""
    start, _dot, signature = token.rpartition(".")
    try:
        return keys.verifies(public, from_base64(signature), start.encode("ascii"))
    except ValueError:
        return False


def parts_of(token: str) -> tuple[bytes, bytes]:
    """Header and payload of a compact token. ValueError where it is none."""
    header, payload, _signature = token.split(".")
    return from_base64(header), from_base64(payload)


def to_base64(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def from_base64(text: str) -> bytes:
    """base64url without padding, and in one way only. ValueError for anything else."""
    data = urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
    if to_base64(data) != text:
        raise ValueError("not base64url")
    return data


def written(document: Document) -> bytes:
    """As it is kept and served: readable, and the same bytes each time."""
    return json.dumps(document, indent=2, ensure_ascii=False).encode() + b"\n"
