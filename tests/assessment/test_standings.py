"""Standings: worked out inside the one door, checked again by a command."""

import threading
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import transaction

from standards.assessment import claims, standings
from standards.assessment.claims import Claim, differences, let_time_pass, what_counts
from standards.assessment.standing_bytes import Spoken, proven, row
from standards.assessment.standings import Clock, Standing
from tests import make
from tests.assessment.test_claims import said, write
from tests.assessment.threads import at_once
from tests.make.moment import AT

DAY = timedelta(days=1)


def held(release):
    return Standing.objects.get(release=release)


def byte_at(release, criterion):
    levels = bytes(held(release).levels)
    return levels[criterion.slot] if criterion.slot < len(levels) else 0


def spoken(slot=0, outcome="met", assurance=1, accepted=False, begins=AT, ends=None):
    return Spoken(slot, outcome, assurance, accepted, begins, ends)


@pytest.mark.parametrize(
    ("said", "levels", "turn"),
    [
        ([], b"", None),
        ([spoken(2, assurance=3)], b"\0\0\3", None),
        ([spoken(0, assurance=4, ends=AT + DAY), spoken(0)], b"\4", AT + DAY),
        ([spoken(0, "not_met", 3), spoken(0)], b"\x23", None),
        ([spoken(0, "partly_met")], b"\x21", None),
        ([spoken(0, "not_applicable", 1, True)], b"\x11", None),
        ([spoken(0, "not_applicable"), spoken(0)], b"\x31", None),  # nobody accepted it
        ([spoken(0, begins=AT + DAY)], b"", AT + DAY),
        ([spoken(0, ends=AT)], b"", None),  # over on the dot
        ([spoken(None)], b"", None),  # its edition is not published
    ],
)
def test_a_row_holds_the_effective_claims(said, levels, turn):
    assert row(said, at=AT) == (levels, turn)


def test_a_release_is_made_with_its_standing(db):
    assert bytes(held(make.release()).levels) == b""


def test_each_change_writes_the_rows_under_the_next_number(db):
    one, two = make.criteria(2)
    release, other = make.release(), make.release()
    write(release, said(release, one, assurance=3))
    first = held(release).version
    assert byte_at(release, one) == 3
    write(release, said(release, two, valid_until=AT + DAY))
    assert held(release).version == first + 1 == Clock.objects.get().value
    assert (byte_at(release, one), byte_at(release, two)) == (3, 1)
    assert held(release).next_change == AT + DAY
    assert held(other).version == 0


def test_a_step_on_several_releases_takes_one_number(db):
    (criterion,) = make.criteria(1)
    releases = [make.release() for _ in range(3)]
    with transaction.atomic():
        claims.change(
            [one.pk for one in releases], add=[said(one, criterion) for one in releases], at=AT
        )
    assert len({held(one).version for one in releases}) == 1
    assert [byte_at(one, criterion) for one in releases] == [1, 1, 1]


def test_a_release_that_came_without_a_standing_is_given_one(db):
    (criterion,) = make.criteria(1)
    release = make.release()
    held(release).delete()
    write(release, said(release, criterion))
    assert byte_at(release, criterion) == 1


@pytest.mark.parametrize(
    ("more", "less"),
    [([3], [2, 2, 2]), ([4], [2, 2, 2]), ([3, 4], [3, 2, 2]), ([3, 2], [3, 1]), ([2], [1, 1])],
)
def test_more_at_al3_or_above_ranks_first_then_more_at_al2_or_above(more, less):
    assert proven(bytes(more)) > proven(bytes(less))


def test_time_passes_without_a_step(db):
    (criterion,) = make.criteria(1)
    release = make.release()
    write(release, said(release, criterion, valid_until=AT + DAY))
    assert let_time_pass(at=AT) == 0
    assert not list(differences(at=AT + DAY))  # on the dot
    assert not list(differences(at=AT + 2 * DAY))  # not written yet, and not wrong
    assert let_time_pass(at=AT + 2 * DAY) == 1
    assert (byte_at(release, criterion), held(release).next_change) == (0, None)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"proven": 7}, "ranks at 7, but its levels at 1"),
        ({"levels": b"\1\1\1\1\1\1"}, "claims say"),
        ({"next_change": AT + 9999 * DAY}, "changes next"),
        ({"version": 10_000}, "the clock stands at"),
    ],
)
def test_the_check_prints_every_difference(db, capsys, fields, words):
    (criterion,) = make.criteria(1)
    release = make.release()
    write(release, said(release, criterion, assurance=2))
    call_command("check_standings")
    assert "0 differences" in capsys.readouterr().out
    Standing.objects.filter(release=release).update(**fields)
    with pytest.raises(SystemExit) as ended:
        call_command("check_standings")
    assert ended.value.code == 1
    assert words in capsys.readouterr().out


def test_the_check_sees_a_claim_that_came_in_behind_the_door(db):
    (criterion,) = make.criteria(1)
    release = make.release()
    Claim.objects.bulk_create([said(release, criterion)])
    assert [one.release for one in differences(at=AT)] == [release.pk]
    held(release).delete()
    assert [one.words for one in differences(at=AT)] == ["has no standing"]


@pytest.mark.django_db(transaction=True)
def test_two_steps_on_one_release_at_once_are_both_in_its_standing():
    one, two = make.criteria(2)
    release = make.release()
    at_once(lambda: write(release, said(release, one)), lambda: write(release, said(release, two)))
    assert (byte_at(release, one), byte_at(release, two)) == (1, 1)


def too_early(release, criterion, gate):
    """The mistake: what counts is read before the row is locked."""
    found = what_counts([release.pk], at=AT)[release.pk]
    gate.wait()
    with transaction.atomic():
        rows = standings.lock([release.pk])
        Claim.objects.bulk_create([said(release, criterion)])
        levels = bytearray(found[0].ljust(criterion.slot + 1, b"\0"))
        levels[criterion.slot] = 1
        standings.write(rows, {release.pk: (bytes(levels), None)}, version=standings.next_number())


@pytest.mark.django_db(transaction=True)
def test_reading_before_locking_loses_one_of_two():
    """The control: without the order of locks one of the two is not counted."""
    one, two = make.criteria(2)
    release = make.release()
    gate = threading.Barrier(2)
    at_once(lambda: too_early(release, one, gate), lambda: too_early(release, two, gate))
    assert byte_at(release, one) + byte_at(release, two) == 1
    assert len(list(differences(at=AT))) == 1
