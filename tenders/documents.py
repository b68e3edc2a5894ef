"""Documents of the call: files that bidders read beside the requirements.

Their names and digests are frozen with the tender, so that what is handed out later is shown to be
what was published, byte for byte.
"""

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
from tenders.notice import Notice

MOST = 20  # of a tender


class Document(Filed):
    """A file of one version of a tender."""

    class Kind(models.TextChoices):
        CALL = "call", _("The call itself")
        SPECIFICATION = "specification", _("Technical specification")
        CONTRACT = "contract", _("Draft of the contract")
        FORM = "form", _("Form to fill in")
        OTHER = "other", _("Something else")

    COPIED = (*Filed.COPIED, "kind")

    tender = models.ForeignKey("Tender", on_delete=models.CASCADE, related_name="documents")
    kind = models.CharField(_("what it is"), max_length=13, choices=Kind.choices, default=Kind.CALL)
    title = models.CharField(_("title"), max_length=200)
    file = models.FileField(upload_to="documents/%Y/%m/")

    class Meta(Filed.Meta):
        verbose_name = _("document of the call")

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
            self.keep(file, by=by, at=at)

    def remove(self, *, by: User, at: datetime) -> None:
        """Take it out of the draft; its file goes where no other version has it."""
        with self.tender.edited(by=by, at=at):
            Document.drop(Document.objects.filter(pk=self.pk))

    def as_published(self, frozen: Body) -> FileResponse:
        """The file, as it was published."""
        gone = gettext("This file is not there any more. Tell the buyer.")
        words = gettext("This file is not the one that was published, so it is not handed out.")
        return self.handed_out(frozen, gone=gone, other=words)


def written(tender: Notice) -> list[Body]:
    """What is frozen of them. One statement."""
    rows = Document.objects.filter(tender=tender.pk)
    return [{**each.about, "kind": each.kind} for each in rows]
