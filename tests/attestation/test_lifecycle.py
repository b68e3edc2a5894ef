"""Every pair of states, by hand from the design, through the verbs."""

import itertools
from copy import deepcopy
from datetime import date
from functools import partial

import pytest
from django.db import connection

from certcentre.lifecycle import IllegalMove
from standards.attestation.accreditation import Accreditation
from standards.attestation.certificates import Certificate
from standards.attestation.decision import Decision
from standards.attestation.engagement import Engagement
from standards.attestation.findings import CorrectiveAction
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.alike]

ACCREDITATION = {
    ("active", "suspend"): "suspended",
    ("active", "withdraw"): "withdrawn",
    ("suspended", "reinstate"): "active",
    ("suspended", "withdraw"): "withdrawn",
}
ENGAGEMENT = {
    ("requested", "accept"): "accepted",
    ("requested", "decline"): "declined",
    ("requested", "cancel_by_provider"): "cancelled",
    ("accepted", "examine"): "examining",
    ("accepted", "cancel_by_provider"): "cancelled",
    ("accepted", "cancel_by_body"): "cancelled",
    ("examining", "await_corrections"): "corrections",
    ("examining", "ready"): "ready",
    ("examining", "cancel_by_body"): "cancelled",
    ("corrections", "resume"): "examining",
    ("corrections", "cancel_by_body"): "cancelled",
    ("ready", "reopen"): "examining",
    ("ready", "grant"): "granted",
    ("ready", "refuse"): "refused",
    ("ready", "cancel_by_body"): "cancelled",
}
ACTION = {
    ("open", "answer"): "answered",
    ("answered", "accept"): "accepted",
    ("answered", "return_"): "returned",
    ("returned", "answer"): "answered",
    ("accepted", "close"): "closed",
}
CERTIFICATE = {
    ("valid", "suspend"): "suspended",
    ("valid", "withdraw"): "withdrawn",
    ("valid", "supersede"): "superseded",
    ("suspended", "reinstate"): "valid",
    ("suspended", "withdraw"): "withdrawn",
}


def pairs(states, allowed):
    verbs = sorted({verb for _, verb in allowed})
    return [(state, verb, allowed.get((state, verb))) for state in states for verb in verbs]


def put(record, status, **stamps):
    """Set a state past the verbs, so that each pair starts from the same record."""
    type(record).objects.filter(pk=record.pk).update(status=status, **stamps)
    record.status = status
    return record


def after(record, take, expected):
    """The state after the step; one that is not expected must be refused as an illegal move."""
    if expected:
        take()
    else:
        with pytest.raises(IllegalMove):
            take()
    record.refresh_from_db()
    return record.status


@pytest.mark.parametrize(
    ("state", "verb", "expected"), pairs(["active", "suspended", "withdrawn"], ACCREDITATION)
)
def test_accreditation(state, verb, expected, centre, at):
    record = put(make.accreditation(), state)
    take = partial(getattr(record, verb), by=centre.officer, at=at, reason="So.")
    assert after(record, take, expected) == (expected or state)


def engagement_step(engagement, verb, at):
    person, second = engagement.body.person, engagement.body.second
    who, why = {"by": person, "at": at}, {"reason": "So."}
    provider = make.signer(engagement.provider)
    decide = {"reason": "So.", "by": second, "at": at}
    return {
        "accept": lambda: engagement.accept(interest_statement="None.", **who),
        "decline": lambda: engagement.decline(**who, **why),
        "cancel_by_provider": lambda: engagement.cancel(by=provider, at=at),
        "cancel_by_body": lambda: engagement.cancel(**who, **why),
        "examine": lambda: engagement.examine(**who),
        "await_corrections": lambda: engagement.await_corrections(**who),
        "resume": lambda: engagement.resume(**who),
        "ready": lambda: engagement.ready(summary="Done.", **who),
        "reopen": lambda: engagement.reopen(**who, **why),
        "grant": lambda: Decision.decide(engagement, outcome="granted", **decide),
        "refuse": lambda: Decision.decide(engagement, outcome="refused", **decide),
    }[verb]


