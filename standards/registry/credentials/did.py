"""Who an issuer is: `did:web` on a portal's own domain, and `did:key`. Pure."""

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from certcentre import keys
from certcentre.keys import Key
from standards.registry.credentials.proof import from_base64

CONTEXT = ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"]
HOST = re.compile(r"(?=.{1,253}\Z)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,62}")
SEGMENT = re.compile(r"[A-Za-z0-9._~-]{1,100}")
MULTIKEYS = ("Multikey", "Ed25519VerificationKey2020")
JWKS = ("JsonWebKey", "JsonWebKey2020")


def of_portal(base: str) -> str:
    """`https://portal.example:8443` → `did:web:portal.example%3A8443`."""
    return "did:web:" + quote(urlsplit(base).netloc.lower(), safe="")


def method(did: str, key: Key) -> str:
    """The DID URL of a key."""
    return f"{did}#{key.id}"


def document(did: str, listed: Iterable[Key]) -> dict[str, Any]:
    """The portal's own: every key whose signatures count, the retired ones too."""
    counting = [key for key in listed if not key.compromised]
    return {
        "@context": CONTEXT,
        "id": did,
        "verificationMethod": [
            {
                "id": method(did, key),
                "type": "Multikey",
                "controller": did,
                "publicKeyMultibase": key.multikey,
            }
            for key in counting
        ],
        "assertionMethod": [method(did, key) for key in counting],
    }


def address(did: str) -> tuple[str, int, str]:
    """Host, port and path of a `did:web` document. ValueError for what names no public place."""
    parts = did.split(":")
    if parts[:2] != ["did", "web"] or len(parts) < 3:
        raise ValueError("not did:web")
    host, _colon, number = unquote(parts[2]).lower().partition(":")
    if not HOST.fullmatch(host) or (number and not re.fullmatch(r"[0-9]{1,5}", number)):
        raise ValueError("not the name of a public place")
    port = int(number or 443)
    if port != 443 and not 1024 <= port <= 65535:
        raise ValueError("not a port for documents")
    segments = parts[3:]
    if any(not SEGMENT.fullmatch(segment) or set(segment) == {"."} for segment in segments):
        raise ValueError("not a path")
    return host, port, f"/{'/'.join(segments) or '.well-known'}/did.json"


def key_in(document: object, did: str, wanted: str) -> bytes | None:
    """The Ed25519 key that `wanted` names, if the document lists it for making statements."""
    if not isinstance(document, dict) or document.get("id") != did:
        return None
    stated = document.get("assertionMethod")
    methods = document.get("verificationMethod")
    if not isinstance(stated, list):
        return None
    for method in stated:
        if isinstance(method, dict) and full(method.get("id"), did) == wanted:
            return public_of(method, did)
        if isinstance(method, str) and full(method, did) == wanted and isinstance(methods, list):
            return next((public_of(m, did) for m in methods if names(m, did, wanted)), None)
    return None


def names(entry: object, did: str, wanted: str) -> bool:
    return isinstance(entry, dict) and full(entry.get("id"), did) == wanted


def full(id: object, did: str) -> str:
    """A DID URL, also where the document says only `#key`."""
    text = id if isinstance(id, str) else ""
    return did + text if text.startswith("#") else text


def public_of(entry: dict[str, Any], did: str) -> bytes | None:
    """The 32 bytes of an Ed25519 key in a verification method of this controller."""
    if entry.get("controller") != did:
        return None
    try:
        if entry.get("type") in MULTIKEYS:
            return keys.from_multikey(str(entry.get("publicKeyMultibase")))
        jwk = entry.get("publicKeyJwk")
        if entry.get("type") in JWKS and isinstance(jwk, dict) and "d" not in jwk:
            ed25519 = (jwk.get("kty"), jwk.get("crv")) == ("OKP", "Ed25519")
            return from_base64(str(jwk.get("x"))) if ed25519 else None
    except ValueError:
        return None
    return None


def key_of_did_key(did: str, wanted: str) -> bytes | None:
    """The key that a `did:key` is. It says nothing about who holds it."""
    multikey = did.removeprefix("did:key:")
    if wanted != f"{did}#{multikey}":
        return None
    try:
        return keys.from_multikey(multikey)
    except ValueError:
        return None
