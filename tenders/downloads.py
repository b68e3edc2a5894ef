"""The files of a published tender that everybody may take."""

from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from certcentre.jobs.models import Job
from certcentre.lifecycle import IllegalMove

EXPORT = "tenders.export"  # the name of the task


class Download(models.Model):
    """A published tender in one format, made once by a job and the same for everybody."""

    class Format(models.TextChoices):
        DOCX = "docx", _("Word")
        PDF = "pdf", _("PDF")
        XLSX = "xlsx", _("Excel response form")
        HTML = "html", _("HTML")
        CSV = "csv", _("CSV")

    tender = models.ForeignKey("Tender", on_delete=models.PROTECT, related_name="downloads")
    format = models.CharField(max_length=4, choices=Format.choices)
    job = models.OneToOneField(Job, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("download")
        ordering = ["tender", "format"]
        constraints = [
            models.UniqueConstraint(fields=["tender", "format"], name="download_format_once")
        ]

    def __str__(self) -> str:
        return f"{self.tender_id} {self.format}"

    def make_again(self, *, by: Any, at: datetime) -> None:
        """Ask once more for a file that could not be made."""
        with transaction.atomic():
            job = ask(self.tender, self.format, by=by, at=at)
            failed = Download.objects.filter(pk=self.pk, job__status=Job.Status.FAILED)
            if not failed.update(job=job):
                raise IllegalMove(gettext("This file is there or being made."))


def ask(tender: Any, format: str, *, by: Any, at: datetime, **asked: Any) -> Job:
    """Ask for a tender in one format, in the transaction of whatever makes it necessary."""
    return Job.request(
        EXPORT,
        title=f"{tender.reference} {Download.Format(format).label}",
        asked={"tender": str(tender.pk), "format": format, **asked},
        by=by,
        at=at,
    )
