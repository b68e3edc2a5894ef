"""Making an export: asked for on a page, made by a job or the command."""

import json
import uuid
from datetime import datetime
from io import BytesIO

from django.core.files.storage import default_storage
from django.utils.translation import gettext

from certcentre.accounts.models import User
from certcentre.jobs.models import Job
from certcentre.lifecycle import NotReady
from certcentre.stored_files import kept_with_row, put
from tenders import annex, frozen_body
from tenders.annex import Annex, Tell, silent
from tenders.downloads import ask
from tenders.export import FORMATS, file_name
from tenders.tender import Tender
from tenders.voice import in_language

OWN_FILES = "exports/own"


def request(
    tender: Tender, format: str, *, by: User, at: datetime, into: bytes = b"", language: str = ""
) -> Job:
    """Ask for a draft or published tender in one format, or inside the buyer's own Word file.

    The own file is looked at now, so that what is wrong with it is said at once. `language`: the
    second one of the tender, where its papers are in two.
    """
    require_known(format, into)
    if not into:
        return ask(tender, format, by=by, at=at, organisation=tender.buyer, language=language)
    kept = put(f"{OWN_FILES}/{uuid.uuid4()}.{format}", BytesIO(into))
    with kept_with_row(kept):
        return ask(
            tender, format, by=by, at=at, organisation=tender.buyer, into=kept, language=language
        )


def require_known(format: str, into: bytes) -> None:
    """Refuse a format that we do not make, and an own file that the annex cannot go into."""
    if format not in FORMATS:
        names = ", ".join(str(each.title) for each in FORMATS.values())
        words = gettext("We do not make this format. Choose one of these: %(names)s.")
        raise NotReady(words % {"names": names})
    if not into:
        return
    if own := FORMATS[format].own:
        own.check(into)
        return
    names = ", ".join(str(each.title) for each in FORMATS.values() if each.own)
    words = gettext("Only these go into a file of your own: %(names)s.")
    raise NotReady(words % {"names": names})


def require_language(tender: Tender, format: str, language: str) -> None:
    """Refuse a language that this tender, or this format of it, is not in."""
    second = tender.second_language if FORMATS[format].in_both else ""
    if language and language not in (tender.language, second):
        words = gettext("%(file)s of this tender is not made in this language.")
        raise NotReady(words % {"file": FORMATS[format].title})


def make(job: Job, tell: Tell) -> tuple[bytes, str]:
    """What the task does: the bytes of the export, and its file name."""
    tender = Tender.objects.select_related("buyer").get(pk=job.asked["tender"])
    own = b""
    if kept := job.asked.get("into"):
        with default_storage.open(kept) as stream:
            own = stream.read()
    asked = job.asked["format"], job.asked.get("language", "")  # once there was one
    return export(tender, *asked, into=own, tell=tell)


def export(
    tender: Tender, format: str, language: str = "", *, into: bytes = b"", tell: Tell = silent
) -> tuple[bytes, str]:
    """The tender in one format, from its frozen body alone, or as a draft marked so; in its second
    language where that is asked for.

    Nothing of what the log contradicts."""
    require_known(format, into)
    require_language(tender, format, language)
    frozen_body.require_as_logged(tender)
    tree, known = tree_of(tender, language), FORMATS[format]
    made = known.own.write(into, tree, tell) if into and known.own else known.write(tree, tell)
    return made, file_name(tree, format)


def tree_of(tender: Tender, language: str = "") -> Annex:
    body = json.loads(bytes(tender.body)) if tender.body else frozen_body.written(tender)
    return annex.build(in_language(body, language), tender.digest)
