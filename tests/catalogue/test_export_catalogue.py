"""Editions as files, by command, page and API; and what a third party's validator says."""

import json
import os
import subprocess
from io import StringIO

import jsonschema
import pytest
import yaml
from django.core.management import CommandError, call_command

from standards.catalogue import import_plan
from standards.catalogue.exporting import export
from standards.catalogue.files import WRITTEN
from tests import make
from tests.catalogue.files import small
from tests.effort import needs
from tests.samples import sample

TRESTLE = os.environ.get("TRESTLE_PYTHON", "")  # a Python that has compliance-trestle


@pytest.fixture
def edition(db, at):
    return import_plan.load(import_plan.plan(small("edition.yaml")), by=None, at=at)


def oscal(edition):
    return json.loads(export(edition, "oscal").content)["catalog"]


def ids(part):
    """Every id in a catalog, of whatever it is."""
    found = [part["id"]] if "id" in part else []
    for name in ("groups", "controls", "parts"):
        found += [each for inner in part.get(name, []) for each in ids(inner)]
    return found


def test_the_command_writes_a_file_and_tells_what_is_lost(edition, tmp_path):
    out, err = StringIO(), StringIO()
    path = tmp_path / "out.yaml"
    call_command(
        "export_catalogue", edition.key, "--format", "openacr", "--output", path,
        stdout=out, stderr=err,
    )  # fmt: skip
    assert yaml.safe_load(path.read_text())["title"] == edition.name
    assert "lost: Guidance (1: 1.2)" in err.getvalue()


def test_an_edition_that_is_not_there_is_refused(db):
    with pytest.raises(CommandError, match="There is no edition none"):
        call_command("export_catalogue", "none", "--format", "csv")


def test_oscal_has_unique_ids_and_the_same_uuid_each_time(edition):
    first, second = oscal(edition), oscal(edition)
    assert first == second
    assert (first["metadata"]["oscal-version"], len(ids(first))) == ("1.1.2", len(set(ids(first))))


def test_oscal_gives_ids_that_begin_with_a_letter(db, at):
    made = import_plan.load(import_plan.plan(small("guidelines.wcag.json")), by=None, at=at)
    assert all(each[0].isalpha() for each in ids(oscal(made)))


def test_names_that_become_the_same_id_are_told_apart(db):
    made = make.edition(criteria=(("1+1", "A"), ("1-1", "A")))
    assert len(set(ids(oscal(made)))) == len(ids(oscal(made)))


def test_licence_source_and_digest_stand_in_exports(edition):
    for format in WRITTEN:
        if format not in ("xlsx", "openacr"):
            text = export(edition, format).content.decode()
            assert "Copyright Example Body." in text
    assert edition.source["digest"] in export(edition, "yaml").content.decode()
    assert edition.source["digest"] in export(edition, "oscal").content.decode()


def test_a_cell_is_never_a_formula(edition):
    rows = export(edition, "csv").content.decode("utf-8-sig").splitlines()
    assert any("\"'=It does one." in row or "'=It does one." in row for row in rows)


def test_jsonld_says_every_text_in_its_languages(edition):
    graph = json.loads(export(edition, "jsonld").content)["graph"]
    titles = [node["prefLabel"] for node in graph if node.get("notation") == "1.1"]
    assert {"en": "One", "fr": "Un"} in titles


def test_openacr_fits_its_own_schema(edition):
    schema = json.loads(sample("openacr/openacr-catalog-0.1.0.json"))
    jsonschema.validate(yaml.safe_load(export(edition, "openacr").content), schema)
    assert "required" in schema


@needs(TRESTLE, "TRESTLE_PYTHON names no Python with compliance-trestle")
@pytest.mark.parametrize("name", ["edition.yaml", "guidelines.wcag.json", "controls.oscal.json"])
def test_a_third_party_takes_our_oscal(name, db, at, tmp_path):
    made = import_plan.load(import_plan.plan(small(name)), by=None, at=at)
    (tmp_path / "catalog.json").write_bytes(export(made, "oscal").content)
    read = (
        "import sys, pathlib; from trestle.oscal.catalog import Catalog; "
        "Catalog.oscal_read(pathlib.Path(sys.argv[1]))"
    )
    done = subprocess.run([TRESTLE, "-c", read, tmp_path / "catalog.json"], capture_output=True)
    assert done.returncode == 0, done.stderr.decode()[-800:]
