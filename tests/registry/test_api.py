"""The register for machines: stable names, few statements, clear refusals."""

import json
import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from tests import make
from tests.registry.test_finding import need
from tests.registry.test_market import unlist
from tests.registry.test_solutions import standing

pytestmark = pytest.mark.django_db

API = "/api/v1/"


@pytest.fixture
def now():
    return timezone.now()


def get(client, path):
    return client.get(API + path)


def ask(client, body, **more):
    content = body if isinstance(body, str) else json.dumps(body)
    return client.post(API + "match/", content, content_type="application/json", **more)


def test_the_list_narrows_as_the_page_does(client, provider, now):
    made = make.listed("Good", facts={"countries_offered": ["KE"]}, organisation=provider)
    make.listed("Other", organisation=provider)
    make.claim(made.current_release, "ex-1:1", level=2, **standing(now))
    found = get(client, "solutions/?standard=ex-1&least=2&country=KE&q=goo").json()
    assert set(found) == {"count", "next", "previous", "results"}
    assert [row["name"] for row in found["results"]] == ["Good"]
    assert found["results"][0]["provider"]["name"] == provider.name
    assert get(client, "solutions/").json()["count"] == 2


def test_each_row_says_how_well_what_was_asked_is_proven(client, provider, now):
    need("see", {"required_all": ["ex-1:1"]})
    made = make.listed(organisation=provider)
    make.claim(made.current_release, "ex-1:1", level=1, **standing(now))
    make.claim(made.current_release, "ex-2:1", level=4, **standing(now))
    asked = {"": None, "need=see": 1, "standard=ex-2": 4, "need=see&standard=ex-2": 1}
    for query, level in asked.items():
        assert get(client, f"solutions/?{query}").json()["results"][0]["assurance"] == level
    assert get(client, "solutions/?need=see&least=2").json()["count"] == 0


@pytest.mark.parametrize(
    "query", ["least=9", "q=%00", "country=Kenyia", "sort=x", "connection=x", "language=%3C"]
)
def test_a_filter_that_cannot_be_read_is_refused_with_words(client, query):
    got = get(client, f"solutions/?{query}")
    assert got.status_code == 400
    assert list(got.json()["errors"]) == [query.partition("=")[0]]


def test_a_solution_comes_with_claims_and_needs(client, provider, now):
    need("see", {"required_all": ["ex-1:1", "ex-1:2"]})
    release = make.listed(organisation=provider, facts={"languages": ["sw"]}).current_release
    make.claim(release, "ex-1:1", level=2, basis="evidence", **standing(now))
    make.claim(release, "ex-1:2", "not_applicable", 1, accepted_by="rule", **standing(now))
    found = get(client, f"solutions/{release.solution_id}/").json()
    first, second = found["claims"]
    assert {key: first[key] for key in ("criterion", "outcome", "assurance", "basis")} == {
        "criterion": "ex-1:1",
        "outcome": "met",
        "assurance": 2,
        "basis": "evidence",
    }
    assert first["from"] < first["to"]
    assert (first["accepted"], second["accepted"]) == (None, "rule")
    (derived,) = found["needs"]
    assert (derived["need"], derived["state"], derived["assurance"]) == ("see", "supported", 2)
    assert found["facts"] == {"languages": ["sw"]}


def test_what_is_not_listed_is_not_found(client):
    solution = make.listed()
    assert get(client, f"solutions/{solution.pk}/").status_code == 200
    unlist(solution, "held")
    assert get(client, f"solutions/{solution.pk}/").status_code == 404
    assert get(client, f"solutions/{uuid.uuid4()}/").status_code == 404
    assert get(client, "solutions/").json()["count"] == 0


