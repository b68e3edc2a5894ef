"""How criteria relate to each other (NIST IR 8477), and how one reads that from its own side."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Any, NamedTuple

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
    through: Criterion | None = None  # the common duty that it follows through

    @property
    def helps(self) -> Promise:
        return HELPS[self.relation]

    @property
    def proposed(self) -> bool:
        return self.status == Review.PROPOSED


HUB = "common-duties"  # the standard whose duties laws and standards are mapped to

# what follows for the outer two from how each stands to the one between them; of the pairs that
# are not here, equal ones apart, nothing follows: two parts of one duty may have nothing in common
FOLLOWS = {
    (Mapping.Relation.SUBSET, Mapping.Relation.SUBSET): Mapping.Relation.SUBSET,
    (Mapping.Relation.SUPERSET, Mapping.Relation.SUPERSET): Mapping.Relation.SUPERSET,
    (Mapping.Relation.SUPERSET, Mapping.Relation.SUBSET): Mapping.Relation.INTERSECTS,
    (Mapping.Relation.SUPERSET, Mapping.Relation.INTERSECTS): Mapping.Relation.INTERSECTS,
    (Mapping.Relation.INTERSECTS, Mapping.Relation.SUBSET): Mapping.Relation.INTERSECTS,
}


class End(NamedTuple):
    """A criterion, as far as a link asks."""

    pk: int
    key: str
    standard: str


class Link(NamedTuple):
    """source <relation> target: a signed mapping, or what follows of two through a common duty."""

    source: End
    target: End
    relation: Mapping.Relation
    strength: int | None
    through: End | None = None

    @property
    def turned(self) -> "Link":
        turned = TURNED[self.relation]
        return self._replace(source=self.target, target=self.source, relation=turned)

    @property
    def ends(self) -> frozenset[int]:
        return frozenset((self.source.pk, self.target.pk))

    @property
    def settles(self) -> bool:
        """Whether it says how the two stand; an overlap that nobody weighed leaves that open."""
        return self.relation != Mapping.Relation.INTERSECTS or self.strength is not None


def followed(first: str, second: str) -> Mapping.Relation | None:
    """How a stands to c, where a <first> b and b <second> c; None where nothing follows."""
    first, second = Mapping.Relation(first), Mapping.Relation(second)
    if Mapping.Relation.EQUAL in (first, second):
        return second if first == Mapping.Relation.EQUAL else first
    return FOLLOWS.get((first, second))


def composed(legs: Iterable[Link]) -> list[Link]:
    """What follows between two standards from mappings to common duties (rule R122).

    `legs`: links whose target is a common duty. It is no stronger than the weaker of its two legs;
    of several ways the closest is kept, then the strongest.
    """
    by_duty: dict[End, list[Link]] = {}
    for leg in legs:
        by_duty.setdefault(leg.target, []).append(leg)
    best: dict[frozenset[int], Link] = {}
    for duty, around in by_duty.items():
        for leg, second in combinations(around, 2):
            relation = followed(leg.relation, second.turned.relation)
            if relation is None or leg.source.standard == second.source.standard:
                continue
            strengths = (leg.strength, second.strength)
            weakest = min(each for each in strengths if each) if all(strengths) else None
            link = Link(leg.source, second.source, relation, weakest, duty)
            if link.ends not in best or nearness(link) < nearness(best[link.ends]):
                best[link.ends] = link
    return list(best.values())


def together(stated: list[Link], legs: Iterable[Link]) -> list[Link]:
    """Signed mappings, and what follows where none of them settles how the same two stand."""
    settled = {link.ends for link in stated if link.settles}
    return stated + [link for link in composed(legs) if link.ends not in settled]


def nearness(link: Link) -> tuple[int, int, str]:
    """The order of several ways between the same two, the same from either end."""
    order = (Mapping.Relation.EQUAL, Mapping.Relation.INTERSECTS)
    place = {order[0]: 0, order[1]: 2}.get(link.relation, 1)
    return place, -(link.strength or 0), link.through.key if link.through else ""


def links(among: Collection[int] | None = None) -> list[Link]:
    """What may be relied on, of these criteria or of all: signed mappings, and what follows from
    two of them where no signed mapping settles how the same two stand. One statement."""
    hub = Q(source__edition__standard__key=HUB) | Q(target__edition__standard__key=HUB)
    touching = Q() if among is None else Q(source__in=among) | Q(target__in=among) | hub
    ends = [
        f"{end}__{field}"
        for end in ("source", "target")
        for field in ("pk", "key", "edition__standard__key", "edition__status")
    ]
    rows: Any = published(Mapping).filter(touching).values_list(*ends, "relation", "strength")
    wanted = None if among is None else set(among)
    stated, legs = [], []
    for *start, left, pk, key, standard, right, relation, strength in rows:
        source, target = End(*start), End(pk, key, standard)
        link = Link(source, target, Mapping.Relation(relation), strength)
        if wanted is None or link.ends & wanted:
            stated.append(link)
        if source.standard != target.standard and HUB in (source.standard, target.standard):
            leg, status = (link, right) if target.standard == HUB else (link.turned, left)
            if status == Edition.Status.PUBLISHED:
                legs.append(leg)
    if wanted is None:
        return together(stated, legs)
    duties = {leg.target for leg in legs if leg.source.pk in wanted}
    near = [leg for leg in legs if leg.target in duties]
    return [link for link in together(stated, near) if link.ends & wanted]


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
    """Every mapping of a criterion that is not withdrawn and what follows from signed ones, the
    closest first. One statement; three where a signed one leads to a common duty."""
    mappings = (
        Mapping.objects.filter(Q(source=criterion) | Q(target=criterion))
        .exclude(status=Review.WITHDRAWN)
        .select_related("source__edition__standard", "target__edition__standard")
    )
    signed = [each for each in mappings if each.status == Review.PUBLISHED]
    ends = {end.edition.standard.key for each in signed for end in (each.source, each.target)}
    relations = following(criterion) if HUB in ends else []
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


def following(criterion: Criterion) -> list[Relation]:
    """What follows for a criterion through common duties. Two statements."""
    ways = [
        link if link.source.pk == criterion.pk else link.turned
        for link in links({criterion.pk})
        if link.through
    ]
    needed = {end.pk for link in ways for end in (link.target, link.through) if end}
    rows = Criterion.objects.select_related("edition").in_bulk(needed)
    return [
        Relation(
            other=rows[link.target.pk],
            relation=link.relation,
            note="",
            origin="",
            status=Review.PUBLISHED,
            strength=link.strength,
            through=rows[link.through.pk],
        )
        for link in ways
        if link.through
    ]
