"""Files that others wrote, brought to the catalogue: previewed first, then loaded as a draft."""

import uuid
from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from certcentre import stored_files
from certcentre.accounts.people import User
from certcentre.lifecycle import IllegalMove
from standards.catalogue import import_plan
from standards.catalogue.editions import Edition
from standards.catalogue.files.losses import Loss, loss_lines, named
from standards.catalogue.import_plan import Plan
from standards.catalogue.profiles import Profile
from standards.catalogue.reviewing import judged_by_the_centre


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
        name = stored_files.name_of(cls.file, at, made.pk.hex)
        made.file.name = stored_files.put(name, BytesIO(data))
        with stored_files.kept_with_row(made.file.name):
            made.save()
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

    def _take(self, made: Edition | Profile, by: User | None, at: datetime) -> None:
        self.loaded_at, self.loaded_by = at, by
        if isinstance(made, Edition):
            self.edition = made
        else:
            self.profile = made


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