def test_a_certificate_has_a_number_and_a_computed_status(client, now):
    certificate = make.certificate()

    def until(moment):
        dates = {"issued_at": now - timedelta(days=99), "valid_until": moment}
        type(certificate).objects.filter(pk=certificate.pk).update(**dates)

    def status():
        return get(client, f"certificates/{certificate.number}/").json()["status"]

    def count(query):
        return get(client, f"certificates/?{query}").json()["count"]

    until(now + timedelta(days=30))
    assert (status(), count("status=valid"), count("status=expired")) == ("valid", 1, 0)
    until(now - timedelta(days=1))
    assert (status(), count("status=valid"), count("status=expired")) == ("expired", 0, 1)
    assert count(f"solution={certificate.release.solution_id}") == 1
    assert count(f"solution={uuid.uuid4()}") == 0


def test_match_answers_as_the_design_says(client, provider, now):
    for name, keys in (("A", ["ex-1:1", "ex-1:2"]), ("B", ["ex-1:1"]), ("C", [])):
        made = make.listed(name, facts={"countries_offered": ["KE"]}, organisation=provider)
        for key in keys:
            make.claim(made.current_release, key, level=2, **standing(now))
    asked = [{"criterion": "ex-1:1", "obligation": "must", "least": 2}, {"criterion": "ex-1:2"}]
    got = ask(client, {"requirements": asked, "countries": ["KE"], "languages": []}).json()
    assert (got["count"], got["of"]) == (1, 3)
    assert got["without"] == {"ex-1:1": 1, "ex-1:2": 2}
    assert ask(client, {"requirements": asked, "countries": ["TZ"]}).json()["count"] == 0
    assert ask(client, {"requirements": []}).json()["count"] == 3


def test_match_is_open_to_all_without_a_token_of_the_form(provider, buyer):
    from_browser = make.browser()
    assert ask(from_browser, {"requirements": []}).status_code == 200
    from_browser.force_login(buyer.person)
    assert ask(from_browser, {"requirements": []}).status_code == 200


@pytest.mark.parametrize(
    ("asked", "name", "value"),
    [
        ({"fact": "audience_age", "values": ["6-9"]}, "alternatives", ["ex-1:1"]),
        ({"fact": "audience_age", "values": ["6-9"]}, "least", 1),
        ({"fact": "audience_age", "values": ["6-9"]}, "must_be_present", False),
        ({"criterion": "ex-1:1"}, "how", "all"),
        ({"criterion": "ex-1:1"}, "values", []),
    ],
)
def test_what_means_nothing_beside_the_rest_is_named(client, asked, name, value):
    make.criterion("ex-1:1")
    got = ask(client, {"requirements": [{**asked, name: value}]})
    assert got.status_code == 400
    assert name in str(got.json())
    assert "takes this" in str(got.json())


def test_an_unknown_criterion_is_named(client):
    make.criterion("ex-1:1")
    got = ask(client, {"requirements": [{"criterion": "ex-1:1"}, {"criterion": "no:9"}]})
    assert got.status_code == 400
    assert "no:9" in str(got.json())
    assert "ex-1:1" not in str(got.json())


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        "[]",
        "null",
        '"x"',
        "{}",
        {"requirements": "x"},
        {"requirements": [1]},
        {"requirements": [{}]},
        {"requirements": [{"criterion": "a\u0000b"}]},
        {"requirements": [{"criterion": "\ud800"}]},
        {"requirements": [{"criterion": "ex-1:1", "least": 9}]},
        {"requirements": [{"criterion": "ex-1:1", "obligation": "shall"}]},
        {"requirements": [{"criterion": ["a"]}]},
        {"requirements": [], "countries": ["K%"]},
        {"requirements": [], "countries": {"a": 1}},
        {"requirements": [], "languages": ["*"]},
        {"requirements": [{"criterion": "a"}] * 2001},
    ],
    ids=lambda body: str(body)[:60],
)
def test_a_question_that_cannot_be_read_is_refused_with_words(client, body):
    make.criterion("ex-1:1")
    got = ask(client, body)
    assert got.status_code == 400
    assert got.json()


