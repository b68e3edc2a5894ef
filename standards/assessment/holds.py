"""What held a release back at a declaration, and what the centre decided."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Hold(models.Model):
    """That a rule held a release at a declaration, and what the centre then decided."""

    release = models.ForeignKey("standards.Release", on_delete=models.PROTECT, related_name="holds")
    rule_key = models.CharField(max_length=20)
    held_at = models.DateTimeField()
    cleared_at = models.DateTimeField(null=True)
    refused_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("hold")

    def __str__(self) -> str:
        return f"{self.release}: {self.rule_key}"
