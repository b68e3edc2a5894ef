"""Granting and refusing: who may, what must hold, and what it writes."""

from datetime import timedelta

import pytest
from django.db import IntegrityError

from certcentre.accounts.models import Interest, Membership, Role
from certcentre.lifecycle import IllegalMove, NotAllowed, NotReady
from standards.assessment.evidence import Grant
from standards.attestation.certificates import Certificate
from standards.attestation.decision import Decision
from standards.attestation.validity import months_after
from tests import make


def examined():
    return make.engagement(
        "ready", declaration=make.declaration(criteria=make.criteria(3, key="ex"))
    )


kept = make.kept(examined)


@pytest.fixture
def ready(kept, db):
    return kept()


@pytest.fixture
def decide(ready, at):
    def take(outcome="granted", engagement=ready, **changes):
        fields = {"reason": "As examined.", "by": engagement.body.second, "at": at, "months": 24}
        return Decision.decide(engagement, outcome=outcome, **{**fields, **changes})

    return take


def test_a_grant_issues_a_certificate_and_closes_the_evidence(decide, ready, at):
    decide()
    found = Certificate.objects.get()
    assert (ready.status, found.number) == ("granted", "CC-2026-000001")
    assert not Grant.objects.in_force(at=at + timedelta(seconds=1)).exists()


def test_a_refusal_issues_nothing(decide, ready):
    decide("refused")
    assert ready.status == "refused"
    assert not Certificate.objects.exists()


def test_the_evaluator_never_decides(decide, ready):
    Membership.grant(
        user=ready.body.person,
        organisation=ready.body,
        role=Role.DECIDER,
        by=None,
        at=ready.requested_at,
    )
    with pytest.raises(NotAllowed, match="took part"):
        decide(by=ready.body.person)
    assert not Decision.objects.exists()


def test_whoever_recorded_a_finding_does_not_decide(db, decide, at):
    engagement = make.engagement("examining")
    helper = make.member(engagement.body, "evaluator", "decider")
    finding = engagement.findings.select_related("criterion").first()
    finding.engagement = engagement
    finding.record(result="conforming", methods=["test"], note="", revision=0, by=helper, at=at)
    make.examine(engagement, {})  # the evaluator writes over it; the helper still took part
    engagement.ready(by=engagement.body.person, at=at, summary="Done.")
    with pytest.raises(NotAllowed, match="took part"):
        decide(engagement=engagement, by=helper)
    assert decide(engagement=engagement)


def test_the_database_refuses_one_person_in_both_parts(ready, at):
    with pytest.raises(IntegrityError, match="decision_by_a_second_person"):
        Decision.objects.create(
            engagement=ready,
            outcome="granted",
            reason="As examined.",
            decided_at=at,
            decided_by=ready.body.person,
            evaluator=ready.body.person,
        )


def test_only_a_decider_of_the_body_decides(decide, ready):
    manager = make.member(ready.body, "manager")
    for person in (manager, make.user(), make.signer(ready.provider), make.body().second):
        with pytest.raises(NotAllowed):
            decide(by=person)


@pytest.mark.parametrize(("left", "allowed"), [(23, False), (25, True)])
def test_who_left_the_provider_decides_only_after_24_months(decide, ready, at, left, allowed):
    held = Membership.grant(
        user=ready.body.second, organisation=ready.provider, role="editor", by=None, at=at
    )
    Membership.objects.filter(pk=held.pk).update(until=at - timedelta(days=30.5 * left))
    if allowed:
        assert decide()
    else:
        with pytest.raises(NotAllowed, match="24 months"):
            decide()


def test_an_interest_bars_the_decision(decide, ready, at):
    Interest.declare(ready.body, other=ready.provider, nature="Shares", by=ready.body.person, at=at)
    with pytest.raises(NotAllowed, match="interest"):
        decide()


