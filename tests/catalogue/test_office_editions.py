"""The centre's pages of editions."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from standards.models import Edition
from tests import make


@pytest.fixture
def officer(centre, client):
    client.force_login(centre.officer)
    return centre.officer


def page(client, name, *args):
    return client.get(reverse(name, args=args)).content.decode()


def test_the_entry_lists_drafts_and_editions(officer, client):
    old = make.edition(name="Reading 1")
    make.successor(old, published=False, name="Reading 2")
    shown = page(client, "catalogue")
    assert "follows Reading 1" in shown
    assert "You may sign it" in shown


def test_it_takes_the_same_statements_however_many_there_are(
    officer, client, django_assert_num_queries
):
    with CaptureQueriesContext(connection) as before:
        page(client, "catalogue")
    for _ in range(4):
        make.successor(make.edition(), published=False)
    with django_assert_num_queries(len(before)):
        shown = page(client, "catalogue")
    assert "(4)" in shown


def test_a_draft_shows_what_it_changes(officer, client):
    old = make.edition()
    new = make.successor(old, published=False)
    shown = page(client, "catalogue-edition", new.key)
    assert reverse("edition-difference", args=[new.key, old.key]) in shown
    assert reverse("catalogue-edition-publish", args=[new.key]) in shown


def test_who_drafted_it_finds_no_button_to_publish(officer, client):
    new = make.edition(published=False, proposed_by=officer)
    shown = page(client, "catalogue-edition", new.key)
    assert "a second person of the centre publishes it" in shown
    assert reverse("catalogue-edition-publish", args=[new.key]) not in shown


def test_publishing_asks_for_a_signature(officer, client):
    new = make.edition(published=False)
    address = reverse("catalogue-edition-publish", args=[new.key])
    assert client.post(address).status_code == 422
    assert client.post(address, {"signed": "on"}).status_code == 302
    assert Edition.objects.get(pk=new.pk).published_by == officer


def test_withdrawing_asks_for_a_reason(officer, client):
    one = make.edition()
    address = reverse("catalogue-edition-withdraw", args=[one.key])
    assert client.post(address).status_code == 422
    assert client.post(address, {"reason": "Replaced"}).status_code == 302
    assert "Replaced" in page(client, "catalogue-edition", one.key)


def test_the_difference_marks_the_words(officer, client):
    old = make.edition()
    new = make.successor(old)
    shown = page(client, "edition-difference", new.key, old.key)
    assert "<ins>" in shown
    assert "<del>" in shown
    assert "What changed since" in page(client, "edition", new.key)


def test_the_difference_takes_few_statements(officer, client, django_assert_max_num_queries):
    many = [(f"2.{n}", "A") for n in range(300)]
    old = make.edition(criteria=many)
    new = make.successor(old, criteria=many)
    client.logout()
    with django_assert_max_num_queries(6):
        shown = page(client, "edition-difference", new.key, old.key)
    assert "unchanged" in shown
