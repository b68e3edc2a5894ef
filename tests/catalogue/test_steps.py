"""Each step of the catalogue stands in the table: with words for its history and the public log."""

import pytest

from certcentre.log.models import LogEntry
from certcentre.steps import every_step
from standards.catalogue.publishing import reschedule
from standards.catalogue.translation_sets import Said, scope, translate
from tests import make


@pytest.fixture
def entries(catalogue, centre, at):
    """What the log says once content was loaded, and a person worked on it."""
    officer = centre.officer
    make.imported(officer).load(by=officer, at=at)
    edition = make.edition(key="ex-steps")
    reschedule(edition, by=officer, at=at, reason="So.", deprecated_from=at.date())
    translate(scope("ex-steps"), "fr", {"edition|name": Said("Exemple")}, by=officer, at=at)
    rule = make.rule(edition)
    rule.withdraw(by=officer, at=at, reason="So.")
    return LogEntry.objects.filter(subject_type__startswith="standards.")


def test_every_step_is_in_the_table_with_its_visibility(entries):
    steps = every_step()
    found = set(entries.values_list("step", "visibility").distinct())
    assert {"edition.imported", "edition.rescheduled", "edition.translated", "rule.withdrawn"} <= {
        step for step, _visibility in found
    }
    assert [(step, sees) for step, sees in found if steps[step].visibility != sees] == []
