"""How long evidence speaks: one rule, the same for one piece and as a filter for many."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.utils import timezone

from standards.assessment import claims, periods
from standards.assessment.evidence import Evidence
from standards.assessment.periods import Phase, same_moment
from tests import make

FIRST, DAYS = date(2027, 1, 1), 3 * 365 + 1  # three years, a 29 February among them
EVERY_DAY = [FIRST + timedelta(days=number) for number in range(DAYS)]
# the days on which months, and so years, are counted differently
TURNS = [day for day in EVERY_DAY if day.day in (1, 28, 29, 30, 31)]


def moment(day):
    return datetime.combine(day, time(9), tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "before"),
    [
        (date(2029, 2, 28), date(2028, 2, 29)),
        (date(2028, 2, 29), date(2027, 2, 28)),
        (date(2028, 2, 28), date(2027, 2, 28)),
        (date(2027, 3, 31), date(2026, 3, 31)),
    ],
)
def test_a_year_before_is_the_last_day_whose_year_is_over(day, before):
    assert periods.year_before(day) == before
    assert periods.year_after(before) <= day < periods.year_after(before + timedelta(days=1))


@pytest.fixture(
    params=[
        pytest.param(TURNS, id="turns"),
        pytest.param(EVERY_DAY, id="days", marks=[pytest.mark.long, pytest.mark.alike]),
    ]
)
def days(request):
    """Every turn of a month over three years; beside it every single day."""
    return request.param


@pytest.fixture
def shelf(provider, days):
    """A piece for every day that it may speak from, and one for every day it may speak to."""
    fields = {
        "organisation": provider,
        "kind": "link",
        "received_at": moment(FIRST),
        "received_by": provider.person,
    }
    open_ended = [Evidence(speaks_from=day, **fields) for day in days]
    stated = [Evidence(speaks_from=FIRST, speaks_until=day, **fields) for day in days]
    Evidence.objects.bulk_create([*open_ended, *stated])
    return list(Evidence.objects.all())


FILTERS = {
    Phase.RAN_OUT: periods.ran_out,
    Phase.IN_DATE: periods.in_date,
    Phase.ENDS_SOON: periods.ends_soon,
}


def test_filters_agree_with_the_rule_on_every_pair_of_days(shelf, days):
    for day in days:
        by_phase = {phase: set() for phase in Phase}
        for piece in shelf:
            by_phase[piece.phase(moment(day))].add(piece.pk)
        by_phase[Phase.IN_DATE] |= by_phase[Phase.ENDS_SOON]
        for phase, where in FILTERS.items():
            stored = Evidence.objects.filter(where(moment(day))).values_list("pk", flat=True)
            assert set(stored) == by_phase[phase], (day, phase)


def test_the_list_of_what_ran_out_misses_no_month_end(client, provider):
    today = timezone.now().date()
    ended = make.evidence(provider, title="Ended", speaks_from=periods.year_before(today))
    make.evidence(provider, title="Speaks", speaks_from=ended.speaks_from + timedelta(days=1))
    client.force_login(provider.person)
    page = client.get("/evidence/?show=ended").content.decode()
    assert "Ended" in page
    assert "Speaks<" not in page


def test_evidence_without_an_end_is_said_to_run_out(provider, at):
    declared = make.proven(provider)
    piece = Evidence.objects.get()
    Evidence.objects.update(speaks_from=date(2025, 12, 10), speaks_until=None)
    assert list(Evidence.objects.running_out(at=at)) == [piece]
    assert declared


def test_evidence_dated_ahead_lifts_the_answer_from_its_day(provider, at):
    chosen = make.criteria(1)
    draft = make.assessment(organisation=provider, criteria=chosen, answers={chosen[0].key: "met"})
    tomorrow = at.date() + timedelta(days=1)
    make.attach(draft.answers.get(), make.evidence(provider, speaks_from=tomorrow))
    release = make.declare(draft).release

    def level(then):
        return claims.effective([release.pk], at=then)[release.pk][chosen[0].key].assurance

    assert level(at) == 1
    assert level(periods.start_of(tomorrow)) == 2


@pytest.mark.parametrize(
    ("written", "same"),
    [
        ("2026-11-24T09:00:00.123456+00:00", True),
        ("2026-11-24T09:00:00+00:00", True),  # to the second, as declarations hold it
        ("2026-11-24T12:00:00+03:00", True),
        ("2026-11-24T09:00:00.123455+00:00", False),
        ("2026-11-24T09:00:01+00:00", False),
        ("yesterday", False),
        (None, False),
    ],
)
def test_frozen_words_mean_a_moment(written, same):
    recorded = datetime(2026, 11, 24, 9, 0, 0, 123456, tzinfo=UTC)
    assert same_moment(written, recorded) == same
