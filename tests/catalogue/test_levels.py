"""Who asks for a level asks for the lower ones where both build up, at every door alike."""

from itertools import product

import pytest

from standards.assessment.criteria_menu import keys_by_level, wholes
from standards.attestation.requesting import Request
from standards.catalogue.applicability import Shape
from standards.catalogue.editions import Criterion
from standards.catalogue.levels import Grade, included
from tests import make

TABLE = [  # which of three levels build up; what asking for each takes in
    ((False, False, False), {"A": "A", "B": "B", "C": "C"}),
    ((False, False, True), {"A": "A", "B": "B", "C": "C"}),
    ((False, True, False), {"A": "A", "B": "B", "C": "C"}),
    ((False, True, True), {"A": "A", "B": "B", "C": "BC"}),
    ((True, False, False), {"A": "A", "B": "B", "C": "C"}),
    ((True, False, True), {"A": "A", "B": "B", "C": "AC"}),
    ((True, True, False), {"A": "A", "B": "AB", "C": "C"}),
    ((True, True, True), {"A": "A", "B": "AB", "C": "ABC"}),
]
CRITERIA = (("a", "A"), ("b", "B"), ("c", "C"))


@pytest.fixture
def editions(db):
    """An edition for each line of the table, by which of its levels build up."""
    return {
        builds: make.edition(
            levels=[(key, "must", up) for key, up in zip("ABC", builds, strict=True)],
            criteria=CRITERIA,
        )
        for builds, _ in TABLE
    }


@pytest.mark.parametrize(("builds", "taken"), TABLE)
def test_the_rule(builds, taken):
    grades = [Grade(key, n, up) for n, (key, up) in enumerate(zip("ABC", builds, strict=True))]
    assert {g.key: "".join(x.key for x in included(grades, g)) for g in grades} == taken
    assert included(grades, None) == grades


def refs(criteria):
    return "".join(sorted(criterion.ref.upper() for criterion in criteria))


def test_a_database_says_the_same(editions):
    for (builds, taken), key in product(TABLE, "ABC"):
        edition = editions[builds]
        criteria = Criterion.objects.at_level(edition, edition.levels.get(key=key))
        assert refs(criteria) == taken[key], (builds, key)


def test_a_rule_says_the_same():
    for builds, taken in TABLE:
        shape = Shape(dict(zip("ABC", builds, strict=True)), dict(CRITERIA))
        assert {key: "".join(shape.at(key)).upper() for key in "ABC"} == taken


class Uncounted:
    """A menu that counts nothing."""

    def count(self, keys):
        return None


def test_a_menu_of_criteria_says_the_same(editions):
    by_level = keys_by_level(list(editions.values()))
    for builds, taken in TABLE:
        offered = [one for one in wholes(Uncounted(), editions[builds], by_level) if one.level]
        for one in offered:
            keys = "".join(sorted(key[-1].upper() for key in one.criteria))
            assert keys == taken[one.level.key], (builds, one.level)


def test_a_request_for_an_examination_says_the_same(editions):
    for builds, taken in TABLE:
        edition = editions[builds]
        declaration = make.declaration(criteria=edition.criteria.all())
        for level in edition.levels.all():
            asked = Request(declaration, body=None, editions=[(edition, level)])
            assert refs(asked.in_scope()) == taken[level.key], (builds, level)
