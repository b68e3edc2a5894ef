"""From what somebody holds to one answer. Each check either passes or ends the matter."""

import hashlib
import io
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext
from pypdf import PdfReader

from certcentre.numbers import LONGEST, number_in
from certcentre.tables.rows import megabytes
from standards.registry.credentials.document import OWN, Place
from standards.registry.credentials.paper import Paper
from standards.registry.credentials.store import Credential, place
from standards.registry.verify.issuers import key_of, signer
from standards.registry.verify.model import (
    STATUS_LIST,
    issuer_of,
    moment,
    require_in_date,
    require_sound,
    status_entries,
)
from standards.registry.verify.parts import parts_of
from standards.registry.verify.presented import Presented, as_list, presented
from standards.registry.verify.records import of_number, renamed_notes, standing, state_of
from standards.registry.verify.verdicts import Check, Refused, State, Verdict

AHEAD = timedelta(minutes=5)  # clocks differ by this much
LARGEST = 5 * 1024 * 1024  # bytes of a file that is looked into
MOST = 5  # attachments that are looked at


def checked(data: bytes, *, at: datetime) -> Verdict:
    """The answer for a file or a paste: a paper, a credential, a token, or a number of ours."""
    try:
        if is_paper(data):
            return of_paper(data, at=at)
        text = data.decode("utf-8")
    except Refused as refused:
        return ended(refused, [])
    except UnicodeDecodeError:
        return Verdict(State.UNREADABLE, gettext("It is neither text nor a PDF."))
    if not text.strip("\ufeff \t\r\n\f\v"):
        return Verdict(State.UNREADABLE, gettext("It is empty: there is nothing in it to check."))
    if len(text) < LONGEST and "{" not in text and (number := number_in(text)):
        return of_number(number, at=at)
    return of_text(text, at=at)


def of_paper(data: bytes, *, at: datetime) -> Verdict:
    """What the credential inside a PDF says. The print around it may have been altered."""
    inside = of_text(credential_in(data), at=at)
    name = gettext("The paper")
    if is_ours(data, inside.number):
        text = gettext("It is byte for byte the file that we made.")
        return replace(inside, checks=[*inside.checks, Check(name, True, text)])
    text = gettext("It is not the file that we made: it was changed or saved anew.")
    words = gettext(
        "This is about the credential inside the PDF. The print around it may say something else: "
        "rely on what stands here, not on the paper."
    )
    checks, notes = [*inside.checks, Check(name, False, text)], [*inside.notes, words]
    return replace(inside, checks=checks, notes=notes, altered=True)


def of_text(text: str, *, at: datetime) -> Verdict:
    done: list[Check] = []
    try:
        shown = presented(text)
        return of_credential(shown, done, at=at)
    except Refused as refused:
        return ended(refused, done)


def ended(refused: Refused, done: list[Check]) -> Verdict:
    return Verdict(refused.state, refused.check.text, [*done, refused.check])


def of_credential(shown: Presented, done: list[Check], *, at: datetime) -> Verdict:
    """Form, signer, signature, dates, status: in this order, each told."""
    here = place()
    issuer = issuer_of(shown.document)
    require_sound(shown)
    passed(
        done,
        gettext("How it is put together"),
        gettext("Its contexts, types, ids and dates are those of a W3C credential 2.0."),
    )
    public = key_of(issuer, shown.method, ours=here.did)
    text = gettext("A key that %(issuer)s lists for making statements.") % {"issuer": issuer[:200]}
    passed(done, signer(), text)
    require_signature(shown, public, at)
    passed(done, gettext("Signature"), gettext("It is right: nothing was changed since."))
    try:
        require_in_date(shown, at=at)
    except Refused as refused:
        if refused.state == State.EXPIRED and issuer == here.did:
            return told(shown, ours(shown, [*done, refused.check], at), here)
        return told(shown, ended(refused, done), here)
    passed(done, gettext("Dates"), gettext("Today is within them."))
    verdict = ours(shown, done, at) if issuer == here.did else elsewhere(shown, done)
    return told(shown, verdict, here)


