"""The claims that a decision writes and ends."""

from datetime import date, timedelta

import pytest

from standards.assessment import claims
from standards.assessment.claims import Claim
from standards.attestation.certificates import Certificate
from tests import make


@pytest.fixture
def edition(db):
    """A: 1.1, 1.2; AA: 2.1, 2.2; AAA: 3.1."""
    return make.graded("g")


@pytest.fixture
def release(db):
    return make.release()


def declared(release, edition, **fields):
    wanted = edition.criteria.exclude(level__key="AAA")
    return make.declaration(release, criteria=wanted, **fields)


def standing(release, at):
    """Effective claims as {ref: (outcome, assurance, basis)}."""
    found = claims.effective([release.pk], at=at)[release.pk]
    return {one.criterion.ref: (one.outcome, one.assurance, one.basis) for one in found.values()}


def parts(edition, *refs):
    return list(edition.criteria.filter(ref__in=refs))


def test_complete_is_al4_to_60_days_after_the_check_then_al3_to_the_end(release, edition, at):
    found = make.certificate(declaration=declared(release, edition))
    assert (found.complete, found.title, found.level.key) == (True, "Certificate", "AA")
    assert found.surveillance_due == date(2027, 11, 24)
    assert standing(release, at)["2.2"] == ("met", 4, "certificate")
    assert standing(release, at + timedelta(days=365 + 59))["2.2"][1] == 4
    assert standing(release, at + timedelta(days=365 + 62))["2.2"][1] == 3
    assert standing(release, at.replace(year=2028, day=23))["2.2"][1] == 3
    assert standing(release, at.replace(year=2028)) == {}


def test_within_a_year_no_check_is_planned_and_al4_lasts(release, edition, at):
    found = make.certificate(declaration=declared(release, edition), months=12)
    assert found.surveillance_due is None
    assert standing(release, found.valid_until - timedelta(days=1))["1.1"][1] == 4


def test_a_part_is_a_verification_at_al3(release, edition, at):
    found = make.certificate(
        declaration=declared(release, edition), criteria=parts(edition, "1.1", "1.2", "2.1")
    )
    assert (found.complete, found.title) == (False, "Verification of 3 of 4 criteria")
    assert standing(release, at)["1.1"] == ("met", 3, "certificate")
    assert standing(release, at)["2.2"] == ("met", 1, "declaration")
    assert [(one["ref"], one["why"]) for one in found.facts["excluded"]] == [
        ("2.2", "not_in_scope")
    ]


def test_a_lower_level_may_be_complete(release, edition, at):
    level = edition.levels.get(key="A")
    found = make.certificate(declaration=declared(release, edition), editions=[(edition, level)])
    assert (found.complete, found.named_count) == (True, 2)


def test_not_applicable_confirmed_is_accepted_by_the_auditor(release, edition, at):
    declaration = declared(release, edition, answers={"g:1.2": "not_applicable"})
    found = make.certificate(declaration=declaration, results={"g:1.2": "not_applicable"})
    assert found.complete
    claim = claims.effective([release.pk], at=at)[release.pk]["g:1.2"]
    assert (claim.outcome, claim.accepted_by, claim.assurance) == ("not_applicable", "auditor", 4)
    assert found.facts["counts"]["not_applicable"] == 1


def test_an_unconfirmed_not_applicable_is_left_out_and_makes_it_partial(release, edition, at):
    declaration = declared(release, edition, answers={"g:1.2": "not_applicable"})
    found = make.certificate(declaration=declaration, criteria=parts(edition, "1.1", "2.1", "2.2"))
    assert not found.complete


def test_one_that_a_rule_excuses_need_not_be_examined(release, edition, at):
    declaration = declared(release, edition, answers={"g:1.2": "not_applicable"})
    Claim.objects.filter(criterion__ref="1.2").update(accepted_by="rule")
    found = make.certificate(declaration=declaration, criteria=parts(edition, "1.1", "2.1", "2.2"))
    assert (found.complete, found.covered_count, found.named_count) == (True, 4, 4)
    assert found.facts["excluded"][0]["why"] == "excused_rule"


def refused(release, edition, results):
    declaration = declared(release, edition)
    return make.engagement("refused", declaration=declaration, results=results)


@pytest.mark.parametrize(("result", "outcome"), [("major", "not_met"), ("minor", "partly_met")])
def test_a_decided_nonconformity_ends_every_earlier_claim(release, edition, at, result, outcome):
    make.certificate(declaration=declared(release, edition))
    assert standing(release, at)["1.1"] == ("met", 4, "certificate")
    refused(release, edition, {"g:1.1": result})
    assert standing(release, at)["1.1"] == (outcome, 3, "finding")
    assert standing(release, at.replace(year=2033))["1.1"] == (outcome, 3, "finding")
    assert standing(release, at)["1.2"] == ("met", 4, "certificate")


def test_a_grant_with_a_minor_one_says_partly_met(release, edition, at):
    engagement = make.engagement(
        "examining", declaration=declared(release, edition), results={"g:1.1": "minor"}
    )
    make.planned(engagement)
    engagement.ready(by=engagement.body.person, at=at, summary="Done.")
    make.decide(engagement)
    assert standing(release, at)["1.1"] == ("partly_met", 3, "finding")
    assert standing(release, at)["1.2"] == ("met", 3, "certificate")


def test_a_later_declaration_ends_the_finding(release, edition, at):
    refused(release, edition, {"g:1.1": "major"})
    declared(release, edition, at=at + timedelta(days=30))
    assert standing(release, at + timedelta(days=30))["1.1"] == ("met", 1, "declaration")


def test_a_later_decision_ends_the_finding(release, edition, at):
    refused(release, edition, {"g:1.1": "major"})
    later = at + timedelta(days=1)
    last = make.declaration(release, criteria=[], at=later)
    make.certificate(declaration=last, at=later)
    assert standing(release, later)["1.1"] == ("met", 4, "certificate")
    assert not Claim.objects.in_force(at=later).filter(basis="finding").exists()


def test_a_finding_before_the_decision_touches_no_claim(release, edition, at):
    declaration = declared(release, edition)
    before = standing(release, at)
    make.engagement("ready", declaration=declaration, results={"g:1.1": "major"})
    assert standing(release, at) == before


def test_each_edition_gets_its_own(release, edition, at):
    other = make.criteria(2, key="other")
    declaration = make.declaration(
        release, criteria=[*other, *edition.criteria.filter(level__key="A")]
    )
    make.certificate(declaration=declaration)
    found = {one.edition.key: one.complete for one in Certificate.objects.all()}
    assert found == {"g": True, "other": True}


def test_the_facts_are_frozen_and_name_no_person(release, edition, at):
    found = make.certificate(declaration=declared(release, edition))
    facts = found.facts
    assert facts["accreditation"]["number"].startswith("AC-2026-")
    assert facts["level"]["key"] == "AA"
    assert facts["criteria"][0]["methods"] == ["test"]
    people = [found.body.person.name, found.body.second.name, "Ada Example"]
    assert not [name for name in people if name in str(facts)]
