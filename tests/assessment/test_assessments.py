"""The provider's home for its work."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests import make


def opened(client, person):
    client.force_login(person)
    return client.get(reverse("assessments"))


def test_somebody_without_an_organisation_is_led_on(client, stranger):
    page = opened(client, stranger).content.decode()
    assert reverse("organisation-new") in page
    assert reverse("applies") in page


def test_a_provider_without_a_product_is_led_on(client, provider):
    page = opened(client, provider.person).content.decode()
    assert "No product yet" in page
    assert reverse("solution-new", args=[provider.pk]) in page


def test_each_release_says_where_it_stands_and_what_comes_next(client, provider):
    declaration = make.declaration(organisation=provider)
    make.assessment(make.release(solution=declaration.release.solution, label="2.x"))
    page = opened(client, provider.person).content.decode()
    assert declaration.number in page
    assert "0 of 6" in page
    assert "Go on answering" in page


def test_others_work_is_not_here(client, provider):
    other = make.declaration()
    assert other.release.solution.name not in opened(client, provider.person).content.decode()


@pytest.mark.parametrize("both", [False, True])
def test_evidence_that_runs_out_soon_is_named_where_claims_rest_on_it_alone(client, provider, both):
    draft = make.assessment(organisation=provider, criteria=make.criteria(2))
    first, second = draft.answers.order_by("pk")
    today = timezone.now().date()
    soon = make.evidence(provider, title="Test of spring", until=today + timedelta(days=9))
    long = make.evidence(provider, title="Long report", until=date(2099, 1, 1))
    for answer, pieces in ((first, [soon, long] if both else [soon]), (second, [long])):
        for piece in pieces:
            make.attach(answer, piece)
        answer.give(value="met", by=provider.person, at=timezone.now(), revision=0)
    make.declare(draft)
    page = opened(client, provider.person).content.decode()
    assert ("Test of spring" in page) is not both
    assert "Long report" not in page


def counted(client, person):
    client.force_login(person)
    with CaptureQueriesContext(
        connection,
    ) as found:
        assert client.get(reverse("assessments")).status_code == 200
    return len(found)


def test_twice_the_rows_take_the_same_number_of_statements(client, provider):
    def more():
        for _ in range(3):
            made = make.declaration(organisation=provider)
            make.assessment(make.release(solution=made.release.solution, label="2.x"))

    more()
    before = counted(client, provider.person)
    more()
    assert counted(client, provider.person) == before


def test_twenty_five_solutions_a_page(client, provider):
    for _ in range(26):
        make.solution(provider)
    client.force_login(provider.person)
    first = client.get(reverse("assessments"))
    assert len(first.context["page"]) == 25
    assert len(client.get(reverse("assessments") + "?page=2").context["page"]) == 1
