"""The shape of a credential: W3C VC 2.0 around a UN Digital Conformity Credential 0.7.0. Pure.

The whole shape is in this module, so that version 1.0 of the UN's is a change in one place. What
it has no word for (exclusions, counted scope, who decided) stands in `registerStatement`, under
names that the portal's context defines. Dates and counts are strings: a number could be read in
two ways.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from certcentre import base58
from standards.registry.credentials.proof import stamp

W3C = "https://www.w3.org/ns/credentials/v2"
UN = "https://vocabulary.uncefact.org/untp/0.7.0/context/"
OWN = "/credentials/context/v1.jsonld"
REVOCATION, SUSPENSION = "revocation", "suspension"
Facts = dict[str, Any]


@dataclass(frozen=True)
class Place:
    """The register that issues: its address, its DID, and the name of its centre."""

    base: str
    did: str
    centre: str

    def at(self, path: str) -> str:
        return f"{self.base}{path}"

    @property
    def contexts(self) -> list[str]:
        return [W3C, UN, self.at(OWN)]

    @property
    def issuer(self) -> Facts:
        return {
            "type": ["CredentialIssuer"],
            "id": self.did,
            "name": f"Register of {self.centre}" if self.centre else "Certification register",
        }

    def criterion(self, edition: str, ref: str) -> str:
        return self.at(f"/standards/{quote(edition, safe='')}/{quote(ref, safe='')}/")

    def status(self, block: int, index: int) -> list[Facts]:
        """Two entries, one for each list; the index is a decimal string (W3C, not the UN)."""
        lists = ((REVOCATION, 2 * block + 1), (SUSPENSION, 2 * block + 2))
        return [
            {
                "id": f"{self.list(number)}#{index}",
                "type": "BitstringStatusListEntry",
                "statusPurpose": purpose,
                "statusListIndex": str(index),
                "statusListCredential": self.list(number),
            }
            for purpose, number in lists
        ]

    def list(self, number: int) -> str:
        return self.at(f"/credentials/status/{number}.json")


@dataclass(frozen=True)
class Frame:
    """What a certificate's and a declaration's credential have in common."""

    place: Place
    number: str
    since: datetime
    until: datetime
    status: tuple[int, int]  # block and index in the status lists

    def around(self, name: str, path: str, subject: Facts) -> Facts:
        return {
            "@context": self.place.contexts,
            "type": ["DigitalConformityCredential", "VerifiableCredential"],
            "id": self.place.at(path),
            "issuer": self.place.issuer,
            "validFrom": stamp(self.since),
            "validUntil": stamp(self.until),
            "name": name,
            "credentialStatus": self.place.status(*self.status),
            "credentialSubject": {"type": ["ConformityAttestation"], **subject},
        }


@dataclass(frozen=True)
class Evidence:
    """A piece of evidence without the evidence: what it is called, and its digest."""

    id: str
    title: str
    digest: str  # SHA-256, hexadecimal

    @property
    def link(self) -> Facts:
        return {
            "linkURL": f"urn:uuid:{self.id}",
            "linkName": self.title,
            "digestMultibase": multihash(self.digest),
        }


def multihash(digest: str) -> str:
    """A SHA-256 in hexadecimal as multibase of a multihash."""
    return base58.encode(b"\x12\x20" + bytes.fromhex(digest))


@dataclass(frozen=True)
class Criterion:
    """One criterion with its result, as a credential states it."""

    edition: str
    edition_name: str
    ref: str
    title: str
    domain: str
    result: str
    conforms: bool | None  # None where it does not apply
    methods: tuple[str, ...] = ()
    reason: str = ""
    evidence: tuple[Evidence, ...] = ()

    def assessed(self, frame: Frame, page: str, at: datetime, product: Facts) -> Facts:
        place = frame.place
        made: Facts = {
            "type": ["ConformityAssessment"],
            "id": f"{place.at(page)}#{quote(self.edition)}:{quote(self.ref)}",
            "name": f"{self.ref} {self.title}",
            "assessmentCriteria": [
                {
                    "type": ["Criterion"],
                    "id": place.criterion(self.edition, self.ref),
                    "name": self.title,
                }
            ],
            "assessmentDate": at.date().isoformat(),
            "assessedPerformance": [{"score": {"code": self.result}}],
            "assessedProduct": [{"product": product}],
            "referenceStandard": [standard(place, self.edition, self.edition_name)],
            "conformityTopic": [
                {
                    "type": ["ConformityTopic"],
                    "id": place.at(f"/standards/?domain={self.domain}"),
                    "name": self.domain,
                }
            ],
        }
        if self.conforms is not None:
            made["conformance"] = self.conforms
        if self.methods:
            made["specifiedCondition"] = [f"Method: {name}" for name in self.methods]
        if self.reason:
            made["description"] = self.reason
        if self.evidence:
            made["evidence"] = [piece.link for piece in self.evidence]
        return made


def standard(place: Place, key: str, name: str) -> Facts:
    return {
        "type": ["Standard"],
        "id": place.at(f"/standards/{quote(key, safe='')}/"),
        "name": name,
    }


def party(found: Facts) -> Facts:
    named = {"type": ["Party"], "id": f"urn:uuid:{found['id']}", "name": found["name"]}
    if found.get("register_number"):
        named["registeredId"] = found["register_number"]
    return named


def product(place: Place, facts: Facts) -> Facts:
    return {
        "type": ["Product"],
        "id": place.at(f"/solutions/{facts['solution']['id']}/"),
        "name": facts["solution"]["name"],
        "modelNumber": facts["release"]["label"],
    }


def certificate(
    frame: Frame, facts: Facts, criteria: Iterable[Criterion], *, title: str, complete: bool
) -> Facts:
    """A certificate or verification: what an accredited body examined and decided.

    `facts` are the frozen facts of the certificate (attestation/issuing.py).
    """
    place, page = frame.place, f"/certificates/{frame.number}/"
    edition, level, body = facts["edition"], facts["level"], facts["body"]
    decided = datetime.fromisoformat(facts["decided_at"])
    subject: Facts = {
        "id": place.at(page),
        "name": f"{title} {frame.number}",
        "description": scope_in_words(facts, title),
        "assessorLevel": "3rdParty",
        "assessmentLevel": "scheme-cab",
        "attestationType": "certification" if complete else "verification",
        "issuedToParty": party(facts["provider"]),
        "authorisation": [accreditation(place, facts["accreditation"], body)],
        "referenceScheme": {
            "type": ["ConformityScheme"],
            "id": place.at(f"/standards/{quote(edition['key'], safe='')}/"),
            "name": edition["name"],
        },
        **profile(place, edition, level),
        "conformityCertificate": {
            "linkURL": place.at(f"/certificates/{frame.number}.pdf"),
            "linkName": f"{title} {frame.number}",
            "mediaType": "application/pdf",
        },
        "registerStatement": {
            "kind": "certificate" if complete else "verification",
            "assurance": "AL4" if complete else "AL3",
            "decision": {
                "by": party(body),
                "on": decided.date().isoformat(),
                "accreditation": facts["accreditation"]["number"],
                "engagement": facts["engagement"],
            },
            "declaration": facts["declaration"],
            "providerCountry": facts["provider"]["country"],
            "scope": {name: str(count) for name, count in facts["counts"].items()},
            "exclusions": [excluded(place, edition["key"], fact) for fact in facts["excluded"]],
        },
        "conformityAssessment": [
            criterion.assessed(frame, page, decided, product(place, facts))
            for criterion in criteria
        ],
    }
    return frame.around(f"{title} {frame.number}", f"/credentials/{frame.number}.json", subject)


def accreditation(place: Place, found: Facts, body: Facts) -> Facts:
    """Why the body could decide: the centre's recognition."""
    return {
        "name": f"Accreditation {found['number']} of {body['name']}, until {found['until']}",
        "issuingAuthority": {
            "type": ["Party"],
            "id": place.did,
            "name": place.centre or "The centre",
        },
        "endorsementEvidence": {
            "linkURL": place.at(f"/verify/?number={found['number']}"),
            "linkName": f"Accreditation {found['number']}",
        },
    }


