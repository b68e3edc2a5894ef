"""Scripts of other sites read what is open, as visitors; they send nothing, and read no more."""

import pytest
from django.urls import get_resolver

from certcentre.cross_origin import DOORS, READING
from tests import make
from tests.access import TABLE

pytestmark = pytest.mark.django_db
ELSEWHERE = {"Origin": "https://elsewhere.example"}
ASKING = {**ELSEWHERE, "Access-Control-Request-Method": "GET"}
OPEN = (
    *("/api/v1/", "/api/v1/solutions/", "/api/v1/openapi.json", "/api/v1/log/", "/data/"),
    *("/data/ocds/", "/feeds/log.atom", "/.well-known/did.json", "/credentials/context/v1.jsonld"),
    *("/log/checkpoint", "/log/keys"),
)
SHUT = (
    *("/", "/solutions/", "/tenders/", "/accounts/login/", "/accounts/signup/", "/work/", "/log/"),
    *("/help/", "/healthz", "/sitemap.xml", "/robots.txt", "/search/?q=a", "/theme/", "/database/"),
    *("/apis/v1/", "/x/data/", "/declarations/DC-2026-000001/", "/.well-known/security.txt"),
    *("/log/keys/", "/tenders/TD-2026-000001/questions/", "/tenders/a/b/ocds.json"),
)


def said(answer):
    return {name: value for name, value in answer.items() if name.startswith("Access-Control")}


@pytest.mark.parametrize("path", OPEN)
def test_an_open_door_is_read_from_anywhere_and_without_cookies(client, path):
    for method in ("get", "head"):
        answer = getattr(client, method)(path, headers=ELSEWHERE)
        assert answer.status_code == 200
        assert said(answer)["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in answer


@pytest.mark.parametrize("path", OPEN)
def test_the_question_beforehand_is_answered_for_reading_alone(client, path):
    answer = client.options(path, headers=ASKING)
    assert answer.status_code == 204
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert answer["Access-Control-Allow-Methods"] == ", ".join(READING)
    assert "Access-Control-Allow-Credentials" not in answer


@pytest.mark.parametrize("path", SHUT)
def test_no_other_door_says_anything(client, path):
    for answer in (client.get(path, headers=ELSEWHERE), client.options(path, headers=ASKING)):
        assert said(answer) == {}


@pytest.mark.parametrize("path", ["/api/v1/match/", "/api/v1/verify/", "/api/v1/applies/"])
def test_what_is_sent_is_not_read_from_elsewhere(client, path):
    answer = client.post(path, "{}", content_type="text/plain", headers=ELSEWHERE)
    assert said(answer) == {}


def test_an_error_at_an_open_door_can_be_read_too(client):
    answer = client.get("/api/v1/solutions/?nothing=1", headers=ELSEWHERE)
    assert answer.status_code == 400
    assert said(answer)["Access-Control-Allow-Origin"] == "*"


def test_open_contracting_data_is_read_from_anywhere(client):
    page = make.tender(status="published").get_absolute_url()
    for path in (f"{page}ocds.json", f"{page}record.json"):
        answer = client.get(path, headers=ELSEWHERE)
        assert (answer.status_code, answer["Access-Control-Allow-Origin"]) == (200, "*")


def test_a_credential_and_a_declaration_are_read_from_anywhere(client):
    certificate = make.engagement("granted").certificates.get()
    (declaration,) = certificate.release.declarations.all()
    for path in (
        f"/credentials/{certificate.number}.json",
        f"/credentials/{certificate.number}.jwt",
        f"/declarations/{declaration.number}.json",
    ):
        answer = client.get(path, headers=ELSEWHERE)
        assert (answer.status_code, answer["Access-Control-Allow-Origin"]) == (200, "*")


def test_no_door_for_people_with_an_account_is_open():
    """Whatever sends a visitor to sign in is none of these, but for drafts of what is published."""
    private = {row.name for row in TABLE if row.expect["anonymous"] == 302}
    private -= {"tender-ocds", "tender-record"}
    places = get_resolver().reverse_dict
    paths = [f"/{forms[0][0]}" for name in private for forms, *_more in places.getlist(name)]
    assert len(paths) > 100
    assert [path for path in paths if DOORS.match(path)] == []
