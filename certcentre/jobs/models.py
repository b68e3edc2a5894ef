"""The Job row: the truth about long work, whichever process runs it."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

LEASE = timedelta(seconds=60)
ATTEMPTS = 3


class JobQuerySet(models.QuerySet["Job"]):
    def visible_to(self, user: Any) -> "JobQuerySet":
        return self.filter(requested_by=user) if user.is_authenticated else self.none()

    def waiting(self, *, at: datetime) -> "JobQuerySet":
        """Queued, or running under a lease that ran out: its process is gone."""
        lost = Q(status=Job.Status.RUNNING, lease_until__lt=at)
        return self.filter(Q(status=Job.Status.QUEUED) | lost).order_by("queued_at")


class Job(models.Model):
    """A piece of long work: what was asked, how far it is, and the file or error it gave.

    `kind` is the name of a Celery task that takes the job's id. Not logged (design.md section 4).
    """

    class Status(models.TextChoices):
        QUEUED = "queued", _("Waiting to start")
        RUNNING = "running", _("Being made")
        DONE = "done", _("Ready")
        FAILED = "failed", _("Did not work")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=80)
    title = models.CharField(max_length=200)
    asked = models.JSONField(default=dict)
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True)
    file = models.FileField(upload_to="jobs/%Y/%m/", blank=True)
    file_name = models.CharField(max_length=200, blank=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    queued_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    published_at = models.DateTimeField(null=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["status", "queued_at"], name="job_status_queued")]

    def __str__(self) -> str:
        return f"{self.title} ({self.status})"

    def get_absolute_url(self) -> str:
        return reverse("job", args=[self.pk])

    @classmethod
    def request(
        cls, kind: str, *, title: str, asked: dict[str, Any], by: Any, at: datetime
    ) -> "Job":
        """Ask for the work, in the transaction of whatever makes it necessary."""
        return cls.objects.create(
            kind=kind, title=title, asked=asked, requested_by=by, queued_at=at
        )

    def claim(self, *, at: datetime) -> bool:
        """Take the job for this process; False when another one has it. One conditional UPDATE."""
        taken = Job.objects.waiting(at=at).filter(pk=self.pk, attempts__lt=ATTEMPTS)
        return bool(
            taken.order_by().update(
                status=Job.Status.RUNNING,
                attempts=F("attempts") + 1,
                started_at=at,
                lease_until=at + LEASE,
                error="",
            )
        )

    def renew(self, *, at: datetime, done: int, total: int) -> None:
        """Say how far it is, which also keeps the lease."""
        Job.objects.filter(pk=self.pk, status=Job.Status.RUNNING).update(
            done=done, total=total, lease_until=at + LEASE
        )
