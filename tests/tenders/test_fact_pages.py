"""The pages where a buyer asks what the product is."""

import pytest
from django.urls import reverse

from tests import make
from tests.make.moment import AT
from tests.markup import tight

pytestmark = [pytest.mark.django_db, pytest.mark.alike]


@pytest.fixture
def tender(client, catalogue):
    made = make.tender()
    client.force_login(made.person)
    return made


def url(tender, fact=""):
    base = reverse("requirements-add-fact", args=[tender.reference, tender.lot.pk])
    return f"{base}?fact={fact}" if fact else base


def read(client, address):
    return tight(client.get(address).content.decode())


def test_a_fact_is_chosen_then_its_answers(client, tender):
    page = read(client, url(tender))
    assert "What the product is" in page
    assert url(tender, "audience_age") in page
    assert url(tender, "hosting") not in page
    assert 'name="obligation"' not in page
    page = read(client, url(tender, "audience_age"))
    assert ("6 to 9 years" in page, "Nothing but these" in page) == (True, True)
    data = {"values": ["6-9"], "how": "any", "obligation": "must", "justification": "Grade 1"}
    assert client.post(url(tender, "audience_age"), data).status_code == 302
    made = tender.lot.requirements.get(position=1)
    assert (made.fact, made.fact_values, made.justification) == ("audience_age", ["6-9"], "Grade 1")


def test_places_are_typed_by_name(client, tender):
    data = {"values": "Kenya, Morocco", "how": "only", "obligation": "must"}
    client.post(url(tender, "data_location"), data)
    made = tender.lot.requirements.get(position=1)
    assert (made.fact_values, made.fact_how) == (["KE", "MA"], "only")


def test_what_is_wrong_is_said_beside_the_form(client, tender):
    for values in ([], ["7-8"]):
        data = {"values": values, "obligation": "must"}
        assert client.post(url(tender, "audience_age"), data).status_code == 422
    data = {"values": ["6-9"], "obligation": "must"}
    assert client.post(url(tender, "audience_age"), data).status_code == 302
    answer = client.post(url(tender, "audience_age"), data)
    assert answer.status_code == 422
    assert "The lot asks for this already." in answer.content.decode()
    assert client.post(url(tender), data).status_code == 422


def test_the_builder_shows_it_in_words_and_its_page_changes_it(client, tender):
    made = tender.lot.add_fact("audience_age", ["6-9"], by=tender.person, at=AT)
    sentence = "The answer to “Which ages use it?” includes: 6 to 9 years."
    page = read(client, tender.get_absolute_url())
    assert (sentence in page, "What the product is" in page) == (True, True)
    one = reverse("requirement", args=[tender.reference, made.pk])
    assert sentence in read(client, one)
    data = {"whole": "1", "revision": "0", "obligation": "should", "weight": "100"}
    data |= {"fact_values": ["6-9", "10-12"], "fact_how": "all"}
    assert client.post(one, data).status_code == 302
    made.refresh_from_db()
    assert (made.fact_values, made.fact_how, made.weight) == (["6-9", "10-12"], "all", 100)


def test_the_row_of_the_builder_saves_without_touching_the_fact(client, tender):
    made = tender.lot.add_fact("audience_age", ["6-9"], by=tender.person, at=AT)
    one = reverse("requirement", args=[tender.reference, made.pk])
    data = {"revision": "0", "obligation": "must", "weight": "", "justification": "Grade 1"}
    data |= {"words": "Own", "least": "4"}  # what only other requirements say is left out
    headers = {"X-Requested-With": "autosave"}
    assert client.post(one, data, headers=headers).status_code in (200, 302)
    made.refresh_from_db()
    assert (made.fact_values, made.justification) == (["6-9"], "Grade 1")
    assert (made.words, made.least) == ("", 1)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"fact": "audience_age", "values": ["6-9"]}, 200),
        ({"fact": "audience_age", "values": ["7-8"]}, 400),
        ({"fact": "hosting", "values": ["saas"]}, 400),
        ({"fact": "audience_age"}, 400),
        ({"fact": "audience_age", "values": ["6-9"], "criterion": "x:1"}, 400),
        ({}, 400),
    ],
)
def test_the_api_counts_facts_too(client, tender, body, status):
    make.listed("Soma", facts={"audience_age": ["6-9"]})
    make.listed("Silent")
    answer = client.post(
        reverse("api-match"), {"requirements": [body]}, content_type="application/json"
    )
    assert answer.status_code == status
    if status == 200:
        found = answer.json()
        assert (found["count"], found["of"]) == (1, 2)
        assert found["without"] == {"audience_age=6-9": 2}
        assert found["unsaid"] == {"audience_age=6-9": 1}
