"""What the desk keeps: how far notices have been sent."""

from django.conf import settings
from django.db import models


class Notice(models.Model):
    """That one person was told of one log entry, once."""

    entry = models.ForeignKey("log.LogEntry", on_delete=models.PROTECT, related_name="+")
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    address = models.EmailField()
    template = models.CharField(max_length=60)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["entry", "template", "address"], name="notice_once_per_address"
            )
        ]

    def __str__(self) -> str:
        return f"{self.template}: {self.entry_id}"


class Cursor(models.Model):
    """The last log entry that a reader has dealt with."""

    name = models.CharField(max_length=40, unique=True)
    entry_id = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.name}: {self.entry_id}"
