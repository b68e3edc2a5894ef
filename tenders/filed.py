"""Files that are filed with a draft and frozen with it: documents of calls, and files of bids.

Their names and digests are frozen, so that what is handed out later is shown to be the same, byte
for byte. Versions and later drafts name the same files.
"""

import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.core.files.base import File
from django.db import models
from django.http import FileResponse, Http404

from certcentre import stored_files
from certcentre.accounts.models import User
from certcentre.lifecycle import Disagrees, NotReady
from certcentre.plain_text import plain
from certcentre.received_files import digest_of, download, received

Body = dict[str, Any]  # one file, as it is frozen


class Filed(models.Model):
    """A file with its title. Whoever has it says in `file` where it lies."""

    COPIED: tuple[str, ...] = (
        *("title", "file", "file_name", "media_type", "size", "digest"),
        *("added_at", "added_by_id"),
    )

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    title = models.CharField(max_length=200)
    file_name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()  # bytes
    digest = models.CharField(max_length=64)  # SHA-256, hexadecimal
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        abstract = True
        ordering = ["added_at", "pk"]

    if TYPE_CHECKING:
        file: Any

    def __str__(self) -> str:
        return self.title

    def keep(self, upload: File, *, by: User, at: datetime) -> None:
        """The file with its row; NotReady where it is none that we take."""
        with received(upload, type(self).file, at=at) as kept:
            for name, value in kept.fields.items():
                setattr(self, name, value)
            self.added_at, self.added_by = at, by
            self.save(force_insert=True)

    @classmethod
    @contextmanager
    def kept(cls, uploads: Sequence[File], *, by: User, at: datetime) -> Iterator[list[Self]]:
        """Files while rows are written that name them, each as a row that is not written yet, under
        the name of its file; without rows they go too. NotReady, by file, where one is none that we
        take."""
        with ExitStack() as files:
            rows = []
            for upload in uploads:
                try:
                    kept = files.enter_context(received(upload, cls.file, at=at))
                except NotReady as refused:
                    raise NotReady(
                        *(f"“{upload.name}”: {why}" for why in refused.problems)
                    ) from refused
                rows.append(cls(title=kept.file_name, added_at=at, added_by=by, **kept.fields))
            yield rows

    @classmethod
    def drop(cls, rows: "models.QuerySet[Self]") -> None:
        """Delete rows; their files go once the step stands, where no other row names them."""
        names = list(rows.values_list("file", flat=True))
        rows.delete()
        stored_files.forget(cls.file, *names)

    @classmethod
    def copy(cls, rows: Iterable[Self], **into: object) -> None:
        """The same files for a later draft, which `into` names. One statement."""
        cls._default_manager.bulk_create(cls.copies(rows, **into))

    @classmethod
    def copies(cls, rows: Iterable[Self], **into: object) -> list[Self]:
        """Rows of the same files for what `into` names, not written yet."""
        return [cls(**{name: getattr(each, name) for name in cls.COPIED}, **into) for each in rows]

    @property
    def about(self) -> Body:
        """What is frozen of it."""
        return {
            "id": str(self.pk),
            "title": plain(self.title),
            "file_name": plain(self.file_name),
            "media_type": self.media_type,
            "size": self.size,
            "digest": self.digest,
        }

    def handed_out(self, frozen: Body, *, gone: str, other: str) -> FileResponse:
        """The file as a download, under the name that was frozen; refused, in these words, where it
        is gone, or its bytes are not those that were frozen."""
        try:
            self.file.open()
        except FileNotFoundError:
            raise Http404(gone) from None
        if digest_of(self.file) != frozen["digest"]:
            raise Disagrees(other)
        self.file.seek(0)
        about = {name: frozen[name] for name in ("file_name", "media_type")}
        return download(self.file, **about)
