"""The catalogue for machines: names, filters, statements, and refusals in words."""

import json
from urllib.parse import quote

import pytest

from standards.catalogue.editions import Edition
from tests import make
from tests.catalogue.content_files import CRITERIA, EDITIONS
from tests.catalogue.test_examples import EXAMPLES


def get(client, address):
    answer = client.get(f"/api/v1/{address}")
    assert answer.status_code == 200, answer.content
    return answer.json()


def post(client, body):
    return client.post("/api/v1/applies/", body, content_type="application/json")


def test_lists_have_count_next_previous_results(catalogue, client):
    page = get(client, "criteria/?page_size=2")
    assert list(page) == ["count", "next", "previous", "results"]
    assert (page["count"], len(page["results"])) == (CRITERIA, 2)
    lines = {each.standard.key for each in Edition.objects.select_related("standard")}
    assert get(client, "standards/")["count"] == len(lines)
    assert get(client, "editions/")["count"] == EDITIONS


def test_a_criterion_speaks_for_itself(catalogue, client):
    found = get(client, "criteria/gdpr:GDPR-5.1.c/")
    assert (found["id"], found["edition"], found["level"]) == ("gdpr:GDPR-5.1.c", "gdpr", "B")
    assert found["obligation"] == "must"
    relation = next(m for m in found["mappings"] if m["criterion"] == "uk-childrens-code:8")
    assert (relation["relation"], relation["status"]) == ("intersects_with", "proposed")


def test_a_mapping_is_turned_when_read_from_its_target(db, client):
    one, other = (make.edition().criteria.first() for _ in range(2))
    make.mapping(one, other, "subset_of")
    assert get(client, f"criteria/{one.key}/")["mappings"][0]["relation"] == "subset_of"
    assert get(client, f"criteria/{other.key}/")["mappings"][0]["relation"] == "superset_of"


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("edition=gdpr", 39),
        ("edition=wcag-2.2&level=AAA", 31),
        ("edition=dfe-genai-safety&domain=security", 6),
        ("category=data_exchange", 45),
        ("verification=test&edition=nowhere", 0),
        ("search=captions prerecorded&edition=wcag-2.2", 1),
    ],
)
def test_criteria_are_narrowed(query, count, catalogue, client):
    assert get(client, f"criteria/?{query}")["count"] == count


def test_editions_are_narrowed(catalogue, client):
    assert get(client, "editions/?search=gdpr")["results"][0]["key"] == "gdpr"
    assert get(client, "editions/?category=security")["count"] == 7
    assert get(client, "editions/?domain=child_rights")["count"] > 5


def test_a_filter_that_cannot_be_read_is_refused(db, client):
    assert client.get("/api/v1/criteria/?domain=magic").status_code == 400


def test_drafts_are_not_there(db, client):
    draft = make.edition(published=False)
    for address in ("editions/", "criteria/"):
        before = get(client, address)["count"]
        make.edition(published=False)
        assert get(client, address)["count"] == before
    assert client.get(f"/api/v1/editions/{draft.key}/").status_code == 404
    assert client.get(f"/api/v1/criteria/{draft.criteria.first().key}/").status_code == 404


@pytest.mark.parametrize("name", ["standards", "editions", "criteria"])
def test_lists_take_three_statements_at_any_size(name, db, client, django_assert_max_num_queries):
    make.edition()
    with django_assert_max_num_queries(3) as few:
        get(client, f"{name}/")
    for _ in range(6):
        make.edition()
    with django_assert_max_num_queries(3) as many:
        get(client, f"{name}/")
    assert len(few) == len(many)


def test_applies_answers_with_the_words_of_the_design(catalogue, client):
    found = post(client, {"facts": EXAMPLES[1]["facts"]}).json()
    assert list(found) == ["rules", "criteria", "standards", "flags", "open"]
    law = next(rule for rule in found["rules"] if rule["rule"] == "L01")
    assert (law["effect"], law["standard"], law["level"]) == ("mandatory_by_law", "gdpr", "")
    assert law["basis"] == "GDPR Article 3"
    assert found["standards"]["gdpr"] == "mandatory_by_law"
    assert found["criteria"]["gdpr:GDPR-6"] == "not_applicable"
    coming = next(rule for rule in found["rules"] if rule["rule"] == "I02")
    assert coming["applies_from"] == "2027-12-02"


def test_applies_without_facts_asks_for_all(catalogue, client):
    found = post(client, {"facts": {}}).json()
    assert (found["rules"], found["criteria"]) == ([], {})
    assert "personal_data" in found["open"]


def test_applies_takes_five_statements(catalogue, client, django_assert_max_num_queries):
    with django_assert_max_num_queries(5):
        assert post(client, {"facts": EXAMPLES[0]["facts"]}).status_code == 200


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("{", "JSON"),
        ("[]", "Send an object with the facts"),
        ('{"facts": 1}', "Send an object with the facts"),
        ("null", "Send an object with the facts"),
        ('{"facts": {"gone": 1}}', "There is no fact of this name"),
        ('{"facts": {"delivery": "web"}}', "Answer with a list of texts"),
        ('{"facts": {"authoring": "no"}}', "Answer true or false"),
        ('{"facts": {"delivery": ["fax"]}}', "not one of the answers to choose from"),
        ('{"facts": {"countries_offered": ["Kenya"]}}', "is not a country"),
        ('{"facts": {"ai_use": ["none", "proctoring"]}}', "cannot stand beside"),
        ('{"facts": {"delivery": ' + "[" * 30_000 + "]" * 30_000 + "}}", "nested too deeply"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(body, words, catalogue, client):
    answer = post(client, body)
    assert answer.status_code == 400
    assert words in json.dumps(answer.json(), ensure_ascii=False)


def test_more_than_facts_can_be_is_refused_before_it_is_read(catalogue, client):
    answer = post(client, '{"facts": {"x": "' + "a" * 70_000 + '"}}')
    assert (answer.status_code, answer.json()["detail"]) == (413, "Send at most 64 KB.")


def test_every_criterion_has_an_address(catalogue, client):
    found = get(client, "criteria/?search=mfa&page_size=200")["results"]
    refs = [each["id"] for each in found] + ["kenya-dpa:48-50", "owasp-asvs-5-l1:V1.2.4"]
    assert {client.get(f"/api/v1/criteria/{quote(ref)}/").status_code for ref in refs} == {200}


def test_the_reference_describes_every_address(db, client):
    found = client.get("/api/v1/openapi.json").json()
    assert found["openapi"] == "3.1.0"
    assert {"/api/v1/standards/", "/api/v1/criteria/{key}/", "/api/v1/applies/"} <= set(
        found["paths"]
    )
    page = client.get("/api/v1/docs/").content.decode()
    assert all(path in page for path in found["paths"])
