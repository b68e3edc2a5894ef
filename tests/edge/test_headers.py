"""What every answer says to a browser: how to read it, and whom it is for."""

import ast

import pytest
from django.conf import settings as portal
from django.core.cache import cache
from django.urls import reverse

from certcentre.accounts import devices
from certcentre.cross_origin import DOORS
from tests import make

PASSWORD = "a long enough secret"
EACH_KIND = ["/", "/healthz", "/help/", "/none-such", "/static/portal.css", "/log/checkpoint"]


@pytest.mark.parametrize("path", EACH_KIND)
def test_every_answer_says_how_it_is_to_be_read(path, client, db):
    answer = client.get(path)
    policy = answer["Content-Security-Policy"]
    for part in ("default-src 'self'", "object-src 'none'", "base-uri 'none'"):
        assert part in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("path", EACH_KIND)
def test_no_other_site_reads_an_answer_but_at_an_open_door(path, client, db):
    answer = client.get(path, headers={"Origin": "https://elsewhere.example"})
    if path.startswith("/static/") or DOORS.match(path):  # the same for everybody
        assert answer.get("Access-Control-Allow-Origin") in (None, "*")
    else:
        assert "Access-Control-Allow-Origin" not in answer
    assert "Access-Control-Allow-Credentials" not in answer


def test_cookies_are_for_this_site_alone(client, db, settings):
    cache.clear()
    settings.ACCOUNT_EMAIL_VERIFICATION = "optional"
    make.user(email="person@example.org", password=PASSWORD)
    client.get(reverse("account_login"))
    client.post(reverse("account_login"), {"login": "person@example.org", "password": PASSWORD})
    client.post(reverse("set_language"), {"language": "fr"})
    client.post(reverse("theme"), {"theme": "dark"})
    cookies = client.cookies
    names = {settings.SESSION_COOKIE_NAME, devices.COOKIE, settings.LANGUAGE_COOKIE_NAME, "theme"}
    assert names <= set(cookies)
    assert {name: cookie["samesite"] for name, cookie in cookies.items()} == dict.fromkeys(
        cookies, "Lax"
    )
    assert all(cookies[name]["httponly"] for name in (settings.SESSION_COOKIE_NAME, devices.COOKIE))


def test_cookies_are_secure_where_the_portal_is():
    """Each setting follows the one that says whether BASE_URL is https."""
    of = ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "LANGUAGE_COOKIE_SECURE")
    assert {getattr(portal, name) for name in of} == {portal.SECURE}


@pytest.mark.parametrize("path", ["/static/", "/static/fonts/", "/.git/config", "/var/"])
def test_no_folder_is_listed(path, client, db):
    assert client.get(path).status_code == 404


def answers_with_files(source):
    """Each answer that gives a file: whether it is an attachment, which no browser shows."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("FileResponse"):
            named = {word.arg: ast.unparse(word.value) for word in node.keywords}
            yield named.get("as_attachment") == "True"


def test_every_file_is_given_as_an_attachment():
    folders = [portal.BASE_DIR / name for name in ("certcentre", "standards", "tenders")]
    sources = [path.read_text() for folder in folders for path in folder.rglob("*.py")]
    given = [each for source in sources for each in answers_with_files(source)]
    assert len(given) > 2
    assert all(given)


def test_one_that_a_browser_would_show_is_seen():
    """The control."""
    assert list(answers_with_files("FileResponse(file, filename=name)")) == [False]
