"""Criteria are given to somebody to answer, and colleagues ask each other; nobody else reads it."""

from datetime import date, timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from certcentre.desk.notices import send_notices
from certcentre.lifecycle import IllegalMove, NotAllowed, NotReady
from certcentre.worklist import tasks
from standards.assessment import many_answers
from standards.assessment.edition_migration import migrate_to
from standards.assessment.sheet_lines import Only, Sheet
from standards.assessment.teamwork import Assignment, Remark, remark
from tests import make
from tests.make.moment import AT

DUE = date(2026, 12, 5)


@pytest.fixture
def draft(provider):
    return make.assessment(organisation=provider, criteria=make.criteria(3))


@pytest.fixture
def editor(provider):
    return make.member(provider, "editor")


def answers_of(draft):
    return list(draft.answers.with_provider().order_by("pk"))


def assign(draft, person, number=2, *, by=None, due=DUE):
    seen = {answer.pk: answer.revision for answer in answers_of(draft)[:number]}
    by = by or draft.release.solution.organisation.person
    return many_answers.assign_many(draft, seen, person, due, by=by, at=AT)


def titles(person, *, turn=True):
    return [task.title for task in tasks(person, at=AT, turn=turn)]


def told(person):
    return [each.subject for each in mail.outbox if each.to == [person.email]]


def test_who_is_to_answer_reads_it_on_the_work_list_until_nothing_is_left(draft, editor):
    assign(draft, editor)
    line = f"Answer what was given to you for {draft.release}"
    [task] = [each for each in tasks(editor, at=AT) if each.title == line]
    assert task.due == DUE
    assert task.text.startswith("2 of 2")
    for answer in answers_of(draft)[:2]:
        answer.give(value="met", by=editor, at=AT, revision=0)
    assert line not in titles(editor)


def test_it_is_told_once_and_not_to_who_gave_it(draft, editor, provider):
    assign(draft, editor)
    assign(draft, provider.person, number=1)
    send_notices(at=AT)
    send_notices(at=AT)
    words = f"Criteria for you to answer: {draft.release}"
    assert told(editor) == [words]
    assert words not in told(provider.person)


def test_given_to_another_it_is_theirs_alone(draft, editor, provider):
    assign(draft, editor)
    other = make.member(provider, "editor")
    assign(draft, other)
    line = f"Answer what was given to you for {draft.release}"
    assert line in titles(other)
    assert line not in titles(editor)
    assign(draft, None)
    assert line not in titles(other)


@pytest.mark.parametrize("who", ["manager", "stranger", "gone"])
def test_only_an_editor_of_the_house_is_given_criteria(who, draft, provider):
    person = make.organisation("provider").person
    if who == "manager":
        person = make.member(provider, "manager")
    if who == "gone":
        person = make.member(provider, "editor")
        person.memberships.update(until=AT)
    with pytest.raises(NotReady, match="editor of your organisation"):
        assign(draft, person)
    assert not Assignment.objects.exists()


def test_a_day_that_is_over_is_refused(draft, editor):
    with pytest.raises(NotReady, match="over"):
        assign(draft, editor, due=AT.date() - timedelta(days=1))


def test_mine_are_those_given_to_me_and_else_those_that_i_answered(draft, editor, provider):
    first, second, third = answers_of(draft)
    for answer in (first, third):
        answer.give(value="met", by=provider.person, at=AT, revision=0)
    assign(draft, editor, number=2)
    kept = {
        person: [line.pk for line in Sheet.read(draft, by=person, at=AT, only=Only.MINE).shown]
        for person in (provider.person, editor)
    }
    assert kept == {provider.person: [third.pk], editor: [first.pk, second.pk]}


def test_a_question_waits_for_who_is_asked_until_they_say_something(draft, editor, provider):
    answer, asker = answers_of(draft)[0], provider.person
    question = remark(answer, words="Does the dark theme count?", asks=editor, by=asker, at=AT)
    assert f"{asker} asks you about {answer.criterion.ref}" in titles(editor)
    assert f"Your question about {answer.criterion.ref}" in titles(asker, turn=False)
    remark(answer, words="I wonder too.", by=make.member(provider, "manager"), at=AT)
    assert Remark.objects.open().get() == question
    remark(answer, words="Yes.", by=editor, at=AT)
    assert not Remark.objects.open().exists()
    send_notices(at=AT)
    assert f"asks you about {answer.criterion.ref}" in " ".join(told(editor))
    assert f"answered your question about {answer.criterion.ref}" in " ".join(told(asker))


def test_a_second_press_asks_nothing_more(draft, editor, provider):
    answer, sent = answers_of(draft)[0], {"words": "Well?", "asks": editor, "by": provider.person}
    first = remark(answer, **sent, at=AT)
    assert remark(answer, **sent, at=AT + timedelta(seconds=30)) == first
    assert remark(answer, **sent, at=AT + timedelta(hours=1)) != first
    assert Remark.objects.count() == 2


