"""Sixteen people press start at the same moment."""

import pytest

from certcentre.lifecycle import IllegalMove
from standards.assessment.answers import Assessment
from tests import make
from tests.assessment.threads import at_once
from tests.make.moment import AT


@pytest.mark.django_db(transaction=True)
def test_sixteen_at_once_start_one_draft():
    release, criteria = make.release(), make.criteria(2)
    by = make.signer(release.solution.organisation)

    def start():
        return Assessment.start(release, by=by, at=AT, criteria=criteria)

    results = at_once(*[start] * 16)
    assert Assessment.objects.count() == 1
    assert sum(isinstance(one, Assessment) for one in results) == 1
    assert sum(isinstance(one, IllegalMove) for one in results) == 15
