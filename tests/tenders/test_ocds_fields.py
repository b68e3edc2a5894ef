"""docs/ocds.md says every field of ours that the data have, of which kind it is, and no other."""

import json
import re
from pathlib import Path

import pytest
from django.conf import settings
from jsonschema import Draft4Validator

from tests.tenders import bodies
from tests.tenders.test_ocds import noticed, release

pytestmark = pytest.mark.alike

ROOT = Path(settings.BASE_DIR)
WRITERS = ("tenders/export/ocds.py", "tenders/export/outcome.py", "tenders/grounds.py")
NAME = re.compile(r"certcentre_\w+")
DOCS = (ROOT / "docs/ocds.md").read_text("utf-8")
EXTENSION = json.loads(re.search(r"```json\n(.*?)```", DOCS, re.DOTALL)[1])


def of(kind):
    return EXTENSION["definitions"][kind]["properties"]


def objects(made):
    """Each object of a release that has fields of ours, with those that the extension gives it."""
    call = made["tender"]
    yield made, EXTENSION["properties"]
    yield call, of("Tender")
    for name, kind in (("lots", "Lot"), ("documents", "Document"), ("criteria", "Criterion")):
        yield from ((each, of(kind)) for each in call.get(name, ()))
    for criterion in call["criteria"]:
        for group in criterion["requirementGroups"]:
            yield from ((each, of("Requirement")) for each in group["requirements"])


def test_every_field_that_is_written_is_said_and_no_other():
    written = {name for file in WRITERS for name in NAME.findall((ROOT / file).read_text("utf-8"))}
    kinds = [EXTENSION["properties"], *map(of, EXTENSION["definitions"])]
    said = {name for properties in kinds for name in properties}
    assert said == written
    table = DOCS.partition("## Fields of our own")[2].partition("```json")[0]
    assert {name for name in said if f"`{name}`" not in table} == set()


@pytest.mark.parametrize("body", [bodies.body, bodies.hostile, noticed])
def test_each_is_of_the_kind_that_is_said(body):
    for made, properties in objects(release(body())):
        own = {name: value for name, value in made.items() if name.startswith("certcentre_")}
        assert set(own) <= set(properties)
        schema = {"type": "object", "properties": properties}
        assert [error.message for error in Draft4Validator(schema).iter_errors(own)] == []


def test_a_field_of_another_kind_is_seen():
    schema = {"type": "object", "properties": of("Requirement")}
    assert not Draft4Validator(schema).is_valid({"certcentre_weight": "20"})
