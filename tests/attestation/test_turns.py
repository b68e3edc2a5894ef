"""Whose turn it is in an examination and its corrections: what pages and lists say is so."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from certcentre.worklist import tasks
from standards.attestation.findings import CorrectiveAction
from tests import make

pytestmark = pytest.mark.alike

DUE = date(2027, 1, 31)


@pytest.fixture
def three(db):
    """Three criteria, declared."""
    return make.declaration(criteria=make.criteria(3, key="ex"))


def text(client, person, address):
    client.force_login(person)
    return " ".join(client.get(address).content.decode().split())


def page_of(engagement):
    return reverse("corrections", args=[engagement.pk])


def actions(engagement):
    rows = CorrectiveAction.objects.filter(finding__engagement=engagement).with_parties()
    return list(rows.order_by("finding__criterion__position"))


def told(person, engagement, at):
    title = f"Go on examining {engagement.declaration.release}"
    (task,) = [task for task in tasks(person, at=at) if task.title == title]
    return task


def test_what_was_accepted_says_what_comes_next_and_who_does_it(client, three, at):
    made = make.engagement("corrections", declaration=three, results={"ex:1.1": "minor"})
    provider, body = make.signer(made.provider), made.body.person
    (action,) = actions(made)
    assert "The provider says what it does about it" in text(client, provider, page_of(made))
    action.answer(plan="Mended.", due_on=DUE, by=provider, at=at)
    assert "accepts the plan or returns it" in text(client, provider, page_of(made))
    action.accept(by=body, at=at)
    words = "Once it is done, the body looks at it and records that it is."
    assert words in text(client, provider, page_of(made))
    action.close(methods=["test"], reply="Seen.", by=body, at=at)
    assert words not in text(client, provider, page_of(made))


def test_in_an_examination_that_ended_nobody_is_waited_for(client, three, at):
    made = make.engagement("corrections", declaration=three, results={"ex:1.1": "minor"})
    made.cancel(by=make.member(made.body, "manager"), at=at, reason="It is over.")
    page = text(client, make.signer(made.provider), page_of(made))
    assert "The provider says what it does about it" not in page


def test_the_page_of_corrections_offers_the_way_on(client, three, at):
    made = make.engagement("examining", declaration=three, results={"ex:1.1": "minor"})
    body = made.body.person
    assert reverse("engagement-await-corrections", args=[made.pk]) in text(
        client, body, page_of(made)
    )
    made.await_corrections(by=body, at=at)
    assert reverse("engagement-resume", args=[made.pk]) in text(client, body, page_of(made))
    made.resume(by=body, at=at)
    ready = reverse("engagement-ready", args=[made.pk])
    assert ready in text(client, body, page_of(made))
    assert ready not in text(client, make.signer(made.provider), page_of(made))


def test_nobody_is_told_to_hand_over_what_the_provider_has_not_seen(three, at):
    made = make.engagement("examining", declaration=three, results={"ex:1.1": "major"})
    task = told(made.body.person, made, at)
    assert "Hand the nonconformities to the provider" in task.text
    assert task.url == reverse("findings", args=[made.pk])
    make.planned(made, close=True)
    assert "Hand it over for decision" in told(made.body.person, made, at).text


def test_what_was_sent_back_says_so(three, at):
    made = make.engagement("ready", declaration=three)
    assert told_after_reopening(made, at).text.startswith("It was sent back")


def told_after_reopening(made, at):
    made.reopen(by=made.body.second, at=at, reason="I doubt 1.2.")
    return told(made.body.person, made, at)


def test_majors_stand_before_minors(client, three, at):
    results = {"ex:1.1": "minor", "ex:1.2": "major", "ex:1.3": "minor"}
    made = make.engagement("corrections", declaration=three, results=results)
    provider = make.signer(made.provider)
    titles = [task.title for task in tasks(provider, at=timezone.now())]
    assert titles[0].startswith("Answer a major nonconformity on 1.2")
    page = text(client, provider, page_of(made))
    assert page.index("Major nonconformity") < page.index("Minor nonconformity")


def test_after_all_plans_were_accepted_nobody_looks_at_plans(client, three, at):
    results = {"ex:1.1": "minor", "ex:1.2": "minor"}
    made = make.engagement("corrections", declaration=three, results=results)
    provider, body = make.signer(made.provider), made.body.person
    for action in actions(made):
        action.answer(plan="Mended.", due_on=DUE, by=provider, at=at)
    said = "An evaluator looks at the plans"
    assert said in text(client, provider, made.get_absolute_url())
    for action in actions(made):
        action.accept(by=body, at=at)
    page = text(client, make.member(made.provider, "manager"), made.get_absolute_url())
    assert said not in page
    assert "The plans are accepted. An evaluator goes on." in page


def test_the_history_of_the_product_has_the_providers_answers_and_plans(client, three, at):
    """Before, it went from “Corrections asked for” to the decision."""
    made = make.engagement("corrections", declaration=three, results={"ex:1.1": "minor"})
    provider, body = make.signer(made.provider), made.body.person
    (action,) = actions(made)
    action.answer(plan="A darker grey everywhere.", due_on=DUE, by=provider, at=at)
    action.accept(by=body, at=at)
    page = text(client, provider, three.release.get_absolute_url())
    assert f"{made.number}, 1.1: Answered with a plan: done by 31 January 2027" in page
    assert "A darker grey everywhere." in page
    assert f"{made.number}, 1.1: Plan accepted" in page
