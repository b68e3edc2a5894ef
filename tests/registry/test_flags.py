"""A flag of a rule is shown as a warning wherever the solution is listed."""

import pytest
from django.urls import reverse

from standards.registry.public_facts import Flags
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.alike]
BEHAVIOURAL = {"fact": "advertising", "op": "eq", "value": "behavioural"}


def pages(client, solution):
    return [
        client.get(url).content.decode()
        for url in ("/solutions/", reverse("solution", args=[solution.pk]))
    ]


@pytest.mark.parametrize(
    ("facts", "warned"),
    [({"advertising": "behavioural"}, True), ({"advertising": "none"}, False), ({}, False)],
)
def test_a_flag_warns_on_every_public_listing(client, facts, warned):
    make.rule(make.edition(), "flag", when=BEHAVIOURAL, why="It shows behavioural advertising.")
    make.rule(make.edition(), "expected", when=BEHAVIOURAL, why="An expectation.")
    solution = make.listed(facts=facts)
    for page in pages(client, solution):
        assert ("It shows behavioural advertising." in page) is warned
        assert "An expectation." not in page


def test_the_rule_of_the_catalogue_warns_of_advertising_to_children(client):
    make.catalogue()
    flags = Flags.published()
    children = {"advertising": "contextual", "audience_age": ["6-9"]}
    assert flags.raised(children) == flags.raised({"advertising": "behavioural"}) != []
    assert flags.raised({**children, "audience_age": ["18+"]}) == []


def test_a_flag_may_name_a_group_of_countries(client, django_assert_num_queries):
    make.catalogue()
    where = {"fact": "countries_offered", "op": "any_of", "value": ["group:EU"]}
    make.rule(make.edition(), "flag", when=where, why="Offered in the Union.")
    with django_assert_num_queries(2):
        flags = Flags.published()
    assert flags.raised({"countries_offered": ["EE"]}) == ["Offered in the Union."]
    assert flags.raised({"countries_offered": ["KE"]}) == []
