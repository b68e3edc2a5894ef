"""The provider takes a declaration or a solution back, or makes another release current."""

from datetime import timedelta

import pytest
from django.db import transaction

from certcentre.lifecycle import IllegalMove, NotAllowed, NotReady
from standards.assessment import claims
from standards.assessment.claims import Claim
from standards.assessment.declarations import Declaration
from standards.assessment.solutions import Solution
from tests import make


def test_withdrawing_ends_what_the_provider_said_and_not_what_was_certified(provider, at):
    (criterion,) = chosen = make.criteria(1)
    made = make.declaration(organisation=provider, criteria=chosen)
    with transaction.atomic():
        certified = Claim(
            release=made.release,
            criterion=criterion,
            outcome="met",
            assurance=4,
            basis="certificate",
            valid_from=at,
            source="CC-2026-000001",
        )
        claims.change([made.release_id], add=[certified], at=at)
    made.withdraw(by=provider.person, at=at, reason="Wrong product.")
    standing = made.release.claims.filter(ended_at=None)
    assert [claim.assurance for claim in standing] == [4]
    assert made.claims.get().ended_by == f"withdrawn {made.number}"


def test_withdrawing_the_last_declaration_takes_the_release_off_the_register(provider, at):
    made = make.declaration(organisation=provider)
    assert Solution.objects.listed().exists()
    made.withdraw(by=provider.person, at=at, reason="Wrong.")
    assert not Solution.objects.listed().exists()
    assert Declaration.objects.visible_to(make.user()).get() == made  # its page stays for ever


def test_withdrawing_an_earlier_declaration_leaves_the_last_one(provider, at):
    first = make.declaration(organisation=provider)
    make.declaration(first.release, at=at + timedelta(days=1))
    first.withdraw(by=provider.person, at=at + timedelta(days=2), reason="Old.")
    assert Solution.objects.listed().exists()


def test_withdrawing_twice_is_refused(provider, at):
    made = make.declaration(organisation=provider)
    made.withdraw(by=provider.person, at=at, reason="Wrong.")
    with pytest.raises(IllegalMove):
        made.withdraw(by=provider.person, at=at, reason="Wrong.")


def test_only_a_signatory_withdraws(provider, at):
    made = make.declaration(organisation=provider)
    with pytest.raises(NotAllowed):
        made.withdraw(by=make.member(provider, "editor"), at=at, reason="Wrong.")


def test_make_current_needs_a_declaration(provider, at):
    newer = make.release(
        solution=make.declaration(organisation=provider).release.solution, label="2"
    )
    with pytest.raises(NotReady, match="Declare"):
        newer.make_current(by=provider.person, at=at)


def test_make_current_changes_what_the_register_uses(provider, at):
    first = make.declaration(organisation=provider).release
    newer = make.release(solution=first.solution, label="2.x")
    draft = make.assessment(newer)
    for answer in draft.answers.all():
        answer.give(value="met", by=provider.person, at=at, revision=0)
    make.declare(draft)
    assert Solution.objects.get().current_release == first
    newer.make_current(by=provider.person, at=at)
    assert Solution.objects.get().current_release == newer
    with pytest.raises(IllegalMove):
        newer.make_current(by=provider.person, at=at)


def test_a_withdrawn_solution_cannot_be_declared(provider, at):
    draft = make.assessment(organisation=provider, criteria=make.criteria(1, obligation="may"))
    draft.release.solution.withdraw(by=provider.person, at=at, reason="End of life.")
    with pytest.raises(NotReady, match="withdrawn"):
        make.declare(draft)


def test_an_auditor_offers_no_solution(auditor, at):
    with pytest.raises(NotAllowed):
        Solution.create(auditor, by=auditor.person, at=at, name="x", summary="x", release_label="1")


def test_two_releases_have_two_labels(provider):
    made = make.release(provider)
    with pytest.raises(NotReady, match="another name"):
        make.release(solution=made.solution, label=made.label)


def test_stating_facts_changes_what_the_public_sees_only_with_a_declaration(provider, at):
    release = make.declaration(organisation=provider, facts={"delivery": ["web"]}).release
    release.state_facts({"delivery": ["ios"]}, by=provider.person, at=at)
    release.refresh_from_db()
    assert release.declared_facts == {"delivery": ["web"]}
