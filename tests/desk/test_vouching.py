"""A page vouches for its words only where they have the digest that the log holds of them."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.utils import timezone

from certcentre.log import sequencer
from certcentre.log.models import LogEntry
from standards.models import Certificate, Declaration, ExternalCertificate
from standards.registry.credentials.store import Credential
from standards.registry.verify.records import of_number
from tenders.models import Shortlist, Tender
from tests import make
from tests.make.moment import AT

pytestmark = [pytest.mark.django_db, pytest.mark.long, pytest.mark.alike]
RED = "Our records disagree"


def forge(table, column, value):
    """What somebody with the database in hand writes."""
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET {column} = %s", [value])  # noqa: S608 (our words)
        assert cursor.rowcount > 0


def text(client, address):
    return client.get(address).content.decode()


def page(client, row):
    answer = client.get(row.get_absolute_url())
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_tender(client, caplog):
    tender = make.tender(status="published")
    before = page(client, tender)
    assert "the digest proves it" in before
    assert RED not in before
    assert "our records disagree" not in caplog.text
    body = bytes(tender.body).replace(b"Reading", b"Writing")
    forge("tenders_tender", "body", body)
    after = page(client, Tender.objects.get())
    assert RED in after
    assert "Writing" in after
    assert "the digest proves it" not in after
    assert "our records disagree: tenders.tender" in caplog.text


@pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite takes text for bytes")
def test_a_tender_whose_bytes_became_text(client):
    tender = make.tender(status="published")
    forge("tenders_tender", "body", bytes(tender.body).decode().replace("Reading", "Writing"))
    assert RED in page(client, tender)


def test_a_draft_says_nothing_of_either(client):
    tender = make.tender()
    client.force_login(tender.person)
    shown = page(client, tender)
    assert RED not in shown
    assert "the digest proves it" not in shown


def test_a_shortlist(client):
    tender = make.tender(status="published")
    client.force_login(tender.person)
    shortlist = Shortlist.objects.get()
    before = page(client, shortlist)
    assert "proves it" in before
    assert RED not in before
    forge("tenders_shortlist", "body", bytes(shortlist.body).replace(b"AL", b"BL") + b" ")
    after = page(client, shortlist)
    assert RED in after
    assert "proves it" not in after


def test_a_declaration(client):
    declaration = make.declaration()
    digest = declaration.digest
    before = page(client, declaration)
    assert digest in before
    assert RED not in before
    assert of_number(declaration.number, at=AT).state == "valid"
    forge("standards_declaration", "body", bytes(declaration.body) + b" ")
    after = page(client, declaration)
    assert RED in after
    assert digest not in after
    assert of_number(declaration.number, at=AT).state == "disagrees"


def test_a_withdrawn_declaration_made_valid(client):
    declaration = make.declaration()
    by = make.signer_of(declaration.assessment)
    declaration.withdraw(by=by, at=AT, reason="Mistaken.")
    assert of_number(declaration.number, at=AT).state == "withdrawn"
    assert RED not in page(client, declaration)
    forge("standards_declaration", "withdrawn_at", None)
    assert of_number(declaration.number, at=AT).state == "disagrees"
    assert RED in page(client, declaration)


def stopped():
    certificate = make.certificate()
    certificate.suspend(by=certificate.body.second, at=AT, reason="Seen.")
    return certificate


def test_a_suspended_certificate_made_valid(client, caplog):
    certificate = stopped()
    assert of_number(certificate.number, at=AT).state == "suspended"
    assert RED not in page(client, certificate)
    forge("standards_certificate", "status", "valid")
    assert of_number(certificate.number, at=AT).state == "disagrees"
    after = page(client, Certificate.objects.get())
    assert RED in after
    assert "Valid today" not in after
    assert f"our records disagree: standards.certificate {certificate.pk}" in caplog.text


def test_badge_paper_and_product_page_do_not_call_it_valid(client):
    certificate = stopped()
    product = certificate.release.solution
    forge("standards_certificate", "status", "valid")
    assert "Our records disagree: not valid" in text(client, f"/badges/{certificate.number}.svg")
    paper = f"/certificates/{certificate.number}.pdf"
    for address in (paper, f"{paper}?as-issued=1"):
        assert client.get(address).url == certificate.get_absolute_url()
    shown = text(client, product.get_absolute_url())
    assert RED in shown[shown.index('id="certificates"') :]


def test_the_lists_of_the_api_do_not_call_it_valid(client):
    certificate = stopped()
    listed = "/api/v1/certificates/"
    forge("standards_certificate", "status", "valid")
    assert client.get(listed).json()["results"][0]["status"] == "disagrees"
    assert client.get(f"{listed}{certificate.number}/").json()["status"] == "disagrees"
    assert client.get(listed, {"status": "valid"}).json()["count"] == 0


@pytest.mark.parametrize(("step", "number"), [("suspend", 2), ("withdraw", 1)])
def test_the_status_list_goes_on_naming_it(step, number):
    certificate = make.certificate()
    credential = Credential.objects.issue(certificate, at=AT)
    names = Credential.objects.suspended if number == 2 else Credential.objects.out_of_force
    assert not names().exists()
    getattr(certificate, step)(by=certificate.body.second, at=AT, reason="Seen.")
    forge("standards_certificate", "status", "valid")
    assert list(names()) == [credential]


def test_what_came_back_is_named_no_more():
    certificate = stopped()
    Credential.objects.issue(certificate, at=AT)
    certificate.reinstate(by=certificate.body.second, at=AT, reason="Mended.")
    assert not Credential.objects.suspended().exists()


@pytest.mark.parametrize("address", ["/verify/", "/api/v1/verify/"])
def test_page_and_api_never_call_it_valid(client, address):
    certificate = stopped()
    forge("standards_certificate", "status", "valid")
    cache.clear()
    if address == "/verify/":
        answer = client.get(address, {"number": certificate.number}, follow=True)
        assert RED in answer.content.decode()
        return
    given = {"credential": certificate.number}
    answer = client.post(address, given, content_type="application/json").json()
    assert (answer["state"], answer["valid"]) == ("disagrees", False)


def test_other_words_in_a_certificate():
    certificate = make.certificate()
    assert of_number(certificate.number, at=AT).state == "valid"
    forge("standards_certificate", "complete", not certificate.complete)
    assert of_number(certificate.number, at=AT).state == "disagrees"


def test_an_accreditation_and_an_outside_certificate():
    accreditation = make.accreditation()
    external = make.external(status="recorded")
    now = timezone.now()
    assert of_number(accreditation.number, at=AT).state != "disagrees"
    assert of_number(external.number, at=now).state != "disagrees"
    forge("standards_accreditation", "status", "withdrawn")
    ExternalCertificate.objects.update(status="ended")
    assert of_number(accreditation.number, at=AT).state == "disagrees"
    assert of_number(external.number, at=now).state == "disagrees"


def test_nothing_of_it_is_said_of_what_does_not_exist():
    assert of_number("CC-2026-000999", at=AT).state == "not_issued"
    assert not Declaration.objects.exists()


def test_of_private_entries_no_more_is_said_than_is_so(client):
    make.accreditation()
    sequencer.sequence()
    entry = LogEntry.objects.filter(visibility="private").first()
    shown = " ".join(text(client, f"/log/{entry.leaf_index}/").split())
    assert "a change of it shows when the log is verified" in shown
    assert "cannot be changed" not in shown