def test_settled_it_waits_for_nobody(draft, editor, provider):
    answer = answers_of(draft)[0]
    question = remark(answer, words="Well?", asks=editor, by=provider.person, at=AT)
    with pytest.raises(NotAllowed):
        question.settle(by=make.member(provider, "editor"), at=AT)
    question.settle(by=editor, at=AT)
    with pytest.raises(IllegalMove):
        Remark.objects.get().settle(by=provider.person, at=AT)


def test_what_is_declared_asks_nobody(draft, editor, provider):
    answer = answers_of(draft)[0]
    remark(answer, words="Well?", asks=editor, by=provider.person, at=AT)
    draft.answers.update(value="met")
    make.declare(draft)
    assert not Remark.objects.open().exists()
    assert not [title for title in titles(editor) if "asks you" in title]
    with pytest.raises(IllegalMove):
        remark(answers_of(draft)[0], words="Late", by=editor, at=AT)


@pytest.mark.parametrize("words", ["", "  \n", "x" * 2001])
def test_words_that_are_none_or_too_many_are_refused(words, draft, editor):
    with pytest.raises(NotReady):
        remark(answers_of(draft)[0], words=words, by=editor, at=AT)


def test_a_stranger_is_neither_asked_nor_heard(draft, editor):
    stranger, answer = make.organisation("provider").person, answers_of(draft)[0]
    with pytest.raises(NotReady, match="colleague"):
        remark(answer, words="Well?", asks=stranger, by=editor, at=AT)
    with pytest.raises(NotAllowed):
        remark(answer, words="Well?", by=stranger, at=AT)


def test_all_of_it_goes_along_to_a_newer_edition(provider, editor):
    old = make.edition("old")
    new = make.successor(old, "new")
    draft = make.assessment(organisation=provider, criteria=old.criteria.filter(ref="1.1"))
    assign(draft, editor)
    remark(answers_of(draft)[0], words="Well?", asks=editor, by=provider.person, at=AT)
    migrate_to(draft, new, by=provider.person, at=timezone.now())
    assert draft.answers.filter(assignment__person=editor).count() == 1
    assert Remark.objects.open().get().answer.criterion.edition == new


def test_it_is_asked_and_answered_on_the_page_of_the_answer(client, draft, editor, provider):
    answer = answers_of(draft)[0]
    address = reverse("answer-remark", args=[draft.pk, answer.pk])
    client.force_login(provider.person)
    sent = {f"q{answer.pk}": "", f"to{answer.pk}": str(editor.pk)}
    refused = client.post(address, sent)
    assert refused.status_code == 422
    assert "Write what you want to say" in refused.content.decode()
    client.post(address, {**sent, f"q{answer.pk}": "Which theme?"})
    client.force_login(editor)
    page = client.get(reverse("answer", args=[draft.pk, answer.pk])).content.decode()
    assert "Which theme?" in page
    client.post(reverse("remark-settle", args=[Remark.objects.get().pk]))
    assert not Remark.objects.open().exists()


def test_asking_in_a_row_of_the_sheet_touches_no_answer(client, draft, editor, provider):
    answer = answers_of(draft)[0]
    draft.answers.update(value="met", to_confirm=True)
    client.force_login(provider.person)
    sent = {
        "do": f"ask:{answer.pk}",
        f"q{answer.pk}": "Which theme?",
        f"to{answer.pk}": str(editor.pk),
    }
    reply = client.post(
        reverse("assessment-sheet", args=[draft.pk]), sent, headers={"X-Autosave": "1"}
    )
    assert "is asked, and finds it in the inbox" in reply.content.decode()
    answer.refresh_from_db()
    assert (answer.to_confirm, answer.revision, Remark.objects.count()) == (True, 0, 1)
    page = client.get(reverse("assessment-sheet", args=[draft.pk]), {"only": "asked"})
    assert "question asked" in page.content.decode()


def test_criteria_are_given_on_the_sheet(client, draft, editor, provider):
    first = answers_of(draft)[0]
    client.force_login(provider.person)
    address = reverse("assessment-sheet", args=[draft.pk])
    picks = {"do": "all:assign", "pick": [f"{first.pk}.0"], "assignee": str(editor.pk)}
    assert client.post(address, {**picks, "due": "05/06"}).status_code == 422
    client.post(address, {**picks, "due": "2099-12-05"})
    assert Assignment.objects.get().due == date(2099, 12, 5)
    page = client.get(address).content.decode()
    assert f"{editor}, by 5 Dec 2099" in page


def test_in_its_row_a_question_is_settled_and_nothing_else(client, draft, editor, provider):
    answer = answers_of(draft)[0]
    draft.answers.update(value="met", to_confirm=True)
    remark(answer, words="Well?", asks=editor, by=provider.person, at=AT)
    client.force_login(editor)
    address, headers = reverse("assessment-sheet", args=[draft.pk]), {"X-Autosave": "1"}
    row = client.get(address, {"open": answer.pk}).content.decode()
    assert f'value="settle:{answer.pk}"' in row
    sent = {"do": f"settle:{answer.pk}"}
    assert client.post(address, sent, headers=headers).status_code == 200
    assert not Remark.objects.open().exists()
    assert client.post(address, sent, headers=headers).status_code == 409
    assert draft.answers.filter(to_confirm=True).count() == 3
