"""A declaration on paper: read by programs that did not write it."""

import hashlib
import io
from datetime import timedelta

import pikepdf
import pytest
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from standards.assessment.declarations import Declaration
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.alike]
HOSTILE = '#panic("x") [*]_{}$&<b>\\ «»'


@pytest.fixture
def declaration():
    now = timezone.now()
    criteria = make.criteria(3, key="ex")
    answers = {"ex:1.1": "met", "ex:1.2": "partly_met", "ex:1.3": "met"}
    made = make.declaration(criteria=criteria, answers=answers, at=now - timedelta(days=1))
    made.refresh_from_db()
    return made


def paper(client, declaration, query=""):
    got = client.get(reverse("declaration-paper", args=[declaration.number]) + query)
    assert got.status_code == 200
    assert got["Content-Type"] == "application/pdf"
    return got.content


def words(content):
    pages = PdfReader(io.BytesIO(content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def test_it_holds_what_was_declared_and_calls_itself_no_certificate(client, declaration):
    text = words(paper(client, declaration))
    for said in (
        declaration.number,
        declaration.digest,
        declaration.signatory_name,
        "This is no certificate",
        "Nobody independent has checked",
        "Partly met Because.",
        "Met: 2; Partly met: 1",
    ):
        assert said in text
    assert "AL3" not in text


def test_the_signed_bytes_are_attached_and_have_the_digest_that_is_printed(client, declaration):
    with pikepdf.open(io.BytesIO(paper(client, declaration))) as pdf:
        attached = pdf.attachments[f"{declaration.number}.json"].get_file().read_bytes()
        assert pdf.Root.MarkInfo.Marked
    assert attached == bytes(declaration.body)
    assert hashlib.sha256(attached).hexdigest() == declaration.digest


def test_it_is_set_in_the_language_asked_for(client, declaration):
    content = paper(client, declaration, "?language=fr")
    assert "Ce n’est pas un certificat" in words(content)
    with pikepdf.open(io.BytesIO(content)) as pdf:
        assert str(pdf.Root.Lang) == "fr"
    address = reverse("declaration-paper", args=[declaration.number])
    assert client.get(f"{address}?language=xx").status_code == 404


def test_a_withdrawn_one_says_so(client, declaration):
    assert "Withdrawn on" not in words(paper(client, declaration))
    signer = make.signer(declaration.release.solution.organisation)
    declaration.withdraw(by=signer, at=timezone.now(), reason="A mistake.")
    assert "Withdrawn on" in words(paper(client, declaration))


def test_no_paper_is_made_of_what_the_log_contradicts(client, declaration):
    forged = bytes(declaration.body).replace(b'"partly_met"', b'"met"')
    Declaration.objects.filter(pk=declaration.pk).update(body=forged)
    address = reverse("declaration-paper", args=[declaration.number])
    assert client.get(address).status_code == 409


def test_who_may_not_read_the_declaration_gets_no_paper(client, declaration):
    Declaration.objects.filter(pk=declaration.pk).update(public_since=None)
    address = reverse("declaration-paper", args=[declaration.number])
    assert client.get(address).status_code == 404
    client.force_login(make.signer(declaration.release.solution.organisation))
    assert client.get(address).status_code == 200


def test_words_that_mean_something_to_the_typesetter_are_words(client):
    now = timezone.now()
    draft = make.assessment(criteria=make.criteria(1, key="odd"))
    answer = draft.answers.with_provider().get()
    signer = make.signer(draft.release.solution.organisation)
    answer.give(value="not_met", reason=HOSTILE, by=signer, at=now, revision=0)
    made = make.declare(draft, at=now)
    assert '#panic("x") [*]_{}$&<b>' in words(paper(client, made))
