"""Nonconformities go to the provider, who answers; the body judges."""

from datetime import date, timedelta

import pytest

from certcentre.lifecycle import IllegalMove, NotAllowed, NotReady
from standards.attestation.findings import CorrectiveAction
from tests import make

pytestmark = pytest.mark.alike

DUE = date(2027, 1, 31)


@pytest.fixture
def corrections(db):
    """One minor nonconformity of three criteria, with the provider."""
    some = make.criteria(3, key="ex")
    declaration = make.declaration(criteria=some)
    return make.engagement("corrections", declaration=declaration, results={"ex:1.1": "minor"})


@pytest.fixture
def action(corrections):
    found = CorrectiveAction.objects.select_related("finding__criterion").get()
    found.finding.engagement = corrections
    return found


@pytest.fixture
def provider(corrections):
    return make.signer(corrections.provider)


def test_before_it_is_released_the_provider_sees_nothing(db):
    engagement = make.engagement("examining", results={})
    make.examine(engagement, {engagement.findings.first().criterion.key: "minor"})
    signer = make.signer(engagement.provider)
    assert not CorrectiveAction.objects.visible_to(signer).exists()
    assert CorrectiveAction.objects.visible_to(engagement.body.person).exists()


def test_once_released_the_provider_sees_it_as_it_stood(action, provider):
    seen = CorrectiveAction.objects.visible_to(provider).get()
    assert (seen.severity, seen.statement) == ("minor", "Seen on three devices.")


def test_without_a_nonconformity_there_is_nothing_to_hand_over(db, at):
    engagement = make.engagement("examining", results={})
    with pytest.raises(NotReady, match="no nonconformity"):
        engagement.await_corrections(by=engagement.body.person, at=at)


def test_the_provider_answers_with_a_plan_and_a_date(action, provider, at):
    with pytest.raises(NotReady):
        action.answer(plan="Mended.", due_on=None, by=provider, at=at)
    with pytest.raises(NotReady, match="day is over"):
        action.answer(plan="Mended.", due_on=at.date() - timedelta(days=1), by=provider, at=at)
    action.answer(plan="Mended in 1.1.", due_on=DUE, by=provider, at=at)
    assert action.status == "answered"


def test_the_body_does_not_answer_for_the_provider(action, corrections, at):
    with pytest.raises(NotAllowed):
        action.answer(plan="Mended.", due_on=DUE, by=corrections.body.person, at=at)


def test_the_provider_does_not_judge_its_own_plan(action, provider, at):
    action.answer(plan="Mended.", due_on=DUE, by=provider, at=at)
    for judge in (action.accept, lambda **who: action.return_(reason="No", **who)):
        with pytest.raises(NotAllowed):
            judge(by=provider, at=at)


def test_a_plan_is_returned_with_a_reason_and_answered_again(action, provider, corrections, at):
    action.answer(plan="Later.", due_on=DUE, by=provider, at=at)
    with pytest.raises(NotReady):
        action.return_(by=corrections.body.person, at=at, reason=" ")
    action.return_(by=corrections.body.person, at=at, reason="Say how.")
    assert (action.status, action.reply) == ("returned", "Say how.")
    action.answer(plan="New grey.", due_on=DUE, by=provider, at=at)
    assert action.status == "answered"


def test_seen_done_by_test_where_only_a_test_shows_it(action, provider, corrections, at):
    action.answer(plan="New grey.", due_on=DUE, by=provider, at=at)
    action.accept(by=corrections.body.person, at=at)
    action.finding.criterion.verification = "test"
    close = {"reply": "", "by": corrections.body.person, "at": at}
    with pytest.raises(NotReady, match="shown only with more"):
        action.close(methods=["document"], **close)
    with pytest.raises(NotReady, match="how you looked"):
        action.close(methods=[], **close)
    action.close(methods=["test"], **close)
    assert action.status == "closed"


def test_a_settled_finding_is_not_rewritten(corrections, at):
    corrections.resume(by=corrections.body.person, at=at)
    make.planned(corrections, close=True)
    finding = corrections.findings.get(criterion__key="ex:1.1")
    finding.engagement = corrections
    with pytest.raises(IllegalMove, match="settled"):
        finding.record(
            result="major",
            methods=["test"],
            note="Again.",
            revision=finding.revision,
            by=corrections.body.person,
            at=at,
        )


def test_nothing_is_judged_while_the_decision_waits(action, provider, corrections, at):
    action.answer(plan="New grey.", due_on=DUE, by=provider, at=at)
    corrections.resume(by=corrections.body.person, at=at)
    corrections.ready(by=corrections.body.person, at=at, summary="Done.")
    with pytest.raises(IllegalMove):
        action.accept(by=corrections.body.person, at=at)