def more(number, provider, now):
    for one in range(number):
        made = make.listed(f"S{one}", organisation=provider, facts={"countries_offered": ["KE"]})
        make.claim(made.current_release, "ex-1:1", **standing(now))


def taken(client, path, assert_queries, limit):
    with assert_queries(limit) as queries:
        assert get(client, path).status_code == 200
    return len(queries)


@pytest.mark.parametrize(
    ("path", "limit"),
    [("solutions/", 3), ("solutions/?need=see&standard=ex-1&sort=proven", 4)],
)
def test_lists_take_few_statements_at_any_size(
    client, provider, now, path, limit, django_assert_max_num_queries
):
    """What the sets decide they count too: the needs, what stands now, the page."""
    need("see", {"required_all": ["ex-1:1"]})
    more(3, provider, now)
    get(client, path)  # a process builds its sets once
    few = taken(client, path, django_assert_max_num_queries, limit)
    more(6, provider, now)
    assert taken(client, path, django_assert_max_num_queries, limit) == few


def test_a_solution_takes_three_statements(client, provider, now, django_assert_max_num_queries):
    more(1, provider, now)
    solution = provider.solutions.get()
    path = f"solutions/{solution.pk}/"
    few = taken(client, path, django_assert_max_num_queries, 3)
    for number in range(2, 20):
        make.claim(solution.current_release, f"ex-1:{number}", **standing(now))
    assert taken(client, path, django_assert_max_num_queries, 3) == few


def test_match_takes_one_statement(client, provider, now, django_assert_num_queries):
    more(3, provider, now)
    ask(client, {"requirements": [{"criterion": "ex-1:1"}], "countries": ["KE"]})  # reads the sets
    more(6, provider, now)
    with django_assert_num_queries(1):
        got = ask(client, {"requirements": [{"criterion": "ex-1:1"}], "countries": ["KE"]})
    assert got.json()["count"] == 9


def test_certificates_take_three_statements(client, django_assert_max_num_queries):
    make.certificate()
    few = taken(client, "certificates/", django_assert_max_num_queries, 3)
    make.certificate()
    make.certificate()
    assert taken(client, "certificates/", django_assert_max_num_queries, 3) == few
    assert get(client, "certificates/").json()["count"] == 3


@pytest.fixture
def described(client):
    return client.get(API + "openapi.json").json()


def test_the_root_leads_to_every_list(client):
    found = client.get(API).json()
    assert {"solutions", "certificates", "standards", "tenders", "openapi"} <= set(found)
    assert found["solutions"].endswith("/api/v1/solutions/")


@pytest.mark.parametrize("path", ["applies", "match", "verify"])
def test_each_question_says_what_to_send_and_shows_it(client, described, path):
    body = described["paths"][f"{API}{path}/"]["post"]["requestBody"]["content"]
    (example,) = body["application/json"]["examples"].values()
    answer = client.post(f"{API}{path}/", example["value"], content_type="application/json")
    assert answer.status_code in (200, 400)  # the catalogue of a test lacks the criteria
    assert "Send:" in client.get(API + "docs/").content.decode()


def test_what_may_be_null_is_said_so(described):
    fields = described["components"]["schemas"]["CertificateShape"]["properties"]
    for name in ("level", "surveillance_due"):
        assert fields[name]["type"][1] == "null"


def test_an_export_is_declared_as_what_it_is(described):
    path = described["paths"][API + "editions/{key}/export/{kind}/"]
    media = path["get"]["responses"]["200"]["content"]
    assert "application/octet-stream" not in media
    assert {"text/csv", "application/json"} <= {each.partition(";")[0] for each in media}


def test_where_a_product_runs_is_not_public(client, provider):
    facts = {"hosting": "saas", "languages": ["sw"]}
    made = make.listed(organisation=provider, facts=facts)
    answer = client.get(f"/api/v1/solutions/{made.pk}/")
    assert answer.json()["facts"] == {"languages": ["sw"]}
    assert "saas" not in answer.content.decode()
