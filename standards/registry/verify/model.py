"""Whether a credential is put together as the W3C's data model 2.0 says. Pure."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils.translation import gettext

from standards.registry.credentials import bitstring
from standards.registry.credentials.document import W3C
from standards.registry.verify.presented import Presented, as_list
from standards.registry.verify.verdicts import Refused, State

PURPOSES = ("revocation", "suspension")
STATUS_LIST = "BitstringStatusListCredential"


def require_sound(shown: Presented) -> None:
    """Refused where something is missing, doubtful or added."""
    document = shown.document
    contexts = document.get("@context")
    if not isinstance(contexts, list) or contexts[:1] != [W3C]:
        raise unsound(gettext("Its first context is not that of W3C credentials, version 2."))
    if not all(isinstance(context, str | dict) for context in contexts):
        raise unsound(gettext("Its contexts are not well formed."))
    if "VerifiableCredential" not in as_list(document.get("type")):
        raise unsound(gettext("It does not say that it is a credential."))
    if not issuer_of(document):
        raise unsound(gettext("It does not say who issued it."))
    subject = document.get("credentialSubject")
    if not subject or not all(isinstance(part, dict) and part for part in as_list(subject)):
        raise unsound(gettext("It is about nothing."))
    require_same_contexts(shown)
    for entry in status_entries(document):
        require_sound_entry(entry)
    if STATUS_LIST in as_list(document.get("type")):
        require_sound_list(subject)


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