def profile(place: Place, edition: Facts, level: Facts | None) -> Facts:
    if not level:
        return {}
    address = place.at(f"/standards/{quote(edition['key'], safe='')}/")
    named = {
        "type": ["ConformityProfile"],
        "id": f"{address}#level-{quote(level['key'], safe='')}",
        "name": f"{edition['name']}, {level['label']}",
    }
    return {"referenceProfile": named}


def excluded(place: Place, edition: str, one: Facts) -> Facts:
    return {
        "id": place.criterion(edition, one["ref"]),
        "name": f"{one['ref']} {one['title']}",
        "reason": one["why"],
    }


def scope_in_words(facts: Facts, title: str) -> str:
    """The counted scope in a sentence, in English as the edition is written."""
    counts, edition = facts["counts"], facts["edition"]["name"]
    level = f", {facts['level']['label']}" if facts["level"] else ""
    return (
        f"{title}: {counts['covered']} of {counts['named']} criteria of {edition}{level} for "
        f"{facts['solution']['name']} {facts['release']['label']}. "
        f"{len(facts['excluded'])} left out. It does not say that a law is met."
    )


def declaration(
    frame: Frame, content: Facts, criteria: Iterable[Criterion], *, digest: str
) -> Facts:
    """A provider's own declaration (ISO/IEC 17050): first party, and never called a certificate.

    `content` is what was declared (assessment/declaration_body.py); `digest` is the
    SHA-256 of its bytes.
    """
    place, page = frame.place, f"/declarations/{frame.number}/"
    declared = datetime.fromisoformat(content["declared_at"])
    name = f"Declaration of conformity {frame.number}"
    subject: Facts = {
        "id": place.at(page),
        "name": name,
        "description": (
            "The provider's own declaration. Nobody independent has checked it by this document."
        ),
        "assessorLevel": "self",
        "assessmentLevel": "scheme-self",
        "attestationType": "declaration",
        "issuedToParty": party(content["organisation"]),
        "referenceScheme": {
            "type": ["ConformityScheme"],
            "id": place.at("/standards/"),
            "name": "Editions of the catalogue that the declaration names",
        },
        "registerStatement": {
            "kind": "declaration",
            "assurance": "AL1",
            "signatory": {
                "name": content["signatory"]["name"],
                "role": content["signatory"]["role"],
            },
            "providerCountry": content["organisation"]["country"],
            "declaredDigest": multihash(digest),
            "noStatement": list(content["no_statement"]),
        },
        "conformityAssessment": [
            criterion.assessed(frame, page, declared, product(place, content))
            for criterion in criteria
        ],
    }
    return frame.around(name, f"/declarations/{frame.number}.json", subject)


def status_list(
    place: Place, *, number: int, purpose: str, encoded: str, since: datetime, until: datetime
) -> Facts:
    """One of the two lists, as a credential of its own."""
    return {
        "@context": [W3C],
        "id": place.list(number),
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": place.did,
        "validFrom": stamp(since),
        "validUntil": stamp(until),
        "credentialSubject": {
            "id": f"{place.list(number)}#list",
            "type": "BitstringStatusList",
            "statusPurpose": purpose,
            "encodedList": encoded,
        },
    }


TERMS = (
    *("accreditation", "assurance", "by", "decision", "declaration", "declaredDigest"),
    *("engagement", "exclusions", "kind", "noStatement", "on", "providerCountry", "reason"),
    *("role", "scope", "signatory"),
    *("beyond", "conforming", "covered", "excused", "named", "not_applicable"),
)


def context(place: Place) -> Facts:
    """Our own names. They mean this only inside `registerStatement`, so they clash with none."""
    terms = place.at(f"{OWN}#")
    inner = {name: f"{terms}{name}" for name in sorted(TERMS)}
    return {
        "@context": {"registerStatement": {"@id": f"{terms}registerStatement", "@context": inner}}
    }
