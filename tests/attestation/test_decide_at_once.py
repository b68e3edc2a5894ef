"""Sixteen people press at once; one decision is taken."""

from collections import Counter

import pytest
from django.db import IntegrityError

from certcentre.lifecycle import IllegalMove
from standards.assessment.claims import Claim
from standards.attestation import decision as deciding
from standards.attestation.certificates import Certificate
from standards.attestation.decision import Decision
from standards.attestation.engagement import Engagement
from tests import make
from tests.assessment.threads import at_once
from tests.effort import asked

pytestmark = [pytest.mark.long, pytest.mark.django_db(transaction=True)]
ROUNDS = asked("ROUNDS", 3)


def press(engagement, outcomes, at):
    """So many deciders at the same moment, each with an outcome; what each of them met, by kind."""
    deciders = [make.member(engagement.body, "decider") for _ in outcomes]

    def presser(by, outcome):
        mine = Engagement.objects.get(pk=engagement.pk)
        return lambda: Decision.decide(mine, outcome=outcome, reason="So.", by=by, at=at)

    return Counter(map(type, at_once(*map(presser, deciders, outcomes))))


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_of_sixteen_who_press_at_once_one_decides(at, turn):
    """In every other round all of them grant; else half of them refuse."""
    others = ("granted", "refused")[turn % 2]
    met = press(make.engagement("ready"), ["granted", others] * 8, at)
    assert met == {Decision: 1, IllegalMove: 15}
    granted = Decision.objects.get().outcome == "granted"
    assert granted or turn % 2
    assert Certificate.objects.count() == granted
    assert Claim.objects.filter(basis="certificate").count() == granted * 3 * 2


def test_without_lock_and_guarded_move_they_come_as_far_as_the_database(at, monkeypatch):
    """The control: all sixteen believe that it is theirs, and one row alone can be written."""
    monkeypatch.setattr(Engagement, "lock", lambda _: None)
    monkeypatch.setattr(deciding, "move", lambda *_, **__: None)
    met = press(make.engagement("ready"), ["granted"] * 16, at)
    assert met == {Decision: 1, IntegrityError: 15}
