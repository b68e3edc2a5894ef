"""The files of a bid: frozen with it, sealed until the opening (R89).

A provider files what proves its answers; of a bid that the buyer brought, the returned form is one
of them, and so is what came with it.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from django.core.files.base import File
from django.db import models
from django.http import FileResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from certcentre.accounts.models import User
from certcentre.lifecycle import NotReady, words_required
from tenders.filed import Body, Filed

MOST = 30  # of a bid


class BidFile(Filed):
    """A file of one bid."""

    bid = models.ForeignKey("Bid", on_delete=models.CASCADE, related_name="files")
    title = models.CharField(_("what it proves"), max_length=200)
    file = models.FileField(upload_to="bids/%Y/%m/")

    class Meta(Filed.Meta):
        verbose_name = _("file of a bid")

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
            self.keep(file, by=by, at=at)

    def remove(self, *, by: User, at: datetime) -> None:
        """Take it out of the draft; the file goes where no other bid has it."""
        with self.bid.filled(by=by, at=at):
            BidFile.drop(BidFile.objects.filter(pk=self.pk))

    def as_handed_in(self, frozen: Body) -> FileResponse:
        """The file, as it was handed in."""
        gone = gettext("This file is not there any more. Tell the centre.")
        words = gettext("This file is not the one that was handed in, so it is not shown.")
        return self.handed_out(frozen, gone=gone, other=words)


@contextmanager
def that_came(
    form: File, annexes: Sequence[File], digest: str, *, by: User, at: datetime
) -> Iterator[list[BidFile]]:
    """A returned form with what came with it, kept while the bids are written that they are of, as
    rows without a bid. NotReady where the form is not the one of this digest, where they are too
    many, or of a kind that is not taken."""
    if len(annexes) >= MOST:
        words = gettext("“%(file)s”: a bid has at most %(most)d files, the form among them.")
        raise NotReady(words % {"file": form.name, "most": MOST})
    with BidFile.kept([form, *annexes], by=by, at=at) as files:
        if files[0].digest != digest:
            words = gettext("“%(file)s” is not the file that was read. Bring it again.")
            raise NotReady(words % {"file": form.name})
        yield files


def written(bid: models.Model) -> dict[str, list[Body]]:
    """What is frozen of a bid that has files; nothing of others. One statement."""
    files = [each.about for each in BidFile.objects.filter(bid=bid.pk)]
    return {"files": files} if files else {}
