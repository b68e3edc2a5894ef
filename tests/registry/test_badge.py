"""The badge: how a certificate stands, in words, soon after it changes, wherever it is shown."""

import re
from datetime import timedelta

import pytest
from defusedxml.ElementTree import fromstring
from django.utils import timezone

from tests import make
from tests.registry.test_paper import issue

pytestmark = [pytest.mark.django_db, pytest.mark.alike]


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def edition(db):
    return make.graded("g")


def badge(client, found, query=""):
    got = client.get(f"/badges/{found.number}.svg{query}")
    assert got["Content-Type"].startswith("image/svg+xml")
    return got.content.decode()


def test_it_says_in_words_how_it_stands(client, edition, now):
    found = issue(edition, now)
    drawn = badge(client, found)
    assert "Valid to" in drawn
    assert ">Certificate<" in drawn
    assert found.number in drawn


def test_words_stand_for_who_cannot_see_it(client, edition, now):
    root = fromstring(badge(client, issue(edition, now)))
    title = root.find("{http://www.w3.org/2000/svg}title")
    assert (root.get("role"), root.get("aria-labelledby")) == ("img", title.get("id"))
    assert "Valid to" in title.text


def test_a_part_is_called_by_its_count(client, edition, now):
    found = issue(edition, now, criteria=edition.criteria.filter(ref__in=["1.1", "1.2"]))
    drawn = badge(client, found)
    assert "Verification of 2 of 4 criteria" in drawn
    assert "ertificate" not in drawn


@pytest.mark.parametrize(
    ("step", "words"),
    [("suspend", "Suspended: not valid now"), ("withdraw", "Withdrawn: not valid")],
)
def test_it_turns_with_the_certificate(client, edition, now, step, words):
    found = issue(edition, now)
    etag = client.get(f"/badges/{found.number}.svg")["ETag"]
    getattr(found, step)(by=found.body.second, at=now, reason="Seen otherwise.")
    again = client.get(f"/badges/{found.number}.svg", headers={"If-None-Match": etag})
    assert again.status_code == 200
    assert words in again.content.decode()
    assert "Valid to" not in again.content.decode()


def test_it_turns_when_time_ends_it(client, edition, now):
    found = issue(edition, now - timedelta(days=90), months=1)
    assert "Expired: not valid" in badge(client, found)


def test_nobody_keeps_it_for_a_minute(client, edition, now):
    kept = client.get(f"/badges/{issue(edition, now).number}.svg")["Cache-Control"]
    assert int(re.search(r"max-age=(\d+)", kept).group(1)) < 60
    assert "stale" not in kept


def test_other_sites_may_show_it(client, edition, now):
    got = client.get(f"/badges/{issue(edition, now).number}.svg")
    assert got["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "style=" not in got.content.decode()
    assert "<script" not in got.content.decode()


def test_in_french(client, edition, now):
    assert "Valable jusqu’au" in badge(client, issue(edition, now), "?language=fr")


def test_long_names_are_wrapped_and_hostile_ones_are_words(client, edition, now):
    found = issue(edition, now)
    facts = found.facts
    facts["edition"]["name"] = "<script>alert(1)</script> " + "An edition with a long name " * 5
    type(found).objects.filter(pk=found.pk).update(facts=facts)
    drawn = badge(client, found)
    root = fromstring(drawn)
    lines = [one.text for one in root.iter("{http://www.w3.org/2000/svg}text")]
    assert "<script" not in drawn
    assert max(map(len, lines)) <= 36
    assert "…" not in drawn


def test_a_number_that_is_not_there(client):
    assert client.get("/badges/CC-2026-999999.svg").status_code == 404
