"""Where a visitor comes from, behind proxies and without."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from certcentre.visitors import address, trusted

pytestmark = pytest.mark.alike

CASES = [
    # the setting, who connects, X-Forwarded-For, the visitor
    ("", "203.0.113.9", "198.51.100.1", "203.0.113.9"),
    ("0", "203.0.113.9", "198.51.100.1", "203.0.113.9"),
    ("1", "10.0.0.2", "198.51.100.1", "198.51.100.1"),
    ("1", "10.0.0.2", "6.6.6.6, 198.51.100.1", "198.51.100.1"),
    ("2", "10.0.0.2", "6.6.6.6, 198.51.100.1, 10.0.0.3", "198.51.100.1"),
    ("2", "10.0.0.2", "198.51.100.1", "10.0.0.2"),
    ("1", "10.0.0.2", "", "10.0.0.2"),
    ("1", "10.0.0.2", "nonsense", "10.0.0.2"),
    ("1", "10.0.0.2", "198.51.100.1:4711", "198.51.100.1"),
    ("1", "10.0.0.2", "[2001:db8::7]:4711", "2001:db8::7"),
    ("10.0.0.0/8", "10.0.0.2", "6.6.6.6, 198.51.100.1, 10.9.9.9", "198.51.100.1"),
    ("10.0.0.0/8", "203.0.113.9", "198.51.100.1", "203.0.113.9"),
    ("10.0.0.0/8, fd00::/8", "fd00::1", "2001:db8::7", "2001:db8::7"),
    ("10.0.0.0/8", "10.0.0.2", "nonsense, 10.0.0.3", "10.0.0.3"),
    ("10.0.0.0/8", "", "198.51.100.1", "198.51.100.1"),
    ("", "", "198.51.100.1", ""),
]


@pytest.mark.parametrize(("said", "connects", "passed", "visitor"), CASES)
def test_the_visitor_is(said, connects, passed, visitor, rf, settings):
    settings.TRUSTED_PROXIES = said
    headers = {"X-Forwarded-For": passed} if passed else {}
    assert address(rf.get("/", headers=headers, REMOTE_ADDR=connects)) == visitor


@pytest.mark.parametrize("said", ["-1", "nginx", "10.0.0.0/99", "10.0.0.1/8"])
def test_a_setting_that_says_nothing_stops_the_start(said):
    with pytest.raises(ImproperlyConfigured, match="TRUSTED_PROXIES"):
        trusted(said)
