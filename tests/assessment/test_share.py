"""The provider says who may open a piece of evidence: buyers asked, every buyer, or everybody."""

import pytest
from django.db import IntegrityError
from django.urls import reverse
from django.utils import timezone

from certcentre.lifecycle import IllegalMove, NotAllowed, NotReady
from certcentre.log.models import LogEntry, detail_of
from standards.assessment.evidence import Evidence
from tests import make

pytestmark = pytest.mark.alike


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def declared(provider, now):
    return make.proven(provider, at=now)


@pytest.fixture
def piece(declared):
    return Evidence.objects.get()


def shown(client, address):
    return " ".join(client.get(address).content.decode().split())


def share(piece, shown_to, **more):
    piece.share(by=piece.organisation.person, at=timezone.now(), shown_to=shown_to, **more)


@pytest.fixture
def owned(piece, provider):
    piece.organisation = provider
    return piece


def test_shown_to_buyers_every_verified_buyer_opens_it_and_it_is_logged(client, owned, buyer, now):
    client.force_login(buyer.person)
    address = reverse("evidence-file", args=[owned.pk])
    assert client.get(address).status_code == 404
    share(owned, "buyers")
    assert client.get(address).status_code == 200
    (entry,) = LogEntry.objects.about(owned).filter(step="evidence.read")
    assert (entry.actor, entry.organisation) == (buyer.person, owned.organisation)


@pytest.mark.parametrize("who", ["unverified", "suspended", "another provider", "an auditor"])
def test_nobody_but_buyers_in_force_opens_what_buyers_may(owned, centre, auditor, who, now):
    share(owned, "buyers")
    buyer = make.organisation("buyer", verified=who != "unverified")
    opening = Evidence.objects.openable_by(buyer.person, at=now)
    assert opening.exists() == (who != "unverified")  # the control
    if who == "suspended":
        buyer.suspend(by=centre.officer, at=now, reason="Under review.")
    people = {"another provider": make.organisation().person, "an auditor": auditor.person}
    person = people.get(who, buyer.person)
    assert not Evidence.objects.openable_by(person, at=now).exists()
    if who == "suspended":
        buyer.verify(by=centre.officer, at=now, how="Looked again.")
        assert Evidence.objects.openable_by(person, at=now).exists()


def test_a_public_link_stands_on_the_pages_and_the_file_does_not(client, owned, declared):
    address = "https://reader.example/report.pdf"
    pages = [declared.release.solution.get_absolute_url(), declared.get_absolute_url()]
    assert address not in "".join(shown(client, page) for page in pages)
    share(owned, "public", public_link=address)
    for page in pages:
        assert f'href="{address}" rel="nofollow ugc noopener"' in shown(client, page)
        assert reverse("evidence-file", args=[owned.pk]) not in shown(client, page)
    share(owned, "asked")
    assert owned.public_link == ""
    assert address not in "".join(shown(client, page) for page in pages)


def test_a_link_that_is_made_public_is_the_one_on_file(client, provider, now):
    piece = make.evidence(provider)
    declared = make.proven(provider, piece=piece, at=now)
    piece.organisation = provider
    share(piece, "public", public_link="https://elsewhere.example/")
    assert piece.public_link == piece.link
    assert piece.link in shown(client, declared.release.solution.get_absolute_url())


def test_shown_to_buyers_the_public_page_says_so_and_leads_there(client, owned, declared):
    share(owned, "buyers")
    page = shown(client, declared.release.solution.get_absolute_url())
    assert f'href="{owned.get_absolute_url()}"' in page
    owned.remove(by=owned.organisation.person, at=timezone.now())
    page = shown(client, declared.get_absolute_url())
    assert f'href="{owned.get_absolute_url()}"' not in page


@pytest.mark.parametrize("bad", ["", " ", "javascript:alert(1)", "ftp://a.example", "nowhere"])
def test_without_a_proper_address_nothing_is_made_public(owned, bad):
    with pytest.raises(NotReady):
        share(owned, "public", public_link=bad)
    assert Evidence.objects.get().shown_to == "asked"


def test_the_database_holds_no_public_piece_without_a_link(piece):
    with pytest.raises(IntegrityError):
        Evidence.objects.update(shown_to="public", public_link="")


def test_only_a_signatory_says_it_and_the_log_keeps_what(owned, provider, now):
    editor = make.member(provider, "editor")
    with pytest.raises(NotAllowed):
        owned.share(by=editor, at=now, shown_to="buyers")
    share(owned, "public", public_link="https://reader.example/")
    entry = LogEntry.objects.about(owned).get(step="evidence.shared")
    assert detail_of(entry.body) == {"link": "https://reader.example/", "to": "public"}
    assert entry.visibility == "private"


def test_what_is_removed_is_shared_with_nobody(owned, provider, now):
    stale = Evidence.objects.get()
    stale.organisation = provider
    share(owned, "buyers")
    owned.remove(by=provider.person, at=now)
    assert not Evidence.objects.openable_by(make.organisation("buyer").person, at=now).exists()
    with pytest.raises(IllegalMove):
        share(stale, "asked")


def test_the_page_keeps_what_was_typed(client, owned, provider):
    client.force_login(provider.person)
    address = reverse("evidence-share", args=[owned.pk])
    got = client.post(address, {"shown_to": "public", "public_link": "nowhere"})
    assert got.status_code == 422
    assert 'value="nowhere"' in got.content.decode()
    assert client.post(address, {"shown_to": "all"}).status_code == 422
    got = client.post(address, {"shown_to": "public", "public_link": "https://reader.example/"})
    assert got.status_code == 302
    assert "https://reader.example/" in shown(client, owned.get_absolute_url())
