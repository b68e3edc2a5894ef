"""A provider describes a product, before it is verified too."""

import pytest
from django.urls import reverse

from certcentre.accounts.models import Membership
from standards.assessment.solutions import Solution
from tests import make
from tests.make.moment import AT

WORDS = {"name": "Example Reader", "summary": "Reading practice.", "release_label": "1.x"}


def send(client, provider, query="", **words):
    return client.post(
        reverse("solution-new", args=[provider.pk]) + query, {**WORDS, **words}, follow=True
    )


@pytest.fixture
def editor(client, provider):
    client.force_login(provider.person)
    return client


def test_the_product_comes_with_its_release_and_leads_to_its_facts(editor, provider):
    page = send(editor, provider)
    made = provider.solutions.get().releases.get()
    assert page.redirect_chain[-1][0] == reverse("release-facts", args=[made.pk])
    assert str(made) == "Example Reader 1.x"


def test_it_may_be_prepared_before_the_organisation_is_verified(client, db):
    waiting = make.organisation("provider", verified=False)
    client.force_login(waiting.person)
    assert send(client, waiting).status_code == 200
    assert waiting.solutions.exists()


def test_sent_twice_it_is_made_once_and_the_words_are_kept(editor, provider):
    send(editor, provider)
    again = send(editor, provider, summary="Other words.")
    assert again.status_code == 422
    assert "Other words." in again.content.decode()
    assert provider.solutions.count() == 1


def test_with_one_organisation_there_is_nothing_to_choose(editor, provider):
    page = editor.get(reverse("solution-new"))
    assert page.url == reverse("solution-new", args=[provider.pk])


def test_with_several_the_organisation_is_chosen_first(editor, provider):
    other = make.organisation("provider", name="Example “Second” <b>")
    Membership.grant(user=provider.person, organisation=other, role="editor", by=None, at=AT)
    page = editor.get(reverse("solution-new") + "?offline=yes").content.decode()
    assert "Example “Second” &lt;b&gt;" in page
    assert reverse("solution-new", args=[other.pk]) + "?offline=yes" in page


def test_answers_given_without_an_account_become_facts(editor, provider):
    make.fact("delivery")
    send(editor, provider, query="?delivery=web,android&none-such=1")
    assert provider.solutions.get().releases.get().facts == {"delivery": ["web", "android"]}


def test_what_applies_offers_to_take_the_answers_along(client, db):
    make.fact("delivery")
    page = client.get(reverse("applies") + "?delivery=web").content.decode()
    assert reverse("solution-new") + "?delivery=web" in page


@pytest.mark.parametrize("name", ["اختبار", "学校", "<script>alert(1)</script>", "O’Neil & “Sons”"])
def test_a_name_in_any_script_is_kept_and_never_markup(editor, provider, name):
    page = send(editor, provider, name=name).content.decode()
    assert Solution.objects.get().name == name
    assert "<script>alert" not in page


@pytest.mark.parametrize("website", ["javascript:alert(1)", "ftp://example.org", "not an address"])
def test_a_website_is_http_or_nothing(editor, provider, website):
    answer = send(editor, provider, website=website)
    assert answer.status_code == 422
    assert answer.context["form"].errors["website"] == [
        "Give a web address that begins with https://."
    ]
    assert not Solution.objects.exists()
