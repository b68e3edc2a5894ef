"""A provider's answers for one release over a chosen set of criteria."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from certcentre.accounts.models import Role
from standards.assessment.solutions import Release
from standards.catalogue.editions import Criterion
from standards.catalogue.profiles import Profile


class AssessmentQuerySet(models.QuerySet["Assessment"]):
    def of_members(self, user: Any, *roles: str) -> "AssessmentQuerySet":
        return self.filter(release__in=Release.objects.of_members(user, *roles))

    def editable_by(self, user: Any) -> "AssessmentQuerySet":
        return self.of_members(user, Role.EDITOR)


class Assessment(models.Model):
    """A provider's answers for one release over a chosen set of criteria."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        DECLARED = "declared", _("Declared")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    LIFECYCLE = {
        Status.DRAFT: {Status.DECLARED},
        Status.DECLARED: {Status.WITHDRAWN},
        Status.WITHDRAWN: set(),
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="assessments")
    profile = models.ForeignKey(Profile, null=True, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=9, choices=Status.choices, default=Status.DRAFT)
    started_at = models.DateTimeField()
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("assessment")
        ordering = ["-started_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["release"], condition=Q(status="draft"), name="assessment_one_draft"
            )
        ]

    def __str__(self) -> str:
        return f"{self.release} ({self.status})"

    def get_absolute_url(self) -> str:
        return reverse("assessment", args=[self.pk])


class Outcome(models.TextChoices):
    """What is said of one criterion."""

    MET = "met", _("Met")
    PARTLY_MET = "partly_met", _("Partly met")
    NOT_MET = "not_met", _("Not met")
    NOT_APPLICABLE = "not_applicable", _("Not applicable")


class Answer(models.Model):
    """What the provider says of one criterion in one assessment; empty value: not answered yet."""

    class Origin(models.TextChoices):
        PERSON = "", _("Answered here")
        RULE = "rule", _("Marked by a rule")
        COPY = "copy", _("Copied from another release")
        MAPPING = "mapping", _("Suggested by a mapping")
        IMPORT = "import", _("Imported")

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="answers")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="+")
    value = models.CharField(max_length=14, choices=Outcome.choices, blank=True)
    reason = models.TextField(blank=True)  # why it does not apply; what is missing and by when
    note = models.TextField(blank=True)
    origin = models.CharField(max_length=8, choices=Origin.choices, blank=True)
    rule_key = models.CharField(max_length=20, blank=True)  # the rule that accepts not applicable
    to_confirm = models.BooleanField(default=False)
    revision = models.PositiveIntegerField(default=0)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("answer")
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "criterion"], name="answer_once_per_criterion"
            )
        ]

    def __str__(self) -> str:
        return f"{self.criterion}: {self.value}"