def examined():
    """Two engagements: all conforms in the first, one minor nonconformity is in the other."""
    sound, corrected = make.engagement("examining"), make.engagement("examining")
    make.examine(sound, {})
    make.examine(corrected, {first(corrected): "minor"})
    return sound, corrected


@pytest.fixture(scope="module")
def built(django_db_setup, django_db_blocker):
    with make.once(django_db_blocker, examined) as engagements:
        yield engagements


@pytest.mark.parametrize(("state", "verb", "expected"), pairs(Engagement.Status.values, ENGAGEMENT))
def test_engagement(state, verb, expected, built, at):
    engagement = put(deepcopy(built[verb == "await_corrections"]), state)
    assert after(engagement, engagement_step(engagement, verb, at), expected) == (expected or state)


def of(engagement):
    """Its only corrective action."""
    rows = CorrectiveAction.objects.select_related("finding__criterion__edition")
    return rows.get(finding__engagement=engagement)


def first(engagement):
    return engagement.findings.select_related("criterion").first().criterion.key


@pytest.mark.long
@pytest.mark.parametrize(
    ("state", "verb", "expected"), pairs(CorrectiveAction.Status.values, ACTION)
)
def test_corrective_action(state, verb, expected, at):
    engagement = make.engagement("examining")
    make.examine(engagement, {first(engagement): "minor"})
    engagement.await_corrections(by=engagement.body.person, at=at)
    action = put(of(engagement), state)
    action.finding.engagement = engagement
    who = {"by": engagement.body.person, "at": at}
    provider = {"by": make.signer(engagement.provider), "at": at}
    take = {
        "answer": lambda: action.answer(plan="Mended.", due_on=date(2027, 1, 1), **provider),
        "accept": lambda: action.accept(**who),
        "return_": lambda: action.return_(reason="How?", **who),
        "close": lambda: action.close(methods=["test"], reply="", **who),
    }[verb]
    assert after(action, take, expected) == (expected or state)


@pytest.fixture
def certificate(at):
    """One with a minor nonconformity left, so that it can be superseded."""
    declaration = make.declaration(criteria=make.criteria(2, key="ex"))
    engagement = make.engagement("examining", declaration=declaration, results={"ex:1.1": "minor"})
    make.planned(engagement)
    engagement.ready(by=engagement.body.person, at=at, summary="Done.")
    make.decide(engagement)
    found = engagement.certificates.get()
    found.engagement, found.body = engagement, engagement.body
    return found


CERTIFICATE_PAIRS = [
    (state, verb, expected)
    for state, verb, expected in pairs(Certificate.Status.values, CERTIFICATE)
    if verb != "supersede"
]


@pytest.mark.parametrize(("state", "verb", "expected"), CERTIFICATE_PAIRS)
def test_certificate(state, verb, expected, certificate, at):
    put(certificate, state, suspended_at=at)
    decider = certificate.body.second
    take = partial(getattr(certificate, verb), by=decider, at=at, reason="So.")
    assert after(certificate, take, expected) == (expected or state)


def test_certificate_superseded(certificate, at):
    action = of(certificate.engagement)
    action.finding.engagement = certificate.engagement
    action.close(methods=["test"], reply="", by=certificate.body.second, at=at)
    certificate.refresh_from_db()
    assert certificate.status == "superseded"


MODELS = {
    Accreditation: ACCREDITATION,
    Engagement: ENGAGEMENT,
    CorrectiveAction: ACTION,
    Certificate: {**CERTIFICATE, ("suspended", "supersede"): "superseded"},
}


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_the_tables_say_no_more_than_the_design(model):
    table = {(state, to) for state, targets in model.LIFECYCLE.items() for to in targets}
    assert table == {(state, to) for (state, _), to in MODELS[model].items()}


def test_every_state_is_reached_by_hand():
    """The control of the tables above: no state is missing from them."""
    for model, steps in MODELS.items():
        named = set(itertools.chain.from_iterable((state, to) for (state, _), to in steps.items()))
        assert named == set(model.Status.values)
    assert connection.vendor