@pytest.mark.parametrize("outcome", ["granted", "refused"])
def test_the_body_must_be_accredited_at_the_moment_of_decision(decide, ready, centre, at, outcome):
    ready.body.accreditations.get().suspend(by=centre.officer, at=at, reason="Complaint")
    with pytest.raises(NotReady, match="not accredited"):
        decide(outcome)
    ready.body.accreditations.get().reinstate(by=centre.officer, at=at, reason="Settled")
    assert decide(outcome)


def test_a_reason_is_asked_for_either_outcome(decide):
    for outcome in ("granted", "refused"):
        with pytest.raises(NotReady):
            decide(outcome, reason=" ")


@pytest.mark.parametrize("months", [0, 25])
def test_a_certificate_lasts_at_most_24_months(decide, months):
    with pytest.raises(NotReady, match="24 months"):
        decide(months=months)


@pytest.mark.parametrize("months", [1, 24])
def test_the_shortest_and_the_longest_certificate(decide, at, months):
    decide(months=months)
    assert Certificate.objects.get().valid_until == months_after(at, months)


@pytest.mark.parametrize("result", ["minor", "major"])
def test_a_refusal_asks_nothing_of_what_was_found(decide, at, result):
    declaration = make.declaration(criteria=make.criteria(1, key="bad"))
    engagement = make.engagement("ready", declaration=declaration, results={"bad:1.1": result})
    with pytest.raises(NotReady):
        decide(engagement=engagement)
    decide("refused", engagement=engagement)
    assert engagement.status == "refused"


def examined(**results):
    """An engagement under way over mx:1.1 to mx:1.3, with these results."""
    declaration = make.declaration(criteria=make.criteria(3, key="mx"))
    found = {f"mx:1.{key[1:]}": result for key, result in results.items()}
    return make.engagement("examining", declaration=declaration, results=found)


def hand_over(engagement, at):
    engagement.ready(by=engagement.body.person, at=at, summary="Done.")
    return engagement


def test_an_open_major_nonconformity_bars_a_grant(db, decide, at):
    engagement = hand_over(make.planned(examined(_1="major")), at)
    with pytest.raises(NotReady, match=r"1\.1: a major"):
        decide(engagement=engagement)
    assert decide("refused", engagement=engagement)


def test_a_minor_one_needs_an_accepted_corrective_action(db, decide, at):
    engagement = hand_over(examined(_1="minor"), at)
    with pytest.raises(NotReady, match=r"1\.1: no accepted"):
        decide(engagement=engagement)


def test_a_minor_one_with_an_accepted_plan_stays_out_of_the_certificate(db, decide, at):
    engagement = hand_over(make.planned(examined(_1="minor")), at)
    decide(engagement=engagement)
    found = Certificate.objects.get()
    assert (found.complete, found.covered_count, found.named_count) == (False, 2, 3)
    assert [one["ref"] for one in found.facts["excluded"]] == ["1.1"]


@pytest.mark.parametrize("result", ["minor", "major"])
def test_one_seen_corrected_conforms(db, decide, at, result):
    engagement = hand_over(make.planned(examined(_1=result), close=True), at)
    decide(engagement=engagement)
    assert Certificate.objects.get().complete


def test_nothing_conforming_is_no_grant(db, decide, at):
    engagement = make.planned(examined(_1="minor", _2="minor", _3="minor"))
    hand_over(engagement, at)
    with pytest.raises(NotReady, match="Nothing conforms"):
        decide(engagement=engagement)


def test_it_is_decided_once(decide):
    decide()
    with pytest.raises(IllegalMove):
        decide("refused")
    assert Decision.objects.get().outcome == "granted"


def test_nothing_undecided_is_decided(db, decide):
    with pytest.raises(IllegalMove):
        decide(engagement=examined())


def test_a_decider_may_send_it_back(ready, at, decide):
    with pytest.raises(NotReady):
        ready.reopen(by=ready.body.second, at=at, reason="")
    ready.reopen(by=ready.body.second, at=at, reason="Look at 1.2 again.")
    hand_over(ready, at)
    assert decide()
