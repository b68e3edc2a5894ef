"""The JSON-LD of an edition says how its criteria relate to others, in the words of SKOS."""

import json

import pytest

from standards.catalogue.exporting import export
from standards.catalogue.mappings import Mapping
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.alike]


@pytest.fixture(autouse=True)
def base(settings):
    settings.BASE_URL = "https://portal.example"


def concept(edition, criterion):
    graph = json.loads(export(edition, "jsonld").content)["graph"]
    (node,) = (each for each in graph if each.get("notation") == criterion.ref)
    return node


def mapped(source, target, relation, status="published"):
    made = make.mapping(source, target, relation)
    Mapping.objects.filter(pk=made.pk).update(status=status)
    return f"https://portal.example{target.get_absolute_url()}"


@pytest.mark.parametrize(
    ("relation", "here", "there"),
    [
        ("equal", "exactMatch", "exactMatch"),
        ("subset_of", "broadMatch", "narrowMatch"),
        ("superset_of", "narrowMatch", "broadMatch"),
        ("intersects_with", "relatedMatch", "relatedMatch"),
    ],
)
def test_a_mapping_is_read_from_both_of_its_ends(relation, here, there):
    one, other = make.edition(), make.edition()
    source, target = one.criteria.first(), other.criteria.first()
    make.logged_editions()
    address = mapped(source, target, relation)
    assert concept(one, source)[here] == [address]
    back = f"https://portal.example{source.get_absolute_url()}"
    assert concept(other, target)[there] == [back]


def test_what_is_proposed_or_leads_to_a_draft_is_not_said():
    one, other, draft = make.edition(), make.edition(), make.edition(published=False)
    source = one.criteria.first()
    make.logged_editions()
    mapped(source, other.criteria.first(), "equal", status="proposed")
    mapped(source, draft.criteria.first(), "equal")
    assert not any(name.endswith("Match") for name in concept(one, source))


def test_more_mappings_take_no_more_statements(django_assert_num_queries):
    one, other = make.edition(), make.edition()
    make.logged_editions()
    export(one, "jsonld")
    counts = []
    for criterion in other.criteria.all()[:2]:
        mapped(one.criteria.first(), criterion, "equal")
        with django_assert_num_queries(4) as seen:
            export(one, "jsonld")
        counts.append(len(seen))
    assert counts[0] == counts[1]
