"""Two people change the answers of one sheet, each 200 times at the same time: whoever would write
over words that they have not seen is told, and no edit is lost unsaid."""

import pytest

from certcentre.lifecycle import Conflict
from standards.assessment.answers import Answer
from tests import make
from tests.assessment.threads import at_once
from tests.make.moment import AT

pytestmark = [pytest.mark.long, pytest.mark.django_db(transaction=True)]
EDITS = 200


def careful(answer, **words):
    """As pages do: what was changed meanwhile is shown, and written over by who has seen it."""
    try:
        return answer.give(value="met", at=AT, **words)
    except Conflict as told:
        return careful(answer, **{**words, "revision": told.stored.revision})


def careless(answer, *, reason, revision, **_words):
    Answer.objects.filter(pk=answer.pk).update(reason=reason, revision=revision + 1)
    return revision + 1


def edits(draft, person, write):
    """What was written: for each edit the answer, the revision that it made, and its words."""
    answers = list(draft.answers.with_provider())
    seen = {answer.pk: answer.revision for answer in answers}
    written = []
    for number in range(EDITS):
        answer, words = answers[number % len(answers)], f"{person.pk} {number}"
        seen[answer.pk] = write(answer, reason=words, revision=seen[answer.pk], by=person)
        written.append((answer.pk, seen[answer.pk], words))
    return written


def lost(write):
    """How many edits nobody could see: another one made the same revision of the same answer."""
    draft = make.assessment(criteria=make.criteria(5))
    provider = draft.release.solution.organisation
    people = [make.member(provider, "editor") for _ in range(2)]
    results = at_once(*(lambda by=by: edits(draft, by, write) for by in people))
    written = [edit for each in results for edit in each]
    assert len(written) == 2 * EDITS
    stands = {(each.pk, each.revision, each.reason) for each in draft.answers.all()}
    return len(written) - len({edit[:2] for edit in written}), stands <= set(written)


def test_none_is_lost():
    assert lost(careful) == (0, True)


def test_without_the_revision_many_are():
    """The control."""
    assert lost(careless)[0] > EDITS / 2
