"""Proofs over the API, checked with the tree's own verifier and a second reading of the entries."""

import json
import re
from base64 import b64decode
from hashlib import sha256

import pytest

from certcentre.log import tree
from tests import make
from tests.log.test_note import independent

pytestmark = pytest.mark.django_db
INCLUSION, CONSISTENCY = "/api/v1/log/inclusion/", "/api/v1/log/consistency/"


def decoded(path):
    return [b64decode(one) for one in path]


def test_public_entries_show_their_bytes_and_private_ones_a_hash(client):
    make.log(4)
    public, private, *_ = client.get("/api/v1/log/").json()["results"]
    assert json.loads(public["body"])["step"] == "thing.done"
    assert public["salted_hash"] is None
    assert private["body"] is None
    leaf = sha256(b"\0" + b64decode(private["salted_hash"])).digest()
    assert leaf == b64decode(private["leaf_hash"])


def test_the_entries_give_the_root_that_is_signed(client):
    make.log(300)
    found = client.get("/api/v1/log/?page_size=1000").json()
    data = [
        (one["body"] or "").encode() or b64decode(one["salted_hash"]) for one in found["results"]
    ]
    page = client.get("/log/0/").content.decode()
    signed = client.get("/log/checkpoint").content.decode()
    (vkey,) = re.findall(r">([^<>+]+\+[0-9a-f]{8}\+[A-Za-z0-9+/=]+)<", page)
    root = tree.root([tree.leaf_hash(one) for one in data])
    assert independent(signed, vkey) == ("127.0.0.1:8000/log", 300, root)


def test_pages_are_cut_by_index_with_the_same_statements(client, django_assert_num_queries):
    make.log(130)
    with django_assert_num_queries(2):
        found = client.get("/api/v1/log/?page=3").json()
    assert found["count"] == 130
    assert [one["index"] for one in found["results"]] == list(range(100, 130))
    make.log(130)
    with django_assert_num_queries(2):
        assert client.get("/api/v1/log/?page=3").json()["next"]


@pytest.mark.parametrize(("index", "size"), [(0, 1), (0, 7), (6, 7), (299, 300), (255, 257)])
def test_an_inclusion_proof_holds(client, index, size):
    make.log(300)
    found = client.get(INCLUSION, {"index": index, "size": size}).json()
    leaf, root = b64decode(found["leaf_hash"]), b64decode(found["root"])
    assert tree.includes(leaf, index, size, decoded(found["path"]), root)


@pytest.mark.parametrize(("old", "new"), [(1, 300), (256, 300), (7, 7), (299, 300)])
def test_a_consistency_proof_holds(client, old, new):
    make.log(300)
    found = client.get(CONSISTENCY, {"from": old, "to": new}).json()
    roots = b64decode(found["from_root"]), b64decode(found["to_root"])
    assert tree.extends(old, new, *roots, decoded(found["path"]))


def test_an_entry_of_this_moment_can_be_proven(client):
    make.entries(3)
    assert client.get(INCLUSION, {"index": 2, "size": 3}).status_code == 200


NOT_NUMBERS = ["", "-1", "+1", "01", "042", "4.2", "1e3", "0x1", " 1", "1 ", "٣", "9" * 19, "1\x00", "a"]  # fmt: skip # noqa: E501


@pytest.mark.parametrize("value", NOT_NUMBERS)
@pytest.mark.parametrize(("door", "name"), [(INCLUSION, "index"), (INCLUSION, "size"), (CONSISTENCY, "from"), (CONSISTENCY, "to")])  # fmt: skip # noqa: E501
def test_what_is_no_plain_number_is_refused(client, door, name, value):
    make.log(3)
    given = {"index": "0", "size": "3"} if door == INCLUSION else {"from": "1", "to": "3"}
    answer = client.get(door, given | {name: value})
    assert answer.status_code == 400
    assert name in answer.json()["detail"]


@pytest.mark.parametrize(
    ("door", "query"),
    [
        (INCLUSION, "?index=3&size=3"),
        (INCLUSION, "?index=0&size=4"),
        (INCLUSION, "?index=0&size=0"),
        (INCLUSION, "?index=0"),
        (INCLUSION, "?index=0&index=1&size=3"),
        (CONSISTENCY, "?from=0&to=3"),
        (CONSISTENCY, "?from=3&to=2"),
        (CONSISTENCY, "?from=1&to=4"),
        (CONSISTENCY, ""),
    ],
)
def test_what_the_log_cannot_answer_is_refused(client, door, query):
    make.log(3)
    answer = client.get(door + query)
    assert answer.status_code == 400
    assert answer.json()["detail"]
