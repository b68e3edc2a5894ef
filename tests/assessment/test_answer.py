"""The provider answers one criterion."""

import pytest

from certcentre.lifecycle import Conflict, IllegalMove, NotAllowed, NotReady
from tests import make
from tests.assessment.threads import at_once
from tests.make.moment import AT


@pytest.fixture
def answer(provider):
    return make.assessment(organisation=provider, criteria=make.criteria(1)).answers.get()


def give(answer, value="met", **fields):
    by = make.signer(answer.assessment.release.solution.organisation)
    return answer.give(value=value, by=by, at=AT, **{"revision": 0, **fields})


def test_give_writes_and_counts_the_revision(answer):
    assert give(answer, reason="By design.") == 1
    answer.refresh_from_db()
    assert (answer.value, answer.reason, answer.revision) == ("met", "By design.", 1)


def test_a_change_by_somebody_else_is_a_conflict_that_carries_their_text(answer):
    give(answer, "not_met", reason="Theirs")
    with pytest.raises(Conflict) as met:
        give(answer, "met", reason="Mine")
    assert (met.value.stored.value, met.value.stored.reason) == ("not_met", "Theirs")


def test_sending_the_same_twice_is_no_conflict(answer):
    assert give(answer) == give(answer) == 1


@pytest.mark.parametrize("value", ["not_applicable", "partly_met"])
def test_some_answers_need_a_reason(answer, value):
    with pytest.raises(NotReady, match=r"1\.1"):
        give(answer, value, reason="  ")


@pytest.mark.parametrize("value", ["yes", "MET", "met ", "unanswered", "<b>"])
def test_an_answer_outside_the_choices_is_refused(answer, value):
    with pytest.raises(NotReady, match="four answers"):
        give(answer, value, reason="x")


def test_an_answer_can_be_taken_back(answer):
    give(answer)
    give(answer, "", revision=1)
    answer.refresh_from_db()
    assert not answer.counts


def test_a_declared_answer_is_fixed(provider):
    made = make.assessment(organisation=provider, status="declared")
    with pytest.raises(IllegalMove, match="new draft"):
        give(made.answers.first(), "not_met", revision=1)


def test_evidence_of_another_organisation_cannot_be_attached(answer):
    with pytest.raises(NotAllowed):
        make.attach(answer, make.evidence(make.organisation("provider")))


def test_evidence_is_attached_once_and_can_be_detached(answer, provider):
    piece = make.evidence(provider)
    make.attach(answer, piece)
    make.attach(answer, piece)
    assert answer.evidence_uses.count() == 1
    answer.detach(piece, by=provider.person, at=AT)
    assert answer.evidence_uses.count() == 0


@pytest.mark.django_db(transaction=True)
def test_of_two_people_changing_one_answer_at_once_one_is_told():
    company = make.organisation("provider")
    answer = make.assessment(organisation=company, criteria=make.criteria(1)).answers.get()
    got = at_once(lambda: give(answer, "met"), lambda: give(answer, "not_met"))
    assert {type(each) for each in got} == {int, Conflict}
