"""Criteria that their issuer withdrew, or has only announced, are shown and never counted."""

import pytest

from standards.assessment.assessments import Assessment
from standards.catalogue.editions import Criterion
from standards.catalogue.rules import catalogue
from tests import make

THREE = (("1", "A"), ("2", "A", {"force": "withdrawn"}), ("3", "A", {"force": "announced"}))


@pytest.fixture
def edition(db):
    return make.edition("ex-force", criteria=THREE)


def test_a_level_holds_only_what_is_in_force(edition):
    assert [c.ref for c in Criterion.objects.at_level(edition, edition.levels.first())] == ["1"]
    assert [c.ref for c in Criterion.objects.at_level(edition, None)] == ["1"]


def test_rules_expand_to_what_is_in_force(edition):
    assert catalogue({"ex-force"}).editions["ex-force"].at("") == ["1"]


def test_an_assessment_takes_only_what_is_in_force(edition, provider, at):
    made = Assessment.start(
        make.release(provider), by=provider.person, at=at, criteria=edition.criteria.all()
    )
    assert [answer.criterion.ref for answer in made.answers.all()] == ["1"]


def test_a_lot_asks_only_for_what_is_in_force(edition, buyer, at):
    lot = make.tender(buyer=buyer).lots.get()
    added = lot.add(edition.criteria.all(), by=buyer.person, at=at)
    assert (added.new, sorted(added.not_in_force)) == (1, ["ex-force:2", "ex-force:3"])


def test_their_pages_stay(edition, client):
    page = client.get("/standards/ex-force/2/")
    assert "Withdrawn by its issuer" in page.content.decode()
