"""What mappings offer an answer: one given elsewhere in the same assessment, or its evidence.

Only published mappings offer the answer itself; proposed ones only name evidence worth a look.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q

from standards.assessment.claims import Outcome
from standards.catalogue.editions import Mapping, Review

if TYPE_CHECKING:
    from standards.assessment.answers import Answer, Assessment

Relation = Mapping.Relation


@dataclass(frozen=True, slots=True)
class Offer:
    """An answer given to a criterion that asks the same, or all of it and more."""

    answer: "Answer"
    same: bool


def travels(relation: str, forward: bool, value: str) -> bool:
    """Whether a value given on one side answers the other. `forward`: it was given at the source.

    An equal takes any answer; one that asks more passes on only *met*.
    """
    if relation == Relation.EQUAL:
        return True
    wider = Relation.SUPERSET if forward else Relation.SUBSET
    return relation == wider and value == Outcome.MET


def offers(assessment: "Assessment", criteria: Iterable[int]) -> dict[int, Offer]:
    """By criterion pk, what these open criteria are offered. Three statements."""
    wanted = list(criteria)
    pairs = list(
        Mapping.objects.filter(Q(source__in=wanted) | Q(target__in=wanted), status=Review.PUBLISHED)
        .exclude(relation=Relation.INTERSECTS)
        .values_list("source_id", "target_id", "relation")
    )
    ends = {pk for source, target, _ in pairs for pk in (source, target)}
    given = {
        answer.criterion_id: answer
        for answer in assessment.answers.filter(criterion__in=ends, to_confirm=False)
        .exclude(value="")
        .with_evidence()
    }
    return matched(pairs, given)


def matched(pairs: Iterable[tuple[int, int, str]], given: dict[int, "Answer"]) -> dict[int, Offer]:
    """The best offer for each criterion that was not answered; equal ones first."""
    found: dict[int, Offer] = {}
    for source, target, relation in pairs:
        for forward, there, here in ((True, source, target), (False, target, source)):
            answer = given.get(there)
            if answer is None or here in given or not travels(relation, forward, answer.value):
                continue
            same = relation == Relation.EQUAL
            if here not in found or (same and not found[here].same):
                found[here] = Offer(answer, same)
    return found
