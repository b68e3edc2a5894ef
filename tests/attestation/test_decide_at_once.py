"""Sixteen people press at once; one decision is taken."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from certcentre.lifecycle import IllegalMove
from standards.assessment.claims import Claim
from standards.attestation.certificates import Certificate
from standards.attestation.decision import Decision
from standards.attestation.engagement import Engagement
from tests import make


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_of_sixteen_who_press_at_once_one_decides(at):
    engagement = make.engagement("ready")
    deciders = [make.member(engagement.body, "decider") for _ in range(16)]
    gate = Barrier(16)

    def press(number):
        mine = Engagement.objects.get(pk=engagement.pk)
        outcome = ("granted", "refused")[number % 2]
        gate.wait()
        try:
            Decision.decide(mine, outcome=outcome, reason="So.", by=deciders[number], at=at)
        except IllegalMove:
            return 0
        finally:
            connection.close()
        return 1

    with ThreadPoolExecutor(16) as pool:
        assert sum(pool.map(press, range(16))) == 1
    granted = Decision.objects.get().outcome == "granted"
    assert Certificate.objects.count() == granted
    assert Claim.objects.filter(basis="certificate").count() == granted * 3 * 2
