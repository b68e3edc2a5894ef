"""Bringing in a file that others wrote: read and checked first, then written in one transaction.

A new standard becomes a draft edition; a changed file the draft of a new edition beside the
published one; the same file again changes nothing. A profile file becomes a proposed profile.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError, Q
from django.utils.translation import gettext
from pydantic import ValidationError

from certcentre.accounts.people import User
from certcentre.lifecycle import IllegalMove
from certcentre.log.models import LogEntry, entry
from standards.catalogue import files, selecting, steps
from standards.catalogue.comparing import Differences, compare
from standards.catalogue.content import Content
from standards.catalogue.editions import Edition
from standards.catalogue.exporting import document
from standards.catalogue.field_labels import NEEDED, NOT_SAID, in_words
from standards.catalogue.files.losses import Loss, Refused
from standards.catalogue.files.refs import slug
from standards.catalogue.files.soundness import flaws
from standards.catalogue.files.yaml import refused
from standards.catalogue.loading import Writer, write_editions
from standards.catalogue.profiles import Profile
from standards.catalogue.records import wrongs
from standards.catalogue.reviewing import judged_by_the_centre
from standards.catalogue.schema import Document, EditionRecord
from standards.catalogue.selecting import Choice, choose

RESERVED = {"imports", "drafts", "new"}  # addresses below /standards/


@dataclass
class Plan:
    """What bringing in a file would do: read, checked and compared, nothing written."""

    format: str
    file: str
    size: int
    digest: str
    document: Document | None = None
    losses: list[Loss] = field(default_factory=list)
    base: str = ""  # the key that the file asks for; later editions of it get a number behind
    key: str = ""  # of the edition that would be written
    before: Edition | None = None  # what it is compared with
    differences: Differences = field(default_factory=Differences)
    choice: Choice | None = None  # what a profile file selects, instead of a document

    @property
    def nothing(self) -> bool:
        """Whether everything stands there already."""
        before = self.choice.before if self.choice else self.before
        return before is not None and self.differences.nothing

    def counts(self) -> dict[str, int]:
        said = self.document
        if said is None:
            return {"criteria": len(self.choice.criteria) if self.choice else 0}
        return {
            "criteria": len(said.items),
            "withdrawn": sum(item.force == "withdrawn" for item in said.items),
            "levels": len(said.levels),
            "groups": len(said.groups),
            "nested": sum(bool(item.parent) for item in said.items),
            "guidance": sum(bool(item.guidance) for item in said.items),
        }

    def facts(self) -> dict[str, str]:
        """What the edition says of itself, as an officer may correct it."""
        said = self.document
        return (
            {name: str(getattr(said, name)) for name in ASKED} | {"key": self.base} if said else {}
        )

    def report(self) -> dict[str, Any]:
        """What the page, the file and the command tell."""
        before = self.choice.before if self.choice else self.before
        name = self.document.name if self.document else ""
        return {
            "kind": "profile" if self.choice else "edition",
            "key": self.key,
            "name": self.choice.selection.name if self.choice else name,
            "of": self.choice.edition.key if self.choice else "",
            "before": before.key if before else "",
            "before_status": before.status if before else "",
            "facts": self.facts(),
            "counts": self.counts(),
            "differences": self.differences.as_json(),
            "losses": [
                {"what": each.what, "why": each.why, "where": list(each.where), "made": each.made}
                for each in self.losses
            ],
        }


def plan(
    data: bytes, *, format: str = files.AUTO, file: str = "", asked: Mapping[str, Any] = {}
) -> Plan:
    """Read and check a file, and compare it with what is there. Refused with reasons."""
    format, found = files.read(data, format, file, hidden=bool(asked.get("hidden")))
    made = Plan(format, file, len(data), hashlib.sha256(data).hexdigest(), losses=found.losses)
    if found.selection:
        made.choice = choose(found.selection, asked.get("key", ""))
        made.key, made.differences = made.choice.key, made.choice.differences
        made.losses += made.choice.losses
        return made
    assert found.document  # noqa: S101
    made.document = found.document
    made.losses += complete(found.document, format, asked, file)
    check(found.document)
    made.base = found.document.key
    settle(made)
    return made


def check(said: Document) -> None:
    """Refused with all that keeps it from being an edition."""
    reasons = flaws(said)
    if said.key in RESERVED:
        words = gettext("The key “%(key)s” is an address of ours. Give another.")
        reasons.append(words % {"key": said.key})
    said.finish()
    try:
        EditionRecord.model_validate(said.data)
    except ValidationError as error:
        reasons += wrongs(error, said.data)
    if reasons:
        raise refused(reasons)


def settle(made: Plan) -> None:
    """Which edition the document is, or becomes: an equal one, the draft, or the next number."""
    said = made.document
    assert said is not None  # noqa: S101
    known = Edition.objects.filter(Q(key=made.base) | Q(source__base=made.base))
    rows = list(known.select_related("standard", "supersedes").order_by("pk"))
    found = []
    for row in rows:
        said.key, was = row.key, document(row)
        found.append((row, compare(was, filled(said, was))))
    equal = [each for each in found if each[1].nothing]
    drafts = [each for each in found if each[0].status == Edition.Status.DRAFT]
    made.key, made.before, made.differences = made.base, None, compare(None, said)
    if found:  # the newest is what a new edition is compared with
        made.before, made.differences = (equal or drafts or found)[-1]
        made.key = made.before.key if equal or drafts else numbered(made.base)
        made.document = said = filled(said, document(made.before))
    said.key = made.key


def filled(said: Document, was: Document) -> Document:
    """Where the file is silent, what an officer said of the edition before stands."""
    silent = [name for name in (*NEEDED, "may_quote_text") if getattr(said, name) == NOT_SAID]
    if not said.nature:
        silent.append("nature")
    return said.model_copy(update={name: getattr(was, name) for name in silent})


def numbered(base: str) -> str:
    """The first key behind `base` that no edition has."""
    taken = set(Edition.objects.filter(key__startswith=base).values_list("key", flat=True))
    number = 2
    while f"{base}-{number}" in taken:
        number += 1
    return f"{base}-{number}"


def load(made: Plan, *, by: User | None, at: datetime) -> Edition | Profile:
    """Write the draft edition, or the proposed profile; nothing when it stands there already."""
    judged_by_the_centre(by)
    with transaction.atomic():
        if made.choice:
            return selecting.load(made.choice, by=by, at=at)
        assert made.document  # noqa: S101
        if made.nothing and made.before:
            return made.before
        return write(made, made.document, by=by, at=at)


def write(made: Plan, said: Document, *, by: User | None, at: datetime) -> Edition:
    """The rows of a draft edition, and the entry in the log."""
    standing = Edition.objects.select_for_update().filter(key=made.key).first()
    if standing and standing.status != Edition.Status.DRAFT:
        raise IllegalMove(gettext("The edition was published meanwhile. Preview the file again."))
    said.source = {
        "format": made.format,
        "file": made.file,
        "digest": made.digest,
        "base": made.base,
        "imported_at": at.isoformat(),
    }
    content = Content()
    said.finish()
    content.add("edition", made.file, {**said.data, "status": "draft"})
    writer = Writer(by=by, at=at)
    try:
        write_editions(content, writer, renaming=False)
    except ProtectedError as error:
        raise Refused(
            gettext(
                "The draft has criteria that mappings, rules or answers rest on and that "
                "the file lacks. Take those away first, or give the file a key of its "
                "own."
            )
        ) from error
    edition = follow(made, by)
    LogEntry.objects.bulk_create([*writer.entries, told(edition, made, by, at)])
    return edition


def follow(made: Plan, by: User | None) -> Edition:
    """Say who drafted it, and which published edition it follows."""
    edition = Edition.objects.get(key=made.key)
    edition.proposed_by = edition.proposed_by or by
    if made.before and made.before.pk != edition.pk:
        edition.supersedes = made.before
    edition.save(update_fields=["proposed_by", "supersedes"])
    return edition


def told(edition: Edition, made: Plan, by: User | None, at: datetime) -> LogEntry:
    detail = {"digest": made.digest, "format": made.format, "counts": made.counts()}
    return entry(edition, steps.EDITION_IMPORTED, by=by, at=at, detail=detail)


ASKED = ("name", "version", "standard", "key", "issuing_body", "published", "reference",
         "category", "domain", "text_licence", "catalogue_licence", "notice",
         "language")  # fmt: skip
SUBJECTS = {"oscal": "security", "library": "security"}  # what most files of a format are about
CATEGORIES = {
    "accessibility": "ethical",
    "pedagogical": "ethical",
    "ethical": "ethical",
    "ai": "ethical",
    "child_rights": "legal",
}


def complete(said: Document, format: str, asked: Mapping[str, Any], file: str = "") -> list[Loss]:
    """Take what the officer said, then what can be made; fields that were made up are told."""
    for name in ASKED:
        if asked.get(name):
            said.say(name, str(asked[name]))
    made = []
    if not said.name and file:
        said.name = re.sub(r"[_\s]+", " ", file.rpartition(".")[0] or file).strip()
        made.append("name")
    head = said.name.partition(":")[0]
    for name, text in (
        ("version", "1"),
        ("standard", slug(head)),
        ("issuing_body", NOT_SAID),
        ("published", NOT_SAID),
        ("reference", said.name[: Document.most("reference")]),
        ("text_licence", NOT_SAID),
        ("may_quote_text", NOT_SAID),
        ("catalogue_licence", NOT_SAID),
        ("domain", SUBJECTS.get(format, "technical")),
    ):
        if not getattr(said, name):
            setattr(said, name, text)
            made.append(name)
    if not said.category:
        said.category = CATEGORIES.get(said.domain, said.domain)
        made.append("category")
    if not said.jurisdictions:
        said.jurisdictions = ["global"]
        made.append("jurisdictions")
    said.language = said.language[:2].lower()
    version = slug(said.version, 30)
    said.key = said.key or f"{slug(head, Document.most('key') - 1 - len(version))}-{version}".strip(
        "-"
    )
    for item in said.items:
        item.domain = item.domain or said.domain
    why = gettext("the file does not say; look at it before you publish")
    told = Loss(gettext("Facts about the edition"), why, tuple(in_words(made)), made=True)
    return [told] if made else []
