"""An examination is split among evaluators of the body, each with a day."""

from datetime import date, timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from certcentre.accounts.models import Membership
from certcentre.desk.notices import send_notices
from certcentre.lifecycle import NotAllowed, NotReady
from certcentre.worklist import tasks
from standards.attestation.portions import Portion, give_out
from standards.attestation.sheet import Only, Sheet
from tests import make
from tests.make.moment import AT

DUE = date(2026, 12, 5)


@pytest.fixture
def engagement(db):
    return make.engagement("accepted", declaration=make.declaration(criteria=make.criteria(3)))


@pytest.fixture
def begun(engagement):
    engagement.examine(by=engagement.body.person, at=AT)
    return engagement


@pytest.fixture
def colleague(engagement):
    return make.member(engagement.body, "evaluator")


def keys(engagement, number=2):
    return list(engagement.findings.in_order().values_list("pk", flat=True))[:number]


def give(engagement, person, number=2, *, by=None, due=DUE):
    by = by or engagement.body.person
    return give_out(engagement, keys(engagement, number), person, due, by=by, at=AT)


def waits(engagement, person):
    line = f"Examine what was given to you of {engagement.declaration.release}"
    return [task for task in tasks(person, at=AT) if task.title == line]


def conform(finding, by):
    words = {"methods": ["document", "test"], "note": "", "revision": finding.revision}
    finding.record(result="conforming", by=by, at=AT, **words)


def test_it_stands_on_the_work_list_until_each_has_a_finding(begun, colleague):
    give(begun, colleague)
    [task] = waits(begun, colleague)
    assert (task.due, task.text) == (DUE, "2 of 2 criteria have no finding yet.")
    assert not waits(begun, begun.body.person)
    for finding in begun.findings.filter(pk__in=keys(begun)):
        conform(finding, colleague)
    assert not waits(begun, colleague)


def test_mine_are_those_given_to_me_and_else_those_that_i_found(begun, colleague):
    conform(begun.findings.get(pk=keys(begun, 3)[2]), begun.body.person)
    give(begun, colleague)
    mine = {
        person: [line.pk for line in Sheet.read(begun, by=person, at=AT, only=Only.MINE).shown]
        for person in (begun.body.person, colleague)
    }
    assert mine == {begun.body.person: keys(begun, 3)[2:], colleague: keys(begun)}


def test_it_is_told_once_and_not_to_who_gave_it(begun, colleague):
    give(begun, colleague)
    give(begun, begun.body.person, 1)
    for _again in range(2):
        send_notices(at=AT)
    words = f"Criteria for you to examine: {begun.declaration.release}"
    assert [each.to for each in mail.outbox if each.subject == words] == [[colleague.email]]


def test_who_stands_in_still_writes_and_each_row_says_who_found_it(client, begun, colleague):
    give(begun, colleague, 3)
    conform(begun.findings.get(pk=keys(begun)[0]), begun.body.person)
    client.force_login(colleague)
    page = client.get(reverse("findings", args=[begun.pk])).content.decode()
    assert f"{begun.body.person}, " in page
    assert "You, by 5 Dec" in page


@pytest.mark.parametrize("who", ["decider", "of the provider", "tied", "gone"])
def test_only_an_untied_evaluator_of_the_body_is_given_criteria(who, begun, colleague):
    person = begun.body.second if who == "decider" else colleague
    if who == "of the provider":
        person = make.member(begun.provider, "editor")
    if who == "tied":
        past = {"since": AT - timedelta(days=900), "until": AT - timedelta(days=700)}
        Membership.objects.create(
            user=colleague, organisation=begun.provider, role="editor", **past
        )
    if who == "gone":
        colleague.memberships.update(until=AT)
    with pytest.raises(NotReady, match="evaluator of your body"):
        give(begun, person)
    assert not Portion.objects.exists()


def test_nobody_else_gives_and_no_day_that_is_over(begun, colleague):
    with pytest.raises(NotAllowed):
        give(begun, colleague, by=begun.body.second)
    with pytest.raises(NotReady, match="over"):
        give(begun, colleague, due=AT.date() - timedelta(days=1))


def test_it_is_given_on_the_sheet_and_taken_back(client, begun, colleague):
    client.force_login(begun.body.person)
    address = reverse("findings", args=[begun.pk])
    picks = {"do": "all:assign", "pick": [f"{keys(begun)[0]}.0"], "assignee": str(colleague.pk)}
    assert client.post(address, {**picks, "due": "05/06"}).status_code == 422
    assert client.post(address, {**picks, "due": "2099-12-05"}).status_code == 302
    assert f"{colleague}, by 5 Dec 2099" in client.get(address).content.decode()
    client.post(address, {**picks, "assignee": "", "due": ""})
    assert not begun.findings.filter(portion__isnull=False).exists()


def test_the_work_list_takes_as_many_statements_for_twice_the_portions(begun, colleague):
    counts = []
    for number in (1, 3):
        for key in keys(begun, number):
            give_out(begun, [key], colleague, DUE, by=begun.body.person, at=AT)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert len([*Portion.waiting_for(colleague, AT)]) == number
        counts.append(len(asked))
    assert counts[0] == counts[1]
