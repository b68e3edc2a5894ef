"""Sets of criteria: profiles, learner needs, and outside schemes."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from standards.catalogue.editions import REVIEW_LIFECYCLE, Review, Translated


class Profile(Translated):
    """A named set of criteria, nothing else."""

    LIFECYCLE = REVIEW_LIFECYCLE

    key = models.SlugField(max_length=40, unique=True)
    label = models.CharField(max_length=120)
    purpose = models.CharField(max_length=250)
    # {"criteria": [...], "editions": [{"edition", "level"}], "if_ai": [...], "laws": {edition:
    # [refs]}, "all_laws": bool, "includes": [profile keys]}: see loading.py
    contents = models.JSONField()
    least = models.JSONField(default=dict)  # least assurance by domain, "" for every other
    position = models.PositiveSmallIntegerField(default=0)
    status = models.CharField(max_length=9, choices=Review.choices, default=Review.PROPOSED)

    class Meta:
        verbose_name = _("profile")
        ordering = ["position"]

    def __str__(self) -> str:
        return self.label


class Need(Translated):
    """What a learner needs, by function and not by diagnosis; derived from claims, never ticked."""

    LIFECYCLE = REVIEW_LIFECYCLE

    key = models.CharField(max_length=40, unique=True)
    group = models.CharField(max_length=40)
    label = models.CharField(max_length=160)
    means = models.CharField(max_length=250)
    aliases = models.JSONField(default=list)
    anchors = models.JSONField(default=dict)
    evidence = models.JSONField()  # required_all, required_any, supporting, barriers…, tested…
    position = models.PositiveSmallIntegerField()
    status = models.CharField(max_length=9, choices=Review.choices, default=Review.PROPOSED)

    class Meta:
        verbose_name = _("learner need")
        ordering = ["position"]

    def __str__(self) -> str:
        return self.label


class Scheme(models.Model):
    """An outside scheme whose certificates may be filed, and the highest level they give."""

    key = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=160)
    operator = models.CharField(max_length=160)
    validity = models.CharField(max_length=200)
    imports_as = models.PositiveSmallIntegerField()
    supports = models.JSONField(default=list)
    care = models.TextField(blank=True)
    basis = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("outside scheme")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
