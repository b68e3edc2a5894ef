"""The dossier of a bid: files that prove what it says (rule R89).

Their names and digests are frozen with the bid, so that what the buyer reads after the opening is
shown to be what was handed in, byte for byte.
"""

import uuid
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

MOST = 30  # of a bid
COPIED = ("title", "file", "file_name", "media_type", "size", "digest", "added_at", "added_by_id")
Body = dict[str, Any]  # one file, as the frozen bid says it


class BidFile(models.Model):
    """A file of one bid."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    bid = models.ForeignKey("Bid", on_delete=models.CASCADE, related_name="files")
    title = models.CharField(_("what it proves"), max_length=200)
    file = models.FileField(upload_to="bids/%Y/%m/")
    file_name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()  # bytes
    digest = models.CharField(max_length=64)  # SHA-256, hexadecimal
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("file of a bid")
        ordering = ["added_at", "pk"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("bid-file", args=[self.bid_id, self.pk])

    def add(self, *, by: User, at: datetime, file: File) -> None:
        """File it with the draft that it is made for; NotReady where it is none that we take."""
        self.bid.may_fill(by=by, at=at)
        self.title = words_required(self.title, gettext("Say what the file proves."))
        with self.bid.filled(by=by, at=at):
            if BidFile.objects.filter(bid=self.bid).count() >= MOST:
                words = gettext("A bid has at most %(most)d files. Take one out first.")
                raise NotReady(words % {"most": MOST})
            with received(file, BidFile.file, at=at) as kept:
                for name, value in kept.fields.items():
                    setattr(self, name, value)
                self.added_at, self.added_by = at, by
                self.save(force_insert=True)

    def remove(self, *, by: User, at: datetime) -> None:
        """Take it out of the draft; the file goes where no other bid has it."""
        with self.bid.filled(by=by, at=at):
            BidFile.objects.filter(pk=self.pk).delete()
            stored_files.forget(BidFile.file, str(self.file.name))

    def require_as_handed_in(self, frozen: Body) -> None:
        """Refuse a file whose bytes are not those that were handed in."""
        if digest_of(self.file) != frozen["digest"]:
            words = gettext("This file is not the one that was handed in, so it is not shown.")
            raise Disagrees(words)

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


def take_over(earlier: models.Model, into: models.Model) -> None:
    """The files of what the provider said before; both bids name the same ones."""
    rows = BidFile.objects.filter(bid=earlier.pk)
    BidFile.objects.bulk_create(
        BidFile(bid_id=into.pk, **{name: getattr(each, name) for name in COPIED}) for each in rows
    )


def throw_away(bid: models.Model) -> None:
    """With a draft go its files, but for those that another bid has."""
    rows = BidFile.objects.filter(bid=bid.pk)
    stored_files.forget(BidFile.file, *rows.values_list("file", flat=True))
    rows.delete()


def written(bid: models.Model) -> dict[str, list[Body]]:
    """What is frozen of a bid that has files; nothing of others. One statement."""
    files = [each.about for each in BidFile.objects.filter(bid=bid.pk)]
    return {"files": files} if files else {}
