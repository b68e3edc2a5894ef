"""The paper of a certificate: read by programs that did not write it."""

import hashlib
import io
from datetime import timedelta

import pikepdf
import pytest
from django.utils import timezone
from pypdf import PdfReader

from standards.models import Certificate
from standards.registry.credentials import paper
from standards.registry.credentials.paper import Paper, build, make_waiting
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.alike]


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def edition(db):
    return make.graded("g")


def issue(edition, now, **fields):
    declaration = make.declaration(
        criteria=edition.criteria.exclude(level__key="AAA"), at=now - timedelta(days=1)
    )
    return make.certificate(declaration=declaration, at=now - timedelta(hours=1), **fields)


def pdf_of(client, certificate, query=""):
    got = client.get(f"/certificates/{certificate.number}.pdf{query}")
    assert got.status_code == 200
    assert got["Content-Type"] == "application/pdf"
    return got.content


def opened(content):
    return pikepdf.open(io.BytesIO(content))


def tags(node, found=None):
    """Every structure tag of a tagged PDF, in order."""
    found = [] if found is None else found
    if isinstance(node, pikepdf.Array):
        for one in node:
            tags(one, found)
    elif isinstance(node, pikepdf.Dictionary):
        if "/S" in node:
            found.append((str(node.S), node))
        if "/K" in node:
            tags(node.K, found)
    return found


def test_it_is_tagged_and_says_so(client, edition, now):
    file = opened(pdf_of(client, issue(edition, now)))
    kinds = [name for name, _node in tags(file.Root.StructTreeRoot.K)]
    with file.open_metadata() as about:
        assert about["pdfuaid:part"] == "1"
        assert (about["pdfaid:part"], about["pdfaid:conformance"]) == ("3", "A")
        assert about["dc:title"].startswith("Certificate CC-")
    assert file.Root.MarkInfo.Marked
    assert str(file.Root.Lang) == "en"
    assert {"/H1", "/H2", "/Table", "/TH", "/Figure", "/Link", "/L"} <= set(kinds)


def test_every_picture_has_words(client, edition, now):
    found = issue(edition, now)
    file = opened(pdf_of(client, found))
    figures = [node for name, node in tags(file.Root.StructTreeRoot.K) if name == "/Figure"]
    words = [str(one.Alt) for one in figures]
    assert len(words) == 2
    assert any(found.get_absolute_url() in one for one in words)


def test_the_credential_is_attached_byte_for_byte(client, edition, now):
    found = issue(edition, now)
    file = opened(pdf_of(client, found))
    [(name, attached)] = file.attachments.items()
    served = client.get(f"/credentials/{found.number}.json").content
    assert name == f"{found.number}.json"
    assert attached.get_file().read_bytes() == served


def test_verify_accepts_the_paper(client, edition, now):
    found = issue(edition, now)
    paper = io.BytesIO(pdf_of(client, found))
    paper.name = "paper.pdf"
    answer = client.post("/verify/", {"file": paper})
    assert found.number in answer.content.decode()
    assert answer.status_code == 200


def test_made_twice_it_is_the_same_bytes(edition, now):
    found = issue(edition, now)
    assert build(found, "fr", at=now) == build(found, "fr", at=now + timedelta(days=9))


def test_it_is_made_once_and_its_digest_stands_on_the_page(client, edition, now):
    found = issue(edition, now)
    content = pdf_of(client, found)
    assert pdf_of(client, found) == content
    digest = hashlib.sha256(content).hexdigest()
    assert Paper.objects.get().digest == digest
    assert digest in client.get(found.get_absolute_url()).content.decode()


def text_of(content):
    """The words of the document in reading order."""
    pages = PdfReader(io.BytesIO(content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def test_a_part_is_called_by_its_count_and_never_a_certificate(client, edition, now):
    part = edition.criteria.filter(ref__in=["1.1", "1.2", "2.1"])
    found = issue(edition, now, criteria=part)
    words = text_of(pdf_of(client, found))
    assert "Verification of 3 of 4 criteria" in words
    assert "AL3, verified" in words
    assert "What is left out" in words
    assert "It is not a certificate of the edition." in words
    said = words.replace("/certificates/", "").replace("It is not a certificate of", "")
    assert "ertificate" not in said


def test_in_french(client, edition, now):
    file = pdf_of(client, issue(edition, now), "?language=fr")
    assert str(opened(file).Root.Lang) == "fr"
    assert "Ce qui a été examiné" in text_of(file)


def test_a_language_that_is_not_here_has_no_paper(client, edition, now):
    found = issue(edition, now)
    assert client.get(f"/certificates/{found.number}.pdf?language=xx").status_code == 404


@pytest.mark.parametrize("step", ["suspend", "withdraw"])
def test_out_of_force_the_address_leads_to_the_page_that_says_so(client, edition, now, step):
    found = issue(edition, now)
    before = pdf_of(client, found)
    getattr(found, step)(by=found.body.second, at=now, reason="Seen otherwise.")
    got = client.get(f"/certificates/{found.number}.pdf")
    assert (got.status_code, got.url) == (302, found.get_absolute_url())
    page = client.get(found.get_absolute_url()).content.decode()
    assert "as-issued=1" in page
    assert pdf_of(client, found, "?as-issued=1") == before


def test_the_timer_makes_what_nobody_asked_for(edition, now):
    found = issue(edition, now)
    assert make_waiting(at=now) == 1
    assert {one.language for one in found.papers.all()} == {"en", "fr"}
    assert make_waiting(at=now) == 0


def test_one_that_cannot_be_made_keeps_no_other_waiting(edition, now, monkeypatch, caplog):
    monkeypatch.setattr(paper, "AT_ONCE", 1)
    first, second = issue(edition, now), issue(edition, now)
    Certificate.objects.filter(pk=first.pk).update(facts={})
    assert (make_waiting(at=now), make_waiting(at=now)) == (1, 1)
    assert second.papers.exists()
    assert not first.papers.exists()
    assert f"{first.number} was put aside" in caplog.text


def test_who_holds_it_is_told_that_it_is_the_same(client, edition, now):
    address = f"/certificates/{issue(edition, now).number}.pdf"
    etag = client.get(address)["ETag"]
    assert client.get(address, headers={"If-None-Match": etag}).status_code == 304
