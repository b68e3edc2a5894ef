"""Times of a place: what its clocks show, by name, and as UTC."""

import os
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from certcentre import zones

pytestmark = pytest.mark.alike
NINE = datetime(2027, 3, 1, 9, tzinfo=UTC)
SUMMER = datetime(2027, 7, 1, 22, 30, tzinfo=UTC)

WRITTEN = [
    (NINE, "Africa/Nairobi", "en", "1 March 2027, 12:00 East Africa Time (09:00 UTC)"),
    (NINE, "America/New_York", "en", "1 March 2027, 04:00 Eastern Standard Time (09:00 UTC)"),
    (SUMMER, "America/New_York", "en", "1 July 2027, 18:30 Eastern Daylight Time (22:30 UTC)"),
    (SUMMER, "Asia/Kolkata", "en",
     "2 July 2027, 04:00 India Standard Time (1 July 2027, 22:30 UTC)"),
    (SUMMER, "Africa/Casablanca", "en", "1 July 2027, 23:30 Casablanca, UTC+01:00 (22:30 UTC)"),
    (NINE, "Europe/Paris", "fr",
     "1er mars 2027, 10:00 heure normale d’Europe centrale (09:00 UTC)"),
    (NINE, "", "en", "1 March 2027, 09:00 UTC"),
    (NINE, "UTC", "fr", "1er mars 2027, 09:00 UTC"),
]  # fmt: skip


@pytest.mark.parametrize(("moment", "zone", "language", "said"), WRITTEN)
def test_a_moment_is_written_as_the_place_reads_it(moment, zone, language, said):
    assert zones.written(moment, zone, language) == said


@pytest.mark.parametrize(
    ("zone", "language", "name"),
    [
        ("Africa/Nairobi", "en", "East Africa Time"),
        ("Africa/Nairobi", "fr", "heure normale d’Afrique de l’Est"),
        ("Asia/Kolkata", "en", "India Standard Time"),
        ("Europe/Paris", "en", "Central European Time"),
        ("Africa/Casablanca", "en", "Casablanca"),
    ],
)
def test_a_zone_has_the_name_in_lists_that_its_times_have(zone, language, name):
    assert zones.name_of(zone, language) == name
    if zone != "Europe/Paris":  # which has one more name in summer
        assert name in zones.written(NINE, zone, language)


@pytest.mark.parametrize("zone", ["Africa/Nairobi", "America/New_York", "Asia/Kolkata"])
def test_what_the_clocks_show_gives_the_moment_back(zone):
    for moment in (NINE, SUMMER):
        assert zones.moment_of(zones.wall(moment, zone), zone) == moment


@pytest.mark.parametrize(
    ("zone", "shown", "said"),
    [
        ("Europe/Paris", datetime(2027, 3, 28, 2, 30), "skip this time"),
        ("Europe/Paris", datetime(2027, 10, 31, 2, 30), "twice"),
        ("America/New_York", datetime(2027, 3, 14, 2, 30), "skip this time"),
    ],
)
def test_a_time_that_is_not_or_is_twice_is_refused(zone, shown, said):
    with pytest.raises(zones.NoSuchTime, match=said):
        zones.moment_of(shown, zone)
    assert zones.moment_of(shown, "Africa/Nairobi")  # its clocks are never put forward


def test_a_country_with_one_zone_needs_no_question():
    assert zones.the_only("KE") == "Africa/Nairobi"
    assert zones.the_only("BR") == ""
    assert zones.the_only("XX") == ""


def test_the_zones_of_the_country_come_first():
    country, listed = zones.choices("BR")[0]
    assert country == "Brazil"
    assert "America/Sao_Paulo" in dict(listed)
    every = {zone for _country, group in zones.choices() for zone, _name in group}
    assert {"Africa/Casablanca", "Asia/Kolkata", "UTC"} <= every


def test_a_system_without_zones_knows_them_all_the_same():
    """As a slim image is: the portal brings its own."""
    read = "from zoneinfo import ZoneInfo, available_timezones as all; print(len(all()), ZoneInfo('Africa/Nairobi'))"  # noqa: E501
    bare = {**os.environ, "PYTHONTZPATH": ""}
    ran = subprocess.run([sys.executable, "-c", read], env=bare, capture_output=True, text=True)
    count, zone = ran.stdout.split()
    assert (int(count) > 400, zone) == (True, "Africa/Nairobi")
