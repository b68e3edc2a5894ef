"""Files that others wrote, brought to the catalogue: previewed first, then loaded as a draft."""

import uuid
from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import models, transaction
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from certcentre import stored_files
from certcentre.accounts.organisations import Organisation
from certcentre.accounts.people import User
from certcentre.jobs.models import Job
from certcentre.jobs.running import Progress
from certcentre.lifecycle import IllegalMove, NotReady
from standards.catalogue import import_plan
from standards.catalogue.editions import Edition
from standards.catalogue.files.losses import Loss, Refused, loss_lines, named
from standards.catalogue.import_plan import Plan
from standards.catalogue.profiles import Profile
from standards.catalogue.reviewing import judged_by_the_centre

KIND = "catalogue.import"
LONG = 250_000  # bytes; 1,700 rows of CSV and 9,000 of a workbook are read in less than a second
STAGES = 3  # read, written, reported: what a job says of how far it is


class Import(models.Model):
    """One file brought to the catalogue: what it holds, what it changes, and what is lost."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    format = models.CharField(max_length=20)
    file_name = models.CharField(max_length=200)
    file = models.FileField(upload_to="imports/%Y/%m/", blank=True)  # until it is loaded
    size = models.PositiveBigIntegerField(default=0)  # bytes
    digest = models.CharField(max_length=64)  # SHA-256, hexadecimal, of the file
    asked = models.JSONField(default=dict)  # what the officer said that the file does not
    report = models.JSONField(default=dict)  # counts, differences and losses
    edition = models.ForeignKey(
        Edition, null=True, on_delete=models.SET_NULL, related_name="imports"
    )
    profile = models.ForeignKey(
        Profile, null=True, on_delete=models.SET_NULL, related_name="imports"
    )
    read_at = models.DateTimeField()
    read_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    loaded_at = models.DateTimeField(null=True)
    loaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("import")
        ordering = ["-read_at"]

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        return reverse("catalogue-import", args=[self.pk])

    @classmethod
    def preview(
        cls,
        data: bytes,
        *,
        format: str,
        file: str,
        asked: dict[str, str],
        by: User | None,
        at: datetime,
    ) -> "Import":
        """Read and compare a file and keep it until it is loaded; the catalogue stays as it is."""
        judged_by_the_centre(by)
        made = cls.of(import_plan.plan(data, format=format, file=file, asked=asked), by=by, at=at)
        made.asked = asked
        made.file.name = put(data, made.pk, at)
        with stored_files.kept_with_row(made.file.name):
            made.save()
        return made

    @classmethod
    def preview_by_job(cls, job: Job, *, at: datetime) -> "Import":
        """The same of a file that waits with a job; once, however often the job runs."""
        key = uuid.UUID(job.asked["import"])
        if standing := cls.objects.filter(pk=key).first():
            return standing
        judged_by_the_centre(job.requested_by)
        with default_storage.open(job.asked["into"]) as stream:
            content = stream.read()
        about = {name: job.asked[name] for name in ("format", "file", "asked")}
        made = cls.of(import_plan.plan(content, **about), by=job.requested_by, at=at)
        made.pk, made.asked, made.file.name = key, job.asked["asked"], job.asked["into"]
        made.save(force_insert=True)
        return made

    @classmethod
    def of(cls, plan: Plan, *, by: User | None, at: datetime) -> "Import":
        """What a plan says of a file, as a record that is not saved yet."""
        return cls(
            format=plan.format,
            file_name=plan.file[:200],
            size=plan.size,
            digest=plan.digest,
            report=plan.report(),
            read_at=at,
            read_by=by,
        )

    @classmethod
    def loaded(cls, plan: Plan, *, by: User | None, at: datetime) -> "Import":
        """Write what a plan says, and keep its report."""
        with transaction.atomic():
            made = cls.of(plan, by=by, at=at)
            made._take(import_plan.load(plan, by=by, at=at), by, at)
            made.save()
        return made

    def correct(self, asked: dict[str, str], *, by: User | None, at: datetime) -> None:
        """Read the file again with what the officer says of it; Refused changes nothing."""
        judged_by_the_centre(by)
        said = {**self.asked, **asked}
        report = self._read(said).report()
        kept = {"asked": said, "report": report, "read_at": at, "read_by": by}
        if not Import.objects.filter(pk=self.pk, loaded_at=None).update(**kept):
            raise IllegalMove(gettext("This file was already loaded."))
        self.asked, self.report = said, report

    def _read(self, asked: dict[str, str]) -> Plan:
        if self.loaded_at or not self.file:
            raise IllegalMove(gettext("This file was already loaded."))
        with self.file.open("rb") as kept:
            data = kept.read()
        return import_plan.plan(data, format=self.format, file=self.file_name, asked=asked)

    def load(self, *, by: User | None, at: datetime) -> None:
        """Write the draft that the preview showed; the kept file goes, the report stays."""
        judged_by_the_centre(by)
        plan = self._read(self.asked)
        with transaction.atomic():
            open_ = Import.objects.filter(pk=self.pk, loaded_at=None)
            if not open_.update(loaded_at=at, loaded_by=by):
                raise IllegalMove(gettext("This file was already loaded."))
            self._take(import_plan.load(plan, by=by, at=at), by, at)
            self.report = plan.report()
            name, storage = str(self.file.name), self.file.storage
            self.file = ""
            self.save()
            transaction.on_commit(lambda: storage.delete(name))

    @property
    def is_long(self) -> bool:
        """Whether reading it is the work of a job."""
        return self.size > LONG

    def open_job(self) -> Job | None:
        """The work on it that is not done yet."""
        return Job.objects.filter(
            kind=KIND, asked__import=str(self.pk), finished_at__isnull=True
        ).first()

    def typed(self) -> dict[str, Any]:
        """What was said of it in vain: the facts of a job that was refused, until another is."""
        last = Job.objects.filter(kind=KIND, asked__import=str(self.pk)).order_by("-queued_at")
        job = last.first()
        failed = job and job.status == Job.Status.FAILED
        return dict(job.asked.get("facts", {})) if job and failed else {}

    def ask_again(self, facts: dict[str, Any], *, load: bool, by: User, at: datetime) -> Job:
        """Have a long file compared again with these facts, or loaded with them, by a job."""
        judged_by_the_centre(by)
        asked = {"load": load, "facts": facts, "back": self.get_absolute_url()}
        return self.open_job() or ask(self.pk, self.file_name, asked, by=by, at=at)

    def work(self, job: Job, *, at: datetime) -> None:
        """What was asked of a long file; nothing where this job has loaded it already."""
        by = job.requested_by
        if self.loaded_at and self.loaded_by == by and self.loaded_at >= job.queued_at:
            return
        if job.asked["facts"]:
            self.correct(job.asked["facts"], by=by, at=at)
        if job.asked["load"]:
            self.load(by=by, at=at)

    def _take(self, made: Edition | Profile, by: User | None, at: datetime) -> None:
        self.loaded_at, self.loaded_by = at, by
        if isinstance(made, Edition):
            self.edition = made
        else:
            self.profile = made


def put(content: bytes, key: uuid.UUID, at: datetime) -> str:
    """Keep a file for the import that will have this key; its name."""
    name = stored_files.name_of(Import.file, at, key.hex)
    return stored_files.put(name, BytesIO(content))


def ask(key: uuid.UUID, file: str, asked: dict[str, Any], *, by: User, at: datetime) -> Job:
    """Ask for work on a file; it ends with whoever asked being of the centre."""
    leads_to = reverse("catalogue-import", args=[key])
    return Job.request(
        KIND,
        title=file[:200],
        asked={"import": str(key), "leads_to": leads_to, **asked},
        by=by,
        at=at,
        organisation=Organisation.objects.all().centre(),
    )


def ask_preview(
    content: bytes, *, format: str, file: str, asked: dict[str, str], by: User, at: datetime
) -> Job:
    """`Import.preview` of a long file by a job, which keeps the file until then."""
    judged_by_the_centre(by)
    key = uuid.uuid4()
    kept = put(content, key, at)
    back = reverse("catalogue-imports")
    about = {"into": kept, "format": format, "file": file, "asked": asked, "back": back}
    with stored_files.kept_with_row(kept):
        return ask(key, file, about, by=by, at=at)


def work(job: Job, progress: Progress) -> tuple[bytes, str]:
    """What the task does: the import as it then stands, and its report as a file. What is wrong
    with the file is told line by line, and nothing of it is kept."""
    at = job.started_at or job.queued_at
    progress(0, STAGES)
    try:
        if "into" in job.asked:
            made = Import.preview_by_job(job, at=at)
        else:
            made = Import.objects.get(pk=job.asked["import"])
            progress(1, STAGES)
            made.work(job, at=at)
    except Refused as refused:
        words = gettext("Nothing was written into the catalogue. Set this right, then ask again.")
        raise NotReady("\n".join([*refused.reasons, words])) from refused
    progress(STAGES - 1, STAGES)
    return report_file(made).encode(), "import-report.txt"


def report_file(made: Import) -> str:
    """The whole report as text: every ref that is new, changed, removed or lost."""
    head = f"{made.file_name} ({made.format}), SHA-256 {made.digest}"
    return "\n".join([head, *report_lines(made.report, all_named=True), ""])


def report_lines(report: dict[str, Any], *, all_named: bool = False) -> Iterator[str]:
    """The counts, the differences and the losses of an import."""
    yield f"{report['name']} → {report['key']}"
    yield ", ".join(f"{count} {name}" for name, count in report["counts"].items() if count)
    if report["of"]:
        yield f"criteria of {report['of']}"
    if report["before"]:
        yield f"compared with {report['before']} ({report['before_status']})"
    differences = report["differences"]
    for name in ("new", "removed"):
        if differences[name]:
            yield f"{name} {len(differences[name])}: {named(differences[name], all_named)}"
    if changed := differences["changed"]:
        details = [f"{ref} ({', '.join(fields)})" for ref, fields in changed.items()]
        yield f"changed {len(changed)}: {named(details, all_named)}"
    if differences["about"]:
        yield f"changed of the edition: {', '.join(differences['about'])}"
    if differences["same"]:
        yield f"unchanged {differences['same']}"
    losses = [
        Loss(each["what"], each["why"], tuple(each["where"]), each["made"])
        for each in report["losses"]
    ]
    yield from loss_lines(losses, all_named=all_named)
