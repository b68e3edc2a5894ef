"""A buyer accepts other criteria instead of the one that is asked for."""

import pytest
from django.urls import reverse

from certcentre.lifecycle import NotReady
from tenders import annex, frozen_body
from tenders.competition import compete
from tests import make
from tests.make.moment import AT


@pytest.fixture
def asked(client, buyer):
    make.asked_edition(key="other", criteria=2, name="Other Standard")
    tender = make.tender(buyer=buyer, criteria=1)
    client.force_login(buyer.person)
    one = tender.lot.requirements.get()
    one.acts = {"by": buyer.person, "at": AT}
    one.address = reverse("requirement", args=[tender.reference, one.pk])
    return one


def test_equal_criteria_are_suggested_and_accepted(client, asked):
    make.mapping(asked.criterion, make.criterion("other:1"))
    make.mapping(asked.criterion, make.criterion("other:2"), relation="intersects_with")
    page = client.get(asked.address).content.decode()
    assert "Other Standard: 1 Criterion 1" in page
    assert "Other Standard: 2 Criterion 2" not in page
    data = {"whole": "1", "revision": 0, "obligation": "must", "least": "1"}
    client.post(asked.address, {**data, "alternatives": ["other:1"]})
    asked.refresh_from_db()
    assert asked.alternatives == ["other:1"]
    client.post(asked.address, {**data, "revision": 1})
    asked.refresh_from_db()
    assert asked.alternatives == []


def test_a_row_of_the_builder_leaves_them_alone(client, asked):
    asked.change(revision=0, alternatives=["other:1"], **asked.acts)
    client.post(asked.address, {"revision": 1, "obligation": "may", "least": "2"})
    asked.refresh_from_db()
    assert (asked.obligation, asked.alternatives) == ("may", ["other:1"])


@pytest.mark.parametrize("wrong", ["none:1", "itself"])
def test_an_alternative_is_another_criterion_that_exists(asked, wrong):
    key = asked.criterion.key if wrong == "itself" else wrong
    with pytest.raises(NotReady):
        asked.change(revision=0, alternatives=[key], **asked.acts)


def test_who_meets_the_alternative_qualifies(asked):
    make.listed(claims={"other:1": 1})
    assert compete(asked.lot, at=AT).match.count == 0
    asked.change(revision=0, alternatives=["other:1"], **asked.acts)
    assert compete(asked.lot, at=AT).match.count == 1


def test_the_annex_says_what_is_accepted_instead(asked):
    asked.change(revision=0, alternatives=["other:1"], **asked.acts)
    tree = annex.build(frozen_body.written(asked.lot.tender))
    said = "Accepted instead: Other Standard, 1 Criterion 1, or equivalent."
    assert said in tree.rows[0].paragraphs
    assert any(name.startswith("Other Standard") for name, *_ in tree.sources)


def test_a_group_of_a_need_becomes_one_requirement_with_alternatives(client, asked):
    any_of = [{"label": "Either", "any_of": ["other:1", "other:2"]}]
    make.need(required=[asked.criterion.key], required_any=any_of)
    lot = asked.lot
    address = reverse("requirements-add-need", args=[lot.tender.reference, lot.pk])
    client.post(address, {"needs": ["example_need"]})
    made = lot.requirements.get(criterion__key="other:1")
    assert made.alternatives == ["other:2"]
