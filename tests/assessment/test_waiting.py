"""What waits for a provider's people is what the verbs would let them do."""

from datetime import timedelta

import pytest

from certcentre.abilities import refusal
from certcentre.accounts.models import Membership
from certcentre.worklist import tasks, tasks_about
from standards.assessment import abilities
from standards.assessment.edition_migration import migrate_to
from tests import make


def test_what_is_to_declare_is_what_a_signatory_may_declare(provider, at):
    criteria = make.criteria(1)
    said = {criteria[0].key: "met"}
    ready = make.assessment(organisation=provider, criteria=criteria, answers=said)
    open_one = make.assessment(organisation=provider, criteria=make.criteria(1))
    assert list(abilities.to_declare(provider.person, at)) == [ready]
    assert list(abilities.to_finish(provider.person, at)) == [open_one]
    assert refusal(ready, "declare", provider.person, at) is None
    assert refusal(open_one, "declare", provider.person, at).missing


def test_an_officer_is_not_sent_to_judge_a_release_of_their_own(centre, provider, at):
    release = make.release(provider)
    release.publish(["R-1"], by=provider.person, at=at)
    words = f"Clear or refuse {release}"
    assert words in [task.title for task in tasks(centre.officer, at=at)]
    assert refusal(release, "clear", centre.officer, at) is None
    Membership.grant(
        user=centre.officer, organisation=provider, role="editor", by=provider.person, at=at
    )
    assert words not in [task.title for task in tasks(centre.officer, at=at)]
    assert refusal(release, "clear", centre.officer, at).kind == "person"


@pytest.mark.parametrize(("days", "judges"), [(729, False), (731, True)])
def test_who_left_the_provider_judges_only_after_24_months(centre, provider, at, days, judges):
    release = make.release(provider)
    release.publish(["R-1"], by=provider.person, at=at)
    Membership.grant(
        user=centre.officer, organisation=provider, role="editor", by=provider.person, at=at
    )
    left = at - timedelta(days=days)
    centre.officer.memberships.filter(organisation=provider).update(since=left, until=left)
    listed = [task.title for task in tasks(centre.officer, at=at)]
    assert (f"Clear or refuse {release}" in listed) == judges
    assert (refusal(release, "clear", centre.officer, at) is None) == judges


def test_a_newer_edition_waits_for_an_editor_alone(provider, at):
    old = make.edition("ex-1")
    made = make.declaration(organisation=provider, criteria=old.criteria.all()).assessment
    make.successor(old, name="Reading 2", grace_until=at.date() + timedelta(days=9))
    make.successor(old, "ex-3", name="Reading 3")
    words = [f"Move {made.release} to Reading {number}" for number in (2, 3)]
    told = tasks_about(made, provider.person, at=at)
    assert [(task.title, task.tag) for task in told] == [(words[0], "9 days left"), (words[1], "")]
    assert refusal(made, "migrate", provider.person, at) is None
    signatory = make.member(provider, "signatory")
    assert tasks_about(made, signatory, at=at) == []
    assert refusal(made, "migrate", signatory, at).kind == "person"


def test_what_was_taken_over_waits_no_longer(provider, at):
    old = make.edition("ex-1")
    draft = make.assessment(organisation=provider, criteria=old.criteria.all())
    migrate_to(draft, make.successor(old, name="Reading 2"), by=provider.person, at=at)
    assert list(abilities.to_migrate(provider.person, at)) == []


def test_a_release_page_shows_only_what_is_about_it(provider, at):
    one, other = make.release(provider), make.release(provider)
    titles = [task.title for task in tasks_about(one, provider.person, at=at)]
    assert titles == [f"Begin with {one}"]
    assert str(other) not in str(titles)
