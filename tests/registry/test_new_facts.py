"""Subjects, stages and price model: stated by providers, shown, and never guessed."""

import re

import pytest
from django.urls import reverse

from standards.catalogue.facts import Fact
from standards.registry.matching.facts import ASKABLE
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogue")]

NEW = ("subjects", "stages", "price_model")
STATED = {"subjects": ["mathematics"], "stages": ["isced_1", "isced_2"], "price_model": ["free"]}


def linked(client, solution):
    return client.get(reverse("solution-linked", args=[solution.pk])).json()


@pytest.mark.parametrize("key", NEW)
def test_each_value_is_said_in_french_too(key):
    fact = Fact.objects.get(key=key)
    french = fact.translations["fr"]
    assert (bool(french["ask"]), set(french["values"])) == (True, fact.value_ids())
    assert key in ASKABLE


def test_subjects_and_stages_are_mapped_to_isced():
    subjects, stages = (Fact.objects.get(key=key) for key in NEW[:2])
    codes = {value["id"]: value.get("isced", "") for value in subjects.values}
    assert codes.pop("none") == ""
    assert all(re.fullmatch(r"0[0-9]{1,3}|1014", code) for code in codes.values())
    assert [value["isced"] for value in stages.values] == [str(level) for level in range(9)]
    assert (subjects.term, stages.term) == ("about", "educationalLevel")


def test_the_public_page_shows_them_and_says_where_nothing_is_said(client):
    stated, silent = make.listed(facts=STATED), make.listed()
    page = client.get(stated.get_absolute_url()).content.decode()
    for words in ("Which subjects is it for?", "Mathematics", "Primary education (ISCED 1)"):
        assert words in page
    page = client.get(silent.get_absolute_url()).content.decode()
    assert "Which subjects is it for?" in page
    assert "Mathematics" not in page


def test_linked_data_says_them_in_the_terms_of_schema_org(client):
    said = linked(client, make.listed(facts=STATED))
    assert said["about"] == [
        {
            "@type": "DefinedTerm",
            "name": "Mathematics",
            "termCode": "0541",
            "inDefinedTermSet": "ISCED-F 2013",
        }
    ]
    assert [level["termCode"] for level in said["educationalLevel"]] == ["1", "2"]
    assert said["isAccessibleForFree"] is True


@pytest.mark.parametrize(
    ("facts", "missing"),
    [({}, True), ({"subjects": ["none"]}, True), ({"price_model": ["per_school"]}, False)],
)
def test_what_is_not_stated_is_not_guessed(client, facts, missing):
    said = linked(client, make.listed(facts=facts))
    assert ("about" in said, "educationalLevel" in said) == (False, False)
    assert said.get("isAccessibleForFree") is (None if missing else False)


@pytest.mark.parametrize(
    ("key", "group"), list(zip(NEW, ("product", "people", "connections"), strict=True))
)
def test_a_provider_is_asked_and_takes_back(client, provider, key, group):
    release = make.release(organisation=provider)
    client.force_login(provider.person)
    url = reverse("release-facts-group", args=[release.pk, group])
    assert Fact.objects.get(key=key).ask in client.get(url).content.decode()
    client.post(url, {key: STATED[key]})
    release.refresh_from_db()
    assert release.facts[key] == STATED[key]
