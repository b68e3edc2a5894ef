"""Evidence: files and links that show something, and who else may open them."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from certcentre.accounts.models import Organisation
from standards.assessment.answers import Answer


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    def on_file(self) -> "EvidenceQuerySet":
        return self.filter(removed_at=None)


class Evidence(models.Model):
    """A file or link that shows something, with the period it speaks for."""

    class Kind(models.TextChoices):
        FILE = "file", _("File")
        LINK = "link", _("Link")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="evidence"
    )
    kind = models.CharField(max_length=4, choices=Kind.choices)
    title = models.CharField(_("title"), max_length=200)
    link = models.URLField(_("link"), blank=True, max_length=500)
    file = models.FileField(upload_to="evidence/%Y/%m/", blank=True)
    file_name = models.CharField(max_length=200, blank=True)
    media_type = models.CharField(max_length=100, blank=True)
    size = models.PositiveBigIntegerField(default=0)  # bytes
    digest = models.CharField(max_length=64)  # SHA-256, hexadecimal, of the file or the link
    speaks_from = models.DateField(_("speaks for the time from"))
    speaks_until = models.DateField(_("until"), null=True, blank=True)
    received_at = models.DateTimeField()
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    removed_at = models.DateTimeField(null=True)

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        ordering = ["-received_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(speaks_until=None) | Q(speaks_until__gte=F("speaks_from")),
                name="evidence_period_runs_forward",
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("evidence", args=[self.pk])


class EvidenceUse(models.Model):
    """That an answer rests on a piece of evidence; one piece may carry many answers."""

    answer = models.ForeignKey(Answer, on_delete=models.CASCADE, related_name="evidence_uses")
    evidence = models.ForeignKey(Evidence, on_delete=models.PROTECT, related_name="uses")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["answer", "evidence"], name="evidenceuse_once")
        ]

    def __str__(self) -> str:
        return f"{self.answer_id}: {self.evidence_id}"
