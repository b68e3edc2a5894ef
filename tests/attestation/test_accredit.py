"""Accreditations: granted, stopped and put back, with the certificates in their scope."""

from datetime import date, timedelta

import pytest

from certcentre.accounts.models import Membership, Organisation
from certcentre.lifecycle import IllegalMove, NotAllowed, NotReady
from standards.assessment import claims
from standards.attestation.accreditation import Accreditation
from standards.attestation.forms import GrantForm
from standards.registry.verify.records import of_number
from tests import make


@pytest.fixture
def edition(db):
    return make.criteria(2, key="ex")[0].edition


@pytest.fixture
def grant(centre, edition, at):
    def give(body=None, **changes):
        fields = {
            "editions": [edition],
            "countries": ["EE"],
            "valid_from": at.date(),
            "valid_until": date(2028, 6, 30),
            "by": centre.officer,
            "at": at,
        }
        return Accreditation.grant(body or make.body(), **{**fields, **changes})

    return give


def test_it_has_a_number_and_a_scope(grant, edition):
    made = grant()
    assert made.number == "AC-2026-000001"
    assert list(made.editions.all()) == [edition]


def test_only_a_verified_auditing_body(grant):
    unverified = make.organisation("auditor", verified=False)
    for body in (unverified, make.organisation("provider")):
        with pytest.raises(NotReady, match="auditing body"):
            grant(body)


def test_only_an_officer_grants(grant):
    body = make.body()
    for person in (body.person, make.user()):
        with pytest.raises(NotAllowed):
            grant(body, by=person)


def test_an_officer_who_belongs_to_the_body_does_not_judge_it(grant, centre, at):
    body = make.body()
    Membership.grant(user=centre.officer, organisation=body, role="manager", by=None, at=at)
    with pytest.raises(NotAllowed, match="belong"):
        grant(body)


def test_dates_run_forward_and_the_scope_is_not_empty(grant):
    with pytest.raises(NotReady) as met:
        grant(editions=[], valid_until=date(2020, 1, 1))
    assert len(met.value.problems) == 2


def test_a_draft_edition_is_no_scope(grant, edition):
    edition.status = "draft"
    with pytest.raises(NotReady, match="published"):
        grant()


def test_granting_twice_makes_one(grant):
    body = make.body()
    grant(body)
    with pytest.raises(IllegalMove):
        grant(body)
    assert grant(body, countries=["KE"])


def test_in_force_asks_the_day(grant, at):
    grant(valid_from=date(2026, 12, 1), valid_until=date(2026, 12, 31))
    days = {"2026-11-30": False, "2026-12-01": True, "2026-12-31": True, "2027-01-01": False}
    for day, held in days.items():
        moment = at.replace(
            **dict(zip(("year", "month", "day"), map(int, day.split("-")), strict=True))
        )
        assert Accreditation.objects.in_force(at=moment).exists() is held


@pytest.mark.parametrize("step", ["suspend", "close"])
def test_it_is_out_of_force_while_its_body_is(grant, centre, client, at, step):
    made = grant(valid_until=at.date() + timedelta(days=3650))
    getattr(made.body, step)(by=centre.officer, at=later(at), reason="Complaint")
    assert not Accreditation.objects.in_force(at=later(at)).exists()
    assert made.standing_at(later(at)) == "suspended"
    assert made.standing_at(later(at, 3652)) == "expired"
    assert of_number(made.number, at=later(at)).state == "suspended"
    for address in ("/auditors/", made.get_absolute_url()):
        page = client.get(address).content.decode()
        assert "Suspended" in page
        assert "In force" not in page


@pytest.fixture
def certified(db, edition):
    """A body with one certificate in the scope of its accreditation."""
    return make.certificate(declaration=make.declaration(criteria=edition.criteria.all()))


def level(certificate, at):
    found = claims.effective([certificate.release_id], at=at)[certificate.release_id]
    return {claim.assurance for claim in found.values()}


def later(at, days=1):
    return at + timedelta(days=days)


@pytest.mark.parametrize("name", ["suspend", "withdraw"])
def test_stopping_it_suspends_the_certificates_in_its_scope(certified, centre, at, name):
    held = certified.body.accreditations.get()
    getattr(held, name)(by=centre.officer, at=later(at), reason="Complaint upheld")
    certified.refresh_from_db()
    assert (certified.status, certified.suspended_with) == ("suspended", held)
    assert level(certified, later(at)) == {1}


