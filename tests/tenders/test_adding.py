"""Requirements come from a profile, a standard, a search, learner needs, or own words."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from standards.catalogue.editions import Criterion
from tenders.lot import Lot
from tests import make
from tests.markup import tight


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
    assert "Nothing changed. 2 stood there already." in again.content.decode()


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


def picker(client, lot, q):
    address = reverse("requirements-add-search", args=[lot.tender.reference, lot.pk])
    return tight(client.get(address, {"q": q}).content.decode())


def test_the_picker_shows_the_text_and_how_many_meet_it(client, lot):
    make.asked_edition(key="ex", criteria=3)
    Criterion.objects.filter(key="ex:2").update(title="Captions", statement="<b>Film</b> has them.")
    for name in ("Soma", "Iqra"):
        make.listed(name, claims={"ex:2": 1})
    page = picker(client, lot, "captions")
    assert "ex:2" in page
    assert "&lt;b&gt;Film&lt;/b&gt; has them." in page
    assert "2 products meet it, by a declaration at least." in page
    assert "asks for it already" not in page
    asked = lot.requirements.get().criterion
    assert "The lot asks for it already." in picker(client, lot, asked.key)


def test_the_picker_counts_nothing_where_a_lot_is_not_about_products(client, lot):
    make.asked_edition(key="ex", criteria=1)
    Lot.objects.update(about_products=False)
    assert "meet it" not in picker(client, lot, "ex:1")


@pytest.mark.parametrize(
    ("typed", "refs"),
    [
        ("ex:2", ["ex:2"]),
        ("EX:2; ex:1", ["ex:2", "ex:1"]),
        ("ex:1 ex:12", ["ex:1", "ex:12"]),
        ("12", ["ex:12"]),
        ("criterion 12", ["ex:12"]),
        ("ex:1, nothing", []),
    ],
)
def test_the_picker_takes_references(client, lot, typed, refs):
    make.asked_edition(key="ex", criteria=12)
    page = picker(client, lot, typed)
    assert re.findall('name="criteria" value="(.*?)"', page) == refs


def test_the_picker_names_references_that_are_not_there(client, lot):
    make.asked_edition(key="ex", criteria=1)
    assert "1 reference is not there: 9.9.9." in picker(client, lot, "ex:1, 9.9.9")


def test_the_picker_says_that_more_say_the_words(client, lot):
    make.asked_edition(key="ex", criteria=51)
    assert "These are the first 50." in picker(client, lot, "criterion")
    assert "These are the first" not in picker(client, lot, "ex:1")


def test_the_picker_takes_as_many_statements_for_50_as_for_2(client, lot):
    make.asked_edition(key="ex", criteria=50)
    make.listed(claims={"ex:1": 1})
    counts = []
    for q in ("ex:1 ex:2", "criterion", "ex:1 ex:2"):
        with CaptureQueriesContext(connection) as asked:
            picker(client, lot, q)
        counts.append(len(asked))
    assert counts[1] <= counts[0] + 1 >= counts[2]


def test_ticks_stay_where_something_else_is_wrong(add, lot):
    make.asked_edition(key="ex", criteria=2)
    page = add("search", "?q=ex:1 ex:2", criteria=["ex:2"], least="9")
    assert page.status_code == 422
    kept = re.findall('value="(ex:.)"[^>]*checked', tight(page.content.decode()))
    assert kept == ["ex:2"]


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
    assert answer.status_code == 422
    assert "at most 3 things" in answer.content.decode()
    assert '<option value="ex" selected' in tight(answer.content.decode())
    assert keys(lot) == []
