"""Hostile credentials: about a hundred forgeries, each with the answer it must get."""

import gzip
import hmac
import json

from django.core.cache import cache

from certcentre import base58, keys
from standards.registry.credentials import proof
from standards.registry.verify import issuers
from tests.registry import forging

W3C = "https://www.w3.org/ns/credentials/v2"
EVIL = "https://evil.example/v1"


def status(index, **changes):
    return {
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": index,
        "statusListCredential": "https://register.example/credentials/status/1.json",
        **changes,
    }


def well_signed(**changes):
    """Signed by us over whatever it says: the signature alone must not be enough."""
    us = forging.us()
    return us.signed(forging.plain(**{"issuer": us.issuer, **changes}))


def listed(encoded):
    subject = {"type": "BitstringStatusList", "statusPurpose": "revocation", "encodedList": encoded}
    kinds = ["VerifiableCredential", "BitstringStatusListCredential"]
    return well_signed(type=kinds, credentialSubject=subject)


def bomb():
    """40 MB of nothing in 40 KB."""
    return "u" + proof.to_base64(gzip.compress(bytes(40 * 1024 * 1024), mtime=0))


def options(**changes):
    us = forging.us()
    return us.signed(forging.plain(us.issuer), **changes)


def after(change, **changes):
    made = well_signed(**changes)
    change(made)
    return made


def known():
    """Somebody whose DID document is in order."""
    other = forging.other()
    cache.set(issuers.remembered(other.issuer), json.dumps(other.document).encode())
    return other


def by_other(said=None, **changes):
    other = known()
    return other.signed(forging.plain(other.issuer, **changes), **said or {})


def by_method(method):
    us = forging.us()
    return forging.Signer(us.issuer, us.sign, method).signed(forging.plain(us.issuer))


def foreign(change):
    """By somebody whose DID document is not as it should be."""
    other = forging.other()
    change(other.document)
    cache.set(issuers.remembered(other.issuer), json.dumps(other.document).encode())
    return other.signed(forging.plain(other.issuer))


def only_to_sign_in(document):
    document["authentication"] = document.pop("assertionMethod")


def token(change=None, **header):
    us = forging.us()
    payload = forging.plain(us.issuer)
    if change:
        change(payload)
    return us.token(payload, **header)


def with_the_public_key():
    """HS256, keyed with what everybody knows."""
    us = forging.us()
    public = keys.active(keys.Purpose.CREDENTIALS).public
    sharing = forging.Signer(us.issuer, lambda data: hmac.digest(public, data, "sha256"), us.method)
    return sharing.token(forging.plain(us.issuer), alg="HS256")


def unsigned_token():
    start = token(alg="none").rpartition(".")[0]
    return f"{start}."


def twice(made):
    """A name said twice: the first reading is signed, the second is what another program takes."""
    return json.dumps(made)[:-1] + ', "name": "Another"}'


def rename(made, old, new):
    made[new] = made.pop(old)


def malleable(made):
    """The same signature with the group's order added: a lax verifier would take both."""
    order = 2**252 + 27742317777372353535851937790883648493
    raw = base58.decode(made["proof"]["proofValue"])
    half = int.from_bytes(raw[32:], "little") + order
    made["proof"]["proofValue"] = base58.encode(raw[:32] + half.to_bytes(32, "little"))


