"""A provider changes the words of a solution, or takes it off the register."""

import pytest
from django.urls import reverse

from certcentre.log.models import LogEntry
from standards.assessment.solutions import Solution
from standards.registry.matching.state import process
from standards.registry.search.by_words import Catalogue, answer
from tests import make
from tests.make.moment import AT

NEW = {"name": "Example Other", "summary": "Other words.", "website": "https://example.org/"}


@pytest.fixture
def solution(client, provider):
    client.force_login(provider.person)
    return make.solution(provider)


def change(client, solution, **words):
    address = reverse("solution-edit", args=[solution.pk])
    return client.post(address, {**NEW, "seen": solution.wording, **words})


def test_the_change_is_logged_and_found_by_its_new_words(client, solution):
    assert change(client, solution).status_code == 302
    solution.refresh_from_db()
    entry = LogEntry.objects.about(solution).last()
    assert (entry.step, entry.visibility) == ("solution.edited", "public")


def test_saving_without_a_change_leaves_no_step(client, solution):
    same = {"name": solution.name, "summary": solution.summary, "website": ""}
    change(client, solution, **same)
    assert not LogEntry.objects.filter(step="solution.edited").exists()


def test_of_two_people_the_later_one_sees_both_texts(client, solution):
    change(client, solution)
    page = change(client, solution, summary="A third text.")
    assert page.status_code == 409
    assert "Other words." in page.content.decode()
    assert "A third text." in page.content.decode()
    solution.refresh_from_db()
    assert solution.summary == "Other words."


def test_what_was_shown_beside_the_stored_words_can_then_be_saved(client, solution):
    change(client, solution)
    seen = change(client, solution, summary="Third.").context["form"]["seen"].value()
    assert change(client, solution, summary="Third.", seen=seen).status_code == 302
    solution.refresh_from_db()
    assert solution.summary == "Third."


def test_the_same_words_sent_twice_are_no_conflict(client, solution):
    change(client, solution)
    assert change(client, solution).status_code == 302


def test_withdrawing_asks_for_a_reason_and_happens_once(client, solution):
    address = reverse("solution-withdraw", args=[solution.pk])
    assert client.post(address, {"reason": " "}).status_code == 422
    assert client.post(address, {"reason": "Sold."}).status_code == 302
    assert client.post(address, {"reason": "Sold."}).status_code == 409
    solution.refresh_from_db()
    assert solution.status == Solution.Status.WITHDRAWN


def test_a_withdrawn_solution_takes_no_step_more(client, solution):
    solution.withdraw(by=make.signer(solution.organisation), at=AT, reason="Sold.")
    release = solution.releases.get()
    assert change(client, solution).status_code == 409
    assert (
        client.post(reverse("release-new", args=[solution.pk]), {"label": "2"}).status_code == 409
    )
    assert client.get(reverse("release-assess", args=[release.pk])).status_code == 409
    assert "Withdrawn" in client.get(release.get_absolute_url()).content.decode()


def test_an_editor_who_may_not_sign_does_not_withdraw(client, solution):
    client.force_login(make.member(solution.organisation, "editor"))
    address = reverse("solution-withdraw", args=[solution.pk])
    assert client.post(address, {"reason": "Mine."}).status_code == 403


def test_a_provider_renamed_before_it_was_verified_is_found_once_declared(db, centre, at):
    early = make.organisation("provider", verified=False, name="Example Early")
    release = make.release(early)
    early.change_details(by=early.person, at=at, name="Example Renamed")
    early.verify(by=centre.officer, at=at, how="Register")
    make.declaration(release)
    led = answer("renamed", process.market(at=at), Catalogue.now(), at=at)
    assert led.named == 1 << release.standing.pk
