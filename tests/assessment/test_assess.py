"""Choosing what to answer, with counts, and starting the draft."""

import pytest
from django.urls import reverse

from standards.assessment.assessments import Assessment
from standards.catalogue.profiles import Profile
from tests import make
from tests.markup import tight

SHOP = "adaptive-reading-app-ke"


@pytest.fixture
def release(client, provider):
    client.force_login(provider.person)
    make.fact("delivery")
    return make.release(provider, facts={"delivery": ["web"]})


@pytest.fixture
def graded(release):
    return make.graded()


def address(release):
    return reverse("release-assess", args=[release.pk])


def press(client, release, do, **chosen):
    return client.post(address(release), {"do": do, **chosen})


def whole(edition, key):
    return f"{edition.pk}:{edition.levels.get(key=key).pk}"


def test_the_starter_profile_is_ticked_and_counted_before_anybody_chooses(client, release, graded):
    keys = list(graded.criteria.values_list("key", flat=True))
    make.profile("starter", criteria=keys[:3])
    make.rule(graded, "not_applicable", refs=["1.1"])
    page = client.get(address(release))
    assert page.context["total"].to_answer == 2
    assert page.context["total"].marked == 1
    assert 'value="starter" checked' in tight(page.content.decode())


def test_a_level_counts_the_lower_ones_where_they_build_up(client, release, graded):
    page = press(client, release, "count", whole=whole(graded, "AA"))
    assert page.context["total"].to_answer == 4


def test_several_together_count_each_criterion_once(client, release, graded):
    single = graded.criteria.get(ref="1.1").key
    chosen = {"whole": [whole(graded, "A"), whole(graded, "AA")], "criterion": [single]}
    assert press(client, release, "count", **chosen).context["total"].to_answer == 4


def test_starting_leads_to_the_draft(client, release, graded):
    answer = press(client, release, "start", whole=whole(graded, "A"))
    draft = Assessment.objects.get()
    assert answer.url == draft.get_absolute_url()
    assert draft.answers.count() == 2


def test_single_criteria_are_found_by_words_and_what_is_ticked_stays(client, release, graded):
    ticked = graded.criteria.get(ref="1.2").key
    page = press(client, release, "search", q="it does 1.1", criterion=[ticked])
    assert [one.ref for one in page.context["found"]] == ["1.1"]
    assert [one.key for one in page.context["picked"]] == [ticked]


def test_starting_with_nothing_is_refused_with_words(client, release):
    answer = press(client, release, "start", profile="")
    assert answer.status_code == 422
    assert "at least one criterion" in answer.content.decode()


def test_what_is_not_on_the_menu_is_passed_over(client, release, graded):
    other = make.graded("other")
    type(other).objects.filter(pk=other.pk).update(status="draft")
    odd = {"profile": "\x00", "whole": ["x", whole(other, "A")], "criterion": ["other:1.1", "\x00"]}
    assert press(client, release, "start", **odd).status_code == 422


def test_pressed_again_it_leads_to_the_same_draft(client, release, graded):
    first = press(client, release, "start", whole=whole(graded, "A"))
    again = press(client, release, "start", whole=whole(graded, "AA"))
    assert again.url == first.url
    assert Assessment.objects.count() == 1


def test_what_was_declared_comes_along_and_is_said(client, provider, release, graded):
    made = make.declaration(release, criteria=graded.criteria.filter(level__key="A"))
    newer = make.release(solution=release.solution, label="2.x")
    page = client.get(address(newer)).content.decode()
    assert f"2 answers of declaration {made.number} on release 1.x" in page


def test_what_was_left_open_is_no_answer_that_comes_along(client, release):
    given = make.criteria(2)
    free = make.criteria(3, obligation="may")
    met = {criterion.key: "met" for criterion in given}
    made = make.declare(make.assessment(release, criteria=[*given, *free], answers=met))
    page = client.get(address(release)).content.decode()
    assert f"The 2 answers of declaration {made.number} come along as they stand." in page


def test_the_portal_s_own_starter_profile_is_a_day_s_work(client, provider):
    make.catalogue()
    client.force_login(provider.person)
    page = client.get(address(make.release(provider)))
    starter = Profile.objects.get(key="starter")
    assert page.context["profile"] == starter.key
    assert 51 <= page.context["total"].to_answer <= 106
