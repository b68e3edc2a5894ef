"""What the API refuses before anything else reads it."""

import json

import pytest
from django.conf import settings

MATCH = "/api/v1/match/"
MOST = settings.DATA_UPLOAD_MAX_MEMORY_SIZE


def send(client, body, kind="application/json"):
    return client.generic("POST", MATCH, body, kind)


@pytest.mark.parametrize(
    ("body", "code", "words"),
    [
        (b"[" * 100_000, 400, "nested too deeply"),
        (b'{"a":' * 100_000, 400, "nested too deeply"),
        (b"[" * 60 + b"]" * 60, 400, "nested too deeply"),
        (b"{", 400, "not JSON"),
        (b"\xff", 400, "not JSON"),
        (b'{"requirements": NaN}', 400, "not JSON"),
        (b"1" * 5000, 400, "not JSON"),
        (b'{"a\\u0000": 1}', 400, "half a letter"),
        (b'{"requirements": ["\\ud800"]}', 400, "half a letter"),
        (b'"' + b"a" * MOST + b'"', 413, "Send at most 2560 KB."),
    ],
)
def test_a_body_that_nothing_can_keep_is_refused_in_words(body, code, words, client, db):
    answer = send(client, body)
    assert answer.status_code == code
    assert words in answer.json()["detail"]


def test_another_kind_of_body_is_refused(client, db):
    assert send(client, b"a=1", "application/x-www-form-urlencoded").status_code == 415


def test_a_body_whose_length_is_no_number_is_read_as_far_as_it_goes(client, db):
    answer = client.post(
        "/api/v1/applies/", {"facts": {}}, "application/json", headers={"content-length": "x"}
    )
    assert answer.status_code == 400


@pytest.mark.parametrize("value", ["%", "%25", "%s", "%(a)s", "٣", "\x00"])
def test_a_filter_says_what_it_cannot_read_whatever_its_letters(value, client, db):
    answer = client.get("/api/v1/solutions/", {"country": value})
    assert answer.status_code == 400
    assert "country" in json.dumps(answer.json())


@pytest.mark.parametrize("page", [str(10**30), "-1", "0", "x", "٣", "1e9", "\x00"])
def test_a_page_that_is_not_there_is_not_found(page, client, db):
    answer = client.get("/api/v1/standards/", {"page": page})
    assert answer.status_code == 404
