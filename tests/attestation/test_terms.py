"""How long certificates last and when the next check is."""

from datetime import UTC, date, datetime

from standards.attestation.validity import certified_until, months_after, next_check

AT = datetime(2026, 8, 31, 9, 0, tzinfo=UTC)


def test_months_end_on_the_last_day_of_a_shorter_month():
    assert months_after(AT, 6).date() == date(2027, 2, 28)
    assert months_after(AT, 24).date() == date(2028, 8, 31)


def test_a_check_is_planned_after_a_year_only_when_it_lasts_longer():
    assert next_check(AT, months_after(AT, 24)) == date(2027, 8, 31)
    assert next_check(AT, months_after(AT, 12)) is None


def test_al4_ends_60_days_after_the_planned_check():
    until = months_after(AT, 24)
    assert certified_until(date(2027, 8, 31), until).date() == date(2027, 10, 30)


def test_al4_never_outlives_the_certificate():
    until = months_after(AT, 13)
    assert certified_until(next_check(AT, until), until) == until
    assert certified_until(None, until) == until
