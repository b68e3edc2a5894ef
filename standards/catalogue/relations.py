"""How one criterion relates to others, read from its own side."""

from dataclasses import dataclass

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from standards.catalogue.editions import Criterion, Mapping, Review

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


def relations_of(criterion: Criterion) -> list[Relation]:
    """Every mapping of a criterion that is not withdrawn, the closest first. One statement."""
    found = (
        Mapping.objects.filter(Q(source=criterion) | Q(target=criterion))
        .exclude(status=Review.WITHDRAWN)
        .select_related("source__edition", "target__edition")
    )
    relations = []
    for each in found:
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
