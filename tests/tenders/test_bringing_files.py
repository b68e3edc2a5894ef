"""A returned form, and what came with it: kept with its bid, handed out as they came."""

import io
import re
import zipfile
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from certcentre import stored_files
from certcentre.desk.leftovers import sweep
from certcentre.lifecycle import NotReady
from tenders.bids import dossier
from tenders.bids import forms as bid_forms
from tenders.bids.bringing import bring
from tenders.bids.dossier import BidFile
from tenders.models import Bid
from tests import make
from tests.desk.test_backup import place
from tests.make.bids import CLOSES
from tests.make.moment import AT
from tests.markup import text
from tests.tenders.test_bringing_pages import came, files
from tests.tenders.unlike import unlike

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("place")]
__all__ = ["place"]
SCAN = b"%PDF-1.7 scanned"


def built_tender():
    """One lot of a criterion; bids go by post until CLOSES."""
    return make.tender(deadline=CLOSES, criteria=1, status="published")


kept_tender = make.kept(built_tender)


@pytest.fixture
def tender(kept_tender, db):
    return kept_tender()


@pytest.fixture
def clock(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: CLOSES)


def read(tender, data=None, *annexes):
    """One form, read, with scans that came with it."""
    (form,) = make.read_returned(tender, data or make.returned(tender))
    form.annexes = [ContentFile(each, f"scan-{n}.pdf") for n, each in enumerate(annexes, start=1)]
    return form


def taken(tender, *annexes, data=None):
    return bring(tender, [read(tender, data, *annexes)], by=tender.person, at=CLOSES)[0]


def handed_out(client, bid, person, file):
    client.force_login(person)
    return client.get(reverse("bid-file", args=[bid.pk, file["id"]]))


def test_a_form_is_kept_with_its_bid_as_it_came(client, tender):
    data = make.returned(tender)
    bid = taken(tender, SCAN, data=data)
    form, scan = bid.content["files"]
    assert (form["title"], form["digest"]) == ("form-1.xlsx", bid.form_digest)
    assert scan["file_name"] == "scan-1.pdf"
    second = make.member(tender.buyer, "evaluator")
    for file, content in ((form, data), (scan, SCAN)):
        answer = handed_out(client, bid, second, file)
        assert b"".join(answer.streaming_content) == content
        assert answer["Content-Disposition"].startswith("attachment; ")
    assert unlike() == []


def test_whoever_does_not_read_the_bid_finds_no_file(client, tender):
    bid = taken(tender, SCAN)
    rival = make.organisation("provider").person
    for person in (rival, make.organisation("buyer").person, make.user("any")):
        for file in bid.content["files"]:
            assert handed_out(client, bid, person, file).status_code == 404


def test_other_bytes_than_those_that_came_are_not_handed_out(client, tender):
    bid = taken(tender, SCAN)
    form, scan = bid.content["files"]
    for row in bid.files.all():
        with default_storage.open(row.file.name, "wb") as stored:
            stored.write(b"%PDF-1.7 forged")
    for file in (form, scan):
        assert handed_out(client, bid, tender.person, file).status_code == 409
    row = bid.files.first()
    late = BidFile.copies([row], bid=bid)[0]
    late.save(force_insert=True)
    assert handed_out(client, bid, tender.person, late.about).status_code == 404
    Bid.objects.update(body=bid.body.replace(b"scan-1", b"scan-2"))
    assert handed_out(client, bid, tender.person, scan).status_code == 409
    for page in (bid.get_absolute_url(), bid.bringing.get_absolute_url()):
        assert "scan-" not in client.get(page).text


def test_a_form_for_two_lots_is_a_file_of_each_bid_and_lies_once(client):
    asked = make.tender(deadline=CLOSES, criteria=1)
    second = asked.add_lot(title="Training", by=asked.person, at=AT, about_products=False)
    second.add_words("Trains", by=asked.person, at=AT, justification="They learn")
    asked.publish(by=asked.person, at=AT)
    bids = bring(asked, [read(asked)], by=asked.person, at=CLOSES)
    assert len({bid.content["files"][0]["id"] for bid in bids}) == len(bids) == 2
    assert len(set(BidFile.objects.values_list("file", flat=True))) == 1
    for bid in bids:
        assert handed_out(client, bid, asked.person, bid.content["files"][0]).status_code == 200