def test_other_scopes_and_other_bodies_are_untouched(certified, centre, grant, at):
    other = make.criteria(1, key="other")[0].edition
    narrow = grant(certified.body, editions=[other])
    abroad = grant(certified.body, countries=["KE"])
    for one in (narrow, abroad, grant(make.body())):
        one.suspend(by=centre.officer, at=later(at), reason="Complaint")
    certified.refresh_from_db()
    assert certified.status == "valid"


def test_reinstating_restores_those_and_their_claims(certified, centre, at):
    held = certified.body.accreditations.get()
    held.suspend(by=centre.officer, at=later(at), reason="Complaint")
    held.reinstate(by=centre.officer, at=later(at, 2), reason="Settled")
    certified.refresh_from_db()
    assert (certified.status, certified.suspended_with) == ("valid", None)
    assert level(certified, later(at, 2)) == {4}


def test_reinstating_restores_nothing_that_time_has_ended(certified, centre, at):
    held = certified.body.accreditations.get()
    held.suspend(by=centre.officer, at=later(at), reason="Complaint")
    held.reinstate(by=centre.officer, at=certified.valid_until, reason="Settled")
    certified.refresh_from_db()
    assert (held.status, certified.status) == ("active", "suspended")


def test_reinstating_restores_nothing_that_was_suspended_before(certified, centre, at):
    certified.suspend(by=certified.body.second, at=at, reason="Doubt")
    held = certified.body.accreditations.get()
    held.suspend(by=centre.officer, at=later(at), reason="Complaint")
    held.reinstate(by=centre.officer, at=later(at, 2), reason="Settled")
    certified.refresh_from_db()
    assert certified.status == "suspended"


def test_a_second_suspended_accreditation_keeps_it_suspended(certified, centre, grant, at):
    first, second = certified.body.accreditations.get(), grant(certified.body)
    for one in (first, second):
        one.suspend(by=centre.officer, at=later(at), reason="Complaint")
    first.reinstate(by=centre.officer, at=later(at, 2), reason="Settled")
    certified.refresh_from_db()
    assert (certified.status, certified.suspended_with) == ("suspended", second)
    second.reinstate(by=centre.officer, at=later(at, 3), reason="Settled")
    certified.refresh_from_db()
    assert certified.status == "valid"


def test_the_body_cannot_undo_what_the_centre_stopped(certified, centre, grant, at):
    held = certified.body.accreditations.get()
    grant(certified.body, countries=[])
    held.suspend(by=centre.officer, at=later(at), reason="Complaint")
    body = certified.body
    certified.refresh_from_db(fields=["status", "suspended_with"])
    with pytest.raises(NotReady, match="which is suspended"):
        certified.reinstate(by=body.second, at=later(at, 2), reason="We disagree")


def test_after_a_withdrawal_a_new_one_lets_the_body_reinstate(certified, centre, grant, at):
    held, body = certified.body.accreditations.get(), certified.body
    held.withdraw(by=centre.officer, at=later(at), reason="Closed")
    certified.refresh_from_db(fields=["status", "suspended_with"])
    with pytest.raises(NotReady, match="not accredited"):
        certified.reinstate(by=body.second, at=later(at, 2), reason="Renewed")
    grant(Organisation.objects.get(pk=body.pk))
    certified.reinstate(by=body.second, at=later(at, 2), reason="Renewed")
    assert level(certified, later(at, 2)) == {4}


def test_the_body_does_not_judge_itself(certified, at):
    with pytest.raises(NotAllowed):
        certified.body.accreditations.get().suspend(by=certified.body.person, at=at, reason="No")
    with pytest.raises(NotAllowed):
        certified.body.accreditations.get().withdraw(by=certified.body.second, at=at, reason="No")


def test_stopping_needs_a_reason(certified, centre, at):
    with pytest.raises(NotReady):
        certified.body.accreditations.get().suspend(by=centre.officer, at=at, reason="")


def test_a_key_larger_than_any_names_no_edition(centre, at):
    form = GrantForm({"editions": [str(10**30)]}, today=at.date())
    assert not form.is_valid()
    assert "editions" in form.errors
