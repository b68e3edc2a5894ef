"""Files of a bid: frozen with it, sealed until the opening, handed out as they were handed in."""

from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from certcentre.lifecycle import IllegalMove, NotAllowed, NotReady
from tenders.bids import dossier
from tenders.bids.bid import Bid
from tenders.bids.dossier import BidFile
from tests import make
from tests.make.bids import CLOSES
from tests.make.moment import AT

pytestmark = pytest.mark.django_db
LATER = CLOSES + timedelta(hours=2)
PDF = b"%PDF-1.7 a test report"


@pytest.fixture
def tender(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: AT)
    return make.bids_tender()


def fetched(client, person, file):
    client.force_login(person)
    return client.get(reverse("bid-file", args=[file.bid_id, file.pk]))


def test_a_file_is_frozen_with_its_bid_and_sealed_until_the_opening(client, tender, monkeypatch):
    bid = make.bid(tender)
    file = make.bid_file(bid)
    assert fetched(client, bid.person, file).status_code == 200
    bid.hand_in(**make.SIGNED, by=bid.person, at=AT)
    (frozen,) = bid.content["files"]
    assert (frozen["title"], frozen["digest"]) == (file.title, file.digest)
    assert fetched(client, tender.person, file).status_code == 404
    rival = make.organisation("provider").person
    assert fetched(client, rival, file).status_code == 404
    monkeypatch.setattr(timezone, "now", lambda: LATER)
    make.opened(tender)
    answer = fetched(client, tender.person, file)
    assert b"".join(answer.streaming_content) == PDF
    assert answer["Content-Disposition"] == 'attachment; filename="report.pdf"'
    assert fetched(client, rival, file).status_code == 404
    page = client.get(bid.get_absolute_url())
    assert page.status_code == 404
    client.force_login(tender.person)
    assert file.title in client.get(bid.get_absolute_url()).text


def test_the_comparison_leads_to_the_files_of_a_bid(client, tender, monkeypatch):
    bids = [make.bid(tender) for _ in range(2)]
    make.bid_file(bids[0])
    for bid in bids:
        bid.hand_in(**make.SIGNED, by=bid.person, at=AT)
    monkeypatch.setattr(timezone, "now", lambda: LATER)
    make.opened(tender)
    client.force_login(tender.person)
    page = client.get(reverse("lot-compare", args=[tender.reference, tender.lot.pk])).text
    leads = [f"{bid.get_absolute_url()}#files" in page for bid in bids]
    assert leads == [True, False]
    assert 'id="files"' in client.get(bids[0].get_absolute_url()).text


def test_another_file_than_the_one_handed_in_is_not_shown(client, tender):
    bid = make.bid(tender)
    file = make.bid_file(bid)
    bid.hand_in(**make.SIGNED, by=bid.person, at=AT)
    with default_storage.open(file.file.name, "wb") as stored:
        stored.write(b"%PDF-1.7 another report")
    answer = fetched(client, bid.person, file)
    assert answer.status_code == 409
    assert "not the one that was handed in" in answer.text


def test_a_row_that_was_written_in_since_is_not_shown(client, tender):
    bid = make.bid(tender)
    make.bid_file(bid)
    bid.hand_in(**make.SIGNED, by=bid.person, at=AT)
    BidFile.objects.update(title="Forged", file_name="forged.pdf")
    file = BidFile.objects.get()
    assert 'filename="report.pdf"' in fetched(client, bid.person, file)["Content-Disposition"]
    assert "Forged" not in client.get(bid.get_absolute_url()).text
    late = BidFile.objects.create(
        bid=bid,
        title="Late",
        file=file.file.name,
        file_name="late.pdf",
        media_type="text/plain",
        size=1,
        digest=file.digest,
        added_at=AT,
        added_by=bid.person,
    )
    assert fetched(client, bid.person, late).status_code == 404


@pytest.mark.parametrize("state", ["handed_in", "taken_back"])
def test_nothing_is_filed_with_a_bid_that_is_handed_in(tender, state):
    bid = make.bid(tender, state)
    with pytest.raises(IllegalMove):
        make.bid_file(bid)
    assert not BidFile.objects.exists()


def test_only_editors_of_the_bidder_file(tender):
    bid = make.bid(tender)
    for person in (tender.person, make.member(bid.organisation, "signatory"), make.user("any")):
        with pytest.raises(NotAllowed):
            make.bid_file(bid, by=person)
    assert not BidFile.objects.exists()


def test_a_bid_has_so_many_files_and_each_says_what_it_proves(tender, monkeypatch):
    monkeypatch.setattr(dossier, "MOST", 1)
    bid = make.bid(tender)
    with pytest.raises(NotReady, match="Say what the file proves"):
        make.bid_file(bid, title=" ")
    make.bid_file(bid)
    with pytest.raises(NotReady, match="at most 1 files"):
        make.bid_file(bid)
    assert BidFile.objects.count() == 1


def test_files_come_along_and_go_where_no_bid_has_them(tender, django_capture_on_commit_callbacks):
    bid = make.bid(tender)
    file = make.bid_file(bid)
    bid.hand_in(**make.SIGNED, by=bid.person, at=AT)
    bid.take_back(by=bid.person, at=AT)
    again = Bid.start(bid.lot, by=bid.person, at=AT, organisation=bid.organisation)
    (copy,) = again.files.all()
    assert (copy.title, copy.file.name) == (file.title, file.file.name)
    with django_capture_on_commit_callbacks(execute=True):
        again.discard(by=bid.person, at=AT)
    assert default_storage.exists(file.file.name)
    other = make.bid(tender, provider=make.organisation("provider"))
    alone = make.bid_file(other)
    with django_capture_on_commit_callbacks(execute=True):
        other.discard(by=other.person, at=AT)
    assert not default_storage.exists(alone.file.name)


def test_the_page_files_and_takes_out(client, tender):
    bid = make.bid(tender)
    client.force_login(bid.person)
    url = reverse("bid-files", args=[bid.pk])
    sent = {"title": "L1-001: report", "file": SimpleUploadedFile("a.pdf", PDF)}
    assert client.post(url, sent).status_code == 302
    file = BidFile.objects.get()
    assert "L1-001: report" in client.get(url).text
    assert "L1-001: report" in client.get(bid.get_absolute_url()).text
    signs = make.member(bid.organisation, "editor", "signatory")
    client.force_login(signs)
    assert "L1-001: report" in client.get(reverse("bid-hand-in", args=[bid.pk])).text
    wrong = client.post(url, {"title": "X", "file": SimpleUploadedFile("a.exe", b"MZ\x00")})
    assert (wrong.status_code, BidFile.objects.count()) == (422, 1)
    assert "We do not take this kind of file" in wrong.text
    assert client.post(reverse("bid-file-remove", args=[bid.pk, file.pk])).status_code == 302
    assert not BidFile.objects.exists()


def test_evaluators_find_the_files_beside_what_they_judge(client, tender, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: LATER)
    asked = make.scored_tender()
    bid = make.bid(asked)
    make.bid_file(bid)
    bid.hand_in(**make.SIGNED, by=bid.person, at=AT)
    make.opened(asked)
    sheet = make.scores(asked.lot, by=asked.person, given=False)
    client.force_login(asked.person)
    page = client.get(reverse("scores-fill", args=[sheet.pk]))
    assert "Files of this bid" in page.text
    assert "L1-002: test report" in page.text
