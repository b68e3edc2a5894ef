"""The parts that a reader may rely on: only words that the signed contexts define. Pure."""

from collections.abc import Iterator
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext

from standards.registry.credentials.document import UN, W3C
from standards.registry.verify.model import moment
from standards.registry.verify.presented import as_list
from standards.registry.verify.verdicts import Part

MOST = 200  # criteria that are listed; the rest are counted
LONGEST = 300  # letters of one value


def parts_of(
    document: dict[str, Any], *, own_context: str, own: bool
) -> tuple[list[Part], list[Part], list[str]]:
    """What may be shown, the results by criterion, and a note where something is left out."""
    contexts = document["@context"]
    known = {W3C, UN, own_context}
    strange = [
        context for context in contexts if not isinstance(context, str) or context not in known
    ]
    parts = list(core(document, own=own))
    by_criterion: list[Part] = []
    notes = []
    if strange:
        notes.append(
            gettext("It also uses words that we do not know the meaning of. They are left out.")
        )
    elif UN in contexts:
        for subject in as_list(document["credentialSubject"]):
            parts += attested(subject)
            if own_context in contexts:
                parts += stated(subject.get("registerStatement"))
            by_criterion += results(subject)
    return [part for part in parts if part.value], by_criterion, notes


def core(document: dict[str, Any], *, own: bool) -> Iterator[Part]:
    """Whoever else issued it may call itself anything: its address alone is proven."""
    issuer = document["issuer"]
    named = issuer if isinstance(issuer, dict) else {"id": issuer}
    yield Part(gettext("Credential"), text(document.get("name")))
    who = gettext("Issued by") if own else gettext("Its issuer calls itself")
    yield Part(who, text(named.get("name")))
    yield Part(gettext("Issuer’s address"), text(named.get("id")))
    yield Part(gettext("Valid from"), day(document, "validFrom"))
    yield Part(gettext("Valid until"), day(document, "validUntil"))


def attested(subject: dict[str, Any]) -> Iterator[Part]:
    """The UN's words for an attestation."""
    yield Part(gettext("Issued to"), name_of(subject.get("issuedToParty")))
    products = {
        (name_of(stated.get("product")), text(inner(stated.get("product")).get("modelNumber")))
        for assessment in assessments(subject)
        for stated in listed(assessment.get("assessedProduct"))
    }
    for name, release in sorted(products)[:3]:
        yield Part(gettext("Product"), f"{name}, {release}" if release else name)
    yield Part(gettext("Against"), name_of(subject.get("referenceScheme")))
    yield Part(gettext("Level"), name_of(subject.get("referenceProfile")))
    for stated in listed(subject.get("authorisation"))[:3]:
        yield Part(gettext("Accreditation"), text(stated.get("name")))
    if subject.get("assessorLevel") == "self":
        yield Part(gettext("Whose word"), gettext("The provider’s own declaration"))


def stated(found: object) -> Iterator[Part]:
    """Our own words, defined by our own context."""
    statement = inner(found)
    decision, scope = inner(statement.get("decision")), inner(statement.get("scope"))
    yield Part(gettext("Decided by"), name_of(decision.get("by")))
    yield Part(gettext("Decided on"), text(decision.get("on")))
    yield Part(gettext("Assurance"), text(statement.get("assurance")))
    if scope:
        words = gettext("%(covered)s of %(named)s criteria")
        counts = {"covered": text(scope.get("covered")), "named": text(scope.get("named"))}
        yield Part(gettext("Scope"), words % counts)
    left = listed(statement.get("exclusions"))
    yield Part(gettext("Left out"), some([name_of(item) for item in left]))


def day(document: dict[str, Any], field: str) -> str:
    """A moment of the credential as the reader writes it; it was read before, so it can be."""
    instant = moment(document, field)
    return f"{date_format(instant)}, {instant:%H:%M} {instant:%Z}" if instant else ""


def results(subject: dict[str, Any]) -> Iterator[Part]:
    assessed = list(assessments(subject))
    for result in assessed[:MOST]:
        codes = [
            text(inner(each.get("score")).get("code"))
            for each in listed(result.get("assessedPerformance"))
        ]
        yield Part(name_of(result), ", ".join(codes).replace("_", " "))
    if len(assessed) > MOST:
        words = gettext("%(count)s more criteria") % {"count": len(assessed) - MOST}
        yield Part(gettext("And"), words)


def assessments(subject: dict[str, Any]) -> list[dict[str, Any]]:
    return listed(subject.get("conformityAssessment"))


def listed(value: object) -> list[dict[str, Any]]:
    return [item for item in as_list(value) if isinstance(item, dict)]


def inner(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def name_of(value: object) -> str:
    return text(inner(value).get("name"))


def text(value: object) -> str:
    return value[:LONGEST] if isinstance(value, str) else ""


def some(names: list[str]) -> str:
    more = f" + {len(names) - MOST}" if len(names) > MOST else ""
    return ", ".join(names[:MOST]) + more
