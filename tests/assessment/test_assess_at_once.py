"""Sixteen people press the same button at the same moment."""

import pytest

from certcentre.lifecycle import IllegalMove, NotReady
from standards.assessment.assessments import Assessment
from standards.assessment.solutions import Solution
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


@pytest.mark.django_db(transaction=True)
def test_sixteen_at_once_describe_one_product():
    provider = make.organisation("provider")
    words = {"name": "Example Reader", "summary": "It reads.", "release_label": "1.x"}

    def create():
        return Solution.create(provider, by=provider.person, at=AT, **words)

    results = at_once(*[create] * 16)
    assert Solution.objects.count() == 1
    assert sum(isinstance(one, NotReady) for one in results) == 15
