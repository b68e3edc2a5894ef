"""Hostile credentials: each is refused with its reason, at every door, and never a 500."""

import json

import pytest
from django.core.cache import cache
from django.urls import reverse

from standards.registry.verify.checking import checked
from tests import make
from tests.registry.hostile import CASES

pytestmark = [pytest.mark.alike, pytest.mark.long]


@pytest.fixture(autouse=True)
def own_keys(settings, tmp_path, db):
    settings.DATA_DIR = tmp_path
    settings.BASE_URL = "https://register.example"
    cache.clear()
    make.centre()


def held(case):
    made = CASES[case][0]()
    text = json.dumps(made) if isinstance(made, dict) else made
    return text if isinstance(text, bytes) else text.encode()


def test_there_are_enough():
    assert len(CASES) >= 40


@pytest.mark.parametrize("case", CASES)
def test_it_is_refused_with_its_reason(case, at):
    _made, state, words = CASES[case]
    found = checked(held(case), at=at)
    assert (found.state, words in found.text) == (state, True), found
    assert found.state != "valid"


@pytest.mark.parametrize("case", CASES)
def test_no_door_breaks(case, client):
    data = held(case)
    by_program = client.post(reverse("api-verify"), data, content_type="application/json")
    assert by_program.status_code in (200, 413)
    assert by_program.json().get("valid", False) is False
    if len(data) < 2_000_000:
        text = data.decode("utf-8", "replace")
        by_person = client.post(reverse("verify"), {"credential": text})
        assert by_person.status_code in (200, 422)
        assert ("verdict--" in by_person.content.decode()) is (by_person.status_code == 200)
