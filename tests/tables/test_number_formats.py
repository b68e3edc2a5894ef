"""Numbers and days as a cell of each format shows them."""

import pytest

from certcentre.tables.number_formats import date_shown, is_date, shown


@pytest.mark.parametrize(
    ("value", "code", "text"),
    [
        ("5.0999999999999996", "General", "5.1"),
        ("5.0999999999999996", "0.00", "5.10"),
        ("1", "General", "1"),
        ("1E+15", "General", "1000000000000000"),
        ("7", "000", "007"),
        ("1234", "000", "1234"),
        ("0", "0", "0"),
        ("0", "#", ""),
        ("0.5", ".00", ".50"),
        ("12.5", ".00", "12.50"),
        ("1234567", "#,##0", "1234567"),
        ("0.5", "0%", "50%"),
        ("3", '"A-"00', "A-03"),
        ("123456789", r"000\-00\-0000", "123-45-6789"),
        ("-5", "0.0", "-5.0"),
        ("-5", "0.0;(0.0)", "(5.0)"),
        ("5", '[Red]0.0_-;"x;y"0', "5.0"),
        ("2.50", "0.0#", "2.5"),
        ("2", "0.##", "2"),
        ("0.75", "# ?/?", "0.75"),
        ("5", "@", "5"),
        ("nan", "0", "nan"),
        ("not a number", "0", "not a number"),
    ],
)
def test_a_number_as_it_is_shown(value, code, text):
    assert shown(value, code) == text


@pytest.mark.parametrize(
    ("serial", "since_1904", "text"),
    [
        (46143, False, "2026-05-01"),
        (44681, True, "2026-05-01"),
        (46143.604166667, False, "2026-05-01 14:30"),
        (0.5, False, "12:00"),
        (1, False, "1900-01-01"),
        (61, False, "1900-03-01"),
        (-1, False, ""),
        (3e6, False, ""),
    ],
)
def test_a_day_is_written_as_iso_8601(serial, since_1904, text):
    assert date_shown(serial, since_1904=since_1904) == text


@pytest.mark.parametrize(
    ("code", "yes"),
    [
        ("d.m", True),
        ("yyyy-mm-dd", True),
        ("[$-407]d. mmmm yyyy", True),
        ("mm:ss.0", True),
        ("General", False),
        ('0 "days"', False),
        ("0.00E+00", False),
        (r"0\d", False),
        ("[Red]0", False),
        ("@", False),
    ],
)
def test_which_formats_show_a_day(code, yes):
    assert is_date(code) is yes