CASES = {
    # the signature
    "no proof": (lambda: after(lambda m: m.pop("proof")), "refused", "no signature"),
    "empty proof": (lambda: after(lambda m: m.update(proof={})), "refused", "no signature"),
    "proof is text": (lambda: after(lambda m: m.update(proof="z1")), "refused", "no signature"),
    "no list of proofs": (lambda: after(lambda m: m.update(proof=[])), "refused", "no signature"),
    "two proofs": (
        lambda: after(lambda m: m.update(proof=[m["proof"], m["proof"]])),
        "refused",
        "several signatures",
    ),
    "chained proof": (lambda: options(previousProof="urn:x"), "refused", "rests on another"),
    "wrong suite": (lambda: options(cryptosuite="eddsa-rdfc-2022"), "refused", "another way"),
    "suite renamed after signing": (
        lambda: after(lambda m: m["proof"].update(cryptosuite="ecdsa-jcs-2019")),
        "refused",
        "another way",
    ),
    "old proof type": (lambda: options(type="Ed25519Signature2020"), "refused", "another way"),
    "proof to sign in": (lambda: options(proofPurpose="authentication"), "refused", "purpose"),
    "no signature value": (
        lambda: after(lambda m: m["proof"].pop("proofValue")),
        "changed",
        "does not fit",
    ),
    "signature cut short": (
        lambda: after(lambda m: m["proof"].update(proofValue=m["proof"]["proofValue"][:-4])),
        "changed",
        "does not fit",
    ),
    "signature of zeros": (
        lambda: after(lambda m: m["proof"].update(proofValue=base58.encode(bytes(64)))),
        "changed",
        "does not fit",
    ),
    "malleable signature": (lambda: after(malleable), "changed", "does not fit"),
    "created later than signed": (
        lambda: after(lambda m: m["proof"].update(created="2026-11-25T09:00:00Z")),
        "changed",
        "does not fit",
    ),
    "dated in the future": (
        lambda: options(created="2027-01-01T00:00:00Z"),
        "not_yet_valid",
        "future",
    ),
    "proof has run out": (lambda: by_other({"expires": "2026-11-01T00:00:00Z"}), "expired", "over"),
    # what was signed
    "value changed": (lambda: after(lambda m: m.update(name="Other")), "changed", "does not fit"),
    "name changed": (
        lambda: after(lambda m: rename(m, "name", "title")),
        "changed",
        "does not fit",
    ),
    "value added": (lambda: after(lambda m: m.update(extra="x")), "changed", "does not fit"),
    "context appended": (
        lambda: after(lambda m: m.update({"@context": [*m["@context"], EVIL]})),
        "changed",
        "not those that were signed",
    ),
    "context prepended": (
        lambda: after(lambda m: m.update({"@context": [EVIL, *m["@context"]]})),
        "refused",
        "first context",
    ),
    "context slipped in": (
        lambda: after(lambda m: m.update({"@context": [W3C, {"name": EVIL}]})),
        "changed",
        "not those that were signed",
    ),
    "contexts of the proof changed": (
        lambda: after(lambda m: m["proof"].update({"@context": [W3C, EVIL]})),
        "changed",
        "not those that were signed",
    ),
    "no context": (lambda: well_signed(**{"@context": None}), "refused", "first context"),
    "context of version 1": (
        lambda: well_signed(**{"@context": ["https://www.w3.org/2018/credentials/v1"]}),
        "refused",
        "first context",
    ),
    "context is text": (lambda: well_signed(**{"@context": W3C}), "refused", "first context"),
    "contexts of numbers": (lambda: well_signed(**{"@context": [W3C, 1]}), "refused", "contexts"),
    # who signed
    "key not listed": (
        lambda: by_method("did:web:register.example#0000000000000000"),
        "refused",
        "does not list",
    ),
    "key of somebody else": (lambda: by_method("did:web:evil.example#k1"), "refused", "issuer’s"),
    "key is an address": (lambda: by_method("https://evil.example/key"), "refused", "issuer’s"),
    "key is no text": (lambda: options(verificationMethod=["x"]), "refused", "issuer’s"),
    "key for signing in only": (lambda: foreign(only_to_sign_in), "refused", "does not list"),
    "key of another controller": (
        lambda: foreign(
            lambda d: d["verificationMethod"][0].update(controller="did:web:x.example")
        ),
        "refused",
        "does not list",
    ),
    "key of another kind": (
        lambda: foreign(lambda d: d["verificationMethod"][0].update(publicKeyMultibase="zDnae")),
        "refused",
        "does not list",
    ),
    "document of somebody else": (
        lambda: foreign(lambda d: d.update(id="did:web:x.example")),
        "refused",
        "does not list",
    ),
    "log key": (
        lambda: by_method(f"did:web:register.example#{keys.active(keys.Purpose.LOG).id}"),
        "refused",
        "does not list",
    ),
    "no issuer": (lambda: well_signed(issuer=None), "refused", "who issued"),
    "issuer is a list": (
        lambda: well_signed(issuer=["did:web:a.example"]),
        "refused",
        "who issued",
    ),
    "issuer of another kind": (
        lambda: forging.Signer("did:ion:x", forging.us().sign, "did:ion:x#1").signed(
            forging.plain("did:ion:x")
        ),
        "refused",
        "did:web and did:key",
    ),
    **{
        f"issuer at {host}": (
            lambda issuer=f"did:web:{host}": forging.other(issuer).signed(forging.plain(issuer)),
            "refused",
            "could not read the keys",
        )
        for host in (
            "127.0.0.1",
            "localhost",
            "169.254.169.254",
            "10.0.0.1",
            "%5B%3A%3A1%5D",
            "127.0.0.1.nip.example%3A22",
            "a.example%2F..%2F..",
            "a.example:..:..",
            "user%40a.example",
            "x" * 300 + ".example",
        )
    },
    # dates
    "expired": (lambda: by_other(validUntil="2026-11-24T08:59:59Z"), "expired", ""),
    "not yet valid": (lambda: well_signed(validFrom="2026-11-24T09:00:01Z"), "not_yet_valid", ""),
    "date without a zone": (
        lambda: well_signed(validUntil="2027-01-01T00:00:00"),
        "refused",
        "zone",
    ),
    "date that is none": (lambda: well_signed(validUntil="soon"), "refused", "cannot be read"),
    "date that is a number": (lambda: well_signed(validUntil=4102444800), "refused", "cannot be"),
    # status
    **{
        f"index {index!r}": (
            lambda index=index: well_signed(credentialStatus=status(index)),
            "refused",
            words,
        )
        for index, words in (
            ("042", "plain number"),
            ("4.2", "plain number"),
            ("-1", "plain number"),
            (42, "plain number"),
            ("٤٢", "plain number"),
            (None, "plain number"),
            ("999999999", "beyond the end"),
        )
    },
    "status of another kind": (
        lambda: well_signed(credentialStatus=status("1", type="StatusList2021Entry")),
        "refused",
        "form that we do not read",
    ),
    "status for another purpose": (
        lambda: well_signed(credentialStatus=status("1", statusPurpose="message")),
        "refused",
        "neither",
    ),
    "status list from a file": (
        lambda: well_signed(credentialStatus=status("1", statusListCredential="file:///etc/x")),
        "refused",
        "where its status list is",
    ),
    "gzip bomb in a list": (lambda: listed(bomb()), "refused", "too large"),
    "list that is no gzip": (lambda: listed("uAAAA"), "refused", "cannot be opened"),
    "list without its letter": (lambda: listed("H4sI"), "refused", "cannot be opened"),
    "list that is too short": (
        lambda: listed("u" + proof.to_base64(gzip.compress(b"12"))),
        "refused",
        "cannot be opened",
    ),
    # what it is
    "no type": (lambda: well_signed(type=[]), "refused", "that it is a credential"),
    "about nothing": (lambda: well_signed(credentialSubject={}), "refused", "about nothing"),
    "subject is text": (lambda: well_signed(credentialSubject="me"), "refused", "about nothing"),
    "presentation": (
        lambda: well_signed(type=["VerifiablePresentation"]),
        "unreadable",
        "presentation",
    ),
    "signed by us and never issued": (lambda: well_signed(), "not_issued", "not among"),
    # tokens
    "algorithm none": (unsigned_token, "refused", "Ed25519"),
    "HS256 with the public key": (with_the_public_key, "refused", "Ed25519"),
    "token of another type": (lambda: token(typ="JWT"), "refused", "vc+jwt"),
    "token without a type": (lambda: token(typ=None), "refused", "vc+jwt"),
    "token with unknown rules": (lambda: token(crit=["x"]), "refused", "rules"),
    "token without a key": (lambda: token(kid=None), "refused", "issuer’s"),
    "token of somebody else": (lambda: token(kid="did:web:evil.example#1"), "refused", "issuer’s"),
    "token of the older form": (lambda: token(lambda p: p.update(vc={})), "refused", "older form"),
    "token that has run out": (
        lambda: known().token(forging.plain("did:web:other.example", exp=1)),
        "expired",
        "dates",
    ),
    "token not yet begun": (lambda: token(lambda p: p.update(nbf=9e9)), "not_yet_valid", "dates"),
    "token with odd dates": (
        lambda: token(lambda p: p.update(exp="x")),
        "refused",
        "cannot be read",
    ),
    "token signed over other words": (
        lambda: ".".join(
            [*token().split(".")[:2], token(lambda p: p.update(name="x")).split(".")[2]]
        ),
        "changed",
        "does not fit",
    ),
    # JSON
    "name twice": (lambda: twice(well_signed()), "unreadable", "twice"),
    "number above 2^53": (
        lambda: json.dumps(well_signed())[:-1] + ', "n": 9007199254740993}',
        "unreadable",
        "number",
    ),
    "number of 5,000 digits": (lambda: '{"n": ' + "9" * 5000 + "}", "unreadable", "number"),
    "endless number": (lambda: '{"n": 1e999}', "unreadable", "number"),
    "not a number": (lambda: '{"n": NaN}', "unreadable", "not JSON"),
    "5 MB of nesting": (lambda: "[" * (5 * 1024 * 1024 - 9), "unreadable", "larger than 1 MB"),
    "nested 900 times": (lambda: "[" * 900 + "]" * 900, "unreadable", "deeply"),
    "nested 90,000 times": (lambda: '{"a":' * 90_000, "unreadable", ""),
    "half a character": (lambda: '{"a": "\\ud800"}', "unreadable", "half a character"),
    "broken off": (lambda: json.dumps(well_signed())[:-9], "unreadable", "not JSON"),
    "a list": (lambda: json.dumps([well_signed()]), "unreadable", "not a credential"),
    "not text": (lambda: b"\xff\xfe\x00\x01", "unreadable", "neither text"),
}
