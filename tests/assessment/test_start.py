"""A draft: which criteria it holds, and what it takes over."""

from datetime import timedelta

import pytest

from certcentre.lifecycle import IllegalMove, NotReady
from standards.assessment.assessments import Assessment
from tests import make


def start(release, at, **chosen):
    return Assessment.start(release, by=make.signer(release.solution.organisation), at=at, **chosen)


def test_start_with_single_criteria(provider, at):
    one, _ = make.criteria(2)
    draft = start(make.release(provider), at, criteria=[one])
    assert [answer.criterion for answer in draft.answers.all()] == [one]


def test_start_with_an_edition_at_a_level(provider, at):
    chosen = make.criteria(2)
    draft = start(make.release(provider), at, editions=[(chosen[0].edition, chosen[0].level)])
    assert draft.answers.count() == 2


def test_start_with_nothing_is_refused(provider, at):
    with pytest.raises(NotReady, match="at least one"):
        start(make.release(provider), at)
    assert not Assessment.objects.exists()


def test_criteria_of_a_draft_edition_stay_out(provider, at):
    (one,), (unpublished,) = make.criteria(1), make.criteria(1)
    unpublished.edition.status = "draft"
    unpublished.edition.save()
    draft = start(make.release(provider), at, criteria=[one, unpublished])
    assert draft.answers.get().criterion == one


def test_one_draft_at_a_time(provider, at):
    draft = make.assessment(organisation=provider)
    with pytest.raises(IllegalMove, match="already has a draft"):
        start(draft.release, at, criteria=make.criteria(1))


def test_adding_takes_only_what_is_not_there(provider, at):
    one, two = make.criteria(2)
    draft = start(make.release(provider), at, criteria=[one])
    assert draft.add(criteria=[one, two], by=provider.person, at=at) == 1


def test_a_new_draft_copies_what_this_release_declared(provider, at):
    one, two = chosen = make.criteria(2)
    made = make.declaration(organisation=provider, criteria=chosen, answers={two.key: "partly_met"})
    draft = start(made.release, at + timedelta(days=1))
    said = {a.criterion: (a.value, a.reason, a.to_confirm) for a in draft.answers.all()}
    assert said == {one: ("met", "", False), two: ("partly_met", "Because.", False)}


def test_answers_of_another_release_are_to_confirm_and_count_for_nothing(provider, at):
    made = make.declaration(organisation=provider, criteria=make.criteria(1))
    newer = make.release(solution=made.release.solution, label="2.x")
    draft = start(newer, at)
    answer = draft.answers.get()
    assert (answer.value, answer.to_confirm, answer.counts) == ("met", True, False)
    with pytest.raises(NotReady, match="Answer to confirm"):
        make.declare(draft)
    answer.give(value="met", by=provider.person, at=at, revision=0)
    assert make.declare(draft).claims.count() == 1


def test_evidence_is_copied_with_the_answers(provider, at):
    draft = make.assessment(organisation=provider, criteria=make.criteria(1))
    answer = draft.answers.get()
    answer.give(value="met", by=provider.person, at=at, revision=0)
    piece = make.evidence(provider)
    make.attach(answer, piece)
    made = make.declare(draft)
    again = start(made.release, at)
    assert [use.evidence for use in again.answers.get().evidence_uses.all()] == [piece]


def test_starting_writes_many_criteria_in_few_statements(
    provider, at, django_assert_max_num_queries
):
    many, release = make.criteria(300), make.release(provider)
    with django_assert_max_num_queries(25):  # SQLite takes 999 values in a statement
        draft = start(release, at, criteria=many)
    assert draft.answers.count() == 300
