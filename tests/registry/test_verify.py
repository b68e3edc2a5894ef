"""One answer for what somebody holds: by number, file, token or paper; the same on page and API."""

import io
import json
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse
from pypdf import PdfWriter

from certcentre import keys
from standards.models import Credential
from standards.registry.credentials.paper import Paper
from standards.registry.verify import issuers
from standards.registry.verify.checking import checked
from standards.registry.verify.records import CHECKED
from tests import make
from tests.registry import forging

pytestmark = pytest.mark.alike

OWN = "https://register.example/credentials/context/v1.jsonld"


@pytest.fixture(autouse=True)
def own_keys(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    settings.BASE_URL = "https://register.example"
    cache.clear()


kept = make.kept(make.certificate)


@pytest.fixture
def certificate(kept, db, at):
    made = kept()
    made.credential = Credential.objects.issue(made, at=at)
    made.held = bytes(made.credential.document)
    return made


def answer(held, at, state):
    """The verdict, whose state is what was expected."""
    data = held if isinstance(held, bytes) else held.encode()
    found = checked(data, at=at)
    assert found.state == state, found
    return found


def parts(verdict):
    return {part.name: part.value for part in verdict.parts}


def test_ours_is_valid_and_says_what_it_covers(certificate, at):
    found = answer(certificate.held, at, "valid")
    assert all(check.passed for check in found.checks)
    assert found.path == certificate.get_absolute_url()
    shown = parts(found)
    assert shown["Decided by"] == certificate.body.name
    assert shown["Scope"] == "3 of 3 criteria"
    assert (found.results[0].name, found.results[0].value) == ("1.1 Criterion 1", "conforming")


def test_the_token_gets_the_same_answer(certificate, at):
    found = answer(certificate.credential.token, at, "valid")
    assert parts(found) == parts(answer(certificate.held, at, "valid"))


def test_an_enveloped_credential_is_opened(certificate, at):
    envelope = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": "EnvelopedVerifiableCredential",
        "id": f"data:application/vc+jwt,{certificate.credential.token}",
    }
    answer(json.dumps(envelope), at, "valid")
    assert not any(b"data:" in bytes(one.document) for one in Credential.objects.all())


@pytest.mark.parametrize(("verb", "state"), [("suspend", "suspended"), ("withdraw", "withdrawn")])
def test_a_step_of_the_body_shows_at_once(certificate, at, verb, state):
    getattr(certificate, verb)(by=certificate.body.second, at=at, reason="Seen.")
    assert not answer(certificate.held, at, state).checks[-1].passed
    answer(certificate.credential.token, at, state)
    answer(certificate.number, at, state)


def test_its_time_comes_and_goes(certificate, at):
    forger = forging.us()
    later = forger.signed(forging.plain(forger.issuer, validFrom="2026-12-01T00:00:00Z"))
    before = answer(json.dumps(later), at, "not_yet_valid")
    after = answer(certificate.held, certificate.valid_until, "expired")
    assert before.parts
    assert after.number == certificate.number


def test_one_that_was_replaced(certificate, at):
    declaration = certificate.engagement.declaration
    held = bytes(Credential.objects.issue(declaration, at=at).document)
    assert parts(answer(held, at, "valid"))["Whose word"] == "The provider’s own declaration"
    make.declaration(declaration.release, at=at + timedelta(hours=1))
    answer(held, at + timedelta(hours=2), "superseded")


def test_each_changed_value_is_seen(certificate, at):
    held = certificate.held.decode()
    for before, after in (
        ("AL4", "AL3"),
        ("conforming", "conformang"),
        ('"conformance": true', '"conformance": false'),
        ("3rdParty", "self"),
    ):
        answer(held.replace(before, after, 1), at, "changed")
    token = certificate.credential.token.split(".")
    answer(f"{token[0]}.{token[1]}.{token[2][:-4]}AAAA", at, "changed")
    assert certificate.held.decode() == held


def test_signed_by_us_and_not_in_the_register(certificate, at):
    forger = forging.us()
    made = forger.signed(
        forging.plain(forger.issuer, id="https://register.example/credentials/CC-2026-000999.json")
    )
    assert answer(json.dumps(made), at, "not_issued").checks[-1].name == "This register"


def test_a_compromised_key_ends_all_it_signed(certificate, at):
    keys.retire(certificate.credential.key, at=at)
    answer(certificate.held, at, "valid")
    keys.retire(certificate.credential.key, at=at, compromised=True)
    assert "no longer trusted" in answer(certificate.held, at, "refused").text


def test_another_issuer_is_named_and_not_vouched_for(db, at):
    other = forging.other()
    cache.set(issuers.remembered(other.issuer), json.dumps(other.document).encode())
    found = answer(json.dumps(other.signed(forging.plain(other.issuer))), at, "elsewhere")
    assert parts(found)["Issuer’s address"] == "did:web:other.example"
    named = other.signed(forging.plain({"id": other.issuer, "name": "Ministry of Education"}))
    found = answer(json.dumps(named), at, "elsewhere")
    assert parts(found)["Its issuer calls itself"] == "Ministry of Education"
    assert "Issued by" not in parts(found)
    answer(json.dumps(other.signed(forging.plain(other.issuer), name=2) | {"x": 1}), at, "changed")


