"""A release is described by facts, one short page a group."""

import pytest
from django.urls import reverse

from certcentre.log.models import LogEntry
from standards.assessment.assessments import describe
from tests import make
from tests.make.assessment import signer

WEB = {"delivery": ["web"]}


@pytest.fixture
def release(client, provider):
    client.force_login(provider.person)
    make.fact("delivery")
    make.fact("offline", "bool")
    make.fact("pupils", "bool", group="people")
    return make.release(provider)


def page_of(release, group="product"):
    return reverse("release-facts-group", args=[release.pk, group])


def test_an_answered_page_leads_to_the_next_and_then_to_what_applies(client, release):
    first = client.post(page_of(release), {"delivery": ["web"], "then": "people"})
    assert first.url == page_of(release, "people")
    last = client.post(page_of(release, "people"), {"pupils": "yes", "then": ""})
    assert last.url == reverse("release-applies", args=[release.pk])
    release.refresh_from_db()
    assert release.facts == {"delivery": ["web"], "pupils": True}


def test_what_is_cleared_becomes_unknown_and_other_pages_stay(client, release, at):
    describe(
        release,
        {**WEB, "pupils": True},
        of=["delivery", "pupils"],
        by=signer(release.solution.organisation),
        at=at,
    )
    client.post(page_of(release), {"then": ""})
    release.refresh_from_db()
    assert release.facts == {"pupils": True}


def test_a_wrong_answer_changes_nothing_and_is_kept_on_the_page(client, release):
    answer = client.post(page_of(release), {"delivery": ["none", "web"], "offline": "yes"})
    release.refresh_from_db()
    assert (answer.status_code, release.facts) == (422, {})
    assert "cannot stand beside" in answer.content.decode()


def test_two_people_on_two_pages_lose_nothing(release, at):
    """Each read the release before the other wrote."""
    one, two = (type(release).objects.get(pk=release.pk) for _ in range(2))
    describe(one, WEB, of=["delivery", "offline"], by=signer(one.solution.organisation), at=at)
    describe(two, {"pupils": False}, of=["pupils"], by=signer(two.solution.organisation), at=at)
    release.refresh_from_db()
    assert release.facts == {"delivery": ["web"], "pupils": False}


def test_only_a_change_is_a_step(client, release):
    for _ in range(2):
        client.post(page_of(release), {"delivery": ["web"]})
    assert LogEntry.objects.filter(step="release.facts_stated").count() == 1


def test_a_draft_takes_over_what_the_new_facts_exclude(client, release):
    edition = make.edition()
    make.rule(edition, "not_applicable", refs=["1.1"])
    draft = make.assessment(release, criteria=edition.criteria.all())
    client.post(page_of(release), {"delivery": ["web"]})
    marked = draft.answers.get(criterion__ref="1.1")
    assert (marked.value, marked.origin) == ("not_applicable", "rule")


def test_the_pages_show_progress_and_answers_in_words(client, release, at):
    describe(release, WEB, of=["delivery"], by=signer(release.solution.organisation), at=at)
    page = client.get(reverse("release-facts", args=[release.pk])).content.decode()
    assert "1 of 3 questions answered" in page
    assert "Which delivery?" in page
    assert "Not answered yet" in page


def test_a_group_that_does_not_exist_is_not_found(client, release):
    assert client.get(page_of(release, "none-such")).status_code == 404


def test_what_applies_names_standard_reason_and_the_open_question(client, release, at):
    edition = make.edition()
    make.rule(edition, why="Anything on the web.")
    make.rule(edition, "mandatory_by_law", when={"fact": "pupils", "op": "is", "value": True})
    describe(release, WEB, of=["delivery"], by=signer(release.solution.organisation), at=at)
    page = client.get(reverse("release-applies", args=[release.pk])).content.decode()
    assert "Anything on the web." in page
    assert page_of(release, "people") + "#id_pupils" in page
    assert reverse("release-assess", args=[release.pk]) in page
