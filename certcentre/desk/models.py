"""What the desk keeps: who was told of what, and how far the log has been read."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from certcentre.desk.cases.asked import PartyQuestion
from certcentre.desk.cases.case import Case
from certcentre.desk.cases.panel import PanelMember
from certcentre.desk.draw import Draw
from certcentre.desk.open_data.publication import Publication, PublishedFile
from certcentre.desk.telling import Pace, Telling

__all__ = [
    "Case",
    "Cursor",
    "Draw",
    "Notice",
    "PanelMember",
    "PartyQuestion",
    "Publication",
    "PublishedFile",
    "Telling",
]


TITLE = 300  # letters of a line


class NoticeQuerySet(models.QuerySet["Notice"]):
    def of(self, person: models.Model) -> "NoticeQuerySet":
        """The lines of one person's inbox, the newest first."""
        return self.filter(recipient=person.pk).newest_first()

    def newest_first(self) -> "NoticeQuerySet":
        """By the moment that each is shown with, however late it was planned."""
        return self.order_by("-entry__at", "-pk")

    def unread(self) -> "NoticeQuerySet":
        return self.filter(read_at=None)

    def due(self, *, at: datetime) -> "NoticeQuerySet":
        """Not sent, and not under way or just failed, the oldest first."""
        waiting = self.filter(sent_at=None, next_try_at__lte=at).exclude(pace=Pace.NEVER)
        return waiting.order_by("pk")


class Notice(models.Model):
    """That one person is told of one log entry, once: a line of their inbox, and a mail.

    It holds no address: that is looked up when it is sent, in the person's account, or in the
    invitation for somebody who has none (`recipient` is then empty). `title` is what they were
    told, in their language, as it was then: who may no longer see the record reads no more of it.
    """

    entry = models.ForeignKey("log.LogEntry", on_delete=models.PROTECT, related_name="+")
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    follow = models.ForeignKey(  # that they are told because of; none: by their part in it
        "tenders.Follow", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    matter = models.CharField(max_length=40, blank=True)  # the name of a Matter
    title = models.CharField(max_length=TITLE, blank=True)
    read_at = models.DateTimeField(null=True)
    pace = models.CharField(max_length=8, choices=Pace, default=Pace.NOW)
    next_try_at = models.DateTimeField(null=True)  # none: no mail is to go
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["entry", "recipient"],
                condition=Q(recipient__isnull=False),
                name="notice_once_per_person",
            ),
            models.UniqueConstraint(
                fields=["entry"], condition=Q(recipient=None), name="notice_once_to_the_invited"
            ),
        ]
        indexes = [
            models.Index(fields=["next_try_at"], condition=Q(sent_at=None), name="notice_due"),
            models.Index(fields=["recipient", "-id"], name="notice_of_person"),
            models.Index(
                fields=["recipient", "matter"], condition=Q(read_at=None), name="notice_unread"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id} to {self.recipient_id or 'the invited'}"

    def claim(self, *, at: datetime, until: datetime) -> bool:
        """Take it for this process until then; False when another one has it."""
        mine = Notice.objects.due(at=at).filter(pk=self.pk).order_by()
        return bool(mine.update(next_try_at=until, attempts=F("attempts") + 1))


class Cursor(models.Model):
    """The last log entry that a reader has dealt with."""

    name = models.CharField(max_length=40, unique=True)
    entry_id = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.name}: {self.entry_id}"
