"""Which states a record may leave for which, by its verbs. Pairs are written by hand."""

from datetime import timedelta

import pytest

from certcentre.lifecycle import IllegalMove
from standards.assessment.access_request import AccessRequest
from standards.assessment.assessments import Assessment
from standards.assessment.solutions import Release, Solution
from standards.assessment.steps import RELEASE_HELD
from tests import make
from tests.make.moment import AT

RELEASE = {
    ("clear", "held"),
    ("held", "clear"),
    ("held", "refused"),
    ("refused", "held"),
}
ASSESSMENT = {("draft", "declared"), ("declared", "withdrawn")}
SOLUTION = {("active", "withdrawn")}
ACCESS = {("asked", "granted"), ("asked", "refused"), ("granted", "ended")}


def release_verb(release, to):
    officer = make.centre().officer
    if to == "held":
        release._move(RELEASE_HELD, "held", officer, AT, "a rule")
    else:
        verb = {"clear": release.clear, "refused": release.refuse}[to]
        verb(by=officer, at=AT, reason="because")


@pytest.mark.parametrize("to", ["clear", "held", "refused"])
@pytest.mark.parametrize("state", Release.Status.values)
def test_release(state, to, provider):
    release = make.release(provider)
    Release.objects.update(status=state)
    release.refresh_from_db()
    if (state, to) in RELEASE:
        release_verb(release, to)
        assert Release.objects.get().status == to
    else:
        with pytest.raises(IllegalMove):
            release_verb(release, to)


@pytest.mark.parametrize("to", ["declared", "withdrawn"])
@pytest.mark.parametrize("state", Assessment.Status.values)
def test_assessment(state, to, provider):
    made = make.declaration(organisation=provider)
    Assessment.objects.update(status=state)
    assessment = Assessment.objects.get()

    def verb():
        if to == "declared":
            made.claims.all().delete()
            type(made).objects.all().delete()
            make.declare(assessment)
        else:
            made.withdraw(by=provider.person, at=AT, reason="because")

    if (state, to) in ASSESSMENT:
        verb()
        assert Assessment.objects.get().status == to
    else:
        with pytest.raises(IllegalMove):
            verb()


@pytest.mark.parametrize("state", Solution.Status.values)
def test_solution(state, provider):
    solution = make.solution(provider)
    Solution.objects.update(status=state)
    if (state, "withdrawn") in SOLUTION:
        solution.withdraw(by=provider.person, at=AT, reason="because")
        assert Solution.objects.get().status == "withdrawn"
    else:
        with pytest.raises(IllegalMove):
            solution.withdraw(by=provider.person, at=AT, reason="because")


@pytest.mark.parametrize("to", ["granted", "refused", "ended"])
@pytest.mark.parametrize("state", AccessRequest.Status.values)
def test_access_request(state, to, db):
    request = make.access_request("granted" if state == "granted" else "asked")
    AccessRequest.objects.update(status=state, until=AT + timedelta(days=90))
    request.refresh_from_db()
    verbs = {"granted": request.grant, "refused": request.refuse, "ended": request.end}
    words = {} if to == "granted" else {"reason": "because"}
    if (state, to) in ACCESS:
        verbs[to](by=request.signatory, at=AT, **words)
        assert AccessRequest.objects.get().status == to
    else:
        with pytest.raises(IllegalMove):
            verbs[to](by=request.signatory, at=AT, **words)
