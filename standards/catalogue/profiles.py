"""Sets of criteria: profiles, learner needs, and outside schemes."""

import re
from collections.abc import Iterator
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from certcentre.search.models import IndexEntry, Texts
from standards.catalogue.applicability import BINDING, LAW, Applied, is_answered
from standards.catalogue.editions import Translated
from standards.catalogue.indexed import spoken
from standards.catalogue.reviewing import (
    REVIEW_LIFECYCLE,
    Review,
    Reviewed,
    published,
    two_people,
)
from standards.catalogue.rules import catalogue


class Profile(Reviewed, Translated):
    """A named set of criteria, nothing else."""

    LIFECYCLE = REVIEW_LIFECYCLE

    key = models.SlugField(max_length=40, unique=True)
    label = models.CharField(max_length=120)
    purpose = models.CharField(max_length=250)
    # {"criteria": [...], "editions": [{"edition", "level"}], "if_ai": [...], "laws": {edition:
    # [refs]}, "all_laws": bool, "includes": [profile keys]}: see schema.py
    contents = models.JSONField()
    least = models.JSONField(default=dict)  # least assurance by domain, "" for every other
    position = models.PositiveSmallIntegerField(default=0)
    status = models.CharField(max_length=9, choices=Review.choices, default=Review.PROPOSED)

    class Meta:
        verbose_name = _("profile")
        ordering = ["position"]
        constraints = [two_people("profile")]

    def __str__(self) -> str:
        return self.label

    def criteria_for(self, applied: Applied) -> list[str]:
        """The keys of its criteria for a product, in order; at most six statements.

        Those that a rule sets aside are among them: they are shown pre-marked, with the reason.
        """
        parts = list(self.parts())
        wholes = [whole for part in parts for whole in part.get("editions", [])]
        editions = catalogue({whole["edition"] for whole in wholes}).editions if wholes else {}
        found: dict[str, None] = {}
        for part in parts:
            found |= dict.fromkeys(part.get("criteria", []))
            for whole in part.get("editions", []):
                refs = editions[whole["edition"]].at(whole.get("level", ""))
                found |= dict.fromkeys(f"{whole['edition']}:{ref}" for ref in refs)
            found |= dict.fromkeys(by_facts(part, applied))
        return list(found)

    def parts(self) -> Iterator[dict[str, Any]]:
        """Its own contents, then those of the profiles it includes, each once."""
        others: dict[str, Profile] | None = None
        waiting, seen = [self], {self.key}
        while waiting:
            profile = waiting.pop(0)
            yield profile.contents
            for key in profile.contents.get("includes", []):
                if others is None:
                    others = {other.key: other for other in Profile.objects.all()}
                if key in others and key not in seen:
                    seen.add(key)
                    waiting.append(others[key])


def by_facts(contents: dict[str, Any], applied: Applied) -> Iterator[str]:
    """The criteria that a profile adds for AI functions and for the laws that apply."""
    uses = applied.facts.get("ai_use")
    if is_answered(uses) and uses != ["none"]:
        yield from contents.get("if_ai", [])
    for edition, refs in contents.get("laws", {}).items():
        if applied.standards.get(edition) in BINDING:
            yield from (f"{edition}:{ref}" for ref in refs)
    if contents.get("all_laws"):
        yield from (key for key, effect in applied.criteria.items() if effect == LAW)


class Need(Reviewed, Translated):
    """What a learner needs, by function and not by diagnosis; derived from claims, never ticked."""

    class Group(models.TextChoices):
        SEEING = "seeing", _("Seeing")
        SEEING_AND_HEARING = "seeing_and_hearing", _("Seeing and hearing")
        HEARING = "hearing", _("Hearing")
        MOVING = "moving", _("Moving")
        SPEAKING = "speaking", _("Speaking")
        SEIZURE_AND_MOTION = "seizure_and_motion", _("Seizures and motion")
        LEARNING = "learning", _("Learning")
        ATTENTION = "attention_and_regulation", _("Attention and regulation")
        THINKING = "thinking", _("Thinking and remembering")
        FEELING = "feeling", _("Feeling")
        LANGUAGE = "language_and_literacy", _("Language and literacy")
        ACCESS = "access_conditions", _("Connection, device and time")

    LIFECYCLE = REVIEW_LIFECYCLE

    key = models.CharField(max_length=40, unique=True)
    group = models.CharField(max_length=40, choices=Group.choices)
    label = models.CharField(max_length=160)
    means = models.CharField(max_length=250)
    learners = models.CharField(max_length=160, blank=True)  # after "Supports learners who …"
    aliases = models.JSONField(default=list)
    anchors = models.JSONField(default=dict)
    evidence = models.JSONField()  # required_all, required_any, supporting, barriers…, tested…
    position = models.PositiveSmallIntegerField()
    status = models.CharField(max_length=9, choices=Review.choices, default=Review.PROPOSED)

    class Meta:
        verbose_name = _("learner need")
        ordering = ["position"]
        constraints = [two_people("need")]

    def __str__(self) -> str:
        return self.text("label")

    def get_absolute_url(self) -> str:
        return reverse("need", args=[self.key])

    def called(self) -> list[str]:
        """What people call it in any language: its aliases, its labels and what they begin with."""
        spoken = [{"label": self.label, "aliases": self.aliases}, *self.translations.values()]
        labels = [label for each in spoken if (label := each.get("label", ""))]
        first = [part for label in labels if len(part := PARTS.split(label)[0]) >= TELLING]
        return [*labels, *first, *(alias for each in spoken for alias in each.get("aliases", []))]

    @property
    def texts(self) -> Texts:
        """What it is found by."""
        return Texts([*spoken(self, "label"), *self.called()], list(spoken(self, "means")))

    def index(self) -> None:
        put_needs()


def put_needs() -> None:
    """The lines of all published needs, and of no other."""
    needs = {need.key: need.texts for need in published(Need)}
    gone = IndexEntry.objects.filter(kind=IndexEntry.NEED).exclude(key__in=needs)
    IndexEntry.take_out(IndexEntry.NEED, gone.values_list("key", flat=True))
    IndexEntry.put(IndexEntry.NEED, needs)


PARTS = re.compile(r",| or | ou | o | أو | and | et | y ")  # “Blind or cannot use sight”
TELLING = 4  # letters of the first part of a label that may stand for it alone


class Scheme(Translated):
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
