"""Documents of the call: files that bidders read beside the requirements.

Their names and digests are frozen with the tender, so that what is handed out later is shown to be
what was published, byte for byte.
"""

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.files.base import File
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from certcentre import stored_files
from certcentre.accounts.models import User
from certcentre.lifecycle import Disagrees, NotReady, words_required
from certcentre.plain_text import plain
from certcentre.received_files import digest_of, received
from tenders.notice import Notice

MOST = 20  # of a tender
COPIED = (
    *("kind", "title", "file", "file_name", "media_type", "size", "digest"),
    *("added_at", "added_by_id"),
)
Body = dict[str, Any]  # one document, as the frozen body says it


class Document(models.Model):
    """A file of one version of a tender."""

    class Kind(models.TextChoices):
        CALL = "call", _("The call itself")
        SPECIFICATION = "specification", _("Technical specification")
        CONTRACT = "contract", _("Draft of the contract")
        FORM = "form", _("Form to fill in")
        OTHER = "other", _("Something else")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    tender = models.ForeignKey("Tender", on_delete=models.CASCADE, related_name="documents")
    kind = models.CharField(_("what it is"), max_length=13, choices=Kind.choices, default=Kind.CALL)
    title = models.CharField(_("title"), max_length=200)
    file = models.FileField(upload_to="documents/%Y/%m/")
    file_name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()  # bytes
    digest = models.CharField(max_length=64)  # SHA-256, hexadecimal
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("document of the call")
        ordering = ["added_at", "pk"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("tender-document", args=[self.tender.reference, self.pk])

    def add(self, *, by: User, at: datetime, file: File) -> None:
        """File it with the draft that it is made for; NotReady where it is none that we take."""
        self.tender.may_edit(by=by, at=at)
        self.title = words_required(self.title, gettext("Give the document a title."))
        with self.tender.edited(by=by, at=at):
            if Document.objects.filter(tender=self.tender).count() >= MOST:
                words = gettext("A tender has at most %(most)d documents. Take one out first.")
                raise NotReady(words % {"most": MOST})
            with received(file, Document.file, at=at) as kept:
                for name, value in kept.fields.items():
                    setattr(self, name, value)
                self.added_at, self.added_by = at, by
                self.save(force_insert=True)

    def remove(self, *, by: User, at: datetime) -> None:
        """Take it out of the draft; its file goes where no other version has it."""
        with self.tender.edited(by=by, at=at):
            Document.objects.filter(pk=self.pk).delete()
            stored_files.forget(Document.file, str(self.file.name))


def copy(documents: Iterable[Document], into: Notice) -> None:
    """Take over the documents of the version before; both name the same files."""
    Document.objects.bulk_create(
        Document(tender_id=into.pk, **{name: getattr(each, name) for name in COPIED})
        for each in documents
    )


def written(tender: Notice) -> list[Body]:
    """What is frozen of them. One statement."""
    return [
        {
            "id": str(each.pk),
            "kind": each.kind,
            "title": plain(each.title),
            "file_name": plain(each.file_name),
            "media_type": each.media_type,
            "size": each.size,
            "digest": each.digest,
        }
        for each in Document.objects.filter(tender=tender.pk)
    ]


def require_as_published(document: Document, frozen: Body) -> None:
    """Refuse a file whose bytes are not those that were published."""
    if digest_of(document.file) != frozen["digest"]:
        words = gettext("This file is not the one that was published, so it is not handed out.")
        raise Disagrees(words)
