"""Whoever decides, suspends, reinstates, withdraws or keeps up a certificate: the same is asked.

A row for each reason why a person may not, and for each who may, for each of these steps (R10).
"""

from copy import deepcopy
from functools import partial

import pytest

from certcentre.accounts.models import Interest, User
from certcentre.lifecycle import NotAllowed
from certcentre.log.models import LogEntry
from standards.attestation.decision import Decision
from standards.attestation.engagement import Engagement
from tests import make
from tests.abilities.attestation import action_in, parties, provider_of
from tests.abilities.people import belong
from tests.make.moment import AT

pytestmark = [pytest.mark.alike, pytest.mark.long]

WHY_NOT = {
    "stranger": "Your role",
    "all of the provider": "Your role",
    "its signatory": "Your role",
    "a manager": "Your role",
    "an evaluator": "Your role",
    "an officer": "Your role",
    "a decider of another body": "Your role",
    "a decider who left": "Your role",
    "who examined": "You took part",
    "who recorded a finding": "You took part",
    "a decider of the provider": "last 24 months",
    "a decider who left the provider lately": "last 24 months",
}
MAY = ("a decider", "decider and evaluator", "a decider who left it long ago")


def decide(engagement, **who):
    Decision.decide(engagement, outcome="refused", reason="So.", **who)


def close(action, **who):
    action.close(methods=["test"], reply="Seen.", **who)


STEPS = {
    "decide": decide,
    "close after a grant": close,
    "suspend": lambda certificate, **who: certificate.suspend(reason="So.", **who),
    "withdraw": lambda certificate, **who: certificate.withdraw(reason="So.", **who),
    "reinstate": lambda certificate, **who: certificate.reinstate(reason="So.", **who),
    "survey": lambda certificate, **who: certificate.record_surveillance(note="Seen.", **who),
}


def record_for(step):
    """A record on which the step is possible now, and its engagement."""
    if step == "decide":
        engagement = make.engagement("ready")
        return engagement, engagement
    if step == "close after a grant":
        action, _people = action_in("accepted after a grant")
        return action, action.finding.engagement
    certificate = make.certificate()
    if step == "reinstate":
        certificate.suspend(reason="So.", by=certificate.body.second, at=AT)
    return certificate, certificate.engagement


def case_of(step):
    """Step, record, the people around it by name, and the engagement."""
    record, engagement = record_for(step)
    people = parties(provider_of(engagement), engagement.body)
    del people["nobody"]
    people["who recorded a finding"] = make.member(engagement.body, "decider")
    engagement.findings.update(recorded_by=people["who recorded a finding"])
    belong(people["who examined"], engagement.body, "decider")
    return STEPS[step], record, people, engagement


@pytest.fixture(scope="module", params=STEPS)
def built(request, django_db_setup, django_db_blocker):
    with make.once(django_db_blocker, partial(case_of, request.param)) as case:
        yield case


@pytest.fixture
def case(built, db):
    """As it was built, whatever a test before did to the record."""
    return deepcopy(built)


def refusal(take, record, person):
    with pytest.raises(NotAllowed) as refused:
        take(record, by=User.objects.get(pk=person.pk), at=AT)
    return str(refused.value)


def test_who_may_not_is_told_why(case):
    take, record, people, _engagement = case
    told = {name: refusal(take, record, people[name]) for name in WHY_NOT}
    assert {name: words for name, words in told.items() if WHY_NOT[name] not in words} == {}


@pytest.mark.parametrize("name", MAY)
def test_who_may(case, name):
    take, record, people, _engagement = case
    take(record, by=people[name], at=AT)
    assert LogEntry.objects.filter(actor=people[name], at=AT).exists()


def test_the_list_of_what_one_decides_asks_the_same(case):
    _take, _record, people, engagement = case
    rows = Engagement.objects.filter(pk=engagement.pk)
    listed = {name for name, who in people.items() if rows.decidable_by(who, at=AT)}
    assert listed & {*WHY_NOT, *MAY} == set(MAY)


@pytest.mark.parametrize("declared_by", ["body", "provider"])
def test_a_declared_interest_bars_everybody_of_the_body(case, declared_by):
    take, record, people, engagement = case
    pair = {"body": (engagement.body, engagement.provider)}
    pair["provider"] = pair["body"][::-1]
    one, other = pair[declared_by]
    Interest.objects.create(
        organisation=one, other=other, nature="Owns it", since=AT, declared_by=people["stranger"]
    )
    for name in MAY:
        assert "declared interest" in refusal(take, record, people[name])
        assert not Engagement.objects.decidable_by(people[name], at=AT)
