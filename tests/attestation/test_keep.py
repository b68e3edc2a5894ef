"""Certificates out of force and back: suspend, reinstate, withdraw, surveillance, supersede."""

import json
from datetime import date, timedelta

import pytest
from django.utils.formats import date_format

from certcentre.lifecycle import IllegalMove, NotAllowed, NotReady
from standards.assessment import claims
from standards.assessment.claims import Claim
from standards.attestation.certificates import Certificate
from standards.attestation.findings import CorrectiveAction
from standards.registry.credentials import certificate_pdf
from standards.registry.credentials.store import Credential
from tests import make

pytestmark = pytest.mark.alike


def of_two():
    return make.certificate(declaration=make.declaration(criteria=make.criteria(2, key="ex")))


kept = make.kept(of_two)


@pytest.fixture
def certificate(kept, db):
    return kept()


@pytest.fixture
def step(certificate, at):
    """Take a step as the body's decider, a day after the decision unless told otherwise."""

    def take(name, days=1, **changes):
        fields = {"reason": "Because.", "by": certificate.body.second}
        return getattr(certificate, name)(**{**fields, **changes}, at=at + timedelta(days=days))

    return take


def levels(certificate, at):
    found = claims.effective([certificate.release_id], at=at)[certificate.release_id]
    return {key.partition(":")[2]: claim.assurance for key, claim in found.items()}


def later(at, days=1):
    return at + timedelta(days=days)


@pytest.mark.parametrize("name", ["suspend", "withdraw"])
def test_out_of_force_the_criteria_fall_to_the_next_claim(certificate, step, at, name):
    assert levels(certificate, at) == {"1.1": 4, "1.2": 4}
    step(name)
    assert levels(certificate, later(at)) == {"1.1": 1, "1.2": 1}


def test_reinstating_writes_again_what_the_suspension_ended(certificate, step, at):
    step("suspend")
    step("reinstate", days=2)
    assert levels(certificate, later(at, 2)) == {"1.1": 4, "1.2": 4}
    assert certificate.status_at(later(at, 2)) == "valid"


def test_a_second_suspension_and_reinstatement_write_it_once(certificate, step, at):
    for days in (1, 3):
        step("suspend", days=days)
        step("reinstate", days=days + 1)
    standing = Claim.objects.in_force(at=later(at, 5)).filter(source=certificate.number)
    assert standing.count() == 4


def test_reinstating_does_not_revive_what_the_provider_has_taken_back(certificate, step, at):
    step("suspend")
    make.declaration(
        certificate.release, criteria=[], answers={"ex:1.1": "not_met"}, at=later(at, 2)
    )
    step("reinstate", days=3)
    assert levels(certificate, later(at, 3)) == {"1.1": 1, "1.2": 4}


def test_steps_need_a_reason(certificate, step):
    for name in ("suspend", "withdraw"):
        with pytest.raises(NotReady, match="Say why"):
            step(name, reason=" ")
    with pytest.raises(NotReady, match="Say why"):
        certificate.record_surveillance(
            note="", by=certificate.body.second, at=later(certificate.issued_at)
        )
    step("suspend")
    with pytest.raises(NotReady, match="Say why"):
        step("reinstate", reason=" ")


def test_its_public_state_is_computed(certificate, step, at):
    assert certificate.status_at(at) == "valid"
    assert certificate.status_at(certificate.valid_until) == "expired"
    step("suspend")
    assert certificate.status_at(later(at)) == "suspended"
    step("withdraw")
    assert certificate.status_at(certificate.valid_until) == "withdrawn"


def test_in_force_asks_the_moment(certificate, step, at):
    assert Certificate.objects.in_force(at=at).exists()
    assert not Certificate.objects.in_force(at=certificate.valid_until).exists()
    assert not Certificate.objects.in_force(at=at - timedelta(days=1)).exists()
    step("suspend")
    assert not Certificate.objects.in_force(at=later(at)).exists()


def test_an_expired_one_does_not_come_back(certificate, step):
    step("suspend")
    make.accreditation(certificate.body, [certificate.edition], until=date(2031, 1, 1))
    with pytest.raises(IllegalMove, match="expired"):
        step("reinstate", days=800)


def survey(certificate, at):
    return certificate.record_surveillance(
        note="Five criteria sampled.", by=certificate.body.second, at=at
    )


def test_a_check_done_writes_the_next_al4(certificate, at):
    done = later(at, 370)
    survey(certificate, done)
    assert certificate.surveillance_due is None
    assert levels(certificate, later(at, 700)) == {"1.1": 4, "1.2": 4}


def test_a_check_that_is_not_done_leaves_al3(certificate, at):
    assert levels(certificate, later(at, 700)) == {"1.1": 3, "1.2": 3}


def test_it_is_shown_with_the_assurance_of_its_claims(certificate, step, at):
    for days in (0, 424, 426, 700):
        moment = later(at, days)
        assert certificate.assurance_at(moment) == levels(certificate, moment)["1.1"]
    assert certificate.assurance_at(later(at, 1000)) == 3
    step("withdraw")
    assert certificate.assurance_at(later(at, 700)) == 4  # as it was decided


