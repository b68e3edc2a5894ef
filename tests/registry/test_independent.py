"""A verifier that we did not write accepts what we sign, and refuses each changed value and name.

It is Digital Bazaar's, from npm, installed into a folder of its own for the time of the test.
"""

import copy
import json
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone

from standards.models import Credential
from tests import make
from tests.effort import left_out

SCRIPT = Path(__file__).parent / "independent" / "check.mjs"
PACKAGES = (
    "@digitalbazaar/data-integrity@2.5.0",
    "@digitalbazaar/eddsa-jcs-2022-cryptosuite@1.0.0",
    "@digitalbazaar/vc@7.3.0",
    "@digitalbazaar/vc-bitstring-status-list@2.0.1",
)
pytestmark = pytest.mark.services


@pytest.fixture(scope="session")
def verifier(tmp_path_factory):
    """A function that asks the other program; absent node is told, and never passes in CI."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not (node and npm):
        left_out("no node, or no npm: the independent verifier needs them")
    folder = tmp_path_factory.mktemp("verifier")
    install = [npm, "install", "--no-save", "--no-package-lock", "--no-audit", "--no-fund"]
    subprocess.run([*install, "--silent", *PACKAGES], cwd=folder, check=True, timeout=300)
    script = shutil.copy(SCRIPT, folder)

    def ask(client, cases):
        asked = {**what_is_published(client), "cases": cases}
        ran = subprocess.run(
            [node, script], cwd=folder, input=json.dumps(asked), capture_output=True, text=True
        )
        assert ran.returncode == 0, ran.stderr
        return json.loads(ran.stdout)

    return ask


@pytest.fixture
def certificate(db, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    return make.certificate(at=timezone.now() - timedelta(days=1))


def what_is_published(client):
    """Everything that the other program may read, by its address."""
    read = [
        json.loads(client.get(path).content)
        for path in (
            reverse("did-document"),
            reverse("status-list", args=[1]),
            reverse("status-list", args=[2]),
        )
    ]
    return {"did": read[0]["id"], "documents": {each["id"]: each for each in read}}


def signed(client, certificate):
    return json.loads(client.get(reverse("credential", args=[certificate.number])).content)


def changed(value, path=()):
    """(where, copy) for each value changed and each name changed, one at a time."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in pairs:
        if isinstance(inner, dict | list):
            for where, other in changed(inner, (*path, key)):
                yield where, replaced(value, key, other)
        else:
            other = not inner if isinstance(inner, bool) else f"{inner}x"
            yield (*path, key), replaced(value, key, other)
        if isinstance(value, dict):
            renamed = {f"{k}x" if k == key else k: v for k, v in value.items()}
            yield (*path, f"name of {key}"), renamed


def replaced(value, key, other):
    made = copy.copy(value)
    made[key] = other
    return made


def test_it_accepts_our_credentials_and_both_lists(verifier, client, certificate):
    declaration = certificate.engagement.declaration
    address = reverse("declaration-credential", args=[declaration.number])
    cases = [
        {"name": "certificate", "credential": signed(client, certificate)},
        {"name": "declaration", "credential": json.loads(client.get(address).content)},
        *[
            {"name": found["credentialSubject"]["statusPurpose"], "credential": found}
            for found in what_is_published(client)["documents"].values()
            if "credentialSubject" in found
        ],
    ]
    answers = verifier(client, cases)
    good = {"verified": True, "revocation": False, "suspension": False}
    assert answers["certificate"] == answers["declaration"] == good
    assert answers["revocation"] == answers["suspension"] == {"verified": True}


def test_it_sees_suspension_and_withdrawal(verifier, client, certificate):
    case = [{"name": "it", "credential": signed(client, certificate)}]
    decider = {"by": certificate.body.second, "at": timezone.now(), "reason": "Seen."}
    certificate.suspend(**decider)
    assert verifier(client, case)["it"]["suspension"] is True
    certificate.withdraw(**decider)
    assert verifier(client, case)["it"]["revocation"] is True


def test_it_refuses_each_changed_value_and_name(verifier, client, certificate):
    found = signed(client, certificate)
    lists = [
        one for one in what_is_published(client)["documents"].values() if "credentialSubject" in one
    ]
    cases = [
        {"name": f"{place}: {'/'.join(map(str, where))}", "credential": other}
        for place, document in enumerate([found, *lists])
        for where, other in changed(document)
    ]
    answers = verifier(client, cases)
    assert len(answers) == len(cases) > 300
    assert [name for name, answer in answers.items() if answer["verified"]] == []
    assert Credential.objects.count() == 1
