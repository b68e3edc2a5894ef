"""Files that others wrote, brought to the catalogue: previewed first, then loaded as a draft."""

import uuid

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from standards.catalogue.editions import Edition
from standards.catalogue.profiles import Profile


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
        return reverse("import", args=[self.pk])
