"""The files of a published tender that everybody may take."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from certcentre.accounts.models import Organisation, User
from certcentre.jobs.models import Job
from certcentre.lifecycle import IllegalMove
from tenders import paper_languages
from tenders.export import FORMATS, Format, title_of
from tenders.notice import Notice
from tenders.paper_languages import LONGEST

EXPORT = "tenders.export"  # the name of the task


class Download(models.Model):
    """A published tender in one format, made once by a job and the same for everybody."""

    tender = models.ForeignKey("Tender", on_delete=models.PROTECT, related_name="downloads")
    format = models.CharField(max_length=8)  # a key of the table of formats
    language = models.CharField(max_length=LONGEST, blank=True)  # empty: the tender's own
    job = models.OneToOneField(Job, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("download")
        ordering = ["tender", "format", "language"]
        constraints = [
            models.UniqueConstraint(
                fields=["tender", "format", "language"], name="download_format_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.tender_id} {self.format}"

    @classmethod
    def make_again(
        cls, tender: Notice, format: str, *, by: User, at: datetime, language: str = ""
    ) -> None:
        """Ask once more for a file that could not be made, or that nobody asked for: a format
        may be newer than the tender."""
        with transaction.atomic():
            job = ask(tender, format, by=by, at=at, language=language)
            made, new = cls.objects.get_or_create(
                tender_id=tender.pk, format=format, language=language, defaults={"job": job}
            )
            failed = cls.objects.filter(pk=made.pk, job__status=Job.Status.FAILED)
            if not new and not failed.update(job=job):
                raise IllegalMove(gettext("This file is there or being made."))


@dataclass(frozen=True)
class PublicFile:
    """A format that everybody may take of a tender, and how far the file is."""

    format: Format
    job: Job | None  # None: nobody asked for it yet, or it needs no job
    language: str = ""  # empty: the tender's own

    @property
    def title(self) -> str:
        """What it is called; in the second language with the name of that."""
        title = str(self.format.title)
        return f"{title} ({paper_languages.name_of(self.language)})" if self.language else title

    @property
    def query(self) -> str:
        """What its address asks for."""
        return f"?language={self.language}" if self.language else ""

    @property
    def ready(self) -> bool:
        return not self.format.job or bool(self.job and self.job.status == Job.Status.DONE)

    @property
    def failed(self) -> bool:
        return bool(self.job and self.job.status == Job.Status.FAILED)

    @property
    def being_made(self) -> bool:
        return bool(self.job) and not self.ready and not self.failed


def public_files(tender: Notice) -> list[PublicFile]:
    """What everybody may take of a published tender, in the order of the table. One statement."""
    if tender.body is None:
        return []
    made = Download.objects.filter(tender=tender.pk).select_related("job")
    jobs = {(download.format, download.language): download.job for download in made}
    return [
        PublicFile(format, jobs.get((format.key, language)), language)
        for format, language in for_everybody(tender)
    ]


def for_everybody(tender: Notice) -> list[tuple[Format, str]]:
    """What is made of a tender for all, format by format: in its own language (an empty one) and,
    where its papers are in two, in the second."""
    return [
        (format, language)
        for format in FORMATS.values()
        if format.public
        for language in dict.fromkeys(["", tender.second_language if format.in_both else ""])
    ]


def ask_for_all(tender: Notice, *, by: User, at: datetime) -> None:
    """Ask for every file that everybody may take, in the transaction that publishes it."""
    for format, language in for_everybody(tender):
        if format.job:
            job = ask(tender, format.key, by=by, at=at, language=language)
            Download.objects.create(
                tender_id=tender.pk, format=format.key, language=language, job=job
            )


def ask(
    tender: Notice,
    format: str,
    *,
    by: User,
    at: datetime,
    organisation: Organisation | None = None,
    language: str = "",
    **asked: Any,
) -> Job:
    """Ask for a tender in one format, in the transaction of whatever makes it necessary; in its
    second language where that is named.

    Without an organisation it is for everybody, whoever leaves meanwhile."""
    return Job.request(
        EXPORT,
        title=" ".join(filter(None, (tender.reference, title_of(format), language.upper()))),
        asked={"tender": str(tender.pk), "format": format, "language": language, **asked},
        by=by,
        at=at,
        organisation=organisation,
    )
