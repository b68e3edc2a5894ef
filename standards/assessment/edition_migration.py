"""Taking a draft to a newer edition: what is unchanged stands, the rest is asked again."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext

from certcentre.accounts.models import User
from certcentre.lifecycle import NotReady
from certcentre.log.models import record
from standards.assessment import answer_history, steps, teamwork
from standards.assessment.answers import Answer
from standards.assessment.assessments import Assessment
from standards.assessment.evidence import EvidenceUse
from standards.catalogue.difference import Difference, Pair
from standards.catalogue.editions import Criterion, Edition
from standards.catalogue.succession import difference


@dataclass(frozen=True)
class Moved:
    """What moving did, or would do: criteria of the new edition, by what is asked of them."""

    stand: tuple[Criterion, ...] = ()  # the same words: the answer stands
    confirm: tuple[Criterion, ...] = ()  # changed: the answer came along, to confirm
    ask: tuple[Criterion, ...] = ()  # new, or never answered
    drop: tuple[Criterion, ...] = ()  # of the old edition: gone, with their answers


def plan(assessment: Assessment, edition: Edition) -> Moved:
    """What `migrate_to` would do. Six statements."""
    old = before(edition)
    answers = {answer.criterion.ref: answer for answer in of_edition(assessment, old)}
    compared = difference(old, edition)
    criteria = {criterion.ref: criterion for criterion in edition.criteria.select_related("level")}
    fates: dict[str, list[Criterion]] = {"stand": [], "confirm": [], "ask": []}
    for pair in reached(compared, answers, criteria):
        fates[fate(pair, answers)].append(criteria[pair.new.ref])
    went = {ref for pair in (*compared.same, *compared.changed) for ref in origins(pair)}
    drop = tuple(answer.criterion for ref, answer in answers.items() if ref not in went)
    stand, confirm, ask = (tuple(fates[name]) for name in ("stand", "confirm", "ask"))
    return Moved(stand, confirm, ask, drop)


def migrate(
    assessment: Assessment, edition: Edition, *, by: User, at: datetime
) -> tuple[Assessment, Moved]:
    """Take the draft, or a copy of what was declared, to a newer edition."""
    with transaction.atomic():
        draft = assessment
        if not assessment.is_draft:
            draft = Assessment.start(assessment.release, by=by, at=at)
        return draft, migrate_to(draft, edition, by=by, at=at)


def migrate_to(assessment: Assessment, edition: Edition, *, by: User, at: datetime) -> Moved:
    """Take the answers to the edition before over to this one (rule R15).

    The old edition's criteria leave the draft. Texts that did not change keep their answer as it
    stands; a changed text keeps it to confirm; new ones are open. Evidence comes along.
    """
    assessment.may_migrate(by=by, at=at)
    if not Edition.objects.answerable(at=at).filter(pk=edition.pk).exists():
        raise NotReady(gettext("%(edition)s cannot be answered now.") % {"edition": edition})
    old = before(edition)
    with transaction.atomic():
        assessment.lock_draft()
        moved = plan(assessment, edition)
        answers = {answer.criterion.ref: answer for answer in of_edition(assessment, old)}
        if not answers:
            raise NotReady(gettext("This draft holds nothing of %(edition)s.") % {"edition": old})
        compared = difference(old, edition)
        source = {pair.new.ref: pair for pair in (*compared.same, *compared.changed)}
        there = set(assessment.answers.values_list("criterion_id", flat=True))
        wanted = [
            (criterion, fate_name)
            for fate_name in ("stand", "confirm", "ask")
            for criterion in getattr(moved, fate_name)
            if criterion.pk not in there
        ]
        followed = write(assessment, wanted, source, answers)
        answer_history.pass_on(followed, by=by, at=at)
        teamwork.pass_on(followed)
        assessment.answers.filter(criterion__edition=old).delete()
        record(
            assessment,
            steps.ASSESSMENT_MIGRATED,
            by=by,
            at=at,
            organisation=assessment.release.solution.organisation,
            detail={"from": old.key, "to": edition.key, **counted(moved)},
        )
    assessment.mark_by_rules(at=at)
    return moved


def before(edition: Edition) -> Edition:
    if edition.supersedes is None:
        raise NotReady(gettext("%(edition)s follows no other edition.") % {"edition": edition})
    return edition.supersedes


def counted(moved: Moved) -> dict[str, int]:
    return {name: len(getattr(moved, name)) for name in ("stand", "confirm", "ask", "drop")}


def of_edition(assessment: Assessment, edition: Edition) -> list[Answer]:
    return list(assessment.answers.filter(criterion__edition=edition).with_evidence())


def origins(pair: Pair) -> tuple[str, ...]:
    return (pair.old.ref, *pair.also) if pair.old else ()


def reached(
    compared: Difference, answers: dict[str, Answer], criteria: dict[str, Criterion]
) -> Iterator[Pair]:
    """The new criteria that a draft takes in: what its own went into, and new ones as binding.

    A draft over level A of an edition does not grow to level AAA by moving.
    """
    levels = {answer.criterion.level.key for answer in answers.values()}
    for pair in (*compared.same, *compared.changed):
        if any(ref in answers for ref in origins(pair)):
            yield pair
    for pair in compared.new:
        new = criteria[pair.new.ref]
        if new.level.key in levels and new.force == Criterion.Force.IN_FORCE:
            yield pair


def fate(pair: Pair, answers: dict[str, Answer]) -> str:
    """Whether an answer stands, is to confirm, or is asked for."""
    given = next((answers[ref] for ref in origins(pair) if ref in answers), None)
    if given is None or not given.value:
        return "ask"
    return "stand" if pair.same and not given.to_confirm else "confirm"


def write(
    assessment: Assessment,
    wanted: list[tuple[Criterion, str]],
    source: dict[str, Pair],
    answers: dict[str, Answer],
) -> list[tuple[Answer, Answer]]:
    """The new answers with what they take over, and their evidence; each old with its new."""
    made, given = [], []
    for criterion, fate_name in wanted:
        pair = source.get(criterion.ref)
        old = (
            next((answers[ref] for ref in origins(pair) if ref in answers), None) if pair else None
        )
        new = Answer(assessment=assessment, criterion=criterion)
        if old is not None and fate_name != "ask":
            new = old.copied_to(assessment.pk, other_release=False)
            new.criterion, new.to_confirm = criterion, fate_name == "confirm"
            if fate_name == "confirm":
                new.origin, new.rule_key = Answer.Origin.EDITION, ""
        made.append(new)
        given.append(old)
    stored = Answer.objects.bulk_create(made, batch_size=500)
    followed = [(old, new) for old, new in zip(given, stored, strict=True) if old is not None]
    EvidenceUse.objects.bulk_create(
        EvidenceUse(answer=new, evidence_id=use.evidence_id)
        for old, new in followed
        for use in old.on_file
    )
    return followed
