"""The sets of open data that were published, and their files."""

from datetime import datetime, timedelta

from django.db import models, transaction
from django.db.models import Exists, OuterRef
from django.urls import reverse

from certcentre.stored_files import forget

FOLDER = "open-data/"
KEPT = timedelta(days=7)  # a set stays that long after a newer one


class Publication(models.Model):
    """A whole set of open data as of a moment; the newest one is what is given out.

    `manifest` names every file with its digest, and `signature` is Ed25519 over its bytes.
    """

    stamp = models.CharField(max_length=16, unique=True)  # of `at`, as in its addresses
    at = models.DateTimeField()
    manifest = models.BinaryField()
    signature = models.BinaryField()
    key = models.BinaryField()  # the public key, as OpenSSL reads it
    lasting = models.BooleanField(default=False)  # a draw names it, and anybody may draw again
    examples = models.JSONField(default=dict)  # {data set: a record, its lists cut short}

    class Meta:
        ordering = ["-at"]

    def __str__(self) -> str:
        return self.stamp

    def get_absolute_url(self) -> str:
        return reverse("data-file", args=[self.stamp, "manifest.json"])

    @classmethod
    def newest(cls) -> "Publication | None":
        return cls.objects.order_by("-at").first()

    @classmethod
    def tidy(cls, *, at: datetime) -> int:
        """Take away the sets that a newer one took the place of so many days ago, but for those
        that last; how many."""
        newer = cls.objects.filter(at__gt=OuterRef("at"), at__lt=at - KEPT)
        with transaction.atomic():
            old = list(
                cls.objects.filter(Exists(newer), lasting=False).values_list("pk", flat=True)
            )
            files = PublishedFile.objects.filter(publication__in=old)
            forget(PublishedFile.file, *files.values_list("file", flat=True))
            files.delete()
            cls.objects.filter(pk__in=old).delete()
        return len(old)


class PublishedFile(models.Model):
    """One file of a set."""

    publication = models.ForeignKey(Publication, on_delete=models.CASCADE, related_name="files")
    data_set = models.CharField(max_length=20)
    name = models.CharField(max_length=40)
    media_type = models.CharField(max_length=40)
    file = models.FileField(upload_to=f"{FOLDER}%Y/%m/")
    size = models.PositiveBigIntegerField()
    digest = models.CharField(max_length=64)  # SHA-256, hexadecimal
    records = models.PositiveBigIntegerField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["publication", "name"], name="published_file_once")
        ]

    def __str__(self) -> str:
        return self.name
