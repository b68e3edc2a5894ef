"""One answer, one confirmation or one piece of evidence for many criteria of a draft.

Each answer keeps its own rules (rule R106): what cannot be written stays as it was and is named,
with the reason; the rest is written.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext, ngettext

from certcentre.accounts.models import User
from certcentre.lifecycle import NotReady, StepRefused
from standards.assessment import answer_history, teamwork
from standards.assessment.answers import Answer, flaw, require_answerable, require_usable, too_long
from standards.assessment.assessments import Assessment
from standards.assessment.claims import NEEDS_REASON, Outcome
from standards.assessment.evidence import Evidence, EvidenceUse
from standards.catalogue.long_sheet import Done

# what is not met, or only partly, is said of each criterion by itself
TOGETHER = (Outcome.MET, Outcome.NOT_APPLICABLE)
AT_ONCE = 500  # keys in one statement
Seen = Mapping[int, int]  # answer → the revision at which it was in sight


def give_many(
    draft: Assessment, seen: Seen, *, value: str, reason: str = "", by: User, at: datetime
) -> Done:
    """The same answer on each; words that somebody wrote for another answer stay with it."""
    draft.may_answer(by=by, at=at)
    reason = reason.strip()
    if value not in TOGETHER:
        raise NotReady(gettext("This is said of each criterion by itself: answer it in its row."))
    if value in NEEDS_REASON and not reason:
        raise NotReady(gettext("Give one reason that holds for all that you ticked."))
    if problem := too_long(reason):
        raise NotReady(problem)

    def own(answer: Answer) -> str:
        """Words that somebody wrote beside it, which stay."""
        return "" if answer.origin == Answer.Origin.RULE else answer.reason

    def check(answer: Answer) -> None:
        if own(answer) and answer.value not in ("", value):
            raise NotReady(gettext("It has words of its own for another answer."))
        if problem := flaw(answer.criterion.ref, value, own(answer) or reason):
            raise NotReady(problem)

    def says_it(answer: Answer) -> bool:
        """So that pressing twice is no conflict with oneself."""
        return answer.value == value and not answer.to_confirm

    with transaction.atomic():
        answers, left = sorted_out(draft, seen, check, says_it)
        changed = [each for each in answers if not says_it(each)]
        fields = fields_of(changed, value=value, reason=reason, by=by, at=at)
        write([answer for answer in changed if not own(answer)], **fields)
        fields.pop("reason", None)
        write([answer for answer in changed if own(answer)], **fields)
    sentence = ngettext(
        "%(n)s criterion is answered now: %(answer)s.",
        "%(n)s criteria are answered now: %(answer)s.",
        len(answers),
    )
    label = Outcome(value).label
    return Done(sentence % {"n": len(answers), "answer": label}, len(answers), left)


def confirm_many(draft: Assessment, seen: Seen, *, by: User, at: datetime) -> Done:
    """Each stands as it was in sight."""
    draft.may_answer(by=by, at=at)

    def check(answer: Answer) -> None:
        if not answer.value:
            raise NotReady(gettext("It has no answer yet."))
        if problem := flaw(answer.criterion.ref, answer.value, answer.reason):
            raise NotReady(problem)

    with transaction.atomic():
        answers, left = sorted_out(draft, seen, check)
        waiting = [answer for answer in answers if answer.to_confirm]
        fields = fields_of(waiting, value="", reason="", by=by, at=at)
        for name in ("value", "reason"):
            fields.pop(name, None)
        write(waiting, **fields)
    sentence = ngettext("%(n)s answer is confirmed.", "%(n)s answers are confirmed.", len(waiting))
    return Done(sentence % {"n": len(waiting)}, len(waiting), left)


def attach_many(
    draft: Assessment, seen: Seen, evidence: Evidence | None, *, by: User, at: datetime
) -> Done:
    """Each rests on the piece, beside what it rests on already."""
    draft.may_answer(by=by, at=at)
    if evidence is None:
        raise NotReady(gettext("Choose the piece of evidence to attach."))
    require_usable(evidence, draft.release.solution.organisation_id)
    with transaction.atomic():
        answers, left = sorted_out(draft, dict.fromkeys(seen), lambda answer: None)
        resting = EvidenceUse.objects.filter(answer__assessment=draft, evidence=evidence)
        there = set(resting.values_list("answer", flat=True))
        new = [answer for answer in answers if answer.pk not in there]
        EvidenceUse.objects.bulk_create(
            EvidenceUse(answer=answer, evidence=evidence) for answer in new
        )
    sentence = ngettext(
        "“%(title)s” is attached to %(n)s more answer.",
        "“%(title)s” is attached to %(n)s more answers.",
        len(new),
    )
    return Done(sentence % {"title": evidence.title, "n": len(new)}, len(new), left)


def assign_many(
    draft: Assessment, seen: Seen, person: User | None, due: date | None, *, by: User, at: datetime
) -> Done:
    """Each is for this person to answer, or for nobody in particular."""
    draft.may_answer(by=by, at=at)
    with transaction.atomic():
        answers, left = sorted_out(draft, dict.fromkeys(seen), lambda answer: None)
        teamwork.assign(answers, draft, person=person, due=due, by=by, at=at)
    if person is None:
        words = ngettext(
            "%(n)s criterion is for nobody in particular now.",
            "%(n)s criteria are for nobody in particular now.",
            len(answers),
        )
        return Done(words % {"n": len(answers)}, len(answers), left)
    words = ngettext(
        "%(n)s criterion is for %(name)s to answer.",
        "%(n)s criteria are for %(name)s to answer.",
        len(answers),
    )
    return Done(words % {"n": len(answers), "name": person}, len(answers), left)


def sorted_out(
    draft: Assessment,
    seen: Mapping[int, int | None],
    check: Callable[[Answer], Any],
    stands: Callable[[Answer], bool] = lambda answer: False,
) -> tuple[list[Answer], list[tuple[int, str, StepRefused]]]:
    """The answers that may be written, or that say it already (`stands`), and those that may not:
    key, ref and why. Holds the draft until the transaction ends, as every other writing does, so
    nobody writes one in between."""
    if not seen:
        raise NotReady(gettext("Tick at least one criterion."))
    draft.lock_draft()
    fine, left = [], []
    rows = draft.answers.filter(pk__in=list(seen)).in_order()
    for answer in rows.select_related("criterion__edition"):
        answer.assessment = draft
        try:
            require_answerable(answer.criterion.edition)
            if stands(answer):
                fine.append(answer)
                continue
            if seen[answer.pk] not in (None, answer.revision):
                raise NotReady(gettext("It was changed elsewhere meanwhile: look at it again."))
            check(answer)
        except StepRefused as refused:
            left.append((answer.pk, answer.criterion.ref, refused))
        else:
            fine.append(answer)
    return fine, left


def fields_of(
    answers: list[Answer], *, value: str, reason: str, by: User, at: datetime
) -> dict[str, Any]:
    """What is written on each, as giving it one by one writes it; private notes stay."""
    if not answers:
        return {}
    fields = answers[0].given(value=value, reason=reason, note="", by=by, at=at)
    del fields["note"]
    return {**fields, "origin": Answer.Origin.PERSON}


def write(answers: list[Answer], **fields: Any) -> None:
    for start in range(0, len(answers), AT_ONCE):
        keys = [answer.pk for answer in answers[start : start + AT_ONCE]]
        part = Answer.objects.filter(pk__in=keys)
        answer_history.keep(part, by=fields["answered_by"], at=fields["answered_at"])
        part.update(**fields, revision=F("revision") + 1)
