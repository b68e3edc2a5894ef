"""Published tenders for machines."""

import hashlib

import pytest
import rfc8785

from tests import make


def test_a_tender_is_read_word_by_word(client, db):
    made = make.tender(status="published", countries=["KE"])
    found = client.get(f"/api/v1/tenders/{made.reference}/").json()
    assert (found["reference"], found["status"], found["open"]) == (
        made.reference,
        "published",
        True,
    )
    assert found["body"]["lots"][0]["requirements"][0]["ref"] == "L1-001"
    assert hashlib.sha256(rfc8785.dumps(found["body"])).hexdigest() == found["digest"]


def test_drafts_are_not_there(client, db):
    made = make.tender()
    assert client.get(f"/api/v1/tenders/{made.reference}/").status_code == 404
    assert client.get("/api/v1/tenders/").json()["count"] == 0


def test_the_list_is_narrowed(client, db):
    made = make.tender(status="published", title="Reading")
    make.tender(status="cancelled", title="Writing")
    for query in ("state=open", "q=reading", f"buyer={made.buyer_id}", "country=EE&state=open"):
        found = client.get(f"/api/v1/tenders/?{query}").json()
        assert [one["reference"] for one in found["results"]] == [made.reference], query


@pytest.mark.parametrize("query", ["state=x", "buyer=x", "country=Xyzzy"])
def test_a_filter_that_cannot_be_read_is_said(client, db, query):
    assert client.get(f"/api/v1/tenders/?{query}").status_code == 400


def test_the_list_takes_the_same_statements_for_any_number(
    client, buyer, django_assert_num_queries
):
    for _ in range(2):
        for _ in range(3):
            make.tender(buyer=buyer, status="published", criteria=1)
        with django_assert_num_queries(4):
            assert client.get("/api/v1/tenders/").status_code == 200


def test_what_the_log_contradicts_is_left_out(client, buyer):
    good, forged = (make.tender(buyer=buyer, status="published", criteria=1) for _ in range(2))
    type(forged).objects.filter(pk=forged.pk).update(title="Another")
    results = client.get("/api/v1/tenders/").json()["results"]
    assert [each["reference"] for each in results] == [good.reference]
    assert client.get(f"/api/v1/tenders/{forged.reference}/").status_code == 409


def test_it_stands_in_the_reference(client, db):
    paths = client.get("/api/v1/openapi.json").json()["paths"]
    assert {"/api/v1/tenders/", "/api/v1/tenders/{reference}/"} <= set(paths)
