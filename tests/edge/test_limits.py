"""Over a limit search, files, uploads and the API answer 429; others and other parts go on."""

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

MOST = 3


@pytest.fixture(autouse=True)
def few(settings, db, monkeypatch):
    """So many a minute, in the middle of one."""
    settings.LIMITS = dict.fromkeys(("search", "export", "upload", "api", "sign_in"), MOST)
    monkeypatch.setattr("certcentre.limits.time.time", lambda: 1_700_000_010)
    cache.clear()


def codes(ask, times=MOST + 1):
    return [ask().status_code for _ in range(times)]


def upload(client):
    file = SimpleUploadedFile("a.pdf", b"%PDF-")
    return client.post("/verify/", {"file": file})


@pytest.mark.parametrize(
    "ask",
    [
        lambda client: client.get("/search/?q=reading"),
        lambda client: client.get("/solutions/?q=reading"),
        lambda client: client.get("/standards/?q=reading"),
        lambda client: client.get("/tenders/?q=reading"),
        lambda client: client.get("/standards/nothing/export/csv/"),
        lambda client: client.get("/api/v1/standards/"),
        lambda client: client.post("/api/v1/match/", {"requirements": []}, "application/json"),
        lambda client: client.get("/accounts/oidc/org-none/login/"),
        upload,
    ],
)
def test_over_the_limit_it_says_when_to_come_back(ask, client):
    first, *_, last = codes(lambda: ask(client))
    assert first != 429
    assert last == 429
    answer = ask(client)
    assert 0 < int(answer["Retry-After"]) <= 60


def test_the_api_says_it_as_a_problem_and_pages_as_a_page(client):
    codes(lambda: client.get("/api/v1/standards/"))
    told = client.get("/api/v1/standards/")
    assert (told["Content-Type"], told.json()["status"]) == ("application/problem+json", 429)
    codes(lambda: client.get("/search/?q=a"))
    assert "quick for everybody else" in client.get("/search/?q=a").text


def test_signing_in_is_no_searching(client):
    codes(lambda: client.get("/search/?q=a"))
    first, *_, last = [client.get("/accounts/oidc/org-none/login/") for _ in range(MOST + 1)]
    assert (first.status_code, last.status_code) == (404, 429)
    assert "So many sign-ins were begun" in last.text
    assert "searches" not in last.text


def test_others_and_other_parts_go_on(client, buyer):
    codes(lambda: client.get("/search/?q=a"))
    assert client.get("/search/?q=a").status_code == 429
    assert client.get("/api/v1/standards/").status_code == 200
    assert Client(REMOTE_ADDR="192.0.2.7").get("/search/?q=a").status_code == 200
    client.force_login(buyer.person)
    assert client.get("/search/?q=a").status_code == 200


def test_the_next_minute_begins_anew(client, monkeypatch):
    codes(lambda: client.get("/search/?q=a"))
    monkeypatch.setattr("certcentre.limits.time.time", lambda: 1_700_000_070)
    assert client.get("/search/?q=a").status_code == 200


def test_none_where_the_setting_is_0(client, settings):
    settings.LIMITS = dict.fromkeys(settings.LIMITS, 0)
    assert set(codes(lambda: client.get("/search/?q=a"), 9)) == {200}


def test_nobody_is_refused_where_nothing_can_be_counted(client, settings):
    away = {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": "redis://127.0.0.1:1",
    }
    settings.CACHES = {"default": away}
    assert set(codes(lambda: client.get("/search/?q=a"), 9)) == {200}
