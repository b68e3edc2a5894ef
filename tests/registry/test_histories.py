"""Whatever happens to a release, and in whatever order, it counts as its claims say."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from django.db import transaction
from django.db.models import Q
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from standards.assessment import claims
from standards.assessment.claims import Claim, Ending
from standards.assessment.solutions import Release
from standards.registry.matching import market
from standards.registry.matching.qualifying import Requirement
from tests import make
from tests.effort import stored_examples
from tests.make.moment import AT
from tests.registry.by_the_words import qualify

pytestmark = [pytest.mark.django_db, pytest.mark.long]
DAY = timedelta(days=1)
KEYS = ("h:1", "h:2")
IN_ONE_DATABASE = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


@dataclass
class Said:
    """A claim, kept in memory for the plainest way to find what counts."""

    key: str
    outcome: str
    level: int
    basis: str
    begins: datetime
    until: datetime | None
    accepted: str = ""
    ended: datetime | None = None


@dataclass
class History:
    """One release through the door, and the same beside it in memory."""

    release: Release
    at: datetime = AT
    said: list = field(default_factory=list)

    def change(self, *bases, keys=KEYS, add=()):
        for one in self.said:
            if one.basis in bases and one.key in keys and one.ended is None:
                one.ended = self.at
        self.said += add
        end = [Ending(Q(basis__in=bases, criterion__key__in=keys), "a step")] if bases else []
        rows = [
            make.unsaid(self.release, one.key, one.outcome, one.level, basis=one.basis,
                        valid_from=one.begins, valid_until=one.until, accepted_by=one.accepted)
            for one in add
        ]  # fmt: skip
        with transaction.atomic():
            claims.change([self.release.pk], end=end, add=rows, at=self.at)

    def says(self, key, outcome, level, basis, days, accepted=""):
        until = self.at + days * DAY if days else None
        return Said(key, outcome, level, basis, self.at, until, accepted)

    def declare(self, outcome, key, accepted):
        """Ends declarations and findings; evidence stands a shorter time."""
        new = [self.says(one, "met", 1, "declaration", 30) for one in KEYS]
        new[KEYS.index(key)] = self.says(key, outcome, 1, "declaration", 30, accepted)
        new += [self.says(one.key, "met", 2, "evidence", 9) for one in new if one.outcome == "met"]
        self.change("declaration", "evidence", "finding", add=new)

    def certify(self, outcome, key, accepted):
        absent = outcome == "not_applicable"
        by = "auditor" if absent else ""
        said = outcome if absent else "met"
        terms = ((3, 60), (4, 20))
        self.change("finding", add=[
            self.says(key, said, level, "certificate", days, by) for level, days in terms
        ])  # fmt: skip

    def find(self, outcome, key, accepted):
        """Ends everything on the criterion; a finding has no end of its own."""
        every = ("declaration", "evidence", "certificate", "finding")
        new = [self.says(key, "not_met", 3, "finding", None)]
        self.change(*every, keys=(key,), add=new)

    def suspend(self, *_):
        self.change("certificate")

    def reinstate(self, outcome, key, accepted):
        again = [one for one in self.said if one.basis == "certificate" and one.ended]
        self.change(add=[
            Said(one.key, one.outcome, one.level, one.basis, self.at, one.until, one.accepted)
            for one in again[-2:] if one.until > self.at
        ])  # fmt: skip

    def remove_evidence(self, outcome, key, accepted):
        self.change("evidence", keys=(key,))

    def withdraw(self, *_):
        self.change("declaration", "evidence")

    def wait(self, outcome, key, accepted):
        self.at += (5 + 7 * len(outcome)) * DAY / 4

    def stands(self):
        """The byte of each criterion, straight from the words of the rule."""
        found = {}
        for place, one in enumerate(self.said):
            over = (one.until and one.until <= self.at) or (one.ended and one.ended <= self.at)
            if not over:
                rank = (one.level, one.begins, place)
                found[one.key] = max(found.get(one.key, (rank, one)), (rank, one), key=first)
        return {
            key: {"met": one.level, "not_applicable": 16 + one.level if one.accepted else 0}.get(
                one.outcome, 32
            )
            for key, (_, one) in found.items()
        }


def first(pair):
    return pair[0]


STEPS = [
    History.declare,
    History.certify,
    History.find,
    History.suspend,
    History.reinstate,
    History.remove_evidence,
    History.withdraw,
    History.wait,
]
step = st.tuples(
    st.sampled_from(STEPS),
    st.sampled_from(["met", "partly_met", "not_applicable", "not_met"]),
    st.sampled_from(KEYS),
    st.sampled_from(["rule", ""]),
)
asked = st.builds(
    Requirement, st.sampled_from(KEYS), least=st.integers(1, 4), must_be_present=st.booleans()
)


@settings(max_examples=stored_examples(1000), deadline=None, suppress_health_check=IN_ONE_DATABASE)
@given(st.lists(step, min_size=1, max_size=6), st.lists(asked, min_size=1, max_size=2))
def test_any_history_counts_as_its_claims_say(provider, steps, requirements):
    solution = provider.solutions.first() or make.listed(organisation=provider)
    history = History(solution.current_release)
    try:
        for take, *how in steps:
            take(history, *how)
            found = market.match(requirements, at=history.at, shown=0)
            plainly = qualify(requirements, {1: history.stands()})
            assert (found.count, found.of, found.without) == (plainly.count, 1, plainly.without)
    finally:
        Claim.objects.filter(release=history.release).delete()
        make.stand(history.release)  # for the next example


def test_moments_come_in_any_order(provider):
    """A question about an earlier moment, after time has passed, is answered as of then."""
    release = make.listed(organisation=provider).current_release
    make.claim(release, "h:1", valid_until=AT + 5 * DAY)
    make.claim(release, "h:1", level=3, valid_until=AT + 2 * DAY)
    for days, count in ((0, 1), (3, 0), (1, 1), (6, 0), (0, 1)):
        found = market.match([Requirement("h:1", least=3)], at=AT + days * DAY)
        assert found.count == count
    assert [market.match([Requirement("h:1")], at=AT + days * DAY).count for days in (4, 5)] == [
        1,
        0,
    ]