def test_what_lasts_to_its_end_was_of_that_assurance_to_the_last(db, at):
    whole = make.certificate(months=12)
    assert whole.assurance_at(whole.valid_until) == 4


def test_a_check_of_a_part_does_not_make_it_whole(db, at):
    some = make.criteria(2)
    part = make.certificate(declaration=make.declaration(criteria=some), criteria=some[:1])
    survey(part, later(at, 30))
    assert levels(part, later(at, 30)) == {"1.1": 3, "1.2": 1}


def test_a_check_does_not_revive_what_was_taken_back(certificate, at):
    make.declaration(
        certificate.release, criteria=[], answers={"ex:1.1": "not_met"}, at=later(at, 2)
    )
    survey(certificate, later(at, 3))
    assert levels(certificate, later(at, 3)) == {"1.1": 1, "1.2": 4}


def test_what_is_not_valid_is_not_kept_up(certificate, step, at):
    step("suspend")
    with pytest.raises(IllegalMove):
        survey(certificate, later(at, 2))


def test_a_check_needs_an_accreditation_in_force(certificate, at):
    certificate.body.accreditations.update(valid_until=at.date())
    with pytest.raises(NotReady, match="not accredited"):
        survey(certificate, later(at))


@pytest.fixture
def with_minor(db, at):
    """A granted engagement with an accepted plan for of:1.1; its certificate."""
    declaration = make.declaration(criteria=make.criteria(3, key="of"))
    engagement = make.engagement("examining", declaration=declaration, results={"of:1.1": "minor"})
    make.planned(engagement)
    engagement.ready(by=engagement.body.person, at=at, summary="Done.")
    make.decide(engagement)
    found = engagement.certificates.get()
    found.engagement, found.body = engagement, engagement.body
    return found


def close(certificate, at, by=None):
    action = CorrectiveAction.objects.select_related("finding__criterion__edition").get()
    action.finding.engagement = certificate.engagement
    by = by or certificate.body.second
    action.close(methods=["test"], reply="Seen.", by=by, at=at)


def test_a_correction_seen_after_the_grant_supersedes_the_certificate(with_minor, at):
    assert levels(with_minor, at) == {"1.1": 3, "1.2": 3, "1.3": 3}
    close(with_minor, later(at, 30))
    with_minor.refresh_from_db()
    new = with_minor.superseded_by
    assert (with_minor.status, new.status, new.complete) == ("superseded", "valid", True)
    assert new.valid_until == with_minor.valid_until
    assert levels(new, later(at, 30)) == {"1.1": 4, "1.2": 4, "1.3": 4}
    found = claims.effective([new.release_id], at=later(at, 30))[new.release_id]
    assert {claim.source for claim in found.values()} == {new.number}


def test_the_day_of_its_decision_is_shown_as_it_is_signed(with_minor, at, client):
    close(with_minor, later(at, 30))
    new = with_minor.engagement.certificates.get(status="valid")
    signed = json.loads(Credential.objects.issue(new, at=later(at, 30)).document)
    day = later(at, 30).date()
    assert signed["credentialSubject"]["registerStatement"]["decision"]["on"] == str(day)
    shown = f"On {date_format(day)}"
    assert shown in " ".join(client.get(new.get_absolute_url()).text.split())
    assert certificate_pdf.decided(new).startswith(shown)


def test_after_the_grant_only_a_decider_closes(with_minor, at):
    with pytest.raises(NotAllowed):
        close(with_minor, later(at), by=with_minor.body.person)
    with_minor.refresh_from_db()
    assert with_minor.status == "valid"


def test_superseding_does_not_revive_what_was_taken_back(with_minor, at):
    make.declaration(
        with_minor.release, criteria=[], answers={"of:1.2": "not_met"}, at=later(at, 2)
    )
    close(with_minor, later(at, 3))
    assert levels(with_minor, later(at, 3)) == {"1.1": 4, "1.2": 1, "1.3": 4}


def test_a_suspended_one_is_not_renewed_by_the_back_door(with_minor, at):
    with_minor.suspend(by=with_minor.body.second, at=later(at), reason="Doubt")
    with pytest.raises(NotReady, match="Reinstate it first"):
        close(with_minor, later(at, 2))
    assert CorrectiveAction.objects.get().status == "accepted"


def test_one_that_ran_out_while_suspended_does_not_keep_a_correction_open(with_minor, at):
    with_minor.suspend(by=with_minor.body.second, at=later(at), reason="Doubt")
    close(with_minor, with_minor.valid_until)
    assert CorrectiveAction.objects.get().status == "closed"
    assert with_minor.engagement.certificates.count() == 1


def test_once_withdrawn_nothing_new_is_issued(with_minor, at):
    with_minor.withdraw(by=with_minor.body.second, at=later(at), reason="Fraud")
    close(with_minor, later(at, 2))
    assert with_minor.engagement.certificates.count() == 1
