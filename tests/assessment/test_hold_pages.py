"""The centre's officers judge a held release on its pages."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from certcentre.accounts.models import Membership
from tests import make
from tests.make.moment import AT


@pytest.fixture
def held(client, centre, provider):
    client.force_login(centre.officer)
    make.fact("delivery", ask="How is it delivered?")
    edition = make.edition(name="Example Prohibition")
    make.rule(edition, "blocks_listing", key="I04", why="It may be prohibited.")
    facts = {"delivery": ["web"]}
    return make.declaration(make.release(provider, facts=facts)).release


def step(name, release):
    return reverse(f"release-{name}", args=[release.pk])


def test_the_list_leads_to_the_rule_and_the_facts_that_hold_it(client, held):
    listed = client.get(reverse("held")).content.decode()
    assert reverse("hold", args=[held.pk]) in listed
    page = client.get(reverse("hold", args=[held.pk])).content.decode()
    assert "It may be prohibited." in page
    assert "How is it delivered?" in page
    assert step("clear", held) in page


def test_clearing_lists_it_and_the_list_is_empty(client, held):
    assert client.post(step("clear", held), {"reason": "Research only."}).status_code == 302
    held.refresh_from_db()
    assert held.public_since
    assert "No release is held" in client.get(reverse("held")).content.decode()
    assert "Research only." in client.get(reverse("hold", args=[held.pk])).content.decode()


def test_refusing_asks_for_a_reason(client, held):
    assert client.post(step("refuse", held), {"reason": ""}).status_code == 422
    assert client.post(step("refuse", held), {"reason": "Prohibited."}).status_code == 302
    held.refresh_from_db()
    assert held.status == "refused"


def test_deciding_twice_changes_nothing(client, held):
    client.post(step("clear", held), {"reason": "Fine."})
    assert client.post(step("refuse", held), {"reason": "No."}).status_code == 409
    held.refresh_from_db()
    assert held.status == "clear"


def test_an_officer_who_belonged_to_the_provider_asks_a_colleague(client, held, centre, provider):
    Membership.grant(
        user=centre.officer, organisation=provider, role="editor", by=provider.person, at=AT
    )
    answer = client.post(step("clear", held), {"reason": "Ours."})
    assert answer.status_code == 403
    assert "ask a colleague" in answer.content.decode()
    page = client.get(reverse("hold", args=[held.pk])).content.decode()
    assert "ask a colleague" in page
    assert step("clear", held) not in page


def test_a_provider_is_not_told_that_a_manager_could_let_them_in(client, provider):
    client.force_login(provider.person)
    page = client.get(reverse("held"))
    assert page.status_code == 403
    assert "You may see this" not in page.text
    assert "stays with its own people" in page.text


def test_what_was_never_declared_is_not_the_centre_s_to_see(client, held, provider):
    draft = make.release(provider)
    assert client.get(reverse("hold", args=[draft.pk])).status_code == 404


def test_the_officer_s_work_page_leads_here(client, held):
    assert reverse("hold", args=[held.pk]) in client.get(reverse("work")).content.decode()


def test_twice_the_held_releases_take_the_same_number_of_statements(client, held, provider):
    def counted():
        with CaptureQueriesContext(connection) as found:
            client.get(reverse("held"))
        return len(found)

    before = counted()
    for _ in range(3):
        make.declaration(make.release(provider, facts={"delivery": ["web"]}))
    assert "4 releases are held" in client.get(reverse("held")).content.decode()
    assert counted() == before
