"""The list of organisations, and the page of one."""

import pytest
from django.urls import reverse

from certcentre.accounts.models import Interest, Invitation
from tests import make

pytestmark = pytest.mark.django_db


def show(client, person, name="organisations", *args, **query):
    client.force_login(person)
    return client.get(reverse(name, args=args), query).content.decode()


def test_mine_and_nobody_elses(client, provider):
    other = make.organisation()
    page = show(client, provider.person)
    assert provider.name in page
    assert other.name not in page


def test_officers_see_what_waits_and_search(client, centre, provider):
    new = make.organisation(verified=False, name="Beispiel Neu", register_number="HRB-1")
    assert new.name in show(client, centre.officer)
    assert provider.name not in show(client, centre.officer, q="hrb-1")


def test_bad_queries_are_harmless(client, centre):
    assert "<h1>" in show(client, centre.officer, q="\x00'\"%_<", page="x")


def test_the_list_takes_the_same_statements_for_more(client, centre, django_assert_num_queries):
    url = reverse("organisations")
    client.force_login(centre.officer)
    make.organisation(verified=False)
    with django_assert_num_queries(8) as few:
        client.get(url)
    for _ in range(3):
        make.organisation(verified=False)
    with django_assert_num_queries(len(few)):
        assert client.get(url).status_code == 200


def filled(organisation, at):
    """A member, a letter and an interest more."""
    make.member(organisation, "editor", "signatory")
    number = organisation.invitations.count()
    Invitation.send(
        organisation,
        email=f"n{number}@example.org",
        roles=["editor"],
        by=organisation.person,
        at=at,
    )
    other = make.organisation()
    Interest.declare(organisation, other=other, nature="trade", by=organisation.person, at=at)


def test_a_page_takes_the_same_statements_for_more(
    client, provider, at, django_assert_max_num_queries
):
    client.force_login(provider.person)
    counts = []
    for _ in range(2):
        filled(provider, at)
        with django_assert_max_num_queries(14) as seen:
            client.get(provider.get_absolute_url())
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_who_verified_it_and_how_is_shown(client, provider):
    page = show(client, provider.person, "organisation", provider.pk)
    assert "Business register, by hand" in page
    assert "verified by the centre" in page.lower()


def test_addresses_of_people_are_for_the_manager(client, provider):
    editor = make.member(provider, "editor")
    assert editor.email in show(client, provider.person, "organisation", provider.pk)
    assert provider.person.email not in show(client, editor, "organisation", provider.pk)


def test_an_officer_sees_who_has_the_same_number(client, centre, provider):
    twin = make.organisation("buyer", register_number=provider.register_number)
    page = show(client, centre.officer, "organisation", provider.pk)
    assert twin.name in page
    assert twin.name not in show(client, provider.person, "organisation", provider.pk)
