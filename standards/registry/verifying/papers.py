"""The credential inside a PDF. Its print is not read: print can say anything."""

import hashlib
import io

from django.utils.translation import gettext
from pypdf import PdfReader

from standards.registry.paper import Paper
from standards.registry.verifying.verdicts import Refused, State

LARGEST = 5 * 1024 * 1024  # bytes of a file that is looked into
MOST = 5  # attachments that are looked at


def is_paper(data: bytes) -> bool:
    return b"%PDF-" in data[:1024]


def credential_in(data: bytes) -> str:
    """The text of the JSON that is attached. Refused where there is none, or not one."""
    name = gettext("The paper")
    if len(data) > LARGEST:
        raise Refused(name, gettext("It is larger than 5 MB."), State.UNREADABLE)
    try:
        found = attached(data)
    except Exception as error:  # a hostile file may break the reader anywhere
        words = gettext("This PDF is damaged, or locked.")
        raise Refused(name, words, State.UNREADABLE) from error
    if len(found) != 1:
        words = gettext("This PDF carries no credential, so only its number can be checked.")
        raise Refused(name, words, State.UNREADABLE)
    return found[0]


def is_ours(data: bytes, number: str) -> bool:
    """Whether the file is the very one that we made for this number, in any language."""
    digest = hashlib.sha256(data).hexdigest()
    return Paper.objects.filter(digest=digest, certificate__number=number).exists()


def attached(data: bytes) -> list[str]:
    """The JSON files among the first few attachments."""
    reader = PdfReader(io.BytesIO(data))
    found = []
    for attachment in list(reader.attachment_list)[:MOST]:
        if attachment.name.endswith(".json"):
            found.append(attachment.content.decode("utf-8"))
    return found