def test_nothing_stays_of_what_is_not_taken_in(tender, monkeypatch):
    other, gone, late, program = (read(tender) for _ in range(4))
    other.file = ContentFile(make.returned(tender, price=7), "form-1.xlsx")
    gone.file, late.received = None, None
    program.annexes = [ContentFile(b"MZ\x00", "setup.exe")]
    monkeypatch.setattr(dossier, "MOST", 3)
    refused = {
        "is not the file that was read": other,
        "is not kept any more": gone,
        "Say when and how": late,
        "“setup.exe”: We do not take this kind of file": program,
        "at most 3 files, the form among them": read(tender, None, SCAN, SCAN, SCAN),
    }
    for words, form in refused.items():
        with pytest.raises(NotReady, match=words):
            bring(tender, [form], by=tender.person, at=CLOSES)
    assert not Bid.objects.exists()
    assert list(stored_files.names()) == []
    assert taken(tender, SCAN, SCAN).files.count() == 3


def kept_in(page):
    return re.search('name="kept" value="([^"]+)"', page.text)[1]


def preview(client, tender):
    """The address at which forms are brought, and what its preview of one keeps."""
    client.force_login(tender.person)
    address = reverse("bids-bring", args=[tender.reference])
    return address, kept_in(client.post(address, files(make.returned(tender))))


def test_the_page_takes_what_came_with_a_form(client, tender, clock):
    address, kept = preview(client, tender)
    scans = [SimpleUploadedFile(f"scan-{n}.pdf", SCAN) for n in (1, 2)]
    wrong = client.post(address, {"kept": kept, **came(1, way=""), "form1-annexes": scans})
    assert "keeps no files: choose them again" in text(wrong)
    scans = [SimpleUploadedFile(f"scan-{n}.pdf", SCAN) for n in (1, 2)]
    sent = {"kept": kept_in(wrong), **came(1), "form1-annexes": scans}
    assert client.post(address, sent).status_code == 302
    bid = Bid.objects.get()
    assert [each["title"] for each in bid.content["files"]] == [
        *("form-1.xlsx", "scan-1.pdf", "scan-2.pdf")
    ]
    assert sorted(stored_files.names()) == sorted(BidFile.objects.values_list("file", flat=True))
    client.force_login(make.member(tender.buyer, "evaluator"))
    confirm = reverse("bringing-confirm", args=[tender.reference, bid.bringing_id])
    for page in (confirm, bid.get_absolute_url()):
        for file in bid.content["files"]:
            assert reverse("bid-file", args=[bid.pk, file["id"]]) in client.get(page).text


def test_as_many_files_come_as_the_page_says(client, tender, clock, settings):
    assert settings.DATA_UPLOAD_MAX_NUMBER_FILES > bid_forms.MOST_FORMS * dossier.MOST
    address, kept = preview(client, tender)
    scans = [SimpleUploadedFile(f"scan-{n}.pdf", SCAN) for n in range(101)]
    answer = client.post(address, {"kept": kept, **came(1), "form1-annexes": scans})
    assert (answer.status_code, "has at most 30 files" in text(answer)) == (422, True)


def test_what_was_put_aside_is_closed_and_no_step_hangs_on_its_deletion(
    client, tender, clock, monkeypatch
):
    address, kept = preview(client, tender)
    opened, aside = [], stored_files.aside
    monkeypatch.setattr(stored_files, "aside", lambda *of: opened.append(aside(*of)) or opened[-1])

    def away(storage, name):
        raise OSError("away")

    monkeypatch.setattr(FileSystemStorage, "delete", away)
    assert client.post(address, {"kept": kept, **came(1)}).status_code == 302
    assert [file.closed for file in opened] == [True]


def test_a_preview_that_nobody_took_is_swept_away(client, tender, clock):
    address, kept = preview(client, tender)
    assert len(list(stored_files.names())) == 1
    sweep(at=timezone.now() + timedelta(days=9000))
    assert list(stored_files.names()) == []
    answer = client.post(address, {"kept": kept, **came(1)})
    assert (answer.status_code, Bid.objects.count()) == (422, 0)
    assert "“form-1.xlsx” is not kept any more. Bring it again." in text(answer)


def test_what_came_with_all_forms_is_no_more_than_the_proxy_takes(
    client, tender, clock, monkeypatch
):
    address, kept = preview(client, tender)
    monkeypatch.setattr(bid_forms, "LARGEST_GO", 2 * len(SCAN) - 1)
    scans = [SimpleUploadedFile(f"scan-{n}.pdf", SCAN) for n in (1, 2)]
    answer = client.post(address, {"kept": kept, **came(1), "form1-annexes": scans})
    assert (answer.status_code, Bid.objects.count()) == (422, 0)
    assert "Bring fewer at once." in text(answer)


def test_a_workbook_with_macros_is_no_form(tender):

    data = io.BytesIO(make.returned(tender))
    with zipfile.ZipFile(data, "a") as book:
        book.writestr("xl/vbaProject.bin", b"macro")
    (form,) = make.read_returned(tender, data.getvalue())
    assert form.problems == ["The file holds macros. Save it without them, or as PDF."]
