"""Requirements come from a profile, a standard, a search, learner needs, or own words."""

import pytest
from django.urls import reverse

from standards.catalogue.editions import Criterion
from tests import make


@pytest.fixture
def lot(client, buyer):
    made = make.tender(buyer=buyer, criteria=1)
    client.force_login(buyer.person)
    return made.lot


@pytest.fixture
def add(client, lot):
    def added(source, query="", **data):
        address = reverse(f"requirements-add-{source}", args=[lot.tender.reference, lot.pk])
        return client.post(address + query, data, follow=True)

    return added


def keys(lot):
    return list(lot.requirements.order_by("position").values_list("criterion__key", flat=True))[1:]


def test_from_a_profile(add, lot):
    make.asked_edition(key="ex", criteria=2)
    make.profile(criteria=["ex:2", "ex:1"])
    page = add("profile", profile="example", justification="Inclusion act")
    assert keys(lot) == ["ex:2", "ex:1"]
    assert "2 requirements are added." in page.content.decode()
    again = add("profile", profile="example")
    assert "0 requirements are added. 2 stood there already." in again.content.decode()


def test_shoulds_come_with_weights(add, lot):
    make.asked_edition(key="ex", criteria=3)
    page = add("edition", edition="ex", obligation="should").content.decode()
    assert "The points are shared evenly as weights; change them as you like." in page
    assert [one.weight for one in lot.requirements.order_by("position")] == [None, 34, 33, 33]


def test_from_an_edition_at_a_level(add, lot):
    make.asked_edition(key="ex", criteria=2)
    assert add("edition", edition="ex", obligation="should", least="3").status_code == 200
    assert keys(lot) == ["ex:1", "ex:2"]
    assert lot.requirements.last().least == 3
    assert add("edition", edition="ex|none").status_code == 422


def test_from_a_search(add, lot):
    make.asked_edition(key="ex", criteria=3)
    Criterion.objects.filter(key="ex:2").update(title="Captions for film")
    address = "?q=captions+film"
    assert add("search", address, criteria=["ex:2"]).status_code == 200
    assert keys(lot) == ["ex:2"]


@pytest.mark.parametrize("foreign", ["ex:3", "none:1", "' OR 1=1 --"])
def test_a_criterion_that_was_not_found_is_refused(add, lot, foreign):
    make.asked_edition(key="ex", criteria=3)
    Criterion.objects.filter(key="ex:2").update(title="Captions for film")
    assert add("search", "?q=captions", criteria=[foreign]).status_code == 422
    assert keys(lot) == []


def test_a_draft_edition_is_not_found(add, lot):
    make.asked_edition(key="ex", criteria=1, status="draft")
    assert add("search", "?q=ex:1", criteria=["ex:1"]).status_code == 422
    assert add("edition", edition="ex").status_code == 422


def test_from_learner_needs(add, lot):
    make.asked_edition(key="ex", criteria=2)
    make.need(required=["ex:2"])
    add("need", needs=["example_need"])
    assert keys(lot) == ["ex:2"]


def test_in_own_words_with_formulas_and_markup(add, lot):
    words = '=HYPERLINK("http://evil.example") <b>@SUM</b>'
    page = add("words", words=words, obligation="should", weight="100")
    assert lot.requirements.get(criterion=None).words == words
    assert "<b>@SUM" not in page.content.decode()


def test_nothing_is_not_a_requirement(add, lot):
    answer = add("words", words="  ", obligation="must")
    assert answer.status_code == 422
    assert not lot.requirements.filter(criterion=None).exists()


def test_thousands_are_refused_in_words(add, lot, monkeypatch):
    monkeypatch.setattr("tenders.lot.MAX_REQUIREMENTS", 3)
    make.asked_edition(key="ex", criteria=3)
    answer = add("edition", edition="ex")
    assert answer.status_code == 409
    assert "at most 3 things" in answer.content.decode()
    assert keys(lot) == []
