"""A product as linked data says nothing that schema.org has no word for."""

import pytest
from django.urls import reverse

from standards.catalogue.editions import Criterion
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.alike]
THING = {"name", "description", "url", "subjectOf", "@id", "@type", "@context"}
WORK = THING | {  # of schema.org 29.0, as far as something here may want it
    *("about", "accessibilitySummary", "author", "creativeWorkStatus", "datePublished", "expires"),
    *("educationalLevel", "inLanguage", "isAccessibleForFree", "provider", "text"),
}
PROPERTIES = {
    "SoftwareApplication": WORK
    | {"applicationCategory", "softwareVersion", "countriesSupported", "offers"},
    "Claim": WORK,
    "DefinedTerm": THING | {"termCode", "inDefinedTermSet"},
    "Organization": THING,
}


def strange(node, at="") -> list[str]:
    """Every property that the type of its node does not have, with where it is."""
    if isinstance(node, list):
        return [each for part in node for each in strange(part, at)]
    if not isinstance(node, dict):
        return []
    kind = node.get("@type", "nothing")
    own = [f"{at}{kind}.{name}" for name in node.keys() - PROPERTIES.get(kind, set())]
    return own + [each for name, part in node.items() for each in strange(part, f"{at}{name}/")]


def linked(client):
    facts = {"subjects": ["mathematics"], "stages": ["isced_1"], "price_model": ["free"]}
    facts |= {"languages": ["en"], "countries_offered": ["KE"]}
    criterion = Criterion.objects.filter(slot__isnull=False).first()
    solution = make.listed(facts=facts, claims={criterion.key: 2})
    return client.get(reverse("solution-linked", args=[solution.pk])).json()


def test_every_property_is_one_of_its_type(client, catalogue):
    said = linked(client)
    assert {"SoftwareApplication", "Claim"} <= {said["@type"], said["subjectOf"][0]["@type"]}
    assert strange(said) == []


def test_a_property_of_another_type_is_seen(client, catalogue):
    said = linked(client) | {"additionalProperty": []}
    said["subjectOf"][0]["about"]["additionalType"] = "x"
    assert strange(said) == [
        "SoftwareApplication.additionalProperty",
        "subjectOf/about/DefinedTerm.additionalType",
    ]