def passed(done: list[Check], name: str, text: str) -> None:
    done.append(Check(name, True, text))


def require_signature(shown: Presented, public: bytes, at: datetime) -> None:
    name = gettext("Signature")
    if not shown.holds(public):
        words = gettext("It does not fit: a word, a name or the signature was changed.")
        raise Refused(name, words, State.CHANGED)
    created = None if shown.token else moment(shown.options, "created")
    if created and created > at + AHEAD:
        raise Refused(name, gettext("It is dated in the future."), State.NOT_YET)


def ours(shown: Presented, done: list[Check], at: datetime) -> Verdict:
    """Signed by us: is it in the register, and how does it stand today?"""
    name, document = gettext("This register"), shown.document
    if STATUS_LIST in as_list(document.get("type")):
        text = gettext("A status list of ours. What it says holds for a few minutes.")
        state = State.EXPIRED if any(not check.passed for check in done) else State.VALID
        return Verdict(state, text, [*done, Check(name, True, text)])
    issued = Credential.objects.filter(number=number_of(document)).first()
    record = (issued.certificate or issued.declaration) if issued else None
    if issued is None or record is None:
        text = gettext("It is not among those that we issued.")
        return Verdict(State.NOT_ISSUED, text, [*done, Check(name, False, text)])
    state = state_of(record, at=at)
    text = gettext("%(number)s stands in it.") % {"number": issued.number}
    checks = [*done, Check(name, True, text), *standing(record, state)]
    path, notes = record.get_absolute_url(), renamed_notes(record, state)
    return Verdict(state, "", checks, notes=notes, number=issued.number, path=path)


def number_of(document: dict[str, Any]) -> str:
    """The number at the end of its address."""
    address = document.get("id")
    if not isinstance(address, str):
        return ""
    return address.rpartition("/")[2].removesuffix(".json")[:16]


def elsewhere(shown: Presented, done: list[Check]) -> Verdict:
    """Signed by another issuer. Its status lists are not fetched, and that is said."""
    name, document = gettext("How it stands today"), shown.document
    text = gettext("Not looked up: we fetch nothing from elsewhere but the keys of an issuer.")
    if not list(status_entries(document)):
        text = gettext("Its issuer publishes no status for it.")
    return Verdict(State.ELSEWHERE, text, [*done, Check(name, False, text)])


def told(shown: Presented, verdict: Verdict, here: Place) -> Verdict:
    """With what may be relied on, now that the signature is known to be right."""
    own = issuer_of(shown.document) == here.did
    parts, results, notes = parts_of(shown.document, own_context=here.at(OWN), own=own)
    return replace(verdict, parts=parts, results=results, notes=[*verdict.notes, *notes])


def is_paper(data: bytes) -> bool:
    return b"%PDF-" in data[:1024]


def credential_in(data: bytes) -> str:
    """The text of the JSON that is attached. Refused where there is none, or not one."""
    name = gettext("The paper")
    if len(data) > LARGEST:
        words = gettext("It is larger than %(limit)s MB.") % {"limit": megabytes(LARGEST)}
        raise Refused(name, words, State.UNREADABLE)
    try:
        credentials = attached(data)
    except Exception as error:  # a hostile file may break the reader anywhere
        words = gettext("This PDF is damaged, or locked.")
        raise Refused(name, words, State.UNREADABLE) from error
    if len(credentials) != 1:
        words = gettext("This PDF carries no credential, so only its number can be checked.")
        raise Refused(name, words, State.UNREADABLE)
    return credentials[0]


def is_ours(data: bytes, number: str) -> bool:
    """Whether the file is the very one that we made for this number, in any language."""
    digest = hashlib.sha256(data).hexdigest()
    return Paper.objects.filter(digest=digest, certificate__number=number).exists()


def attached(data: bytes) -> list[str]:
    """The JSON files among the first few attachments."""
    reader = PdfReader(io.BytesIO(data))
    texts = []
    for attachment in list(reader.attachment_list)[:MOST]:
        if attachment.name.endswith(".json"):
            texts.append(attachment.content.decode("utf-8"))
    return texts
