"""Fact pages: every type has a control, clearing is possible, contradictions are refused."""

import pytest
from django.http import QueryDict
from django.utils import translation

from standards.catalogue.facts import Fact, checked, groups
from standards.catalogue.forms import FactForm
from tests.catalogue.test_examples import EXAMPLES

pytestmark = [pytest.mark.usefixtures("catalogue"), pytest.mark.alike]


def posted(group, query, **initial):
    form = FactForm(group, QueryDict(query), initial=initial)
    form.is_valid()
    return form


def test_seven_short_pages_hold_all_facts(django_assert_num_queries):
    with django_assert_num_queries(1):
        pages = groups()
    assert [key for key, _label, _facts in pages] == Fact.Group.values
    assert sum(len(facts) for _key, _label, facts in pages) == 37
    assert max(len(facts) for _key, _label, facts in pages) <= 7


@pytest.mark.parametrize("group", Fact.Group.values)
def test_nothing_answered_is_no_fact(group):
    assert posted(group, "").facts() == {}


def test_answers_of_every_type():
    said = "product_kind=lms&product_kind=sis&hosting=saas&open_source=no&languages=fr&languages=sw"
    assert posted("product", said).facts() == {
        "product_kind": ["lms", "sis"],
        "hosting": "saas",
        "languages": ["fr", "sw"],
        "open_source": False,
    }
    places = posted("market", "countries_offered=KE&provider_country=EE").facts()
    assert places == {"countries_offered": ["KE"], "provider_country": "EE"}


def test_an_answer_is_cleared_by_not_answered_yet():
    assert (
        posted("product", "hosting=&open_source=", hosting="saas", open_source=True).facts() == {}
    )


def checked_value(field):
    return next(option.data["value"] for option in field if option.data["selected"])


def test_not_answered_yet_is_chosen_at_first_and_no_is_another_answer():
    unanswered, no = FactForm("product"), FactForm("product", initial={"open_source": False})
    assert checked_value(unanswered["open_source"]) == ""
    assert checked_value(unanswered["hosting"]) == ""
    assert checked_value(no["open_source"]) == "no"


def test_none_beside_another_answer_is_refused_in_words():
    form = posted("data", "personal_data=none&personal_data=contact")
    assert form.errors["personal_data"] == ["“None” cannot stand beside other answers."]


def test_none_alone_is_an_answer():
    assert posted("data", "personal_data=none").facts() == {"personal_data": ["none"]}


def test_a_country_that_is_none_is_refused():
    assert "countries_offered" in posted("market", "countries_offered=XX").errors


def test_chosen_places_stand_first_and_a_regional_language_is_kept():
    page = str(FactForm("product", initial={"languages": ["pt-BR"]})["languages"])
    assert page.index('value="pt-BR"') < page.index("<details") < page.index('value="fr"')


def test_labels_come_in_the_readers_language():
    with translation.override("fr"):
        form = FactForm("product")
        assert form.fields["product_kind"].label == "Qu’est-ce que le produit ?"
        assert "Tests et examens" in str(form["product_kind"])


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["id"])
def test_the_examples_are_valid_answers(example):
    answers, problems = checked(example["facts"], Fact.objects.all())
    assert problems == {}
    assert answers == {key: value for key, value in example["facts"].items() if value != []}


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("gone", "x"),
        ("product_kind", "lms"),
        ("product_kind", ["fax"]),
        ("product_kind", [1]),
        ("product_kind", {"lms": 1}),
        ("hosting", ["saas"]),
        ("hosting", 7),
        ("open_source", "yes"),
        ("open_source", 1),
        ("countries_offered", ["KEN"]),
        ("countries_offered", ["ke"]),
        ("provider_country", "EU"),
        ("languages", ["français"]),
        ("languages", ["fr"] * 500),
        ("ai_use", ["none", "translation"]),
        ("personal_data", ["none", "contact"]),
    ],
)
def test_a_wrong_answer_has_a_problem_and_is_not_kept(key, value):
    answers, problems = checked({key: value}, Fact.objects.all())
    assert answers == {}
    assert list(problems) == [key]
