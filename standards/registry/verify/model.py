"""Whether a credential is put together as the W3C's data model 2.0 says. Pure."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils.translation import gettext

from standards.registry.credentials import bitstring
from standards.registry.credentials.document import W3C
from standards.registry.verify.presented import Presented, as_list
from standards.registry.verify.verdicts import Refused, State

PURPOSES = ("revocation", "suspension")
ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+")
TYPED = {  # parts that must say what they are (W3C VC 2.0, sections 4.10 to 5.6)
    "credentialStatus": ("type",),
    "credentialSchema": ("id", "type"),
    "refreshService": ("type",),
    "termsOfUse": ("type",),
    "evidence": ("type",),
}
STATUS_LIST = "BitstringStatusListCredential"


def require_sound(shown: Presented) -> None:
    """Refused where something is missing, doubtful or added."""
    document = shown.document
    contexts = document.get("@context")
    if not isinstance(contexts, list) or contexts[:1] != [W3C]:
        raise unsound(gettext("Its first context is not that of W3C credentials, version 2."))
    if not all(is_address(context) or isinstance(context, dict) for context in contexts):
        raise unsound(gettext("Its contexts are not well formed."))
    if "VerifiableCredential" not in as_list(document.get("type")):
        raise unsound(gettext("It does not say that it is a credential."))
    if not is_address(issuer_of(document)):
        raise unsound(gettext("It does not say who issued it."))
    subject = document.get("credentialSubject")
    if not subject or not all(isinstance(part, dict) and part for part in as_list(subject)):
        raise unsound(gettext("It is about nothing."))
    require_named(document)
    since, until = moment(document, "validFrom"), moment(document, "validUntil")
    if since and until and until < since:
        raise unsound(gettext("It ends before it begins."))
    require_same_contexts(shown)
    for entry in status_entries(document):
        require_sound_entry(entry)
    if STATUS_LIST in as_list(document.get("type")):
        require_sound_list(subject)


def require_named(document: dict[str, Any]) -> None:
    """Types are words, ids are addresses, names are text: of the credential and of its parts."""
    parts = {
        field: as_list(document[field])
        for field in ("credentialSubject", *TYPED)
        if document.get(field) is not None
    }
    for part in (document, *(part for of_field in parts.values() for part in of_field)):
        if not isinstance(part, dict):
            raise unsound(gettext("A part of it is not put together as it should be."))
        if "id" in part and not is_address(part["id"]):
            raise unsound(gettext("An id in it is no address."))
        if "type" in part and not all(is_word(kind) for kind in as_list(part["type"])):
            raise unsound(gettext("A type in it is no word."))
        if not all(is_text(part[field]) for field in ("name", "description") if field in part):
            raise unsound(gettext("A name or a description in it is no text."))
    for field, needs in TYPED.items():
        if any(need not in part for part in parts.get(field, ()) for need in needs):
            raise unsound(gettext("A part of it does not say what it is."))


def is_address(value: object) -> bool:
    return isinstance(value, str) and bool(ADDRESS.fullmatch(value))


def is_word(value: object) -> bool:
    return isinstance(value, str) and bool(value) and not any(map(str.isspace, value))


def is_text(value: object) -> bool:
    """Words, or words with their language, one or several."""
    return all(
        isinstance(each, str)
        or (
            isinstance(each, dict)
            and isinstance(each.get("@value"), str)
            and each.keys() <= {"@value", "@language", "@direction"}
        )
        for each in as_list(value)
    )


def unsound(words: str) -> Refused:
    return Refused(gettext("How it is put together"), words)


def issuer_of(document: dict[str, Any]) -> str:
    issuer = document.get("issuer")
    did = issuer.get("id") if isinstance(issuer, dict) else issuer
    return did if isinstance(did, str) else ""


def require_same_contexts(shown: Presented) -> None:
    """The signature names the contexts that were signed; one more, before or after, is a change.

    The suite itself lets contexts follow that nobody signed: words could then mean something else.
    """
    signed = shown.options.get("@context")
    if shown.token or signed is None:
        return
    if as_list(signed) != as_list(shown.document["@context"]):
        words = gettext("Its contexts are not those that were signed: words could mean otherwise.")
        raise Refused(gettext("Contexts"), words, State.CHANGED)


def status_entries(document: dict[str, Any]) -> Iterator[Any]:
    entries = document.get("credentialStatus")
    yield from () if entries is None else as_list(entries)


def require_sound_entry(entry: object) -> None:
    status = gettext("Where its status stands")
    if not isinstance(entry, dict) or entry.get("type") != "BitstringStatusListEntry":
        raise Refused(status, gettext("Its status stands in a form that we do not read."))
    if entry.get("statusPurpose") not in PURPOSES:
        raise Refused(status, gettext("Its status is neither about withdrawal nor suspension."))
    place = bitstring.index_of(entry.get("statusListIndex"))
    if place is None:
        raise Refused(status, gettext("Its place in the status list is not a plain number."))
    if place >= bitstring.LARGEST * 8:
        raise Refused(status, gettext("Its place lies beyond the end of any status list."))
    address = entry.get("statusListCredential")
    if not isinstance(address, str) or not address.startswith(("https://", "http://")):
        raise Refused(status, gettext("It does not say where its status list is."))


def require_sound_list(subject: object) -> None:
    """A status list that somebody pasted: it must open, and not to more than a list can be."""
    name = gettext("The status list")
    for part in as_list(subject):
        if part.get("type") != "BitstringStatusList" or part.get("statusPurpose") not in PURPOSES:
            raise Refused(name, gettext("It is not a list that we read."))
        try:
            bitstring.decoded(str(part.get("encodedList")))
        except bitstring.BadList as error:
            raise Refused(name, gettext("It cannot be opened, or is too large.")) from error


def moment(document: dict[str, Any], field: str) -> datetime | None:
    """A date of the credential, with its time zone; None where it names none."""
    value = document.get(field)
    if value is None:
        return None
    try:
        instant = datetime.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise unsound(gettext("A date in it cannot be read.")) from error
    if "T" not in value or instant.tzinfo is None:
        raise unsound(gettext("A date in it does not say in which time zone."))
    return instant


def require_in_date(shown: Presented, *, at: datetime) -> None:
    """Refused before its time and after it."""
    document, dates = shown.document, gettext("Dates")
    since, until = moment(document, "validFrom"), moment(document, "validUntil")
    ends = [
        limit
        for limit in (until, None if shown.token else moment(shown.options, "expires"))
        if limit
    ]
    if since and since > at:
        raise Refused(dates, gettext("Its time has not begun."), State.NOT_YET)
    if any(end <= at for end in ends):
        raise Refused(dates, gettext("Its time is over."), State.EXPIRED)
    for field, late in (("exp", True), ("nbf", False)) if shown.token else ():
        value = document.get(field)
        if value is None:
            continue
        if not isinstance(value, int | float) or isinstance(value, bool):
            raise unsound(gettext("A date in it cannot be read."))
        if (value <= at.timestamp()) if late else (value > at.timestamp()):
            state = State.EXPIRED if late else State.NOT_YET
            raise Refused(dates, gettext("The dates of its token do not include today."), state)
