"""The rows that measure imports and exports, on a file of their own."""

import json

import pytest

from certcentre.desk.bench.measuring import Ground
from certcentre.desk.bench.paths.catalogue import big_catalog, import_of_all
from standards.catalogue.editions import Edition
from standards.catalogue.files import read

pytestmark = [pytest.mark.long, pytest.mark.alike]


def test_the_measured_file_has_the_shape_of_the_largest_public_one():
    items = read(big_catalog())[1].document.items
    assert (len(items), sum(item.force == "withdrawn" for item in items)) == (1189, 182)
    assert sum(bool(item.parent) for item in items) == 892
    assert json.loads(big_catalog())["catalog"]["metadata"]["title"] == "Example Catalog"


def test_importing_it_takes_few_statements_and_leaves_nothing(db, at):
    measured = import_of_all(Ground(solutions=0, at=at))
    assert measured.statements <= 60
    assert not Edition.objects.exists()
