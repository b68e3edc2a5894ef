"""The provider declares: a signed snapshot, and the claims that rest on it."""

import hashlib
from datetime import date, timedelta

import pytest
from django.db import transaction

from certcentre.lifecycle import IllegalMove, NotAllowed, NotReady
from certcentre.log.models import LogEntry
from standards.assessment import claims
from standards.assessment.assessments import Assessment
from standards.assessment.claims import Claim
from standards.assessment.declarations import Declaration
from tests import make
from tests.assessment.threads import at_once


def standing(release, at):
    """{criterion key: (outcome, assurance)} of the effective claims."""
    found = claims.effective([release.pk], at=at)[release.pk]
    return {key: (claim.outcome, claim.assurance) for key, claim in found.items()}


def test_declared_answers_stand_at_al1_for_a_year(provider, at):
    one, two, _ = chosen = make.criteria(3)
    made = make.declaration(organisation=provider, criteria=chosen, answers={two.key: "not_met"})
    got = standing(made.release, at)
    assert got[one.key] == ("met", 1)
    assert got[two.key] == ("not_met", 1)
    assert standing(made.release, at + timedelta(days=366)) == {}


def test_evidence_in_date_lifts_met_to_al2(provider, at):
    one, two, three = chosen = make.criteria(3)
    draft = make.assessment(
        organisation=provider,
        criteria=chosen,
        answers={one.key: "met", two.key: "met", three.key: "not_met"},
    )
    fresh, old = make.evidence(provider), make.evidence(provider, until=date(2026, 11, 23))
    for criterion, piece in ((one, fresh), (two, old), (three, fresh)):
        make.attach(draft.answers.get(criterion=criterion), piece)
    made = make.declare(draft)
    assert [standing(made.release, at)[c.key][1] for c in chosen] == [2, 1, 1]


def test_evidence_without_end_counts_for_twelve_months_from_its_start(provider, at):
    draft = make.assessment(organisation=provider, criteria=make.criteria(1))
    answer = draft.answers.get()
    answer.give(value="met", by=provider.person, at=at, revision=0)
    make.attach(answer, make.evidence(provider, speaks_from=date(2026, 1, 10)))
    make.declare(draft)
    assert Claim.objects.get(assurance=2).valid_until.date() == date(2027, 1, 10)


def test_declare_refuses_with_the_list_of_what_is_missing(provider, at):
    one, two = chosen = make.criteria(2)
    draft = make.assessment(organisation=provider, criteria=chosen, answers={one.key: "met"})
    with pytest.raises(NotReady) as refused:
        make.declare(draft)
    assert refused.value.problems == [f"Not answered yet: {two.ref} {two.title}"]
    draft.refresh_from_db()
    assert (draft.status, Declaration.objects.count()) == ("draft", 0)


def test_should_and_may_left_open_are_no_statement(provider, at):
    must, open_one = make.criteria(1)[0], make.criteria(1, obligation="should")[0]
    draft = make.assessment(
        organisation=provider, criteria=[must, open_one], answers={must.key: "met"}
    )
    made = make.declare(draft)
    assert made.content["no_statement"] == [open_one.key]
    assert set(standing(made.release, at)) == {must.key}


def test_an_unverified_organisation_cannot_declare(centre, at):
    company = make.organisation("provider", verified=False)
    draft = make.assessment(organisation=company, criteria=make.criteria(1, obligation="may"))
    with pytest.raises(NotReady, match="not verified"):
        make.declare(draft)


def test_only_a_signatory_declares(provider, at):
    draft = make.assessment(organisation=provider, criteria=make.criteria(1, obligation="may"))
    editor = make.member(provider, "editor")
    with pytest.raises(NotAllowed):
        Declaration.sign(draft, by=editor, at=at, signatory_name="A", signatory_role="B")


def test_declare_twice_is_refused(provider):
    draft = make.assessment(organisation=provider, status="declared")
    with pytest.raises(IllegalMove):
        make.declare(draft)


def test_the_digest_is_of_the_canonical_body(provider):
    made = make.declaration(organisation=provider)
    assert hashlib.sha256(bytes(made.body)).hexdigest() == made.digest
    assert made.content["signatory"] == {"name": "Ada Example", "role": "Director"}
    assert made.number == "DC-2026-000001"


def test_declaring_makes_the_first_release_current_and_public(provider, at):
    made = make.declaration(organisation=provider)
    made.release.refresh_from_db()
    made.release.solution.refresh_from_db()
    assert made.release.solution.current_release == made.release
    assert made.release.public_since == at
    assert made.release.solution in type(made.release.solution).objects.listed()


def test_a_new_declaration_ends_the_claims_of_the_earlier_one(provider, at):
    one, two = chosen = make.criteria(2)
    first = make.declaration(organisation=provider, criteria=chosen)
    later = at + timedelta(days=30)
    second = make.declaration(
        first.release, criteria=chosen, answers={two.key: "not_met"}, at=later
    )
    assert standing(first.release, later) == {one.key: ("met", 1), two.key: ("not_met", 1)}
    assert set(first.claims.values_list("ended_by", flat=True)) == {f"declared {second.number}"}


def certified(release, criterion, at, **fields):
    """A claim as a certificate or finding writes it."""
    return Claim(
        release=release,
        criterion=criterion,
        valid_from=at,
        source="CC-2026-000001",
        **{"outcome": "met", "assurance": 4, "basis": "certificate", **fields},
    )


def write(release, *added, at):
    with transaction.atomic():
        claims.change([release.pk], add=added, at=at)


def test_declaring_less_ends_a_certificates_claim_and_leaves_word(provider, at):
    one, two = chosen = make.criteria(2)
    first = make.declaration(organisation=provider, criteria=chosen)
    release = first.release
    write(release, certified(release, one, at), certified(release, two, at), at=at)
    later = at + timedelta(days=1)
    made = make.declaration(release, criteria=chosen, answers={two.key: "partly_met"}, at=later)
    assert standing(release, later) == {one.key: ("met", 4), two.key: ("partly_met", 1)}
    told = LogEntry.objects.about(made).get(step="certificate.contradicted")
    assert b"CC-2026-000001" in bytes(told.body)


def test_a_later_declaration_ends_a_finding(provider, at):
    (one,) = chosen = make.criteria(1)
    release = make.declaration(organisation=provider, criteria=chosen).release
    found = certified(release, one, at, outcome="not_met", assurance=3, basis="finding")
    write(release, found, at=at)
    assert standing(release, at)[one.key] == ("not_met", 3)
    make.declaration(release, criteria=chosen, at=at + timedelta(days=1))
    assert standing(release, at + timedelta(days=1))[one.key] == ("met", 1)


@pytest.mark.django_db(transaction=True)
def test_declared_by_sixteen_at_once_gives_exactly_one_declaration():
    chosen = make.criteria(2)
    said = {criterion.key: "met" for criterion in chosen}
    draft = make.assessment(criteria=chosen, answers=said)
    got = at_once(*[lambda: make.declare(Assessment.objects.get(pk=draft.pk))] * 16)
    assert sorted(type(each).__name__ for each in got) == ["Declaration"] + ["IllegalMove"] * 15
    assert Declaration.objects.count() == 1
    assert Claim.objects.filter(ended_at=None).count() == len(said)
