"""What a signed checkpoint is, as it is kept."""

from django.db import models

from certcentre.log.note import Note, parse


class CheckpointQuerySet(models.QuerySet["Checkpoint"]):
    def newest(self) -> "Checkpoint | None":
        return self.order_by("-size", "-pk").first()


class Checkpoint(models.Model):
    """The portal's signed word on how many entries the log holds and what its root is.

    `stamp` is what a time-stamp authority answered, as it came; `stamp_trouble` says what is
    wrong with it.
    """

    size = models.PositiveBigIntegerField()
    root = models.BinaryField()
    key = models.CharField(max_length=64)
    note = models.TextField()
    made_at = models.DateTimeField()
    mailed_at = models.DateTimeField(null=True)
    posted_at = models.DateTimeField(null=True)
    stamp = models.BinaryField(null=True)
    stamped_at = models.DateTimeField(null=True)
    stamp_trouble = models.TextField(blank=True)

    objects = CheckpointQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["size", "key"], name="checkpoint_once_per_key")
        ]

    def __str__(self) -> str:
        return f"checkpoint of {self.size}"

    @property
    def read(self) -> Note:
        return parse(self.note)
