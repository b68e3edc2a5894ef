"""The one door through which claims change."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.db.models import Q
from django.db.transaction import TransactionManagementError

from standards.assessment import claims
from standards.assessment.claims import Claim, Ending
from tests import make
from tests.assessment.threads import at_once
from tests.make.moment import AT


def said(release, criterion, **fields):
    """An unsaved claim."""
    return Claim(
        release=release,
        criterion=criterion,
        **{
            "outcome": "met",
            "assurance": 1,
            "basis": "declaration",
            "valid_from": AT,
            "source": "DC-2026-000001",
            **fields,
        },
    )


def write(release, *added, end=(), at=AT):
    with transaction.atomic():
        claims.change([release.pk], add=added, end=end, at=at)


@pytest.mark.parametrize(
    ("fields", "days", "expected"),
    [
        ([{"assurance": 1}, {"assurance": 2}], 0, 2),  # the highest
        ([{"assurance": 2, "ended_at": AT}, {"assurance": 1}], 0, 1),  # not an ended one
        ([{"assurance": 4, "valid_until": AT + timedelta(days=1)}, {"assurance": 3}], 2, 3),
        ([{"valid_from": AT + timedelta(days=1)}], 0, None),  # not begun
        ([{"assurance": 1, "valid_until": AT + timedelta(days=9)}], 9, None),  # over on the dot
    ],
)
def test_the_effective_claim_is_the_highest_in_force(fields, days, expected, db):
    (criterion,) = make.criteria(1)
    release = make.release()
    write(release, *(said(release, criterion, **each) for each in fields))
    found = claims.effective([release.pk], at=AT + timedelta(days=days))[release.pk]
    assert (found[criterion.key].assurance if found else None) == expected


def test_of_equals_the_latest_counts(db):
    (criterion,) = make.criteria(1)
    release = make.release()
    write(release, said(release, criterion, valid_from=AT - timedelta(days=1)))
    write(release, said(release, criterion, outcome="not_met"))
    assert claims.effective([release.pk], at=AT)[release.pk][criterion.key].outcome == "not_met"


def test_effective_is_one_statement_for_any_number(db, django_assert_num_queries):
    chosen, releases = make.criteria(5), [make.release() for _ in range(4)]
    for release in releases:
        write(release, *(said(release, criterion) for criterion in chosen))
    with django_assert_num_queries(1):
        found = claims.effective([r.pk for r in releases], at=AT, criteria=[chosen[0].pk])
    assert [list(row) for row in found.values()] == [[chosen[0].key]] * 4


def test_ending_touches_only_these_releases_and_what_has_not_ended(db):
    (criterion,) = make.criteria(1)
    one, other = make.release(), make.release()
    write(one, said(one, criterion, ended_at=AT, ended_by="before"), said(one, criterion))
    write(other, said(other, criterion))
    write(one, end=[Ending(Q(), "declared DC-1")], at=AT + timedelta(days=1))
    assert sorted(one.claims.values_list("ended_by", flat=True)) == ["before", "declared DC-1"]
    assert other.claims.get().ended_at is None


def test_claims_of_a_release_that_is_not_locked_are_refused(db):
    (criterion,) = make.criteria(1)
    one, other = make.release(), make.release()
    with pytest.raises(ValueError, match="not locked"):
        write(one, said(other, criterion))


@pytest.mark.django_db(transaction=True)
def test_change_outside_a_transaction_is_refused():
    release = make.release()
    with pytest.raises(TransactionManagementError):
        claims.change([release.pk], at=AT)


@pytest.mark.django_db(transaction=True)
def test_two_steps_on_one_release_at_once_are_both_counted():
    one, two = make.criteria(2)
    release = make.release()
    got = at_once(
        lambda: write(release, said(release, one)), lambda: write(release, said(release, two))
    )
    assert got == [None, None]
    assert set(claims.effective([release.pk], at=AT)[release.pk]) == {one.key, two.key}


@pytest.mark.django_db(transaction=True)
def test_of_steps_that_replace_each_other_one_is_left_standing():
    """Without the lock each would end what it saw, and all of them would stand."""
    (criterion,) = make.criteria(1)
    release = make.release()
    replace = [Ending(Q(basis="declaration"), "declared again")]
    at_once(*[lambda: write(release, said(release, criterion), end=replace)] * 6)
    assert release.claims.count() == 6
    assert release.claims.filter(ended_at=None).count() == 1
