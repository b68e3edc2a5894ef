"""Whatever writes over an answer keeps how it stood; only its provider reads that."""

from datetime import timedelta

import pytest
from django.urls import reverse

from certcentre.lifecycle import Conflict
from standards.assessment import answer_history, many_answers, sheet_return
from standards.assessment.answer_history import FormerAnswer, changes
from standards.assessment.mapped_answers import Kind, Offer
from standards.assessment.sheet_return import Wanted
from tests import make
from tests.make.moment import AT

HOUR = timedelta(hours=1)


@pytest.fixture
def draft(provider):
    return make.assessment(organisation=provider, criteria=make.criteria(3))


@pytest.fixture
def answer(draft):
    return draft.answers.with_provider().order_by("pk").first()


def give(answer, by, value="met", at=AT, **fields):
    answer.refresh_from_db()
    return answer.give(value=value, by=by, at=at, revision=answer.revision, **fields)


def said(answer):
    answer.refresh_from_db()
    return [change.words for change in changes([answer]).get(answer.pk, [])]


def test_what_was_before_stands_with_who_changed_it_and_when(provider, answer):
    colleague = make.member(provider, "editor")
    give(answer, provider.person, reason="By design.")
    give(answer, colleague, "partly_met", at=AT + HOUR, reason="Half of it.", note="Ask Ada.")
    answer.refresh_from_db()
    [change] = changes([answer])[answer.pk]
    assert (change.words, change.before, change.note) == ("Met → Partly met", "By design.", "")
    assert (change.at, change.who) == (AT + HOUR, str(colleague))


def test_words_that_are_still_being_written_are_one_change(provider, answer):
    minute = timedelta(minutes=1)
    give(answer, provider.person, reason="First")
    give(answer, provider.person, reason="First words.", at=AT + HOUR)
    for number in range(1, 20):  # an hour of writing without a long pause
        give(answer, provider.person, reason="x" * number, at=AT + HOUR + 3 * number * minute)
    answer.refresh_from_db()
    assert [change.before for change in changes([answer])[answer.pk]] == ["First"]


def test_another_answer_is_kept_however_quick_it_was(provider, answer):
    for value in ("met", "not_met", "met"):
        give(answer, provider.person, value, reason="So.")
    assert said(answer) == ["Not met → Met", "Met → Not met"]


def test_a_colleague_who_goes_on_is_another_change(provider, answer):
    give(answer, provider.person, reason="Mine")
    give(answer, make.member(provider, "editor"), reason="Theirs")
    assert said(answer) == ["Words changed"]


def test_what_is_refused_keeps_nothing(provider, answer):
    give(answer, provider.person, reason="Mine")
    with pytest.raises(Conflict):
        answer.give(value="not_met", reason="So.", by=provider.person, at=AT + HOUR, revision=0)
    assert not FormerAnswer.objects.exists()


def many(answer, by, at):
    many_answers.give_many(
        answer.assessment, {answer.pk: answer.revision}, value="met", by=by, at=at
    )


def returned(answer, by, at):
    change = Wanted(answer.pk, answer.revision, "met", "From the file", "", (), writes=True)
    sheet_return.take(answer.assessment, [change], by=by, at=at)


def offered(answer, by, at):
    other = answer.assessment.answers.exclude(pk=answer.pk).with_evidence().first()
    type(other).objects.filter(pk=other.pk).update(value="met")
    other = answer.assessment.answers.with_evidence().get(pk=other.pk)
    offer = Offer(other, Kind.PART)
    answer.take(offer, by=by, at=at, revision=answer.revision)


def cleared(answer, by, at):
    answer.give(value="", by=by, at=at, revision=answer.revision)


DOORS = {"many": many, "returned": returned, "offered": offered, "cleared": cleared}


@pytest.mark.parametrize("door", DOORS)
def test_every_door_keeps_what_stood(door, provider, answer):
    give(answer, provider.person, "not_met", reason="")
    answer = type(answer).objects.with_provider().get(pk=answer.pk)
    DOORS[door](answer, provider.person, AT + HOUR)
    former = FormerAnswer.objects.get()
    assert (former.answer, former.value, former.changed_at) == (answer, "not_met", AT + HOUR)


def test_what_is_confirmed_says_so(provider, draft, answer):
    draft.answers.update(value="met", to_confirm=True)
    many_answers.confirm_many(draft, {answer.pk: 0}, by=provider.person, at=AT)
    assert said(answer) == ["Confirmed: Met"]


def test_the_portal_says_that_a_rule_did_it(draft, answer):
    draft.answers.update(value="not_applicable", reason="By your facts.", origin="rule")
    draft.mark_by_rules(at=AT)
    answer.refresh_from_db()
    [change] = changes([answer])[answer.pk]
    assert (change.words, change.who) == (
        "Not applicable → open",
        "The portal, by your facts or a mapping",
    )


def test_many_are_read_and_kept_in_as_many_statements(provider, draft, django_assert_num_queries):
    answers = list(draft.answers.all())
    draft.answers.update(value="met")
    with django_assert_num_queries(1):
        answer_history.keep_all(answers, by=provider.person, at=AT)
    with django_assert_num_queries(1):
        assert len(changes(answers)) == 3


def test_its_own_people_read_it_and_nobody_else(client, provider, answer):
    give(answer, provider.person, reason="Before the change")
    give(answer, provider.person, "partly_met", at=AT + HOUR, reason="After")
    address = reverse("answer", args=[answer.assessment_id, answer.pk])
    client.force_login(make.member(provider, "manager"))
    page = client.get(address).content.decode()
    assert "History, 1 change" in page
    assert "Before the change" in page
    client.force_login(make.organisation("provider").person)
    assert client.get(address).status_code == 404
