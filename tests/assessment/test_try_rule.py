"""A rule is tried before it is published."""

import pytest
from django.urls import reverse

from standards.models import Rule
from tests import make


@pytest.fixture
def rule(centre, client):
    """A proposed rule for what is offered on the web."""
    client.force_login(centre.officer)
    make.fact("delivery", ask="How is it delivered?")
    made = make.rule(make.edition("ex"), key="X1")
    Rule.objects.update(status="proposed")
    return made


def page(client, query=""):
    return client.get(reverse("rule-try", args=["X1"]) + query).content.decode()


def test_typed_facts_decide(rule, client):
    assert "It fires" in page(client, "?try=1&delivery=web")
    assert "It does not fire" in page(client, "?try=1&delivery=android")


def test_an_unknown_fact_is_waited_for(rule, client):
    shown = page(client, "?try=1")
    assert "Not decided" in shown
    assert "How is it delivered?" in shown


def test_what_changes_by_it_is_named(rule, client):
    shown = page(client, "?try=1&delivery=web")
    assert "Title of 1.1" in shown
    assert "nothing" in shown


def test_a_listed_solution_is_tried_on_what_it_declared(rule, client, provider):
    one = make.listed("Example Reader", facts={"delivery": ["web"]}, organisation=provider)
    shown = page(client, "?q=reader")
    assert f"?solution={one.solution_id if hasattr(one, 'solution_id') else one.pk}" in shown
    solution = getattr(one, "solution_id", one.pk)
    assert "It fires" in page(client, f"?solution={solution}")
    assert "Example Reader" in page(client)


def test_trying_stores_nothing(rule, client):
    page(client, "?try=1&delivery=web")
    assert Rule.objects.get().status == "proposed"
