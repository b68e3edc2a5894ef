"""The data sheet answers in the reader's language, and says what is not known."""

import pytest
from django.utils.translation import override

from certcentre.accounts.models import Organisation
from standards.catalogue.facts import Fact
from standards.registry.public_facts import sheet

pytestmark = [pytest.mark.usefixtures("catalogue"), pytest.mark.alike]


PROVIDER = Organisation(country="KE", size="small")


def lines(facts):
    return [line for part in sheet(facts, Fact.objects.all(), PROVIDER) for line in part.lines]


def answers(facts):
    return {line.question: line.answer for line in lines(facts)}


@pytest.mark.parametrize(
    ("facts", "verified"),
    [
        ({"provider_country": "KE", "provider_size": "small"}, []),
        ({}, []),
        ({"provider_country": "DE"}, ["Kenya"]),
        ({"provider_size": "micro"}, ["Small (fewer than 50 people)"]),
    ],
)
def test_a_fact_that_contradicts_the_organisation_says_so(facts, verified):
    assert [line.verified for line in lines(facts) if line.verified] == verified


@pytest.mark.parametrize(
    ("facts", "question", "answer"),
    [
        ({"data_location": ["KE", "DE"]}, "data stored", "Kenya, Germany"),
        ({"languages": ["sw", "pt-BR"]}, "languages", "Swahili, Brazilian Portuguese"),
        ({"uses_subprocessors": False}, "other companies", "No"),
        ({}, "other companies", None),
        ({"data_location": []}, "data stored", None),
        ({"advertising": "none"}, "advertising", "None"),
    ],
)
def test_an_answer_in_words(facts, question, answer):
    matching = [said for asked, said in answers(facts).items() if question in asked]
    assert [said for said in matching if said is not None] == ([] if answer is None else [answer])


def test_labels_follow_the_reader():
    with override("fr"):
        said = answers({"product_kind": ["lms"], "data_location": ["KE", "DE"]})
    assert "Plateforme d’apprentissage (LMS)" in said.values()
    assert "Kenya, Allemagne" in said.values()


def test_hosting_is_not_published():
    assert "SaaS" not in str(answers({"hosting": "saas"}))
    assert not any("run" in question for question in answers({"hosting": "saas"}))


def test_what_is_known_of_a_child_comes_first():
    assert sheet({}, Fact.objects.all(), PROVIDER)[0].group == "data"
