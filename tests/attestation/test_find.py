"""Recording what the examination found, criterion by criterion."""

from functools import partial

import pytest

from certcentre.accounts.models import Interest, Membership
from certcentre.lifecycle import Conflict, IllegalMove, NotAllowed, NotReady
from standards.attestation.findings import CorrectiveAction
from standards.catalogue.editions import Criterion
from tests import make

kept = make.kept(partial(make.engagement, "examining"))


@pytest.fixture
def examining(kept, db):
    return kept()


@pytest.fixture
def finding(examining):
    found = examining.findings.select_related("criterion").first()
    found.engagement = examining
    return found


@pytest.fixture
def record(finding, at):
    def write(result="conforming", **changes):
        fields = {"methods": ["document"], "note": "Seen.", "revision": finding.revision, "at": at}
        fields["by"] = finding.engagement.body.person
        return finding.record(result=result, **{**fields, **changes})

    return write


def test_a_finding_keeps_result_methods_and_words(record, finding):
    assert record("observation", methods=["test", "document", "test"]) == 1
    finding.refresh_from_db()
    assert (finding.result, finding.methods) == ("observation", ["document", "test"])


def test_of_two_who_write_at_once_the_second_sees_the_first(record, finding):
    record("conforming", revision=0)
    with pytest.raises(Conflict) as met:
        record("minor", revision=0)
    assert met.value.stored.result == "conforming"
    finding.refresh_from_db()
    assert finding.result == "conforming"


def test_the_same_sent_twice_is_no_conflict(record):
    assert record("conforming", revision=0) == record("conforming", revision=0) == 1


def test_a_criterion_conforms_only_where_every_method_that_it_needs_was_used(record, finding):
    Criterion.objects.filter(pk=finding.criterion_id).update(verification="observation+test")
    finding.criterion.verification = "observation+test"
    for result in ("conforming", "observation"):
        with pytest.raises(NotReady, match=r"more than you name: 1.1 \(Observation\)"):
            record(result, methods=["document", "test"])
    assert record("conforming", methods=["document", "observation", "test"])


def test_what_fails_may_be_seen_in_any_way(record, finding):
    Criterion.objects.filter(pk=finding.criterion_id).update(verification="test")
    finding.criterion.verification = "test"
    assert record("major", methods=["document"], note="It says so itself.")


def test_without_a_method_nothing_is_found(record):
    with pytest.raises(NotReady, match="how you looked"):
        record("conforming", methods=[])
    with pytest.raises(NotReady, match="not a method"):
        record("conforming", methods=["guess"])
    assert record("not_examined", methods=[])


@pytest.mark.parametrize("result", ["observation", "minor", "major", "not_applicable"])
def test_what_is_not_plainly_conforming_needs_words(record, result):
    with pytest.raises(NotReady, match="what you saw"):
        record(result, note="  ")
    assert record(result)


def test_a_nonconformity_opens_a_corrective_action(record, finding):
    record("major")
    assert CorrectiveAction.objects.get(finding=finding).status == "open"


def test_taking_it_back_before_the_provider_saw_it_drops_the_action(record, finding):
    record("minor")
    record("conforming")
    assert not CorrectiveAction.objects.filter(finding=finding).exists()


def test_what_the_provider_has_seen_is_never_dropped(record, finding, at):
    record("minor")
    finding.engagement.await_corrections(by=finding.engagement.body.person, at=at)
    finding.engagement.resume(by=finding.engagement.body.person, at=at)
    record("conforming")
    assert CorrectiveAction.objects.filter(finding=finding).exists()


def test_only_evaluators_of_the_body_examine(record, finding):
    for person in (
        finding.engagement.body.second,
        make.user(),
        make.signer(finding.engagement.provider),
    ):
        with pytest.raises(NotAllowed):
            record(by=person)


def test_who_belonged_to_the_provider_lately_may_not_examine(record, finding, at):
    person = make.member(finding.engagement.body, "evaluator")
    held = Membership.grant(
        user=person, organisation=finding.engagement.provider, role="editor", by=None, at=at
    )
    Membership.objects.filter(pk=held.pk).update(until=at.replace(year=2025))
    with pytest.raises(NotAllowed, match="24 months"):
        record(by=person)
    Membership.objects.filter(pk=held.pk).update(until=at.replace(year=2024, month=11, day=1))
    assert record(by=person)


def test_an_interest_declared_meanwhile_stops_the_examination(record, finding, at):
    body = finding.engagement.body
    provider = finding.engagement.provider
    Interest.declare(provider, other=body, nature="Shares", by=make.signer(provider), at=at)
    with pytest.raises(NotAllowed, match="interest"):
        record()


def test_nothing_is_written_outside_the_examination(record, examining, at):
    make.examine(examining, {})
    examining.ready(by=examining.body.person, at=at, summary="Done.")
    with pytest.raises(IllegalMove):
        record("major", revision=1)


def test_ready_needs_a_finding_on_every_criterion(examining, record, at):
    record()
    with pytest.raises(NotReady, match="2 criteria have no finding"):
        examining.ready(by=examining.body.person, at=at, summary="Done.")
    make.examine(examining, {})
    examining.ready(by=examining.body.person, at=at, summary="Done.")
    assert examining.status == "ready"


def test_ready_needs_a_summary(examining, at):
    make.examine(examining, {})
    with pytest.raises(NotReady, match="Sum up"):
        examining.ready(by=examining.body.person, at=at, summary="")