def test_a_did_key_needs_no_network(db, at):
    other = forging.other()
    multikey = keys.to_multikey(other.public)
    issuer = f"did:key:{multikey}"
    signer = forging.Signer(issuer, other.sign, f"{issuer}#{multikey}")
    assert answer(json.dumps(signer.signed(forging.plain(issuer))), at, "elsewhere").parts


def test_words_of_unknown_contexts_are_left_out(db, at):
    forger = forging.us()
    strange = ["https://www.w3.org/ns/credentials/v2", "https://strange.example/v1"]
    subject = {"id": "urn:uuid:1", "issuedToParty": {"name": "Ada", "id": "urn:uuid:2"}}
    made = forger.signed(
        forging.plain(forger.issuer, **{"@context": strange, "credentialSubject": subject})
    )
    found = checked(json.dumps(made).encode(), at=at)
    assert "Ada" not in parts(found).values()
    assert found.results == []
    assert "do not know the meaning" in found.notes[0]


def paper(*attachments):
    made, out = PdfWriter(), io.BytesIO()
    made.add_blank_page(72, 72)
    for name, data in attachments:
        made.add_attachment(name, data)
    made.write(out)
    return out.getvalue()


def test_a_paper_is_read_by_what_is_inside(certificate, at):
    found = answer(paper(("credential.json", certificate.held)), at, "valid")
    assert "rely on what stands here" in found.notes[0]


def test_our_own_paper_is_known_to_the_byte(client, certificate, at):
    ours = bytes(Paper.objects.of(certificate, "en", at=at).content)
    found = answer(ours, at, "valid")
    assert found.checks[-1].text == "It is byte for byte the file that we made."
    assert found.notes == []
    saved_anew = answer(ours + b"\n", at, "valid")
    assert "rely on what stands here" in saved_anew.notes[0]
    assert (saved_anew.kind, found.kind) == ("warn", "good")
    assert saved_anew.title == "Valid, but this paper is not the file that we made"
    assert not saved_anew.checks[-1].passed


@pytest.mark.parametrize(
    "held", [paper(), paper(("a.json", b"{}"), ("b.json", b"{}")), b"%PDF-1.7 broken"]
)
def test_a_paper_without_one_credential_is_not_guessed_at(db, held, at):
    assert answer(held, at, "unreadable").text


def test_a_list_of_ours_is_one_of_ours(client, certificate):
    now = client.get(reverse("status-list", args=[1])).content
    sent = client.post(reverse("api-verify"), now, content_type="application/vc")
    assert sent.json()["state"] == "valid"


def test_the_page_answers_in_words(client, certificate, at):
    sent = client.post(reverse("verify"), {"credential": certificate.held.decode()})
    text = sent.content.decode()
    assert "Valid" in text
    assert certificate.get_absolute_url() in text
    file = io.BytesIO(certificate.held)
    file.name = "credential.json"
    assert (
        f"{certificate.number}: Valid"
        in client.post(reverse("verify"), {"file": file}).content.decode()
    )


@pytest.mark.parametrize("content", [b"", b" \n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_called_empty(client, db, content):
    file = io.BytesIO(content)
    file.name = "credential.json"
    page = client.post(reverse("verify"), {"file": file}).content.decode()
    assert "It is empty" in page
    assert "JSON that can be read" not in page


def test_nothing_handed_in_is_asked_for_again(client, db):
    sent = client.post(reverse("verify"), {"credential": " "})
    assert sent.status_code == 422
    assert "Paste a credential, or choose a file." in sent.content.decode()


@pytest.mark.parametrize(
    ("sent", "media"),
    [
        ("{held}", "application/json"),
        ("{held}", "application/vc"),
        ('{{"credential": {held}}}', "application/json"),
        ('{{"credential": "{token}"}}', "application/json"),
        ("{token}", "application/vc+jwt"),
        ('{{"number": "{number}"}}', "application/json"),
        ("{number}", "text/plain"),
    ],
)
def test_a_program_may_send_it_in_each_form(client, certificate, sent, media):
    body = sent.format(
        held=certificate.held.decode(),
        token=certificate.credential.token,
        number=certificate.number,
    )
    answer = client.post(reverse("api-verify"), body.encode(), content_type=media)
    said = answer.json()
    assert (answer.status_code, said["state"], said["valid"]) == (200, "valid", True)
    assert said["url"] == f"https://register.example{certificate.get_absolute_url()}"


@pytest.mark.parametrize(
    ("body", "code"), [(b"", 422), (b"x" * (5 * 1024 * 1024 + 1), 413), (b'{"number": 4}', 200)]
)
def test_a_program_is_told_what_is_wrong(client, db, body, code):
    answer = client.post(reverse("api-verify"), body, content_type="application/json")
    assert answer.status_code == code


@pytest.mark.parametrize(
    ("typed", "state"), [("CC-2026-999999", "not_issued"), ("dc 2026 999999", "not_issued")]
)
def test_a_number_that_is_not_ours(db, at, typed, state):
    assert answer(typed, at, state).number


def test_the_page_names_every_kind_of_number_that_it_checks(client, db):
    """Before, it did not name XC-…, which it checks too."""
    page = client.get(reverse("verify"), {"number": "what"}).text
    for letters, words in CHECKED.items():
        assert f"{letters}-…" in page
        assert str(words) in page
