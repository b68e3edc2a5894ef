"""The Job row: the truth about long work, whichever process runs it."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from certcentre.accounts.models import Organisation, User
from certcentre.accounts.people import Reader
from certcentre.lifecycle import NotAllowed

LEASE = timedelta(seconds=60)
ATTEMPTS = 3
PUBLISH_AGAIN = timedelta(seconds=60)
APART = timedelta(minutes=5)  # that two clocks may be; beyond it one was set back
SILENT = timedelta(seconds=30)  # without a sign: whoever takes work gives one every five


def leased(at: datetime) -> Q:
    """Held by a process; a lease that ends later than any can was given before the clock was set
    back, and holds nothing."""
    return Q(lease_until__gte=at, lease_until__lte=at + LEASE + APART)


class JobQuerySet(models.QuerySet["Job"]):
    def visible_to(self, user: Reader) -> "JobQuerySet":
        """Their own, while they act for whom they asked: what it made may be of no one else."""
        return self.theirs(user) if isinstance(user, User) else self.none()

    def theirs(self, person: User) -> "JobQuerySet":
        """Asked for by a person who still acts for an organisation at work, if it was for one."""
        now = Organisation.objects.acted_for_by(person).at_work()
        return self.filter(Q(organisation=None) | Q(organisation__in=now), requested_by=person)

    def waiting(self, *, at: datetime) -> "JobQuerySet":
        """Queued, or running under a lease that ran out: its process is gone. Oldest first. None
        while the portal is for reading only."""
        if settings.READ_ONLY:
            return self.none()
        lost = Q(status=Job.Status.RUNNING) & ~leased(at)
        open_ = self.filter(Q(status=Job.Status.QUEUED) | lost, attempts__lt=ATTEMPTS)
        return open_.order_by("queued_at")

    def to_publish(self, *, at: datetime) -> "JobQuerySet":
        """Waiting, and not handed to the broker lately: a lost message is sent again."""
        lately = Q(published_at__gte=at - PUBLISH_AGAIN, published_at__lte=at + APART)
        return self.waiting(at=at).filter(Q(published_at=None) | ~lately)

    def being_made(self, *, at: datetime) -> "JobQuerySet":
        """A process holds it now."""
        return self.filter(leased(at), status=Job.Status.RUNNING)

    def give_up(self, *, at: datetime) -> int:
        """End the jobs whose process was lost at the last attempt; how many there were."""
        lost = self.filter(~leased(at), status=Job.Status.RUNNING, attempts__gte=ATTEMPTS)
        return lost.update(status=Job.Status.FAILED, finished_at=at, lease_until=None)


class Job(models.Model):
    """A piece of long work: what was asked, how far it is, and the file or error it gave.

    `kind` is the name of a Celery task that takes the job's id. `organisation`: for whom it was
    asked, empty where what it makes is for everybody. Not logged.
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
    organisation = models.ForeignKey(
        Organisation, null=True, on_delete=models.PROTECT, related_name="+"
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
        cls,
        kind: str,
        *,
        title: str,
        asked: dict[str, Any],
        by: User | None,
        at: datetime,
        organisation: Organisation | None = None,
    ) -> "Job":
        """Ask for the work, in the transaction of whatever makes it necessary. `by` is None where
        time asks for it."""
        return cls.objects.create(
            kind=kind,
            title=title,
            asked=asked,
            requested_by=by,
            organisation=organisation,
            queued_at=at,
        )

    def untaken_since(self, *, at: datetime) -> datetime | None:
        """Since when nothing takes up work, where this one waits for it; None where something does,
        or where nobody can know yet. Since now, where a clock that was set back hides it."""
        if self.finished_at or Job.objects.being_made(at=at).exists():
            return None
        since = Pulse.last() or self.queued_at
        return min(since, at) if abs(at - since) > SILENT else None

    def require_asker(self) -> None:
        """NotAllowed where whoever asked no longer acts for whom they asked."""
        person = self.requested_by
        if person and not Job.objects.theirs(person).filter(pk=self.pk).exists():
            raise NotAllowed(gettext("Whoever asked for it no longer acts for this organisation."))

    def claim(self, *, at: datetime) -> bool:
        """Take the job for this process; False when another one has it. One conditional UPDATE."""
        taken = Job.objects.waiting(at=at).filter(pk=self.pk).order_by()
        claimed = bool(
            taken.update(
                status=Job.Status.RUNNING,
                attempts=F("attempts") + 1,
                started_at=at,
                lease_until=at + LEASE,
                done=0,
                error="",
            )
        )
        self.refresh_from_db()
        return claimed

    def mine(self) -> "JobQuerySet":
        """The row while this attempt still holds it; nothing once another process took over."""
        return Job.objects.filter(pk=self.pk, status=Job.Status.RUNNING, attempts=self.attempts)

    def renew(self, *, at: datetime, done: int, total: int) -> bool:
        """Say how far it is, which also keeps the lease; False when the lease is lost."""
        return bool(self.mine().update(done=done, total=total, lease_until=at + LEASE))

    def finish(self, *, at: datetime, file: str, file_name: str) -> bool:
        """The file is there; False when another process has the job by now."""
        return bool(
            self.mine().update(
                status=Job.Status.DONE,
                file=file,
                file_name=file_name,
                done=F("total"),
                finished_at=at,
                lease_until=None,
            )
        )

    def fail(self, *, at: datetime, words: str = "", final: bool = False) -> None:
        """It did not work: queued again while attempts remain, unless `final`; else failed.

        `words` are for the person who asked; without any the page says that it did not work.
        """
        if final or self.attempts >= ATTEMPTS:
            ended = {"status": Job.Status.FAILED, "finished_at": at}
        else:
            ended = {"status": Job.Status.QUEUED, "published_at": None}
        self.mine().update(error=words, lease_until=None, **ended)


class Pulse(models.Model):
    """The last sign of whoever takes up work: the timers give it, which run where jobs do."""

    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S}"

    @classmethod
    def beat(cls, *, at: datetime) -> None:
        cls.objects.update_or_create(pk=1, defaults={"at": at})

    @classmethod
    def last(cls) -> datetime | None:
        return cls.objects.filter(pk=1).values_list("at", flat=True).first()

    @classmethod
    def is_felt(cls, *, at: datetime) -> bool:
        """Whether something takes up work, or is busy with it."""
        last = cls.last()
        return bool(last and abs(at - last) <= SILENT) or Job.objects.being_made(at=at).exists()
