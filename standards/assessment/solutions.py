"""Solutions, their releases, and what holds a release back."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from certcentre.accounts.models import Organisation, Role


class SolutionQuerySet(models.QuerySet["Solution"]):
    def of_members(self, user: Any, *roles: str) -> "SolutionQuerySet":
        """Solutions of organisations where `user` holds one of `roles` (any, if none is named)."""
        return self.filter(organisation__in=Organisation.objects.acted_for_by(user, *roles))

    def editable_by(self, user: Any) -> "SolutionQuerySet":
        return self.of_members(user, Role.EDITOR)

    def listed(self) -> "SolutionQuerySet":
        """In the public register: design.md section 2, *Listed*."""
        return self.filter(current_release__in=Release.objects.listed())


class Solution(models.Model):
    """A product that a provider offers to schools."""

    class Status(models.TextChoices):
        ACTIVE = "active", _("Active")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    LIFECYCLE = {Status.ACTIVE: {Status.WITHDRAWN}, Status.WITHDRAWN: set()}

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="solutions"
    )
    name = models.CharField(_("name"), max_length=160)
    summary = models.TextField(_("what it does"), max_length=600)
    website = models.URLField(_("website"), blank=True)
    status = models.CharField(max_length=9, choices=Status.choices, default=Status.ACTIVE)
    current_release = models.ForeignKey(
        "Release", null=True, on_delete=models.PROTECT, related_name="+"
    )
    search_text = models.TextField(editable=False)  # name, summary, provider; casefolded
    created_at = models.DateTimeField()

    objects = SolutionQuerySet.as_manager()

    class Meta:
        verbose_name = _("solution")
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("solution", args=[self.pk])


class ReleaseQuerySet(models.QuerySet["Release"]):
    def of_members(self, user: Any, *roles: str) -> "ReleaseQuerySet":
        return self.filter(solution__in=Solution.objects.of_members(user, *roles))

    def editable_by(self, user: Any) -> "ReleaseQuerySet":
        return self.of_members(user, Role.EDITOR)

    def listed(self) -> "ReleaseQuerySet":
        """Declared, public, neither held nor refused, with solution and provider in force."""
        return self.filter(
            public_since__isnull=False,
            status=Release.Status.CLEAR,
            solution__status=Solution.Status.ACTIVE,
            solution__organisation__status=Organisation.Status.VERIFIED,
        )


class Release(models.Model):
    """A line of a solution ("4.x") that answers are about."""

    class Status(models.TextChoices):
        CLEAR = "clear", _("Clear")
        HELD = "held", _("Held for a decision by the centre")
        REFUSED = "refused", _("Listing refused")

    LIFECYCLE = {
        Status.CLEAR: {Status.HELD},
        Status.HELD: {Status.CLEAR, Status.REFUSED},
        Status.REFUSED: {Status.HELD},
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    solution = models.ForeignKey(Solution, on_delete=models.PROTECT, related_name="releases")
    label = models.CharField(_("release line"), max_length=40)
    facts = models.JSONField(default=dict)  # {fact key: value}; absent is unknown
    status = models.CharField(max_length=7, choices=Status.choices, default=Status.CLEAR)
    public_since = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    objects = ReleaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("release")
        ordering = ["solution", "-created_at"]
        constraints = [
            models.UniqueConstraint(fields=["solution", "label"], name="release_label_once")
        ]

    def __str__(self) -> str:
        return f"{self.solution.name} {self.label}"

    def get_absolute_url(self) -> str:
        return reverse("release", args=[self.pk])


class Hold(models.Model):
    """That a rule held a release at a declaration, and what the centre then decided."""

    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="holds")
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
