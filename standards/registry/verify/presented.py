"""What somebody holds out: JSON with its proof inside, or a token around it. Pure."""

import re
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from standards.registry.credentials import proof, strict_json
from standards.registry.verify.verdicts import Refused, State

TOKEN = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*")
DATA = "data:application/vc+jwt,"
ALGORITHMS = ("EdDSA", "Ed25519")
MOST = 1024 * 1024


@dataclass(frozen=True)
class Presented:
    """A credential and how it is signed: `options` is its proof, or the header of its token."""

    document: dict[str, Any]
    options: dict[str, Any]
    token: str = ""

    @property
    def method(self) -> str:
        """The DID URL of the key that is said to have signed."""
        option = self.options.get("kid" if self.token else "verificationMethod")
        return option if isinstance(option, str) else ""

    def holds(self, public: bytes) -> bool:
        if self.token:
            return proof.token_holds(self.token, public)
        return proof.holds(self.document, self.options, public)


def form() -> str:
    return gettext("How it is signed")


def presented(text: str) -> Presented:
    """Read a paste. Refused says what it is not."""
    text = text.strip().removeprefix("\ufeff")
    if TOKEN.fullmatch(text[:MOST]) and len(text) <= MOST:
        return from_token(text)
    return from_json(text)


def from_json(text: str) -> Presented:
    document = read(text)
    if not isinstance(document, dict):
        raise unreadable(gettext("It is JSON, but not a credential."))
    kinds = as_list(document.get("type"))
    wrapped = document.get("id")
    if "EnvelopedVerifiableCredential" in kinds and isinstance(wrapped, str):
        token = wrapped.removeprefix(DATA)
        if token == wrapped or not TOKEN.fullmatch(token):
            raise unreadable(gettext("It wraps something that is not a signed token."))
        return from_token(token)
    if "VerifiablePresentation" in kinds:
        raise unreadable(gettext("It is a presentation. Paste the credential inside it."))
    return Presented(document, only_proof(document.get("proof")))


def only_proof(stated: object) -> dict[str, Any]:
    """Its one proof, of the one kind that is read here."""
    if isinstance(stated, list) and len(stated) == 1:
        stated = stated[0]
    if isinstance(stated, list) and stated:
        raise Refused(form(), gettext("It carries several signatures; we read one."))
    if not isinstance(stated, dict) or not stated:
        raise Refused(form(), gettext("It carries no signature."))
    if stated.get("type") != "DataIntegrityProof" or stated.get("cryptosuite") != proof.SUITE:
        words = gettext("It is signed in another way than %(suite)s.")
        raise Refused(form(), words % {"suite": proof.SUITE})
    if stated.get("proofPurpose") != "assertionMethod":
        raise Refused(form(), gettext("It is signed for another purpose than to state something."))
    if "previousProof" in stated:
        raise Refused(form(), gettext("Its signature rests on another one; we read one alone."))
    return stated


def from_token(token: str) -> Presented:
    try:
        header, payload = (read(part.decode()) for part in proof.parts_of(token))
    except ValueError as error:
        raise unreadable(gettext("It looks like a token, but cannot be read.")) from error
    if not isinstance(header, dict) or not isinstance(payload, dict):
        raise unreadable(gettext("It looks like a token, but cannot be read."))
    if header.get("alg") not in ALGORITHMS:
        raise Refused(form(), gettext("Its token is not signed with Ed25519."))
    if str(header.get("typ", "")).lower() not in ("vc+jwt", "application/vc+jwt"):
        raise Refused(form(), gettext("Its token does not say that it is a credential (vc+jwt)."))
    if "crit" in header or "b64" in header:
        raise Refused(form(), gettext("Its token asks for rules that we do not know."))
    if "vc" in payload or "proof" in payload:
        raise Refused(form(), gettext("Its token holds a credential of an older form."))
    return Presented(payload, header, token)


def read(text: str) -> Any:
    try:
        return strict_json.read(text)
    except strict_json.Unreadable as error:
        raise unreadable(str(error)) from error


def unreadable(words: str) -> Refused:
    return Refused(gettext("What it is"), words, State.UNREADABLE)


def as_list(value: object) -> list[Any]:
    return value if isinstance(value, list) else [value]
