"""How much of an edition is answered already through others."""

import pytest
from django.urls import reverse

from standards.assessment.mapped_answers import coverage
from tests import make

PAIRS = [
    ("a:1", "b:1", "equal"),
    ("a:1", "b:2", "superset_of"),
    ("a:1", "b:3", "subset_of"),
    ("b:4", "a:1", "intersects_with"),
]
OF_B = [f"b:{n}" for n in range(1, 6)]


def kinds(said, **more):
    return [line.kind for line in coverage(OF_B, said, PAIRS, **more).lines]


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ("met", ["same", "all", "part", "evidence", ""]),
        ("partly_met", ["same", "", "part", "evidence", ""]),
        ("not_met", ["same", "", "", "", ""]),
        ("not_applicable", ["same", "", "", "", ""]),
    ],
)
def test_each_relation_reaches_as_far_as_it_may(value, wanted):
    assert kinds({"a:1": value}, shown=frozenset({"a:1"})) == wanted


def test_without_evidence_an_overlap_offers_nothing():
    assert kinds({"a:1": "met"})[3] == ""


def test_what_is_said_on_a_criterion_itself_comes_first():
    found = coverage(["b:1"], {"a:1": "met", "b:1": "not_met"}, PAIRS)
    assert (found.lines[0].kind, found.lines[0].source) == ("own", "b:1")


def test_the_best_of_several_is_named():
    pairs = [("c:1", "b:1", "subset_of"), ("a:1", "b:1", "equal")]
    line = coverage(["b:1"], {"a:1": "met", "c:1": "met"}, pairs).lines[0]
    assert (line.kind, line.source) == ("same", "a:1")


@pytest.fixture
def reused(provider, at):
    """A declared release, and an edition whose first criterion asks the same."""
    other = make.edition("other")
    made = make.declaration(organisation=provider, criteria=make.criteria(1, key="own"))
    source = made.assessment.answers.get().criterion
    make.mapping(source, other.criteria.first()).publish(by=None, at=at)
    return made.release


def test_the_pages_show_picture_and_table(reused, provider, client):
    client.force_login(provider.person)
    page = client.get(reverse("release-reuse", args=[reused.pk])).content.decode()
    assert "reuse-same" in page
    address = reverse("release-reuse-edition", args=[reused.pk, "other"])
    page = client.get(address).content.decode()
    assert "reaches 1 of 4 criteria" in page
    assert "answered by the same elsewhere" in page


def test_few_statements(reused, provider, client, django_assert_max_num_queries):
    client.force_login(provider.person)
    with django_assert_max_num_queries(12):
        assert client.get(reverse("release-reuse", args=[reused.pk])).status_code == 200
