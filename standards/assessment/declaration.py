"""The declaration: answers, facts and evidence as signed, and grants to open its files."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from certcentre.accounts.models import Organisation
from standards.assessment.answers import Assessment
from standards.assessment.solutions import Release


class DeclarationQuerySet(models.QuerySet["Declaration"]):
    def in_force(self, *, at: datetime) -> "DeclarationQuerySet":
        return self.filter(withdrawn_at=None, valid_until__gt=at)


class Declaration(models.Model):
    """The self-declaration of conformity (ISO/IEC 17050): an immutable snapshot, signed by name."""

    number = models.CharField(max_length=16, unique=True)
    assessment = models.OneToOneField(Assessment, on_delete=models.PROTECT)
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="declarations")
    signatory_name = models.CharField(max_length=120)
    signatory_role = models.CharField(max_length=120)
    declared_at = models.DateTimeField()
    declared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    valid_until = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    body = models.BinaryField()  # canonical JSON (RFC 8785) of answers, facts and evidence
    digest = models.CharField(max_length=64)  # SHA-256 of body, hexadecimal

    objects = DeclarationQuerySet.as_manager()

    class Meta:
        verbose_name = _("declaration")
        ordering = ["-declared_at"]

    def __str__(self) -> str:
        return self.number


class GrantQuerySet(models.QuerySet["Grant"]):
    def in_force(self, *, at: datetime) -> "GrantQuerySet":
        return self.filter(Q(until=None) | Q(until__gt=at), since__lte=at)


class Grant(models.Model):
    """That another organisation may open the evidence files of one declaration, from until."""

    declaration = models.ForeignKey(Declaration, on_delete=models.PROTECT, related_name="grants")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    why = models.CharField(max_length=120)

    objects = GrantQuerySet.as_manager()

    class Meta:
        verbose_name = _("grant")

    def __str__(self) -> str:
        return f"{self.organisation}: {self.declaration}"
