"""Whose key it is: ours from our own files, `did:key` from itself, `did:web` from its domain."""

import hashlib
from http import HTTPStatus
from typing import Any

from django.core.cache import cache
from django.utils.translation import gettext

from certcentre import keys
from certcentre.keys import Purpose
from certcentre.outside import Target, Unreachable, ask
from standards.registry.credentials import did, strict_json
from standards.registry.verify.verdicts import Refused

ACCEPTED = "application/did+json, application/did+ld+json, application/json"


def fetch(host: str, port: int, path: str, **options: Any) -> bytes:
    """The bytes at https://host:port/path. `Unreachable` says why there are none; `options` are
    those of `outside.ask`."""
    answer = ask(Target(host, port, path), headers={"Accept": ACCEPTED}, **options)
    if answer.status != HTTPStatus.OK:
        raise Unreachable(gettext("It has no such document."))
    return answer.body


KEPT = 300  # seconds that a foreign document is remembered


def key_of(issuer: str, method: str, *, ours: str) -> bytes:
    """The public key that `method` names, if the issuer lists it for making statements."""
    if not method.startswith(f"{issuer}#"):
        raise Refused(signer(), gettext("It is signed with a key that is not its issuer’s."))
    if issuer == ours:
        public = own_key(method)
    elif issuer.startswith("did:key:"):
        public = did.key_of_did_key(issuer, method)
    elif issuer.startswith("did:web:"):
        public = did.key_in(document(issuer), issuer, method)
    else:
        words = gettext("We can read issuers of the kinds did:web and did:key. This is neither.")
        raise Refused(signer(), words)
    if public is None:
        words = gettext("Its issuer does not list this key for making statements.")
        raise Refused(signer(), words)
    return public


def signer() -> str:
    return gettext("Who signed")


def own_key(method: str) -> bytes | None:
    """One of ours for credentials, the retired ones too; not one that somebody else may hold."""
    id = method.partition("#")[2]
    for key in keys.listed(Purpose.CREDENTIALS):
        if key.id == id:
            if key.compromised:
                raise Refused(signer(), gettext("This key of ours is no longer trusted."))
            return key.public
    return None


def remembered(issuer: str) -> str:
    """Under which name a foreign document is kept for a short while."""
    return f"did:{hashlib.sha256(issuer.encode()).hexdigest()}"


def document(issuer: str) -> object:
    """The `did:web` document of an issuer."""
    raw = cache.get(remembered(issuer))
    try:
        if raw is None:
            raw = fetch(*did.address(issuer))
            cache.set(remembered(issuer), raw, KEPT)
        return strict_json.read(raw)
    except Unreachable as error:
        reason = str(error)
    except ValueError:
        reason = gettext("Its name or its document is not well formed.")
    words = gettext("We could not read the keys of %(issuer)s. %(reason)s")
    raise Refused(signer(), words % {"issuer": issuer[:200], "reason": reason})
