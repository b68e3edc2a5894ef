"""Moving a draft to a newer edition asks only for what is new or changed."""

from datetime import date, timedelta

import pytest

from certcentre.lifecycle import IllegalMove, NotAllowed, NotReady
from certcentre.log.models import LogEntry
from standards.assessment.assessments import Assessment
from standards.assessment.claims import Claim, effective
from standards.assessment.edition_migration import migrate_to, plan
from tests import make


@pytest.fixture
def old(db):
    return make.edition("old")


@pytest.fixture
def new(old):
    return make.successor(old, "new")


def draft(provider, old, **fields):
    """All met but for what is said, of levels A and AA."""
    criteria = old.criteria.exclude(level__key="AAA")
    said = {f"old:{ref}": "met" for ref in ("1.1", "1.2", "1.3")}
    return make.assessment(organisation=provider, criteria=criteria, answers=said, **fields)


def said(assessment):
    rows = assessment.answers.order_by("criterion__key")
    return {a.criterion.key: (a.value, a.to_confirm, a.origin) for a in rows}


def test_only_new_and_changed_criteria_are_asked(provider, old, new, at):
    made = draft(provider, old)
    moved = migrate_to(made, new, by=provider.person, at=at)
    assert said(made) == {
        "new:1.1": ("met", False, ""),
        "new:1.2": ("met", True, "edition"),
        "new:1.5": ("", False, ""),
    }
    assert [each.ref for each in moved.drop] == ["1.3"]
    assert LogEntry.objects.about(made).last().step == "assessment.moved"


def test_the_preview_says_what_moving_does(provider, old, new, at):
    made = draft(provider, old)
    planned = plan(made, new)
    assert planned == migrate_to(made, new, by=provider.person, at=at)


def test_evidence_comes_along(provider, old, new, at):
    made = draft(provider, old)
    piece = make.evidence(provider)
    make.attach(made.answers.get(criterion__ref="1.2"), piece)
    migrate_to(made, new, by=provider.person, at=at)
    use = made.answers.get(criterion__key="new:1.2").evidence_uses.get()
    assert use.evidence == piece


def test_an_answer_that_waited_to_be_confirmed_still_waits(provider, old, new, at):
    made = draft(provider, old)
    made.answers.filter(criterion__ref="1.1").update(to_confirm=True)
    migrate_to(made, new, by=provider.person, at=at)
    assert said(made)["new:1.1"][1] is True


def test_a_declared_assessment_does_not_move(provider, old, new, at):
    made = draft(provider, old, status="declared")
    with pytest.raises(IllegalMove):
        migrate_to(made, new, by=provider.person, at=at)
    again = Assessment.start(made.release, by=provider.person, at=at + timedelta(days=1))
    migrate_to(again, new, by=provider.person, at=at)
    assert set(said(again)) == {"new:1.1", "new:1.2", "new:1.5"}
    assert made.answers.count() == 3


def test_only_an_editor_moves(provider, old, new, at, auditor):
    with pytest.raises(NotAllowed):
        migrate_to(draft(provider, old), new, by=auditor.person, at=at)


def test_a_draft_that_holds_nothing_of_it_does_not_move(provider, new, at):
    made = make.assessment(organisation=provider)
    with pytest.raises(NotReady, match="holds nothing"):
        migrate_to(made, new, by=provider.person, at=at)


def test_a_deprecated_edition_takes_nobody_in(provider, old, at):
    new = make.successor(old, deprecated_from=date(2026, 1, 1))
    with pytest.raises(NotReady, match="cannot be answered"):
        migrate_to(draft(provider, old), new, by=provider.person, at=at)


def test_the_page_shows_the_plan_and_moves(provider, old, new, client):
    made = draft(provider, old, status="declared")
    client.force_login(provider.person)
    address = f"/assessments/{made.pk}/move/new/"
    assert "Only what is new or changed" in client.get(address).content.decode()
    assert client.post(address).status_code == 302
    newest = Assessment.objects.get(release=made.release, status="draft")
    assert "new:1.5" in said(newest)


def announced(provider, at):
    begins = at.date() + timedelta(days=100)
    edition = make.edition("later", effective_from=begins)
    return make.assessment(organisation=provider, criteria=edition.criteria.all()[:2])


def test_what_is_announced_may_stay_open(provider, at):
    assert make.declare(announced(provider, at)).claims.count() == 0


def test_what_is_announced_counts_from_its_day(provider, at):
    made = announced(provider, at)
    for answer in made.answers.all():
        answer.give(value="met", by=provider.person, at=at, revision=0)
    make.declare(made)
    assert Claim.objects.in_force(at=at).count() == 0
    then = at + timedelta(days=101)
    assert len(effective([made.release_id], at=then)[made.release_id]) == 2


def test_a_profile_takes_in_only_what_counts(provider, at):
    one, later = make.edition("one"), make.edition("later", effective_from=date(2099, 1, 1))
    keys = [one.criteria.first().key, later.criteria.first().key]
    profile = make.profile(criteria=keys)
    made = Assessment.start(make.release(provider), by=provider.person, at=at, profile=profile)
    assert set(said(made)) == {keys[0]}
