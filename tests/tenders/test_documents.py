"""Documents of the call: filed with a draft, frozen by name and digest, handed out as published."""

import hashlib
import json

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from certcentre.desk import leftovers
from certcentre.lifecycle import IllegalMove, NotReady
from tenders import annex
from tenders.amending import amend
from tenders.documents import MOST, Document
from tenders.export import ocds
from tenders.tender import Tender
from tests import make
from tests.make.tenders import CONTRACT

DIGEST = hashlib.sha256(CONTRACT).hexdigest()


@pytest.fixture
def draft(db):
    return make.tender(with_document=True)


@pytest.fixture
def published(draft, at):
    draft.publish(by=draft.person, at=at)
    return draft


def page(tender):
    return reverse("tender-documents", args=[tender.reference])


def upload(name="contract.pdf", content=CONTRACT):
    return SimpleUploadedFile(name, content)


def test_an_editor_files_one_on_the_page(db, client):
    tender = make.tender()
    client.force_login(tender.person)
    data = {"title": "The contract", "kind": "contract", "file": upload()}
    assert client.post(page(tender), data).status_code == 302
    kept = tender.documents.get()
    assert (kept.file_name, kept.size, kept.digest) == ("contract.pdf", len(CONTRACT), DIGEST)
    shown = client.get(page(tender)).content.decode()
    assert "The contract" in shown
    assert kept.get_absolute_url() in shown


def test_a_program_is_refused_in_words_and_nothing_is_kept(db, client):
    tender = make.tender()
    client.force_login(tender.person)
    data = {"title": "The contract", "kind": "contract", "file": upload("a.exe", b"MZ\x90")}
    answer = client.post(page(tender), data)
    assert answer.status_code == 422
    assert "We do not take this kind of file" in answer.content.decode()
    assert "The contract" in answer.content.decode()
    assert not Document.objects.exists()


def test_no_more_than_the_most(draft, at):
    for _ in range(MOST - 1):
        make.document(draft)
    with pytest.raises(NotReady, match=f"at most {MOST}"):
        make.document(draft)
    assert draft.documents.count() == MOST


def test_names_and_digests_are_frozen_and_printed(published):
    body = json.loads(bytes(published.body))
    (frozen,) = body["documents"]
    assert (frozen["title"], frozen["digest"]) == ("Draft of the contract", DIGEST)
    tree = annex.build(body, published.digest)
    assert dict(tree.facts)["Documents of the call"] == "Draft of the contract (contract.pdf)"
    assert dict(tree.record)["contract.pdf"] == f"SHA-256 {DIGEST}"
    made = ocds.release(tree)["tender"]["documents"][1]
    assert (made["documentType"], made["certcentre_digest"]) == ("contractDraft", DIGEST)
    assert made["url"].endswith(published.documents.get().get_absolute_url())


def test_everybody_takes_what_was_published(client, published):
    document = published.documents.get()
    assert document.get_absolute_url() in client.get(published.get_absolute_url()).content.decode()
    answer = client.get(document.get_absolute_url())
    assert b"".join(answer.streaming_content) == CONTRACT
    assert 'filename="contract.pdf"' in answer["Content-Disposition"]


def test_another_file_than_the_published_one_is_not_handed_out(client, published):
    document = published.documents.get()
    default_storage.delete(document.file.name)
    default_storage.save(document.file.name, upload(content=b"%PDF-1.7 another contract"))
    answer = client.get(document.get_absolute_url())
    assert answer.status_code == 409
    assert "is not the one that was published" in answer.content.decode()


def test_a_row_that_was_written_in_since_changes_nothing(client, published):
    document = published.documents.get()
    Document.objects.update(digest="0" * 64, file_name="other.exe", media_type="text/html")
    answer = client.get(document.get_absolute_url())
    assert answer["Content-Type"] == "application/pdf"
    assert 'filename="contract.pdf"' in answer["Content-Disposition"]


def test_a_file_that_is_gone_is_said_to_be(client, published):
    document = published.documents.get()
    default_storage.delete(document.file.name)
    assert client.get(document.get_absolute_url()).status_code == 404


def test_what_is_published_stays(published, at):
    document = published.documents.get()
    with pytest.raises(IllegalMove):
        document.remove(by=published.person, at=at)
    with pytest.raises(IllegalMove):
        make.document(published)
    assert published.documents.count() == 1


def test_taken_out_of_a_draft_its_file_goes(draft, at, django_capture_on_commit_callbacks):
    document = draft.documents.get()
    with django_capture_on_commit_callbacks(execute=True):
        document.remove(by=draft.person, at=at)
    assert not default_storage.exists(document.file.name)


def test_with_a_discarded_draft_its_files_go(draft, at, django_capture_on_commit_callbacks):
    published = make.tender(with_document=True)
    published.publish(by=published.person, at=at)
    again = amend(published, by=published.person, at=at, reason="New terms")
    names = [draft.documents.get().file.name, published.documents.get().file.name]
    with django_capture_on_commit_callbacks(execute=True):
        draft.discard(by=draft.person, at=at)
        again.discard(by=published.person, at=at)
    assert [default_storage.exists(name) for name in names] == [False, True]


def test_nothing_is_handed_out_of_a_tender_that_the_log_contradicts(client, published):
    document = published.documents.get()
    body = bytes(published.body).replace(b"contract.pdf", b"contract.exe")
    Tender.objects.filter(pk=published.pk).update(body=body)
    answer = client.get(document.get_absolute_url())
    assert answer.status_code == 409
    assert "Our records disagree about" in answer.content.decode()


def test_an_amendment_takes_them_over_and_says_what_changed(
    client, published, at, django_capture_on_commit_callbacks
):
    again = amend(published, by=published.person, at=at, reason="New terms")
    again.person = published.person
    copied = again.documents.get()
    assert copied.digest == published.documents.get().digest
    with django_capture_on_commit_callbacks(execute=True):
        copied.remove(by=again.person, at=at)
    assert default_storage.exists(copied.file.name)  # the version in force has it too
    make.document(again, title="New terms", content=b"%PDF-1.7 other terms")
    again.publish(by=again.person, at=at)
    shown = client.get(again.get_absolute_url()).content.decode()
    assert "Draft of the contract (Draft of the contract, contract.pdf, SHA-256" in shown
    assert "New terms (Draft of the contract, contract.pdf, SHA-256" in shown
    old = client.get(published.documents.get().get_absolute_url())
    assert b"".join(old.streaming_content) == CONTRACT


def test_an_amendment_that_calls_a_document_something_else_says_so(client, published, at):
    again = amend(published, by=published.person, at=at, reason="It is no contract yet")
    again.documents.update(kind="specification")
    again.publish(by=published.person, at=at)
    shown = client.get(again.get_absolute_url()).content.decode()
    assert "Draft of the contract (Technical specification, contract.pdf, SHA-256" in shown


def test_the_sweep_tells_of_a_document_whose_file_is_gone(published, caplog, at):
    name = published.documents.get().file.name
    default_storage.delete(name)
    leftovers.sweep(at=at)
    assert "1 documents of tenders have lost their file" in caplog.text
