"""The reference is true in itself, and a client made from it can ask every question."""

import importlib
import inspect
import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator

from certcentre.api_schema import PROBLEM
from tests.test_access import built, world  # noqa: F401

RAW = ("vc", "ld+json", "vc+ld+json", "vc+jwt", "jwt", "pdf")
KINDS = {  # that the tool reads: of other media types it sends the bytes
    **{f"application/{media}": "application/octet-stream" for media in RAW},
    "text/plain": "application/octet-stream",
}
SENT = ("FactsShape", "QuestionShape", "CredentialShape")
BODIES = {
    "applies_create": {"facts": {}},
    "match_create": {"requirements": []},
    "verify_create": {"number": "CC-2026-000001"},
}


@pytest.fixture(scope="module")
def described():
    """The reference; making it warned of nothing, such as two shapes of one name."""
    GENERATOR_STATS.reset()
    document = SchemaGenerator().get_schema(request=None, public=True)
    warned = [*GENERATOR_STATS._warn_cache, *GENERATOR_STATS._error_cache]
    assert warned == []
    return document


def operations(document):
    return [each for methods in document["paths"].values() for each in methods.values()]


def test_every_error_is_described_in_its_one_shape(described):
    for operation in operations(described):
        errors = {
            code: each["content"] for code, each in operation["responses"].items() if code >= "400"
        }
        assert {"400", "401", "429", "500", "503"} <= set(errors)
        shape = {"schema": {"$ref": "#/components/schemas/ProblemShape"}}
        assert [each for each in errors.values() if each != {PROBLEM: shape}] == []


def test_each_operation_has_a_name_and_words(described):
    names = [operation["operationId"] for operation in operations(described)]
    assert len(set(names)) == len(names) > 15
    assert [each["operationId"] for each in operations(described) if not each["description"]] == []


@pytest.mark.long
def test_a_client_made_from_the_reference_asks_every_question(described, world, tmp_path):  # noqa: F811
    package = made(described, tmp_path)
    asked = {}
    for path in sorted((package / "api").rglob("*.py")):
        if path.stem != "__init__":
            name = ".".join(path.relative_to(tmp_path).with_suffix("").parts)
            asked[path.stem] = answer(importlib.import_module(name), world)
    assert len(asked) == len(operations(described))
    assert {name: code for name, code in asked.items() if code != 200} == {}


def made(document, folder):
    """The client's package, importable."""
    (folder / "openapi.json").write_text(json.dumps(document))
    tool = Path(sys.executable).with_name("openapi-python-client")
    (folder / "config.json").write_text(
        json.dumps({"post_hooks": [], "content_type_overrides": KINDS})
    )
    words = ["--path", "openapi.json", "--output-path", "ours", "--meta", "none"]
    command = [tool, "generate", *words, "--config", "config.json"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    sys.path.insert(0, str(folder))
    return folder / "ours"


def answer(module, world):  # noqa: F811
    """What the portal answers to the request that this part of the client makes."""
    known = {
        "id": world.listed.pk,
        "key": world.edition.key,
        "kind": "csv",
        "number": world.certificate.number,
        "reference": world.tender.reference,
        "index": 0,
        "size": 1,
        "from_": 1,
        "to": 1,
    }
    if module.__name__.endswith("criteria_retrieve"):
        known["key"] = world.criterion.key
    takes = inspect.signature(module._get_kwargs).parameters
    given = {name: value for name, value in known.items() if name in takes}
    name = module.__name__.rpartition(".")[2]
    if name in BODIES:
        shapes = vars(module)
        kind = next(kind for each, kind in shapes.items() if each in SENT)
        given["body"] = kind.from_dict(BODIES[name])
    request = module._get_kwargs(**given)
    body = request.get("json")
    more = {"data": json.dumps(body), "content_type": "application/json"} if body else {}
    call = getattr(Client(), request["method"])
    return call(request["url"], query_params=request.get("params") or {}, **more).status_code


def test_every_part_of_the_page_has_a_name(client, db):
    page = client.get("/api/v1/docs/").content.decode()
    assert '<h2 id="g-v1"><code>v1</code></h2>' in page
    assert "<code></code>" not in page
