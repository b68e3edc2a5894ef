"""Every error of the API is a problem document (RFC 9457), whoever meets it and where."""

import pytest
from django.urls import get_resolver

from certcentre.api_views import ApiView

MATCH = "/api/v1/match/"


def problem(answer, status):
    """The document, once its frame is as the RFC has it."""
    told = answer.json()
    assert answer.status_code == told["status"] == status
    assert answer["Content-Type"] == "application/problem+json"
    assert told["type"] == "about:blank"
    assert told["title"]
    assert told["detail"]
    return told


@pytest.mark.parametrize(
    "address",
    ["/api/", "/api/v1/nothing/", "/api/v2/", "/api/v1/standards/x/", "/api/v1/editions/x/"],
)
def test_what_is_not_there(address, client, db):
    assert problem(client.get(address), 404)["title"] == "Not Found"


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
@pytest.mark.parametrize("address", ["/api/v1/standards/", "/api/v1/", "/api/v1/openapi.json"])
def test_a_method_that_is_not_taken(method, address, client, db):
    answer = getattr(client, method)(address)
    problem(answer, 405)
    assert "GET" in answer["Allow"]


def test_a_form_that_is_not_given(client, db):
    answer = client.get("/api/v1/standards/", headers={"accept": "text/html"})
    assert "Accept" in problem(answer, 406)["detail"]


def test_a_body_that_is_not_taken(client, db):
    assert "text/plain" in problem(client.post(MATCH, "a", "text/plain"), 415)["detail"]
    problem(client.post(MATCH, "{", "application/json"), 400)
    problem(client.post("/api/v1/verify/", b"", "application/json"), 422)
    problem(client.post("/api/v1/verify/", b"a" * 5_300_000, "application/json"), 413)


def test_a_token_of_somebody_else_is_no_visitor(client, db):
    for address in ("/api/v1/standards/", "/api/v1/"):
        answer = client.get(address, headers={"authorization": "Bearer abc"})
        problem(answer, 401)
        assert answer["WWW-Authenticate"] == "Bearer"
    basic = client.get("/api/v1/standards/", headers={"authorization": "Basic YTpi"})
    assert basic.status_code == 200  # of a proxy in front


@pytest.mark.parametrize("name", ["serach", "format", "page_sise", "\u202e", "x" * 5000])
@pytest.mark.parametrize("address", ["standards/", "editions/", "solutions/", "log/", ""])
def test_a_question_with_an_unknown_name_is_refused_by_it(name, address, client, db):
    told = problem(client.get(f"/api/v1/{address}", {name: "1"}), 400)
    assert list(told["errors"]) == [name[:80]]


def test_a_body_with_an_unknown_key_is_refused_by_it(client, db):
    asked = {"requirements": [{"criterion": "a:1", "leest": 3}], "country": "KE"}
    told = problem(client.post(MATCH, asked, "application/json"), 400)
    assert list(told["errors"]) == ["country"]
    del asked["country"]
    told = problem(client.post(MATCH, asked, "application/json"), 400)
    assert list(told["errors"]["requirements"]["0"]) == ["leest"]
    applies = {"facts": {}, "fact": {}}
    told = problem(client.post("/api/v1/applies/", applies, "application/json"), 400)
    assert list(told["errors"]) == ["fact"]


def views(patterns):
    for pattern in patterns:
        inner = getattr(pattern, "url_patterns", None)
        yield from views(inner) if inner else [pattern]


def test_every_view_of_the_api_refuses_what_it_does_not_know():
    ours = [each for each in views(get_resolver().url_patterns) if hasattr(each.callback, "cls")]
    assert len(ours) > 15
    assert {each.name for each in ours if not issubclass(each.callback.cls, ApiView)} == set()
