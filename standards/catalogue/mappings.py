"""How criteria relate to each other (NIST IR 8477), and how one reads that from its own side."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import models
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from standards.catalogue.editions import Criterion, Edition
from standards.catalogue.reviewing import REVIEW_LIFECYCLE, Review, Reviewed, two_people
from standards.catalogue.reviewing import judged_by_the_centre as judged_by_the_centre
from standards.catalogue.reviewing import published as published


class Mapping(Reviewed):
    """How one criterion relates to another (NIST IR 8477): source <relation> target.

    `strength` says how near they come, from 1 (hardly) to 10 (wholly); empty: not judged.
    """

    class Relation(models.TextChoices):
        EQUAL = "equal", _("asks the same as")
        SUBSET = "subset_of", _("asks part of")
        SUPERSET = "superset_of", _("asks all of, and more than")
        INTERSECTS = "intersects_with", _("overlaps with")

    LIFECYCLE = REVIEW_LIFECYCLE

    source = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="maps_to")
    target = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="mapped_from")
    relation = models.CharField(max_length=15, choices=Relation.choices)
    strength = models.PositiveSmallIntegerField(null=True)
    rationale = models.CharField(max_length=40, blank=True)
    note = models.TextField(blank=True)
    group = models.CharField(max_length=120, blank=True)
    origin = models.CharField(max_length=250)
    status = models.CharField(max_length=9, choices=Review.choices, default=Review.PROPOSED)

    class Meta:
        verbose_name = _("mapping")
        ordering = ["source", "target"]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "target"],
                condition=~Q(status="withdrawn"),
                name="mapping_pair_once",
            ),
            two_people("mapping"),
            models.CheckConstraint(
                condition=Q(strength=None) | Q(strength__gte=1, strength__lte=10),
                name="mapping_strength_one_to_ten",
            ),
            models.CheckConstraint(
                condition=~Q(source=models.F("target")), name="mapping_between_two"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.get_relation_display()} {self.target}"


# a mapping read from its target
TURNED = {
    Mapping.Relation.EQUAL: Mapping.Relation.EQUAL,
    Mapping.Relation.SUBSET: Mapping.Relation.SUPERSET,
    Mapping.Relation.SUPERSET: Mapping.Relation.SUBSET,
    Mapping.Relation.INTERSECTS: Mapping.Relation.INTERSECTS,
}


# what an answer to this criterion does for the other, once somebody confirms it there
HELPS: dict[str, Promise] = {
    Mapping.Relation.EQUAL: _("An answer here answers it too."),
    Mapping.Relation.SUPERSET: _("Who meets this meets it too."),
    Mapping.Relation.SUBSET: _("Who meets this has done a part of it."),
    Mapping.Relation.INTERSECTS: _("Evidence for this may serve there."),
}


@dataclass(frozen=True)
class Relation:
    """This criterion <relation> the other; proposed until a second reviewer stands behind it."""

    other: Criterion
    relation: Mapping.Relation
    note: str
    origin: str
    status: str
    strength: int | None = None

    @property
    def helps(self) -> Promise:
        return HELPS[self.relation]

    @property
    def proposed(self) -> bool:
        return self.status == Review.PROPOSED


def between(edition: Edition) -> Iterator[tuple[Criterion, Mapping.Relation, Criterion]]:
    """The published mappings of an edition’s criteria, each as one of them <relation> another, of
    an edition that is public too. One statement."""
    rows = published(Mapping).filter(Q(source__edition=edition) | Q(target__edition=edition))
    drafts = Q(source__edition__status="draft") | Q(target__edition__status="draft")
    for each in rows.exclude(drafts).select_related("source", "target"):
        relation = Mapping.Relation(each.relation)
        if each.source.edition_id == edition.pk:
            yield each.source, relation, each.target
        if each.target.edition_id == edition.pk:
            yield each.target, TURNED[relation], each.source


def relations_of(criterion: Criterion) -> list[Relation]:
    """Every mapping of a criterion that is not withdrawn, the closest first. One statement."""
    mappings = (
        Mapping.objects.filter(Q(source=criterion) | Q(target=criterion))
        .exclude(status=Review.WITHDRAWN)
        .select_related("source__edition", "target__edition")
    )
    relations = []
    for each in mappings:
        own = each.source_id == criterion.pk
        relation = Mapping.Relation(each.relation)
        relations.append(
            Relation(
                other=each.target if own else each.source,
                relation=relation if own else TURNED[relation],
                note=each.note,
                origin=each.origin,
                status=each.status,
                strength=each.strength,
            )
        )
    order = list(TURNED)
    return sorted(relations, key=lambda each: (order.index(each.relation), each.other.key))
