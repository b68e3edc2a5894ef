"""The yearly draw: its seed is public before, and anybody draws the same from the open data."""

import re
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone

from certcentre.desk.draw import Draw, drawn_from
from certcentre.desk.open_data.publication import Publication
from certcentre.desk.open_data.publishing import publish
from certcentre.lifecycle import IllegalMove, NotAllowed, NotReady
from certcentre.log.models import LogEntry, detail_of
from certcentre.worklist import tasks
from tests import make
from tests.desk.open_data import content

SCRIPT = Path(__file__).resolve().parents[2] / "docs" / "surveillance_draw.py"


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def announced(centre, now):
    return Draw.announce(draw_on=(now + timedelta(days=8)).date(), by=centre.officer, at=now)


@pytest.mark.parametrize(("frame", "share"), [(0, 0), (1, 1), (50, 1), (51, 2), (3000, 60)])
def test_at_least_two_per_cent_are_drawn(frame, share):
    numbers = [f"CC-2026-{number:06}" for number in range(frame)]
    assert len(drawn_from(numbers, "seed")) == share
    assert drawn_from(reversed(numbers), "seed") == drawn_from(numbers, "seed")


@pytest.fixture
def store(settings, tmp_path):
    """A store of its own."""
    options = {"location": tmp_path / "files", "base_url": None}
    backend = "django.core.files.storage.FileSystemStorage"
    own = {"BACKEND": backend, "OPTIONS": options}
    settings.STORAGES = settings.STORAGES | {"default": own}
    return tmp_path


def test_a_script_of_twenty_lines_draws_the_same_from_the_open_data(
    client, announced, centre, store
):
    certificate = make.certificate()
    later = timezone.now() + timedelta(days=8)
    publish(at=later)
    announced.draw(by=centre.officer, at=later)
    file = store / "certificates.jsonl.gz"
    file.write_bytes(content(client, "certificates.jsonl.gz"))
    served = client.get(re.search(r'href="(\S+\.py)"', client.get("/surveillance/").text)[1])
    assert served.content == SCRIPT.read_bytes()
    script = [sys.executable, str(SCRIPT), str(file), announced.seed]
    printed = subprocess.run(script, capture_output=True, text=True, check=True).stdout
    assert printed.split() == announced.numbers == [certificate.number]
    assert len(SCRIPT.read_text().splitlines()) <= 22
    title = f"Look at {certificate.number} again: it was drawn"
    decider = certificate.body.memberships.get(role="decider").user
    assert title in [task.title for task in tasks(decider, at=later)]
    certificate.record_surveillance(note="Looked.", by=decider, at=later + timedelta(hours=1))
    assert title not in [task.title for task in tasks(decider, at=later + timedelta(hours=2))]


def test_the_seed_is_public_a_week_before_and_nobody_chooses_it(client, announced, centre, now):
    entry = LogEntry.objects.about(announced).get()
    assert (entry.visibility, detail_of(entry.body)["seed"]) == ("public", announced.seed)
    assert announced.seed in client.get(reverse("surveillance")).content.decode()
    soon = now.replace(month=12, day=31)
    with pytest.raises(NotReady, match="week"):
        Draw.announce(draw_on=date(now.year + 1, 1, 1), by=centre.officer, at=soon)
    with pytest.raises(IllegalMove):
        Draw.announce(draw_on=announced.draw_on, by=centre.officer, at=now)
    with pytest.raises(NotAllowed):
        Draw.announce(draw_on=announced.draw_on, by=make.user("stranger"), at=now)


def test_it_draws_on_its_day_and_from_open_data_of_that_day(announced, centre, now):
    with pytest.raises(NotReady, match="not earlier"):
        announced.draw(by=centre.officer, at=now + timedelta(days=6))
    with pytest.raises(NotReady, match="open data"):
        announced.draw(by=centre.officer, at=now + timedelta(days=9))
    title = f"Draw the certificates of {announced.year}"
    assert title in [task.title for task in tasks(centre.officer, at=now + timedelta(days=9))]
    assert title not in [task.title for task in tasks(centre.officer, at=now)]


def test_it_draws_from_the_first_open_data_since_its_day_which_stays(announced, centre, store):
    make.certificate()
    first, second = (timezone.now() + timedelta(days=days) for days in (8, 9))
    for at in (first, second):
        publish(at=at)
    newest, drawn = Publication.objects.order_by("-at")
    announced.draw(by=centre.officer, at=second)
    assert announced.stamp == drawn.stamp != newest.stamp
    for days in (20, 40):
        publish(at=second + timedelta(days=days))
    Publication.tidy(at=second + timedelta(days=60))
    assert Publication.objects.filter(stamp=drawn.stamp).exists()
    assert not Publication.objects.filter(stamp=newest.stamp).exists()
